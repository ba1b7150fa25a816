import type { ScheduledGrantRow } from '../../generated/rows.js';
import { addDays, addMonths, type Day, DAY_MS, dayOf, daysBetween, timeOnDay } from '../../platform/values/calendar.js';

/** When credits are given. */
export type GrantRule = Pick<ScheduledGrantRow, 'every' | 'starts_on' | 'ends_on' | 'time_of_day' | 'timezone'>;

/** A day on which credits are given, and the instant at which they are due. */
export interface Occurrence {
  day: Day;
  due_at: Date;
}

const WEEK_DAYS = 7;
/** The longest month. A month counts as that long where the first candidate is estimated, so that it is never too late. */
const MONTH_DAYS = 31;

/**
 * Yields the occurrences that are due at `since` or later, in order. Days are counted from the first one, so a month
 * without its day uses its last one and the next month has the day again. A time that the clock skips is due when the
 * clock goes on, and one that it shows twice is due the first time.
 */
export function* occurrencesSince(rule: GrantRule, since: Date): Generator<Occurrence> {
  for (let n = firstCandidate(rule, since); ; n += 1) {
    const day = nthDay(rule, n);
    if (rule.ends_on !== null && day > rule.ends_on) return;
    const due_at = timeOnDay(day, rule.time_of_day, rule.timezone);
    if (due_at >= since) yield { day, due_at };
  }
}

/** Returns the first `count` occurrences that are due at `since` or later. */
export function nextOccurrences(rule: GrantRule, since: Date, count: number): Occurrence[] {
  const next: Occurrence[] = [];
  for (const occurrence of occurrencesSince(rule, since)) {
    next.push(occurrence);
    if (next.length === count) break;
  }
  return next;
}

/** Returns when the credits of an occurrence expire; null if they do not. */
export const expiryOf = (due_at: Date, expires_after_days: number | null): Date | null =>
  expires_after_days === null ? null : new Date(due_at.getTime() + expires_after_days * DAY_MS);

function nthDay({ every, starts_on }: GrantRule, n: number): Day {
  if (every === 'month') return addMonths(starts_on, n);
  return addDays(starts_on, every === 'week' ? n * WEEK_DAYS : n);
}

/** Returns the number of an occurrence that is not later than the first one wanted. */
function firstCandidate({ every, starts_on, timezone }: GrantRule, since: Date): number {
  const days = daysBetween(starts_on, dayOf(since, timezone)) - 1;
  return Math.max(0, Math.floor(days / { day: 1, week: WEEK_DAYS, month: MONTH_DAYS }[every]));
}
