import { Injectable } from '@nestjs/common';
import { AccountsService } from '../../credits/accounts/accounts.service.js';
import type { UserCreditsRow } from '../../generated/rows.js';
import type { Actor } from '../../platform/actor.js';
import { DomainError } from '../../platform/errors.js';
import type { PriceClass } from '../../pricing/markup/markup.js';
import { plainOf } from '../../pricing/prices/model-ids.js';
import type { Rater } from '../../pricing/rating/rater.js';
import { type ModelRefusal, refuseModel } from '../../tiers/allowed-models.js';
import { TiersRepository, type UserTier } from '../../tiers/tiers.repository.js';
import { SERVICE } from './call-rates.js';

type Plan = Pick<UserTier, 'tier' | 'name' | 'allowed_models'>;

/** What a plan decides about models. */
export interface PlanRules {
  /** The tier whose markup rules apply; null if no user is named. */
  tier: string | null;
  allows: (model: string, price_class: PriceClass) => boolean;
}

/** Maximum number of list entries in an error. */
const LISTED_MAX = 8;

/** Checks which models a user's plan allows. The plan is read on each call, so a change takes effect immediately. */
@Injectable()
export class PlanModels {
  constructor(
    private readonly accounts: AccountsService,
    private readonly tiers: TiersRepository,
  ) {}

  /**
   * Returns a check that a user's plan allows every model of a call, including its fallbacks. It takes the prices, so that
   * plan and prices can be read concurrently.
   * @throws DomainError `model_not_allowed`, from the check
   */
  async checkOf(actor: Actor, user_id: string): Promise<(models: readonly string[], prices: Rater) => void> {
    const plan = await this.planOf(user_id, () => this.accounts.current(actor, user_id));
    const { allowed_models } = plan;
    return (models, prices) => {
      if (allowed_models.length === 0) return;
      for (const [i, model] of models.entries()) {
        const refusal = refuseModel(allowed_models, { id: plainOf(model), class: prices.classOf(SERVICE, model) });
        if (refusal) throw refused(plan, model, refusal, i === 0 ? 'model' : 'models');
      }
    };
  }

  /** Returns a user's tier, and a predicate that decides whether it allows a model of known price class. */
  async rulesOf(actor: Actor, user_id: string): Promise<PlanRules> {
    const { tier, allowed_models } = await this.planOf(user_id, () => this.accounts.read(actor, user_id));
    const allows: PlanRules['allows'] = (model, price_class) =>
      refuseModel(allowed_models, { id: plainOf(model), class: price_class }) === null;
    return { tier, allows };
  }

  /** Returns the current plan. A change of plan that is due is booked first. */
  private async planOf(user_id: string, account: () => Promise<UserCreditsRow>): Promise<Plan> {
    const found = await this.tiers.findByUser(user_id);
    if (found && !found.is_due) return found;
    const { tier } = await account();
    return this.tiers.get(tier);
  }
}

function refused({ tier, name, allowed_models }: Plan, model: string, why: ModelRefusal, param: string): DomainError {
  const listed = allowed_models.slice(0, LISTED_MAX).map((entry) => entry.replace(/^class:(.*)$/i, '$1 models'));
  const more = allowed_models.length > LISTED_MAX ? ' and others' : '';
  const what =
    why === 'price_unknown'
      ? `The price of ${model} is not known, and the plan ${name} allows models by their price`
      : `The plan ${name} does not include ${model}`;
  const detail = `${what}. It includes ${listed.join(', ')}${more}. Use one of these (GET /models lists them), or switch to a plan with more models.`;
  return new DomainError('forbidden', 'model_not_allowed', detail, { param, model, tier });
}
