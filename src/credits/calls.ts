import { midnightAfter } from '../platform/calendar.js';
import type { AccountState } from './account-state.js';
import type { CallRefusal } from './refusal.js';

/** Calls of free models have a quota of their own and do not count as metered calls. */
export type CallKind = 'metered' | 'free';

/** What the rules on calls look at. */
type Calls = Pick<
  AccountState,
  | 'calls_per_day'
  | 'calls_per_month'
  | 'free_calls_per_day'
  | 'calls_today'
  | 'calls_this_period'
  | 'free_calls_today'
  | 'calls_reset_at'
  | 'reset_date'
>;

/** Calls of the day of UTC that `now` is in: what was counted on an earlier day does not count. */
export function callsToday(
  { calls_today, free_calls_today, calls_reset_at }: Pick<Calls, 'calls_today' | 'free_calls_today' | 'calls_reset_at'>,
  now: Date,
): Pick<Calls, 'calls_today' | 'free_calls_today' | 'calls_reset_at'> {
  if (calls_reset_at > now) return { calls_today, free_calls_today, calls_reset_at };
  return { calls_today: 0, free_calls_today: 0, calls_reset_at: midnightAfter(now) };
}

/**
 * Decides whether one more call is within the limits of the plan; null means it is. The limit of the period is looked
 * at first: whoever reached both must not be told to come back at midnight.
 */
export function refuseCall(calls: Calls, kind: CallKind, now: Date): CallRefusal | null {
  const { calls_per_month, calls_per_day, free_calls_per_day, calls_this_period, reset_date } = calls;
  const { calls_today, free_calls_today, calls_reset_at } = callsToday(calls, now);
  const until = {
    resets_at: calls_reset_at,
    retry_after_s: Math.ceil((calls_reset_at.getTime() - now.getTime()) / 1000),
  };
  if (kind === 'free') {
    if (free_calls_per_day === null || free_calls_today < free_calls_per_day) return null;
    const limit = { limit_source: 'free_calls_per_day' as const, limit: free_calls_per_day };
    return { code: 'free_call_limit_exceeded', ...limit, ...until };
  }
  if (calls_per_month !== null && calls_this_period >= calls_per_month) {
    return { code: 'budget_exceeded', limit_source: 'calls_per_month', limit: calls_per_month, resets_at: reset_date };
  }
  if (calls_per_day === null || calls_today < calls_per_day) return null;
  return { code: 'call_limit_exceeded', limit_source: 'calls_per_day', limit: calls_per_day, ...until };
}

/** Counts a call. Finished work counts even beyond the limits. */
export function countCall(calls: Calls, kind: CallKind, now: Date): void {
  Object.assign(calls, callsToday(calls, now));
  if (kind === 'free') calls.free_calls_today += 1;
  else {
    calls.calls_today += 1;
    calls.calls_this_period += 1;
  }
}
