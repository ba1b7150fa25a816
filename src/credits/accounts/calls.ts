import { DAY_MS, midnightAfter } from '../../platform/values/calendar.js';
import type { AccountState } from './account-state.js';
import type { CallRefusal } from './refusal.js';

/** Calls of free models have a separate limit and do not count as metered calls. */
export type CallKind = 'metered' | 'free';

/** The largest count of calls that a column holds. Counters and limits stop there instead of overflowing. */
export const CALLS_MAX = 2_147_483_647;

/** Adds counts of calls, up to {@link CALLS_MAX}. */
export const sumOfCalls = (a: number, b: number): number => Math.min(a + b, CALLS_MAX);

/** The columns that the rules on calls read and change. */
type Calls = Pick<
  AccountState,
  | 'calls_per_day'
  | 'calls_per_month'
  | 'free_calls_per_day'
  | 'calls_today'
  | 'calls_this_period'
  | 'free_calls_today'
  | 'calls_reset_at'
  | 'period_start'
  | 'reset_date'
>;

/** Returns the counters for the UTC day of `now`; they start at zero on a new day. */
export function callsToday(
  { calls_today, free_calls_today, calls_reset_at }: Pick<Calls, 'calls_today' | 'free_calls_today' | 'calls_reset_at'>,
  now: Date,
): Pick<Calls, 'calls_today' | 'free_calls_today' | 'calls_reset_at'> {
  if (calls_reset_at > now) return { calls_today, free_calls_today, calls_reset_at };
  return { calls_today: 0, free_calls_today: 0, calls_reset_at: midnightAfter(now) };
}

/**
 * Returns whether work that was done at `done_at` (null: now) counts toward the UTC day of `now` and toward the current
 * period. Late work belongs to an earlier day or period, whose counters no longer exist.
 */
function isOf({ period_start }: Pick<Calls, 'period_start'>, done_at: Date | null, now: Date) {
  const today = midnightAfter(now).getTime() - DAY_MS;
  return {
    isToday: done_at === null || done_at.getTime() >= today,
    isThisPeriod: done_at === null || period_start === null || done_at >= period_start,
  };
}

/**
 * Decides whether one more call is within the limits of the plan; null means yes. The limit of the period is checked
 * first: when both are reached, the caller must not be asked to retry at midnight.
 */
export function refuseCall(calls: Calls, kind: CallKind, now: Date, done_at: Date | null = null): CallRefusal | null {
  const { isToday, isThisPeriod } = isOf(calls, done_at, now);
  const { calls_per_month, calls_per_day, free_calls_per_day, calls_this_period, reset_date } = calls;
  const { calls_today, free_calls_today, calls_reset_at } = callsToday(calls, now);
  const until = {
    resets_at: calls_reset_at,
    retry_after_s: Math.ceil((calls_reset_at.getTime() - now.getTime()) / 1000),
  };
  if (kind === 'free') {
    if (!isToday || free_calls_per_day === null || free_calls_today < free_calls_per_day) return null;
    const limit = { limit_source: 'free_calls_per_day' as const, limit: free_calls_per_day, used: free_calls_today };
    return { code: 'free_call_limit_exceeded', ...limit, ...until };
  }
  if (isThisPeriod && calls_per_month !== null && calls_this_period >= calls_per_month) {
    const limit = { limit_source: 'calls_per_month' as const, limit: calls_per_month, used: calls_this_period };
    return { code: 'budget_exceeded', ...limit, resets_at: reset_date };
  }
  if (!isToday || calls_per_day === null || calls_today < calls_per_day) return null;
  const limit = { limit_source: 'calls_per_day' as const, limit: calls_per_day, used: calls_today };
  return { code: 'call_limit_exceeded', ...limit, ...until };
}

/** Counts a call. Finished work is counted even beyond the limits. */
export function countCall(calls: Calls, kind: CallKind, now: Date, done_at: Date | null = null): void {
  Object.assign(calls, callsToday(calls, now));
  const { isToday, isThisPeriod } = isOf(calls, done_at, now);
  const counter = kind === 'free' ? 'free_calls_today' : 'calls_today';
  if (isToday) calls[counter] = sumOfCalls(calls[counter], 1);
  if (isThisPeriod && kind === 'metered') calls.calls_this_period = sumOfCalls(calls.calls_this_period, 1);
}
