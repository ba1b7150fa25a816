import { amount as text, type Units } from '../../platform/values/amount.js';
import { DomainError } from '../../platform/errors.js';
import { allowance, type Budget, headroom, sourceOf } from './budget.js';

/** New work beyond a budget; it had no effect. */
export interface BudgetRefusal {
  code: 'budget_exceeded';
  budget: Budget;
  limit_source: string;
  limit: string;
  /** What the work would have used. */
  needed: Units;
}

/** Page of the dashboard on which a budget can be raised, relative to the service. */
const RAISE_AT = '/app/budgets';

/** Returns the refusal of work that does not fit a budget. */
export const budgetRefusal = (budget: Budget, needed: Units): BudgetRefusal => ({
  code: 'budget_exceeded',
  budget: { ...budget },
  limit_source: sourceOf(budget),
  limit: text(allowance(budget)),
  needed,
});

/** Returns the error for the caller: the limit, what is used of it, until when, and where it can be raised. */
export function budgetError({ code, budget, limit_source, limit }: BudgetRefusal): DomainError {
  const { id, unit, used, held, resets_at, set_by } = budget;
  const busy = held > 0n ? ` and ${short(held)} held by work in progress` : '';
  const detail =
    `The budget of the ${limit_source} is reached: ${short(used)} used${busy} of ${short(allowance(budget))} ${unit}. ` +
    `It resets at ${resets_at.toISOString()}; ${set_by === 'admin' ? 'an administrator' : 'you'} can raise it.`;
  const counters = { limit, used: text(used), held: text(held), headroom: text(headroom(budget)) };
  const facts = { limit_source, budget_id: id, ...counters, unit, resets_at, set_by, raise_at: RAISE_AT };
  return new DomainError('payment_required', code, detail, facts);
}

/** Formats an amount without needless decimals. */
const short = (value: Units): string => text(value).replace(/\.?0+$/, '');
