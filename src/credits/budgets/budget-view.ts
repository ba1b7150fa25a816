import type { BudgetRow } from '../../generated/rows.js';
import { amount } from '../../platform/values/amount.js';
import { DAY_MS } from '../../platform/values/calendar.js';
import { type Budget, headroom, overrun, sourceOf } from './budget.js';
import { isRolling } from './budget-window.js';
import type { BudgetView } from './budgets.dto.js';

/** A window must have run for this share of its length before its use is extrapolated. */
const SHARE_MIN = 0.02;
/** The first period of a plan has no start; it is at most this long. */
const PERIOD_MAX_MS = 30 * DAY_MS;

/**
 * Predicts when a budget runs out if its use continues at the average pace of the window so far. Null if that is not
 * before the window ends, for a rolling window, from which work leaves as it enters, and while too little is known.
 */
export function runsOutAt(budget: Budget, now: Date): Date | null {
  const { window, window_start, resets_at, used } = budget;
  if (isRolling(window) || used === 0n || now < window_start || resets_at <= now) return null;
  if (headroom(budget) === 0n) return now;
  const start = Math.max(window_start.getTime(), resets_at.getTime() - PERIOD_MAX_MS * 13);
  const elapsed = now.getTime() - start;
  if (elapsed < (resets_at.getTime() - start) * SHARE_MIN) return null;
  const at = now.getTime() + (elapsed * Number(amount(headroom(budget)))) / Number(amount(used));
  return at < resets_at.getTime() ? new Date(Math.round(at)) : null;
}

/** Returns a budget as its readers see it. `budget` has the current counters of the row. */
export function budgetView(row: BudgetRow, budget: Budget, now: Date): BudgetView {
  const { id, user_id, unit, timezone, on_exceed, forecast, set_by, window_from, window_to, created_at } = row;
  const { scope, is_active, boosted_until, window_start, resets_at } = budget;
  return {
    id,
    user_id,
    scope,
    unit,
    timezone,
    on_exceed,
    forecast,
    set_by,
    is_active,
    window_from,
    window_to,
    limit_source: sourceOf(budget),
    limit: row.limit_amount,
    window: row.window_kind,
    thresholds: row.thresholds as number[],
    used: amount(budget.used),
    held: amount(budget.held),
    boost: amount(budget.boost),
    headroom: amount(headroom(budget)),
    overrun: amount(overrun(budget)),
    runs_out_at: forecast && is_active ? runsOutAt(budget, now) : null,
    boosted_until,
    window_start,
    resets_at,
    created_at,
  };
}
