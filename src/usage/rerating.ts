import type { usage_events } from '../generated/prisma/client.js';
import { amount, max, units, type Units } from '../platform/amount.js';
import type { Wire } from '../platform/wire.js';
import type { RatedEvent } from '../metering/unrated.repository.js';
import { quantitiesOf } from '../pricing/quantities.js';
import type { Rating } from '../pricing/rating.js';
import { type Plan, POOLS, type TokenPools, type Work } from '../pricing/work.js';

/** An event that waits for its price, as it is stored. */
export type UnratedEvent = Wire<usage_events>;

/** What re-rating some events comes to. */
export interface Rerated {
  events: number;
  /** Provisional and final cost of all of them, credits. */
  before: Units;
  after: Units;
  /** How much more the charged ones among them cost; negative when it is less. */
  more: Units;
}

/** A stored event as the work that is to be priced: its provisional cost is forgotten. */
export function workOfEvent(event: UnratedEvent, plan: () => Promise<Plan>): Work {
  const { service, model, tokens_used, service_tier, billable, succeeded, occurred_at } = event;
  const tokens = Object.fromEntries(POOLS.map((pool) => [pool, event[pool]])) as unknown as TokenPools;
  const counted = { tokens, tokens_used, quantities: quantitiesOf(event), service_tier };
  return { ...counted, service, model, billable, succeeded, occurred_at, cost: null, plan };
}

/** The event with its final rating. */
export function ratedEvent({ id }: UnratedEvent, rating: Rating): RatedEvent {
  const { provider_cost, platform_markup, total_cost, list_cost: _, is_rated: _rated, ...rated } = rating;
  return {
    ...{ id, ...rated },
    provider_cost: amount(provider_cost),
    platform_markup: amount(platform_markup),
    total_cost: amount(total_cost),
  };
}

/**
 * What final ratings change. Only work that was charged is charged anew, and what was refunded of a charge by now is not
 * given back again: `refundable` is what is left of each.
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

/** Both together. */
export const plus = (a: Rerated, b: Rerated): Rerated => ({
  events: a.events + b.events,
  before: a.before + b.before,
  after: a.after + b.after,
  more: a.more + b.more,
});
