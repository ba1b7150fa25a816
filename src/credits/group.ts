import { max, type Units } from '../platform/amount.js';
import { nameKey, nameOf } from '../metering/usage-event.js';
import { eventOf, isCall, type Posting } from './posting.js';

/** What one posting does to its account, when it is accepted. */
export interface Step {
  posting: Posting;
  /** Credits it charges. */
  charged: Units;
  /** Credits it sets aside; negative when it gives them back. */
  held: Units;
  /** Metered calls it is: one or none. */
  calls: number;
}

/** Postings of one user that can be accepted all together, or not at all. */
export interface Group {
  user_id: string;
  steps: Step[];
  /** Spendable credits with which every step fits when its turn comes. */
  need: Units;
  charged: Units;
  held: Units;
  /** Metered calls that must be left within the plan's limits, so that each refusable one fits when its turn comes. */
  calls_need: number;
  calls: number;
}

/**
 * Adds up what the postings of a user need and do, in their order. With `need` credits to spend, accepting all of them
 * at once ends where accepting one after the other ends. Null when only the one-by-one path can tell: a key, a hold
 * or a piece of work that comes twice, a capture beyond its hold, an extension.
 */
export function groupOf(user_id: string, postings: readonly Posting[]): Group | null {
  const group: Group = { user_id, steps: [], need: 0n, charged: 0n, held: 0n, calls_need: 0, calls: 0 };
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
    group.calls += step.calls;
    if (step.calls > 0 && posting.kind !== 'settle') group.calls_need = group.calls;
    group.need = max(group.need, group.charged + group.held);
  }
  return group;
}

function stepOf(posting: Posting): Step | null {
  const calls = isCall(posting) ? 1 : 0;
  switch (posting.kind) {
    case 'deduct':
    case 'settle':
      return { posting, calls, charged: posting.amount, held: 0n };
    case 'hold':
      return { posting, calls, charged: 0n, held: posting.amount };
    case 'capture':
      return posting.amount > posting.hold.amount
        ? null
        : { posting, calls, charged: posting.amount, held: -posting.hold.amount };
    case 'release':
      return { posting, calls, charged: 0n, held: -posting.hold.amount };
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
