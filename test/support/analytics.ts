import { NEVER_CLOSED } from '../../src/credits/accounts/account-state.js';
import type { TierRow, UserCreditsRow } from '../../src/generated/rows.js';
import { addDays, type Day } from '../../src/platform/values/calendar.js';
import { NO_USAGE, type UsageTotals } from '../../src/analytics/series/usage-totals.js';
import { units } from '../../src/platform/values/amount.js';

export const TODAY = '2026-11-21';

/** The usage of a day; costs in credits. */
export function tally({
  cost = '0',
  ...given
}: Partial<Omit<UsageTotals, 'total_cost'>> & { cost?: string } = {}): UsageTotals {
  return { ...NO_USAGE, ...given, charged_cost: units(cost), total_cost: units(cost) };
}

/** Usage of the days before TODAY, up to yesterday. */
export function daysBefore(count: number, usage: (n: number) => UsageTotals): Map<Day, UsageTotals> {
  const first = addDays(TODAY, -count);
  return new Map(Array.from({ length: count }, (_, n) => [addDays(first, n), usage(n)]));
}

/** An account on the plan starter, in the middle of its period. */
export function account(given: Partial<UserCreditsRow> = {}): UserCreditsRow {
  return {
    user_id: 'user-42',
    balance: '20',
    held: '0',
    debt: '0',
    capped: '0',
    has_budgets: false,
    credit_level: null,
    alert_below: '0',
    low_balance_threshold: null,
    plan_used: '0',
    used_this_period: '0',
    allocated_monthly: '20',
    bonus_credits: '0',
    free_tier_used: '0',
    monthly_cap: '20',
    monthly_cap_is_set: false,
    tier: 'starter',
    next_tier: null,
    paid_until: null,
    next_terms: null,
    reset_date: new Date('2026-12-06T00:00:00Z'),
    due_at: new Date('2026-12-06T00:00:00Z'),
    last_updated: new Date('2026-11-06T00:00:00Z'),
    created_at: new Date('2026-08-06T00:00:00Z'),
    calls_per_day: null,
    calls_per_month: 1000,
    calls_today: 0,
    calls_this_period: 0,
    free_calls_per_day: 200,
    free_calls_today: 0,
    period_start: null,
    calls_reset_at: new Date('2026-11-22T00:00:00Z'),
    ...NEVER_CLOSED,
    ...given,
  };
}

/** A public plan that renews. */
export function tier(code: string, credits_monthly: string, calls_per_month: number | null): TierRow {
  const at = new Date('2026-01-01T00:00:00Z');
  return {
    tier: code,
    name: code,
    price_monthly: '19.0000000000',
    credits_monthly,
    monthly_cap: null,
    cost_per_1k_tokens: '0.002',
    seats: null,
    rollover_max: '0',
    renews: true,
    is_public: true,
    rank: 1,
    calls_per_day: null,
    calls_per_month,
    free_calls_per_day: null,
    allowed_models: [],
    features: [],
    created_at: at,
    updated_at: at,
  };
}
