import { Inject, Injectable } from '@nestjs/common';
import { accountOf, type Actor } from '../platform/actor.js';
import { CONFIG, type Config } from '../platform/config/config.js';
import { NotFound } from '../platform/errors.js';
import { amount } from '../platform/values/amount.js';
import { DAY_MS } from '../platform/values/calendar.js';
import { type Advice, adviceId, CAVEATS, MONTH_DAYS, monthlySaving, worthwhile } from './advice.js';
import { AccountFactsService } from './account-facts.service.js';
import { DismissalsRepository } from './dismissals.repository.js';
import { ModelFactsService } from './model-facts.service.js';
import { type AdviceFacts, byModel, pastWorkOf, repriceWith } from './past-work.js';
import { PastWorkRepository, WORK_MAX } from './past-work.repository.js';
import type { RecommendationView } from './recommendations.dto.js';
import { cheaperModels, replaceableModels } from './rules/cheaper-model.js';
import { expiringCredits } from './rules/expiring-credits.js';
import { freeCalls } from './rules/free-calls.js';
import { ownKey } from './rules/own-key.js';
import { cheaperPlan } from './rules/plan.js';
import { promptCaches } from './rules/prompt-cache.js';

/** Advises how an account could pay less, computed on request from the work of the last 30 days. */
@Injectable()
export class RecommendationsService {
  constructor(
    private readonly accounts: AccountFactsService,
    private readonly models: ModelFactsService,
    private readonly past: PastWorkRepository,
    private readonly dismissals: DismissalsRepository,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /**
   * Returns the advice that saves at least one credit or USD a month and was not dismissed, the largest saving first.
   * @throws DomainError `not_found` when the account does not exist
   */
  async list(actor: Actor, named: string | undefined): Promise<RecommendationView[]> {
    const user_id = accountOf(actor, named);
    const [all, dismissed] = await Promise.all([this.all(actor, user_id), this.dismissals.of(user_id)]);
    return worthwhile(all)
      .map((advice) => this.view(advice))
      .filter(({ id }) => !dismissed.has(id));
  }

  /**
   * Hides a recommendation for good. Safe to repeat.
   * @throws NotFound when the account does not exist
   */
  async dismiss(actor: Actor, named: string | undefined, id: string): Promise<void> {
    const user_id = accountOf(actor, named);
    if (!/^[0-9a-f]{16}$/.test(id)) throw new NotFound('Recommendation');
    await this.accounts.of(actor, user_id);
    await this.dismissals.add(user_id, id);
  }

  private async all(actor: Actor, user_id: string): Promise<Advice[]> {
    const facts = await this.facts(actor, user_id);
    const replaceable = replaceableModels(facts);
    const others = replaceable.flatMap(({ candidates }) => candidates.map(({ model }) => model));
    const reprice = repriceWith(await this.models.raterOf([...new Set([...modelsIn(facts), ...others])]));
    return [
      ...(await cheaperModels(facts, replaceable, reprice)),
      ...(await promptCaches(facts, reprice)),
      ...freeCalls(facts),
      ...(await cheaperPlan(facts, reprice)),
      ...expiringCredits(facts),
      ...ownKey(facts),
    ];
  }

  private async facts(actor: Actor, user_id: string): Promise<AdviceFacts> {
    const account = await this.accounts.of(actor, user_id);
    const to = new Date();
    const from = new Date(to.getTime() - MONTH_DAYS * DAY_MS);
    const [events, models] = await Promise.all([
      this.past.find(user_id, { from, to }),
      this.models.of(account.plan.tier),
    ]);
    const work = events.map(pastWorkOf);
    // very much work: only the newest was read, so the span begins with its oldest
    const start = work.length === WORK_MAX ? (work[0]?.occurred_at ?? from) : from;
    return { ...account, ...models, from: start, to, work };
  }

  private view(advice: Advice): RecommendationView {
    const { kind, title, message, details, basis, currency, confidence, caveats, new_tier } = advice;
    const id = adviceId(advice);
    const { base_path } = this.config;
    const apply =
      new_tier === null
        ? null
        : { method: 'POST' as const, url: `${base_path}/credits/tiers/switch`, body: { new_tier } };
    return {
      id,
      kind,
      title,
      message,
      details,
      basis,
      currency,
      current_cost: amount(advice.current),
      projected_cost: amount(advice.projected),
      saving_monthly: amount(monthlySaving(advice)),
      confidence,
      caveats: caveats.map((code) => ({ code, message: CAVEATS[code] })),
      apply,
      dismiss_url: `${base_path}/usage/recommendations/${id}/dismiss`,
    };
  }
}

const modelsIn = (facts: AdviceFacts): string[] => [
  ...byModel(facts.work).map(({ model }) => model),
  ...new Set(facts.work.flatMap(({ model }) => model ?? [])),
];
