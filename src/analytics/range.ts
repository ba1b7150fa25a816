import { InvalidInput } from '../platform/errors.js';
import { dayIn } from '../platform/http/time-zone.js';
import { isDay, type RangeQuery } from './analytics.dto.js';
import { type Day, daysBetween, type DayRange, type Group, next, rangeOf, startOf } from './calendar.js';

/**
 * The days that a query asks for, in whole buckets.
 * @throws InvalidInput when they are in the wrong order or more than `days_max`
 */
export function rangeFor(query: RangeQuery, group: Group, now: Date, days_max: number): DayRange {
  const dayOf = (text: string): Day => (isDay(text) ? text : dayIn(query.tz, new Date(text)));
  const last = query.to_date === undefined ? dayIn(query.tz, now) : dayOf(query.to_date);
  const first = query.from_date === undefined ? rangeOf(query.period, group, last).from : dayOf(query.from_date);
  if (first > last) throw new InvalidInput([{ field: 'from_date', message: 'must not be after to_date' }]);
  if (daysBetween(first, last) >= days_max) {
    const field = query.from_date === undefined ? 'period' : 'from_date';
    throw new InvalidInput([{ field, message: `must not reach back more than ${days_max} days` }]);
  }
  return { from: startOf(group, first), until: next(group, startOf(group, last)) };
}
