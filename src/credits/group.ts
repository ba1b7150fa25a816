import { max, type Units } from '../platform/amount.js';
import { nameKey, nameOf } from '../metering/usage-event.js';
import type { CallKind } from './calls.js';
import { callOf, doneAt, eventOf, listCostOf, type Posting } from './posting.js';

/** What one posting does to its account, when it is accepted. */
export interface Step {
  posting: Posting;
  /** Credits it charges. */
  charged: Units;
  /** Credits it sets aside; negative when it gives them back. */
  held: Units;
  /** What free work that it records would have cost. */
  list_cost: Units;
}

/** Calls of one kind in a group. */
export interface CallCount {
  count: number;
  /** Calls that must be left within the plan's limits, so that each refusable one fits when its turn comes. */
  need: number;
}

/** Postings of one user that can be accepted all together, or not at all. */
export interface Group {
  user_id: string;
  steps: Step[];
  /** Spendable credits with which every step fits when its turn comes. */
  need: Units;
  charged: Units;
  held: Units;
  list_cost: Units;
  calls: Record<CallKind, CallCount>;
  /** When the oldest work in it was done, as far as somebody says so: late work is posted one by one. */
  since: Date | null;
}

/**
 * Adds up what the postings of a user need and do, in their order. With `need` credits to spend, accepting all of them
 * at once ends where accepting one after the other ends. Null when only the one-by-one path can tell: a key, a hold
 * or a piece of work that comes twice, a capture beyond its hold, an extension.
 */
export function groupOf(user_id: string, postings: readonly Posting[]): Group | null {
  const calls = { metered: { count: 0, need: 0 }, free: { count: 0, need: 0 } };
  const group: Group = { user_id, steps: [], need: 0n, charged: 0n, held: 0n, list_cost: 0n, calls, since: null };
  const seen = new Set<string>();
  for (const posting of postings) {
    for (const once of namesOf(posting)) {
      if (seen.has(once)) return null;
      seen.add(once);
    }
    const step = stepOf(posting);
    if (!step) return null;
    group.steps.push(step);
    group.charged += step.charged;
    group.held += step.held;
    group.list_cost += step.list_cost;
    countCall(group, posting);
    const done_at = doneAt(posting);
    if (done_at && (group.since === null || done_at < group.since)) group.since = done_at;
    group.need = max(group.need, group.charged + group.held);
  }
  return group;
}

function countCall({ calls }: Group, posting: Posting): void {
  const kind = callOf(posting);
  if (!kind) return;
  calls[kind].count += 1;
  if (posting.kind !== 'settle') calls[kind].need = calls[kind].count;
}

function stepOf(posting: Posting): Step | null {
  const list_cost = listCostOf(posting);
  switch (posting.kind) {
    case 'deduct':
    case 'settle':
      return { posting, list_cost, charged: posting.amount, held: 0n };
    case 'hold':
      return { posting, list_cost, charged: 0n, held: posting.amount };
    case 'capture':
      return posting.amount > posting.hold.amount
        ? null
        : { posting, list_cost, charged: posting.amount, held: -posting.hold.amount };
    case 'release':
      return posting.actor.roles.includes('admin') // audited, which this path is not
        ? null
        : { posting, list_cost, charged: 0n, held: -posting.hold.amount };
    case 'extend':
      return null;
  }
}

/** What may come only once in a group. */
function namesOf(posting: Posting): string[] {
  const names = 'hold' in posting ? [`hold ${posting.hold.id}`] : [];
  const event = eventOf(posting);
  const name = event && nameOf(event);
  if (name) names.push(`event ${nameKey(name)}`);
  return posting.key ? [...names, `key ${posting.key.key}`] : names;
}
