import { type Day, dayOf, daysBetween } from '../../platform/values/calendar.js';
import { InvalidInput } from '../../platform/errors.js';
import { isDay } from '../../platform/http/dates.js';
import type { RangeQuery } from '../analytics.dto.js';
import { type DayRange, type Group, next, rangeOf, startOf } from './buckets.js';

/**
 * Returns the days that a query asks for, extended to whole buckets.
 * @throws InvalidInput when they are in the wrong order or more than `days_max`
 */
export function rangeFor(query: RangeQuery, group: Group, now: Date, days_max: number): DayRange {
  const meant = (text: string): Day => (isDay(text) ? text : dayOf(new Date(text), query.tz));
  const last = query.to_date === undefined ? dayOf(now, query.tz) : meant(query.to_date);
  const first = query.from_date === undefined ? rangeOf(query.period, group, last).from : meant(query.from_date);
  if (first > last) throw new InvalidInput([{ field: 'from_date', message: 'must not be after to_date' }]);
  if (daysBetween(first, last) >= days_max) {
    const field = query.from_date === undefined ? 'period' : 'from_date';
    throw new InvalidInput([{ field, message: `must not be more than ${days_max} days back` }]);
  }
  return { from: startOf(group, first), until: next(group, startOf(group, last)) };
}
