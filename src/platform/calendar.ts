import { DateTime } from 'luxon';

/** A day of the calendar, such as 2026-11-21. Which instants it holds depends on the time zone. */
export type Day = string;

/** From `start` until before `end`. */
export interface Period {
  start: Date;
  end: Date;
}

export const UTC = 'UTC';

/** A day of UTC; days elsewhere have an hour more or less where the clock is changed. */
export const DAY_MS = 24 * 60 * 60 * 1000;

/** The day of an instant. */
export const dayOf = (instant: Date, zone: string): Day => day(DateTime.fromJSDate(instant, { zone }));

/** The day `days` later; earlier with a negative number. */
export const addDays = (from: Day, days: number): Day =>
  new Date(midnightOf(from) + days * DAY_MS).toISOString().slice(0, 10);

/** The same day of another month, or that month's last when it is shorter. */
export const addMonths = (from: Day, months: number): Day => day(timeOf(from).plus({ months }));

/** How many days lie between, negative when `b` is the earlier one. */
export const daysBetween = (a: Day, b: Day): number => (midnightOf(b) - midnightOf(a)) / DAY_MS;

/** Monday is 0, Sunday is 6. */
export const weekday = (of: Day): number => (new Date(midnightOf(of)).getUTCDay() + 6) % 7;

/** The last day of the month of a day. */
export const lastOfMonth = (of: Day): Day => day(timeOf(of).endOf('month'));

/** The end of the day of UTC that an instant is in. */
export const midnightAfter = (instant: Date): Date => new Date((Math.floor(instant.getTime() / DAY_MS) + 1) * DAY_MS);

/** The first instant of a day: midnight, or what comes first where the clock leaves midnight out. */
export function startOfDay(of: Day, zone: string): Date {
  const { year, month, day } = timeOf(of);
  const midnight = DateTime.fromObject({ year, month, day }, { zone });
  // where the clock is put back over midnight it comes twice, and luxon may mean the second one
  const [first = midnight] = midnight.getPossibleOffsets();
  return first.toJSDate();
}

/** `count` days from `first` on: the instants at which they begin, and the end of the last one. */
export const dayBounds = (first: Day, count: number, zone: string): Date[] =>
  Array.from({ length: count + 1 }, (_, n) => startOfDay(addDays(first, n), zone));

/** The `count` hours up to the one of `now`: the instants at which they begin, and the end of the last one. */
export function hourBounds(now: Date, count: number, zone: string): Date[] {
  const current = DateTime.fromJSDate(now, { zone }).startOf('hour');
  return Array.from({ length: count + 1 }, (_, n) => current.plus({ hours: n + 1 - count }).toJSDate());
}

/** An instant as people of the zone write it, with its offset. */
export const written = (instant: Date, zone: string): string =>
  DateTime.fromJSDate(instant, { zone }).toISO({ suppressMilliseconds: true }) ?? '';

/** The month of an instant. */
export function monthOf(instant: Date, zone: string): Period {
  const last = lastOfMonth(dayOf(instant, zone));
  return { start: startOfDay(`${last.slice(0, 8)}01`, zone), end: startOfDay(addDays(last, 1), zone) };
}

const midnightOf = (of: Day): number => Date.parse(`${of}T00:00:00Z`);
const timeOf = (of: Day): DateTime => DateTime.fromISO(of, { zone: UTC });
const day = (time: DateTime): Day => time.toFormat('yyyy-MM-dd');
