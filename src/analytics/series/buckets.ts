import { addDays, addMonths, type Day, hoursBetween, startOfDay, weekday } from '../../platform/values/calendar.js';

/** Units by which usage is grouped. Weeks start on Monday (ISO 8601). */
export const GROUPS = ['day', 'week', 'month'] as const;
export type Group = (typeof GROUPS)[number];

/** Length of the period that an answer covers. */
export const PERIODS = ['7d', '30d', '3m', '12m'] as const;
export type Period = (typeof PERIODS)[number];

/** A range of days: `from` is inclusive, `until` exclusive. */
export interface DayRange {
  readonly from: Day;
  readonly until: Day;
}

const LENGTHS: Record<Period, { days: number } | { months: number }> = {
  '7d': { days: 7 },
  '30d': { days: 30 },
  '3m': { months: 3 },
  '12m': { months: 12 },
};

/** Returns the first day of the day's week or month. */
export function startOf(group: Group, day: Day): Day {
  if (group === 'week') return addDays(day, -weekday(day));
  return group === 'month' ? `${day.slice(0, 8)}01` : day;
}

/** Returns the first day of the next bucket. */
export function next(group: Group, start: Day): Day {
  if (group === 'month') return addMonths(start, 1);
  return addDays(start, group === 'week' ? 7 : 1);
}

/** Returns the first days of all buckets that overlap the range. */
export function bucketsOf(group: Group, { from, until }: DayRange): Day[] {
  const buckets: Day[] = [];
  for (let start = startOf(group, from); start < until; start = next(group, start)) buckets.push(start);
  return buckets;
}

/** Returns the start of each bucket that overlaps the range, in a time zone, and the end of the last one. */
export function boundsOf(group: Group | 'hour', range: DayRange, zone: string): Date[] {
  if (group === 'hour') return hoursBetween(startOfDay(range.from, zone), startOfDay(range.until, zone), zone);
  const starts = bucketsOf(group, range);
  const last = starts.at(-1);
  return [...starts, ...(last === undefined ? [] : [next(group, last)])].map((day) => startOfDay(day, zone));
}

/**
 * Returns the days of a period that ends today, extended to whole buckets, so that none looks small because it is cut
 * off. Grouped by month, 3m is the current month and the two before it.
 */
export function rangeOf(period: Period, group: Group, today: Day): DayRange {
  const length = LENGTHS[period];
  const until = addDays(today, 1);
  if ('days' in length) return { from: startOf(group, addDays(until, -length.days)), until };
  if (group === 'month') return { from: addMonths(startOf('month', today), 1 - length.months), until };
  return { from: startOf(group, addMonths(until, -length.months)), until };
}
