import { midnightAfter } from '../platform/calendar.js';
import type { AccountState } from './account-state.js';
import type { CallRefusal } from './refusal.js';

/** What the rules on metered calls look at. */
type Calls = Pick<
  AccountState,
  'calls_per_day' | 'calls_per_month' | 'calls_today' | 'calls_this_period' | 'calls_reset_at' | 'reset_date'
>;

/** Metered calls of the day of UTC that `now` is in: what was counted on an earlier day does not count. */
export function callsToday({ calls_today, calls_reset_at }: Calls, now: Date): number {
  return calls_reset_at > now ? calls_today : 0;
}

/**
 * Decides whether one more metered call is within the limits of the plan; null means it is. The limit of the period is
 * looked at first: whoever reached both must not be told to come back at midnight.
 */
export function refuseCall(calls: Calls, now: Date): CallRefusal | null {
  const { calls_per_month, calls_per_day, calls_this_period, reset_date } = calls;
  if (calls_per_month !== null && calls_this_period >= calls_per_month) {
    return { code: 'budget_exceeded', limit_source: 'calls_per_month', limit: calls_per_month, resets_at: reset_date };
  }
  if (calls_per_day !== null && callsToday(calls, now) >= calls_per_day) {
    const resets_at = midnightAfter(now);
    const retry_after_s = Math.ceil((resets_at.getTime() - now.getTime()) / 1000);
    return {
      ...{ code: 'call_limit_exceeded', limit_source: 'calls_per_day' },
      ...{ limit: calls_per_day, resets_at, retry_after_s },
    };
  }
  return null;
}

/** Counts a metered call. Finished work counts even beyond the limits. */
export function countCall(calls: Calls, now: Date): void {
  calls.calls_today = callsToday(calls, now) + 1;
  calls.calls_this_period += 1;
  if (calls.calls_reset_at <= now) calls.calls_reset_at = midnightAfter(now);
}
