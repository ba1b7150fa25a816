import { amount, type Units } from '../../platform/values/amount.js';
import { isPlan, sumRemaining } from '../grants/grant.js';
import type { Account } from './account.js';
import type { budget_unit } from '../../generated/prisma/enums.js';
import { BUDGET_SOURCES, type BudgetSource } from '../budgets/budget.js';
import { callsToday } from './calls.js';

const PLAN_SOURCES = ['plan_credits', 'monthly_cap', 'calls_per_day', 'calls_per_month', 'free_calls_per_day'] as const;
type PlanSource = (typeof PLAN_SOURCES)[number];

/** What sets a limit: a part of the plan, or a budget. */
export const LIMIT_SOURCES = [...PLAN_SOURCES, ...BUDGET_SOURCES];

/** A limit of an account. Amounts of a budget, and of credits, have decimals; counts of the plan's calls are whole. */
export interface Limit {
  limit_source: PlanSource | BudgetSource;
  /** The budget that sets the limit; null for a limit of the plan. */
  budget_id: string | null;
  unit: budget_unit;
  used: string;
  limit: string;
  resets_at: Date;
}

/**
 * Returns every limit of an account's plan and how much of it is used. All charges must be attributed to grants. Plan credits
 * are those that the period began with and those that were added since; a limit of zero means that nothing is included.
 */
export function limitsOf({ state, grants, now }: Pick<Account, 'state' | 'grants' | 'now'>): Limit[] {
  const { plan_used, monthly_cap, reset_date } = state;
  const credits = (limit_source: PlanSource, limit: Units): Limit => ({
    limit_source,
    budget_id: null,
    unit: 'credits',
    used: amount(plan_used),
    limit: amount(limit),
    resets_at: reset_date,
  });
  const calls = (limit_source: PlanSource, used: number, limit: number | null, resets_at: Date): Limit[] => {
    const figures = { used: String(used), limit: String(limit) };
    return limit === null ? [] : [{ limit_source, budget_id: null, unit: 'calls', ...figures, resets_at }];
  };
  const { calls_today, free_calls_today, calls_reset_at } = callsToday(state, now);
  return [
    credits('plan_credits', plan_used + sumRemaining(grants.filter(isPlan))),
    ...(monthly_cap === null ? [] : [credits('monthly_cap', monthly_cap)]),
    ...calls('calls_per_day', calls_today, state.calls_per_day, calls_reset_at),
    ...calls('calls_per_month', state.calls_this_period, state.calls_per_month, reset_date),
    ...calls('free_calls_per_day', free_calls_today, state.free_calls_per_day, calls_reset_at),
  ];
}
