import { amount } from '../../platform/values/amount.js';
import { type Day, dayOf, UTC } from '../../platform/values/calendar.js';
import { creditsText } from '../../platform/values/sentences.js';
import { type Advice, CALLS_MIN } from '../advice.js';
import { type AdviceFacts, basisOf, byModel, costOf, type PastWork } from '../past-work.js';
import { covers, isAllowed, isOffered, needsOf } from './candidates.js';

/** Advises the free variant of a model for as many calls a day as the plan has free calls left. */
export function freeCalls(facts: AdviceFacts): Advice[] {
  const { work, account, prices } = facts;
  const used = new Map<Day, number>();
  for (const { occurred_at, is_free } of work) if (is_free) add(used, dayOf(occurred_at, UTC));
  return byModel(work).flatMap((of) => {
    const needs = needsOf(of.work);
    const free = prices.find(
      (price) =>
        price.model === `${of.model}:free` &&
        isOffered(price, of.service) &&
        covers(price, needs) &&
        isAllowed(facts, price),
    );
    const could = free ? withinLimit(of.work, account.free_calls_per_day, new Map(used)) : [];
    if (!free || could.length < CALLS_MIN) return [];
    const basis = basisOf(facts, of.work);
    const saving = costOf(could);
    return [
      {
        kind: 'free_calls' as const,
        subject: [of.service, of.model],
        title: `Use the free variant of ${of.model}`,
        message: `${could.length} of ${basis.requests} requests to ${of.model} were within the free calls of the plan. With ${free.model} they would have cost nothing instead of ${creditsText(saving)} credits.`,
        details: {
          model: of.model,
          other_model: free.model,
          requests: basis.requests,
          free_requests: could.length,
          cost: amount(of.cost),
          other_cost: amount(of.cost - saving),
        },
        basis,
        currency: 'credits' as const,
        current: of.cost,
        projected: of.cost - saving,
        confidence: 'medium' as const,
        caveats: ['free_limits'] as const,
        new_tier: null,
      },
    ];
  });
}

/** Returns the first calls of each day that fit into the free calls, and counts them. */
function withinLimit(work: readonly PastWork[], limit: number | null, used: Map<Day, number>): PastWork[] {
  return work.filter(({ occurred_at }) => {
    const day = dayOf(occurred_at, UTC);
    if (limit !== null && (used.get(day) ?? 0) >= limit) return false;
    add(used, day);
    return true;
  });
}

const add = (counts: Map<Day, number>, day: Day): unknown => counts.set(day, (counts.get(day) ?? 0) + 1);
