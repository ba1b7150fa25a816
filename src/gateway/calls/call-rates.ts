import { Inject, Injectable } from '@nestjs/common';
import { AccountsService } from '../../credits/accounts/accounts.service.js';
import type { HoldFacts } from '../../credits/posting/posting.js';
import type { NewEvent } from '../../metering/usage-event.js';
import { CallerRates } from '../../keys/rates/caller-rates.js';
import { type Actor, systemActor } from '../../platform/actor.js';
import { attributionOf } from '../../platform/attribution.js';
import { amount, divideHalfUp, type Units, units } from '../../platform/values/amount.js';
import { CONFIG, type Config } from '../../platform/config/config.js';
import { isFreeId } from '../../pricing/prices/model-ids.js';
import { PricingService } from '../../pricing/pricing.service.js';
import type { Rater } from '../../pricing/rating/rater.js';
import type { Rating } from '../../pricing/rating/rating.js';
import { noteUnread } from '../../pricing/usage/unread-log.js';
import { asReported } from '../../pricing/usage/usage.js';
import { NO_TOKENS, type TokenPools } from '../../pricing/rating/work.js';
import { TiersRepository } from '../../tiers/tiers.repository.js';
import { PlanLookup } from '../../usage/tracking/plan-lookup.js';
import { eventOf, type Report, reportOf, type ReportedWork, workOf } from '../../usage/tracking/usage-report.js';
import type { ResultKind, Progress } from '../answers/answer-facts.js';

/** The service that the gateway's calls belong to. */
export const SERVICE = 'openrouter';
const SOURCE = 'gateway';
/** Metadata of holds and events whose call was made with the user's own key. */
export const OWN_KEY = { key: 'own' };
const ONE = units('1');
export const GATEWAY_ACTOR = systemActor('gateway');

/** The terms of a user's call. */
export interface RateTerms {
  user_id: string;
  model: string;
  /** Whether it is made with the user's own key. */
  is_own_key: boolean;
  /** Prices the call with the prices in force when it began; without it, current prices are loaded. */
  rater?: Rater;
}

/** A call that was sent and has to be settled, by this process or another one. */
export interface MadeCall extends Pick<RateTerms, 'is_own_key' | 'rater'> {
  /** The hold of the call. Its id is also the request id of the usage event. */
  hold: HoldFacts;
  /** Null for a call of this process, made just now. */
  created_at: Date | null;
}

/** The outcome of a call as far as it is known. Without a usage the cost is unknown. */
export interface CallResult extends Progress {
  made: ResultKind;
  /** The provider's id of the call. */
  generation_id: string | null;
}

/** Computes the exact cost of calls. */
@Injectable()
export class CallRates {
  private readonly fee_rate: Units;

  constructor(
    private readonly pricing: PricingService,
    private readonly accounts: AccountsService,
    private readonly tiers: TiersRepository,
    private readonly callerRates: CallerRates,
    @Inject(CONFIG) config: Config,
  ) {
    this.fee_rate = units(config.openrouter.own_key_fee_rate);
  }

  /** Returns a rater with the current prices of some models. */
  raterOf(models: readonly string[]): Promise<Rater> {
    return this.pricing.raterOf(models);
  }

  /** Counts the tokens of a call that was charged towards the limits of the account and of the API key it was made with. */
  noteTokens(actor: Actor, { tokens_used }: Pick<NewEvent, 'tokens_used'>): void {
    this.callerRates.noteTokens(actor, tokens_used);
  }

  /** Returns the usage event of a call. Unknown usage is recorded at zero cost with `unresolved: true`. */
  async eventOf(call: MadeCall, ending: CallResult): Promise<NewEvent> {
    const { hold, is_own_key, created_at } = call;
    const { usage, made } = ending;
    noteUnread('gateway', usage?.unread_usage ?? null);
    const provider_cost = usage?.provider_cost ?? null;
    const billable = usage !== null && made !== 'nothing';
    const work = { ...(usage && asReported(usage)), model: hold.model, billable, succeeded: made === 'all' };
    const named = { ...work, request_id: hold.id, settle: true, metadata: metadataOf(call, ending) };
    const worked = report(named, hold.user_id, created_at);
    const model = await this.pricedAs(hold.model, ending.model, provider_cost);
    const rating = await this.rateEnding(call, { ...worked, model }, provider_cost);
    const rated = is_own_key ? this.ownKeyRating(rating, provider_cost) : rating;
    return eventOf(worked, rated, attributionOf(hold));
  }

  /**
   * Returns the model whose price applies. If another model answered, its price applies: a router has no price, and a
   * fallback has a different one. A call to a free model stays free as long as the provider charges nothing.
   */
  private async pricedAs(asked: string | null, answered_by: string | null, provider_cost: Units | null) {
    if (answered_by === null || answered_by === asked || (isFreeId(asked) && !provider_cost)) return asked;
    const isKnown = isFreeId(answered_by) || (await this.pricing.isPriced(SERVICE, answered_by));
    return isKnown ? answered_by : asked;
  }

  /**
   * Rates with the prices in force when the call began, as the hold was; if a price was missing then, with current
   * prices.
   */
  private async rateEnding({ hold, rater }: MadeCall, work: Report, provider_cost: Units | null): Promise<Rating> {
    if (!rater || work.model !== hold.model) return this.rate(work, provider_cost);
    const rating = await this.rate(work, provider_cost, rater);
    return rating.is_rated ? rating : this.rate(work, provider_cost);
  }

  /**
   * A provider cost of zero for a priced model means that the provider does not know the cost; then the catalogue price
   * applies.
   */
  private async rate(work: Report, provider_cost: Units | null, rater?: Rater): Promise<Rating> {
    const plans = new PlanLookup(GATEWAY_ACTOR, this.accounts, this.tiers);
    const priced = workOf(work, () => plans.of(work.user_id), new Date());
    const by = rater ?? (await this.pricing.raterOf([work.model]));
    return by.rate({ ...priced, provider_cost: provider_cost === 0n ? null : provider_cost });
  }

  /** Rates a BYOK call: the provider bills the user, so only our fee is charged. */
  private ownKeyRating(rating: Rating, provider_cost: Units | null): Rating {
    const fee = this.feeOf(provider_cost ?? rating.provider_cost);
    const costs = { provider_cost: 0n, platform_markup: fee, total_cost: fee, cache_savings: null };
    return { ...rating, ...costs, is_rated: true, price_id: null, markup_rule_id: null, markup_rate: null };
  }

  /** Returns the fee for work of this provider cost that is paid with a user's own key. */
  feeOf(cost: Units): Units {
    return shareOf(cost, this.fee_rate);
  }
}

const shareOf = (cost: Units, rate: Units): Units => divideHalfUp(cost * rate, ONE);

/** Builds the metadata of a call's usage event. */
function metadataOf(
  { hold, is_own_key }: MadeCall,
  { usage, model, generation_id, made }: CallResult,
): Record<string, unknown> {
  return {
    ...(generation_id === null ? {} : { generation_id }),
    ...(model === null || model === hold.model ? {} : { answered_by: model }),
    ...(is_own_key ? { ...OWN_KEY, upstream_cost: usage?.provider_cost ? amount(usage.provider_cost) : null } : {}),
    ...(usage || made === 'nothing' ? {} : { unresolved: true }),
  };
}

type CallWork = Omit<ReportedWork, 'service'> & Partial<TokenPools>;

function report(work: CallWork, user_id: string, occurred_at: Date | null): Report {
  const done = { ...NO_TOKENS, ...work, service: SERVICE, occurred_at };
  return reportOf(done, { user_id, source: SOURCE }, new Date());
}
