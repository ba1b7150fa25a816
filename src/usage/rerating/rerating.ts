import type { usage_events } from '../../generated/prisma/client.js';
import { amount, amountOrNull, max, units, type Units } from '../../platform/values/amount.js';
import type { Wire } from '../../platform/values/wire.js';
import type { RatedEvent } from '../../metering/unrated.repository.js';
import { quantitiesOf } from '../../pricing/rating/quantities.js';
import type { Rating } from '../../pricing/rating/rating.js';
import { type Plan, POOLS, type TokenPools, type Work } from '../../pricing/rating/work.js';

/** A stored event without a final rating. */
export type UnratedEvent = Wire<usage_events>;

/** The effect of re-rating some events. */
export interface Rerated {
  events: number;
  /** Provisional and final cost of all events, in units. */
  before: Units;
  after: Units;
  /** Additional cost of the charged events; negative for a reduction. */
  more: Units;
}

/** Returns a stored event as the work to price, without its provisional cost. */
export function workOfEvent(event: UnratedEvent, plan: () => Promise<Plan>): Work {
  const { service, model, tokens_used, service_tier, billable, succeeded, occurred_at } = event;
  const tokens = Object.fromEntries(POOLS.map((pool) => [pool, event[pool]])) as unknown as TokenPools;
  const counted = { tokens, tokens_used, quantities: quantitiesOf(event), service_tier };
  return { ...counted, service, model, billable, succeeded, occurred_at, cost: null, plan };
}

/** Returns the final rating of an event. */
export function ratedEvent({ id }: UnratedEvent, rating: Rating): RatedEvent {
  const {
    provider_cost,
    platform_markup,
    total_cost,
    cache_savings,
    list_cost: _,
    is_rated: _rated,
    ...rated
  } = rating;
  return {
    id,
    ...rated,
    provider_cost: amount(provider_cost),
    platform_markup: amount(platform_markup),
    total_cost: amount(total_cost),
    cache_savings: amountOrNull(cache_savings),
  };
}

/**
 * Returns the effect of the final ratings. Only charged work is corrected, and credits that were already refunded are
 * not given back again: a reduction is limited to `refundable`, the part of each charge that has not been refunded.
 */
export function changeOf(
  pairs: readonly (readonly [UnratedEvent, RatedEvent])[],
  refundable: ReadonlyMap<string, Units>,
): Rerated {
  const change: Rerated = { events: pairs.length, before: 0n, after: 0n, more: 0n };
  for (const [event, rated] of pairs) {
    const [before, after] = [units(event.total_cost), units(rated.total_cost)];
    change.before += before;
    change.after += after;
    const { transaction_id } = event;
    if (transaction_id !== null) change.more += max(after - before, -(refundable.get(transaction_id) ?? 0n));
  }
  return change;
}

/** Adds up two effects. */
export const plus = (a: Rerated, b: Rerated): Rerated => ({
  events: a.events + b.events,
  before: a.before + b.before,
  after: a.after + b.after,
  more: a.more + b.more,
});
