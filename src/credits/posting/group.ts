import { max, type Units } from '../../platform/values/amount.js';
import { nameKey, nameOf } from '../../metering/usage-event.js';
import type { CallKind } from '../accounts/calls.js';
import { callOf, doneAt, eventOf, type HoldTerms, listCostOf, type Posting } from './posting.js';

/** The effect of one posting on its account if it is accepted. */
export interface Step {
  posting: Posting;
  /** Credits it charges. */
  charged: Units;
  /** Change of the held credits; negative when it gives them back. */
  held: Units;
  /** List price of the free work that it records. */
  list_cost: Units;
}

/** Calls of one kind in a group. */
export interface CallCount {
  count: number;
  /** Calls that the plan's limits must still allow, so that each refusable one fits when its turn comes. */
  need: number;
}

/** Postings of one user that are accepted all together or not at all. */
export interface Group {
  user_id: string;
  steps: Step[];
  /** Spendable credits with which every step fits when its turn comes. */
  need: Units;
  charged: Units;
  held: Units;
  list_cost: Units;
  calls: Record<CallKind, CallCount>;
  /** The terms that its holds depend on. */
  terms: HoldTerms | null;
  /** When the oldest work in it was done, if stated. Late work is posted one by one. */
  since: Date | null;
}

/**
 * Adds up the needs and effects of a user's postings, in order. With `need` spendable credits, accepting all of them
 * together leads to the same result as accepting them one by one. Returns null when only the locked path can decide: a
 * key, a hold or an event that occurs twice, different terms, a capture beyond its hold, an extension.
 */
export function groupOf(user_id: string, postings: readonly Posting[]): Group | null {
  const calls = { metered: { count: 0, need: 0 }, free: { count: 0, need: 0 } };
  const none = { need: 0n, charged: 0n, held: 0n, list_cost: 0n };
  const group: Group = { user_id, steps: [], ...none, calls, terms: null, since: null };
  if (repeatsName(postings)) return null;
  for (const posting of postings) {
    if (posting.kind === 'hold' && posting.terms) {
      if (group.terms && group.terms !== posting.terms) return null;
      group.terms = posting.terms;
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
      return posting.actor.roles.includes('admin') // must be audited, which a batch does not do
        ? null
        : { posting, list_cost, charged: 0n, held: -posting.hold.amount };
    case 'extend':
      return null;
  }
}

function repeatsName(postings: readonly Posting[]): boolean {
  if (postings.length === 1) return false;
  const names = postings.flatMap(namesOf);
  return new Set(names).size < names.length;
}

/** Returns the names that must be unique in a group: of the hold, the event and the idempotency key. */
function namesOf(posting: Posting): string[] {
  const names = 'hold' in posting ? [`hold ${posting.hold.id}`] : [];
  const event = eventOf(posting);
  const name = event && nameOf(event);
  if (name) names.push(`event ${nameKey(name)}`);
  return posting.key ? [...names, `key ${posting.key.key}`] : names;
}
