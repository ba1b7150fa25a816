import { InvalidInput } from '../../platform/errors.js';
import {
  addDays,
  addMonths,
  type Day,
  DAY_MS,
  dayOf,
  daysBetween,
  HOUR_MS,
  hoursBetween,
  type Period,
  startOfDay,
} from '../../platform/values/calendar.js';
import { bucketsOf, next, startOf } from '../series/buckets.js';
import type { Granularity, TimeRangeQuery } from './spending.dto.js';

/** A series is never longer. */
const DAYS_MAX = 366;
const HOURS_MAX = 744;
const DEFAULT_DAYS = 30;

/** The range that a query asks for. */
export interface RangeOrder extends TimeRangeQuery {
  tz: string;
}

/**
 * Returns the requested period; by default the last 30 days, including today.
 * @throws InvalidInput when it is reversed or longer than 366 days
 */
export function periodOf({ from, to, tz }: RangeOrder, now: Date): Period {
  const end =
    typeof to === 'string' ? startOfDay(addDays(to, 1), tz) : (to ?? startOfDay(addDays(dayOf(now, tz), 1), tz));
  const start =
    typeof from === 'string'
      ? startOfDay(from, tz)
      : (from ?? startOfDay(addDays(lastDayOf(end, tz), 1 - DEFAULT_DAYS), tz));
  if (start >= end) throw new InvalidInput([{ field: 'from', message: 'must be before to' }]);
  if (
    end.getTime() - start.getTime() > (DAYS_MAX + 1) * DAY_MS ||
    daysBetween(dayOf(start, tz), lastDayOf(end, tz)) >= DAYS_MAX
  )
    throw new InvalidInput([{ field: 'from', message: `must not be more than ${DAYS_MAX} days before to` }]);
  return { start, end };
}

/**
 * Returns the start of each bucket that overlaps the period, and the end of the last one.
 * @throws InvalidInput for more than 744 hours
 */
export function boundsOf({ start, end }: Period, granularity: Granularity, tz: string): Date[] {
  const [first, last] = [dayOf(start, tz), lastDayOf(end, tz)];
  if (granularity !== 'hour')
    return bounded(bucketsOf(granularity, { from: first, until: addDays(last, 1) }), granularity, tz);
  const hours = hoursBetween(startOfDay(first, tz), startOfDay(addDays(last, 1), tz), tz);
  const wanted = hours.filter((at, n) => (at < end ? (hours[n + 1] ?? at) > start : (hours[n - 1] ?? at) < end));
  if (wanted.length - 1 > HOURS_MAX)
    throw new InvalidInput([
      { field: 'granularity', message: `must be a day or longer for more than ${HOURS_MAX} hours` },
    ]);
  return wanted;
}

/** Returns the bounds of as many buckets that end where these begin. */
export function previousBounds(bounds: readonly Date[], granularity: Granularity, tz: string): Date[] {
  const [first] = bounds;
  const count = bounds.length - 1;
  if (first === undefined || count <= 0) return [];
  if (granularity === 'hour')
    return Array.from({ length: count + 1 }, (_, n) => new Date(first.getTime() - (count - n) * HOUR_MS));
  const day = dayOf(first, tz);
  const from =
    granularity === 'month' ? addMonths(day, -count) : addDays(day, granularity === 'week' ? -7 * count : -count);
  return bounded(bucketsOf(granularity, { from: startOf(granularity, from), until: day }), granularity, tz);
}

function bounded(starts: readonly Day[], granularity: Exclude<Granularity, 'hour'>, tz: string): Date[] {
  const last = starts.at(-1);
  return [...starts, ...(last === undefined ? [] : [next(granularity, last)])].map((day) => startOfDay(day, tz));
}

/** Returns the day of the last instant before an end. */
const lastDayOf = (end: Date, tz: string): Day => dayOf(new Date(end.getTime() - 1), tz);
