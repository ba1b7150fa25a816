import { LRUCache } from 'lru-cache';
import { DateTime, IANAZone } from 'luxon';

/*
 * All time zone rules are applied here. SQL receives instants and never a zone name: the database's zone rules can be
 * out of date, or lack a zone.
 */

/** A calendar day, such as 2026-11-21. The instants it covers depend on the time zone. */
export type Day = string;

/** From `start` (inclusive) to `end` (exclusive). */
export interface Period {
  start: Date;
  end: Date;
}

export const UTC = 'UTC';

/** A UTC day. In other zones a day can be an hour longer or shorter when the clocks change. */
export const DAY_MS = 24 * 60 * 60 * 1000;

export const HOUR_MS = 60 * 60 * 1000;

/**
 * Returns the day of an instant: the latest day that has begun. If the clock is set back across midnight, the new day
 * has already begun even though the clock shows the previous one.
 */
export function dayOf(instant: Date, zone: string): Day {
  const shown = new Date(instant.getTime() + offsetAt(instant.getTime(), zone)).toISOString().slice(0, 10);
  const next = addDays(shown, 1);
  return instant < startOfDay(next, zone) ? shown : next;
}

/** Returns the day `days` later, or earlier if negative. */
export const addDays = (from: Day, days: number): Day =>
  new Date(midnightOf(from) + days * DAY_MS).toISOString().slice(0, 10);

/** Returns the same day of another month, or the last day of that month if it is shorter. */
export const addMonths = (from: Day, months: number): Day => day(timeOf(from).plus({ months }));

/** Returns the number of days from `a` to `b`, negative if `b` is earlier. */
export const daysBetween = (a: Day, b: Day): number => (midnightOf(b) - midnightOf(a)) / DAY_MS;

/** Monday is 0, Sunday is 6. */
export const weekday = (of: Day): number => (new Date(midnightOf(of)).getUTCDay() + 6) % 7;

/** Returns the last day of the month. */
export const lastOfMonth = (of: Day): Day => day(timeOf(of).endOf('month'));

/** Returns the next midnight UTC after an instant. */
export const midnightAfter = (instant: Date): Date => new Date((Math.floor(instant.getTime() / DAY_MS) + 1) * DAY_MS);

/** Returns the first instant of a day in a zone: midnight, or the first existing time if midnight is skipped. */
export function startOfDay(of: Day, zone: string): Date {
  if (zone === UTC) return new Date(midnightOf(of));
  const key = `${of} ${zone}`;
  const start = dayStarts.get(key) ?? firstInstant(midnightOf(of), zone);
  dayStarts.set(key, start);
  return new Date(start);
}

/**
 * Returns the first instant of a day at which the clock shows `time`, such as `09:30`, or later where the clock skips that
 * time.
 */
export const timeOnDay = (of: Day, time: string, zone: string): Date =>
  new Date(firstInstant(Date.parse(`${of}T${time}:00Z`), zone));

/** Returns the start of each of `count` days from `first` on, and the end of the last one. */
export const dayBounds = (first: Day, count: number, zone: string): Date[] =>
  Array.from({ length: count + 1 }, (_, n) => startOfDay(addDays(first, n), zone));

/**
 * Returns the start of each hour of a span that starts on the hour, and the end of the last one. An hour is shorter
 * where the clock changes by half an hour.
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

/** Returns the start of each of the `count` hours up to the current one, and the end of the last one. */
export function hourBounds(now: Date, count: number, zone: string): Date[] {
  const today = dayOf(now, zone);
  const start = startOfDay(addDays(today, -Math.ceil(count / 23) - 1), zone); // a day can have 23 hours
  const hours = hoursBetween(start, startOfDay(addDays(today, 1), zone), zone);
  const current = hours.findLastIndex((hour) => hour <= now);
  return hours.slice(current + 1 - count, current + 2);
}

/** Formats an instant in ISO 8601, in local time with the offset. */
export const written = (instant: Date, zone: string): string =>
  DateTime.fromJSDate(instant, { zone }).toISO({ suppressMilliseconds: true }) ?? '';

/** Returns the month of an instant. */
export function monthOf(instant: Date, zone: string): Period {
  const last = lastOfMonth(dayOf(instant, zone));
  return { start: startOfDay(`${last.slice(0, 8)}01`, zone), end: startOfDay(addDays(last, 1), zone) };
}

/** Cached starts of days by day and zone; a report on a year needs hundreds. */
const dayStarts = new LRUCache<string, number>({ max: 20_000 });

/** No zone has a larger offset from UTC. */
const OFFSET_MAX_MS = 16 * HOUR_MS;

/** Returns the first instant at which the clock of a zone shows `shown` or later; both in milliseconds. */
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

/** Returns the offset of a zone from UTC, milliseconds. */
const offsetAt = (at: number, zone: string): number =>
  zone === UTC ? 0 : Math.round(IANAZone.create(zone).offset(at) * 60_000);

const midnightOf = (of: Day): number => Date.parse(`${of}T00:00:00Z`);
const timeOf = (of: Day): DateTime => DateTime.fromISO(of, { zone: UTC });
const day = (time: DateTime): Day => time.toFormat('yyyy-MM-dd');
