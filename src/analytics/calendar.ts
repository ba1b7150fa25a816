/** A day of the calendar, such as `2026-11-21`: no instant, and so the same in every time zone. */
export type Day = string;

/** What usage is shown by. Weeks begin on Monday (ISO 8601). */
export const GROUPS = ['day', 'week', 'month'] as const;
export type Group = (typeof GROUPS)[number];

/** How far back an answer looks. */
export const PERIODS = ['7d', '30d', '3m', '12m'] as const;
export type Period = (typeof PERIODS)[number];

/** Days from the first on, up to but without the last. */
export interface DayRange {
  readonly from: Day;
  readonly until: Day;
}

const DAY_MS = 24 * 60 * 60 * 1000;
const LENGTHS: Record<Period, { days: number } | { months: number }> = {
  '7d': { days: 7 },
  '30d': { days: 30 },
  '3m': { months: 3 },
  '12m': { months: 12 },
};

const dateOf = (day: Day): Date => new Date(`${day}T00:00:00Z`);
const dayOf = (date: Date): Day => date.toISOString().slice(0, 10);

/** 0 is Monday. */
export const weekday = (day: Day): number => (dateOf(day).getUTCDay() + 6) % 7;

/** How many days lie between, negative when `b` is the earlier one. */
export const daysBetween = (a: Day, b: Day): number => (dateOf(b).getTime() - dateOf(a).getTime()) / DAY_MS;

export const addDays = (day: Day, days: number): Day => dayOf(new Date(dateOf(day).getTime() + days * DAY_MS));

/** The same day of another month, or that month's last when it is shorter. */
export function addMonths(day: Day, months: number): Day {
  const date = dateOf(day);
  const dayOfMonth = date.getUTCDate();
  date.setUTCDate(1);
  date.setUTCMonth(date.getUTCMonth() + months);
  const last = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate();
  date.setUTCDate(Math.min(dayOfMonth, last));
  return dayOf(date);
}

/** The first day of the day's week or month. */
export function startOf(group: Group, day: Day): Day {
  if (group === 'week') return addDays(day, -weekday(day));
  return group === 'month' ? `${day.slice(0, 8)}01` : day;
}

/** The first day of the next bucket. */
export function next(group: Group, start: Day): Day {
  if (group === 'month') return addMonths(start, 1);
  return addDays(start, group === 'week' ? 7 : 1);
}

/** The first days of all buckets that touch the range. */
export function bucketsOf(group: Group, { from, until }: DayRange): Day[] {
  const buckets: Day[] = [];
  for (let start = startOf(group, from); start < until; start = next(group, start)) buckets.push(start);
  return buckets;
}

/**
 * The days of a period that ends today, in whole buckets, so that none looks small only because it is cut: by months,
 * 3m is this month and the two before it.
 */
export function rangeOf(period: Period, group: Group, today: Day): DayRange {
  const length = LENGTHS[period];
  const until = addDays(today, 1);
  if ('days' in length) return { from: startOf(group, addDays(until, -length.days)), until };
  if (group === 'month') return { from: addMonths(startOf('month', today), 1 - length.months), until };
  return { from: startOf(group, addMonths(until, -length.months)), until };
}
