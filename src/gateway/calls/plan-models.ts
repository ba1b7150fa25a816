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

/** The part of a plan that decides about models, and the revision that it was read at; null if it is not known. */
export type ModelPlan = Pick<UserTier, 'tier' | 'name' | 'allowed_models'> & { revision: string | null };

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

  /** Returns the current plan of a user who makes a call. Creates the account of a new user. */
  current(actor: Actor, user_id: string): Promise<ModelPlan> {
    return this.planOf(user_id, () => this.accounts.current(actor, user_id));
  }

  /** Returns a user's tier, and a predicate that decides whether it allows a model of known price class. */
  async rulesOf(actor: Actor, user_id: string): Promise<PlanRules> {
    const { tier, allowed_models } = await this.planOf(user_id, () => this.accounts.read(actor, user_id));
    const allows: PlanRules['allows'] = (model, price_class) =>
      refuseModel(allowed_models, { id: plainOf(model), class: price_class }) === null;
    return { tier, allows };
  }

  /** Returns the current plan. A change of plan that is due is booked first. */
  private async planOf(user_id: string, account: () => Promise<UserCreditsRow>): Promise<ModelPlan> {
    const found = await this.tiers.findByUser(user_id);
    if (found && !found.is_due) return found;
    const { tier } = await account();
    return { ...(await this.tiers.get(tier)), revision: null };
  }
}

/** Returns the error if a plan does not allow a model of a call, fallbacks included; null if it allows all. */
export function refusalOf(plan: ModelPlan, models: readonly string[], prices: Rater): DomainError | null {
  const { allowed_models } = plan;
  if (allowed_models.length === 0) return null;
  for (const [i, model] of models.entries()) {
    const refusal = refuseModel(allowed_models, { id: plainOf(model), class: prices.classOf(SERVICE, model) });
    if (refusal) return refused(plan, model, refusal, i === 0 ? 'model' : 'models');
  }
  return null;
}

function refused(
  { tier, name, allowed_models }: ModelPlan,
  model: string,
  why: ModelRefusal,
  param: string,
): DomainError {
  const listed = allowed_models.slice(0, LISTED_MAX).map((entry) => entry.replace(/^class:(.*)$/i, '$1 models'));
  const more = allowed_models.length > LISTED_MAX ? ' and others' : '';
  const what =
    why === 'price_unknown'
      ? `The price of ${model} is not known, and the plan ${name} allows models by their price`
      : `The plan ${name} does not include ${model}`;
  const detail = `${what}. It includes ${listed.join(', ')}${more}. Use one of these (GET /models lists them), or switch to a plan with more models.`;
  return new DomainError('forbidden', 'model_not_allowed', detail, { param, model, tier });
}
