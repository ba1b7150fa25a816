import { LRUCache } from 'lru-cache';
import { DateTime, IANAZone } from 'luxon';

/*
 * The one place where the rules of time zones are applied. The database is given instants and never the name of a zone:
 * its own rules may be of another year, and it may not know a name at all.
 */

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

const HOUR_MS = 60 * 60 * 1000;

/**
 * The day of an instant: the one whose first instant was the last to pass. Where the clock is put back over midnight the
 * day has begun then, whatever the clock shows.
 */
export function dayOf(instant: Date, zone: string): Day {
  const shown = new Date(instant.getTime() + offsetAt(instant.getTime(), zone)).toISOString().slice(0, 10);
  const next = addDays(shown, 1);
  return instant < startOfDay(next, zone) ? shown : next;
}

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

/** The first instant at which the clock of a zone shows a day: midnight, or what comes first where it is left out. */
export function startOfDay(of: Day, zone: string): Date {
  if (zone === UTC) return new Date(midnightOf(of));
  const key = `${of} ${zone}`;
  const start = dayStarts.get(key) ?? firstInstant(midnightOf(of), zone);
  dayStarts.set(key, start);
  return new Date(start);
}

/** `count` days from `first` on: the instants at which they begin, and the end of the last one. */
export const dayBounds = (first: Day, count: number, zone: string): Date[] =>
  Array.from({ length: count + 1 }, (_, n) => startOfDay(addDays(first, n), zone));

/**
 * The hours of a span, which begins with one: the instants at which they begin, and the end of the last one. An hour is
 * shorter where the clock is changed by half of one.
 */
export function hoursBetween(start: Date, end: Date, zone: string): Date[] {
  const bounds: Date[] = [];
  for (let at = start.getTime(); at < end.getTime();) {
    bounds.push(new Date(at));
    const shown = at + offsetAt(at, zone);
    at = at - shown + (Math.floor(shown / HOUR_MS) + 1) * HOUR_MS;
  }
  return [...bounds, end];
}

/** The `count` hours up to the one of `now`: the instants at which they begin, and the end of the last one. */
export function hourBounds(now: Date, count: number, zone: string): Date[] {
  const today = dayOf(now, zone);
  const start = startOfDay(addDays(today, -Math.ceil(count / 23) - 1), zone); // a day may have 23 hours
  const hours = hoursBetween(start, startOfDay(addDays(today, 1), zone), zone);
  const current = hours.findLastIndex((hour) => hour <= now);
  return hours.slice(current + 1 - count, current + 2);
}

/** An instant as people of the zone write it, with its offset. */
export const written = (instant: Date, zone: string): string =>
  DateTime.fromJSDate(instant, { zone }).toISO({ suppressMilliseconds: true }) ?? '';

/** The month of an instant. */
export function monthOf(instant: Date, zone: string): Period {
  const last = lastOfMonth(dayOf(instant, zone));
  return { start: startOfDay(`${last.slice(0, 8)}01`, zone), end: startOfDay(addDays(last, 1), zone) };
}

/** Instants at which days begin, by day and zone: a report of a year needs hundreds. */
const dayStarts = new LRUCache<string, number>({ max: 20_000 });

/** No clock is further from UTC. */
const OFFSET_MAX_MS = 16 * HOUR_MS;

/** The first instant at which the clock of a zone shows `shown` or later; both as milliseconds. */
function firstInstant(shown: number, zone: string): number {
  let [before, after] = [shown - OFFSET_MAX_MS, shown + OFFSET_MAX_MS];
  const [offset, changed] = [offsetAt(before, zone), offsetAt(after, zone)];
  if (offset === changed) return shown - offset;
  while (after - before > 1) {
    const middle = Math.floor((before + after) / 2);
    if (offsetAt(middle, zone) === offset) before = middle;
    else after = middle;
  }
  return shown - offset < after ? shown - offset : Math.max(after, shown - changed);
}

/** By how many milliseconds the clock of a zone is ahead of UTC. */
const offsetAt = (at: number, zone: string): number =>
  zone === UTC ? 0 : Math.round(IANAZone.create(zone).offset(at) * 60_000);

const midnightOf = (of: Day): number => Date.parse(`${of}T00:00:00Z`);
const timeOf = (of: Day): DateTime => DateTime.fromISO(of, { zone: UTC });
const day = (time: DateTime): Day => time.toFormat('yyyy-MM-dd');
