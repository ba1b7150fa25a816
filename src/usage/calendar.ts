import { DateTime } from 'luxon';

/** A day of a calendar, such as 2026-11-21. Which instants it holds depends on the time zone. */
export type Day = string;

/** From `start` until before `end`. */
export interface Period {
  start: Date;
  end: Date;
}

export const UTC = 'UTC';

/** The day of an instant. */
export const dayOf = (instant: Date, zone: string): Day => day(DateTime.fromJSDate(instant, { zone }));

/** The day `days` later; earlier with a negative number. */
export const plusDays = (from: Day, days: number): Day => day(DateTime.fromISO(from, { zone: UTC }).plus({ days }));

/** Monday is 1, Sunday is 7. */
export const weekdayOf = (of: Day): number => DateTime.fromISO(of, { zone: UTC }).weekday;

/** The last day of the month of a day. */
export const lastOfMonth = (of: Day): Day => day(DateTime.fromISO(of, { zone: UTC }).endOf('month'));

/** The first instant of a day: midnight, or what comes first where the clock leaves midnight out. */
export function startOfDay(of: Day, zone: string): Date {
  const { year, month, day } = DateTime.fromISO(of, { zone: UTC });
  const midnight = DateTime.fromObject({ year, month, day }, { zone });
  // where the clock is put back over midnight it comes twice, and luxon may mean the second one
  const [first = midnight] = midnight.getPossibleOffsets();
  return first.toJSDate();
}

/** `count` days from `first` on: the instants at which they begin, and the end of the last one. */
export const dayBounds = (first: Day, count: number, zone: string): Date[] =>
  Array.from({ length: count + 1 }, (_, n) => startOfDay(plusDays(first, n), zone));

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
  return { start: startOfDay(`${last.slice(0, 8)}01`, zone), end: startOfDay(plusDays(last, 1), zone) };
}

const day = (time: DateTime): Day => time.toFormat('yyyy-MM-dd');
