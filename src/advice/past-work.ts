import type { model_equivalents } from '../generated/prisma/client.js';
import type { TierRow, UserCreditsRow } from '../generated/rows.js';
import { type Units, units } from '../platform/values/amount.js';
import { plainOf } from '../pricing/prices/model-ids.js';
import type { ModelPriceView } from '../pricing/pricing.dto.js';
import type { Rater } from '../pricing/rating/rater.js';
import { ANSWER_POOLS, type Plan, POOLS, type TokenPools, type Work } from '../pricing/rating/work.js';
import { quantitiesOf } from '../pricing/rating/quantities.js';
import type { AdviceBasis } from './advice.js';
import type { PastEvent } from './past-work.repository.js';

/** A charged piece of work: what was measured, and what it cost. */
export interface PastWork extends Omit<Work, 'plan' | 'cost' | 'provider_cost' | 'is_free'> {
  session_id: string | null;
  /** Credits that were charged. */
  total_cost: Units;
  provider_cost: Units;
  is_free: boolean;
  /** Whether it was paid with the user's own key at the provider. */
  is_own_key: boolean;
}

/** Everything that advice is computed from. */
export interface AdviceFacts {
  /** The span of `work`. */
  from: Date;
  to: Date;
  work: readonly PastWork[];
  account: UserCreditsRow;
  plan: TierRow;
  /** Public plans that renew, cheapest first. */
  tiers: readonly TierRow[];
  /** USD that a credit beyond the plan costs. */
  credit_price: Units;
  /** Live grants in burn order. */
  grants: readonly { remaining: string; expires_at: Date | null }[];
  has_own_key: boolean;
  can_have_own_key: boolean;
  /** Share of the provider's cost that is charged for calls with an own key. */
  own_key_fee_rate: Units;
  /** Prices in effect. */
  prices: readonly ModelPriceView[];
  equivalents: readonly Pick<model_equivalents, 'from' | 'to' | 'note'>[];
}

/** Computes what past work would have cost. Null if the price of some of it is not known. */
export type Reprice = (work: readonly Work[]) => Promise<Units | null>;

/** Converts a stored event. */
export function pastWorkOf(event: PastEvent): PastWork {
  const { service, model, tokens_used, service_tier, billable, succeeded, occurred_at, session_id } = event;
  const tokens = Object.fromEntries(POOLS.map((pool) => [pool, event[pool]])) as unknown as TokenPools;
  const measured = { tokens, tokens_used, quantities: quantitiesOf(event), service_tier };
  const costs = { total_cost: units(event.total_cost), provider_cost: units(event.provider_cost) };
  const kind = { is_free: event.is_free_tier, is_own_key: event.is_own_key };
  return { service, model, billable, succeeded, occurred_at, session_id, ...measured, ...costs, ...kind };
}

/** Returns past work as work to price by the catalogue, of another model or with other tokens if `change` says so. */
export const priced = (work: PastWork, plan: Plan, change: Partial<Pick<Work, 'model' | 'tokens'>> = {}): Work => {
  const {
    session_id: _session,
    total_cost: _total,
    provider_cost: _cost,
    is_free: _free,
    is_own_key: _key,
    ...its
  } = work;
  return { ...its, ...change, cost: null, plan: () => Promise.resolve(plan) };
};

/** Returns a function that sums the ratings of work, and lets other requests run in between. */
export function repriceWith(rater: Rater): Reprice {
  return async (work) => {
    let sum = 0n;
    for (const [i, one] of work.entries()) {
      if (i % 500 === 499) await new Promise(setImmediate);
      const rating = await rater.rate(one);
      if (!rating.is_rated) return null;
      sum += rating.total_cost;
    }
    return sum;
  };
}

/** Paid work of one service and model. */
export interface ModelWork {
  service: string;
  model: string;
  work: readonly PastWork[];
  cost: Units;
}

/** Returns the paid work by service and model, the most expensive first. */
export function byModel(work: readonly PastWork[]): ModelWork[] {
  const paid = work.filter(({ model, is_free, is_own_key }) => model !== null && !is_free && !is_own_key);
  const groups = Map.groupBy(paid, ({ service, model }) => `${service}\n${plainOf(model ?? '')}`);
  return [...groups]
    .map(([key, its]) => {
      const [service = '', model = ''] = key.split('\n');
      return { service, model, work: its, cost: costOf(its) };
    })
    .toSorted((a, b) => (a.cost === b.cost ? 0 : a.cost > b.cost ? -1 : 1));
}

export const costOf = (work: readonly PastWork[]): Units => work.reduce((sum, { total_cost }) => sum + total_cost, 0n);

export const planOf = ({ tier, cost_per_1k_tokens }: TierRow): Plan => ({ tier, cost_per_1k_tokens });

/** Returns the basis of an advice about some work. */
export const basisOf = ({ from, to }: Pick<AdviceFacts, 'from' | 'to'>, work: readonly PastWork[]): AdviceBasis => ({
  from,
  to,
  requests: work.length,
  tokens: work.reduce((sum, { tokens_used }) => sum + tokens_used, 0),
});

/** Returns the tokens of a piece of work that belong to the prompt. */
export const promptTokens = (tokens: TokenPools): number =>
  POOLS.reduce((sum, pool) => (ANSWER_POOLS.has(pool) ? sum : sum + tokens[pool]), 0);
