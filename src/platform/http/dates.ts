import { applyDecorators } from '@nestjs/common';
import { Transform } from 'class-transformer';
import { ValidateBy } from 'class-validator';
import { DAY_MS } from '../calendar.js';
import { instant } from '../wire-decorators.js';

const DAY = /^\d{4}-\d{2}-\d{2}$/;
/** Years of which everybody has a calendar, and whose last day has a next one that can be written. */
const YEARS = /^(19|2\d)\d{2}-/;
const OF_YEARS = 'of the years 1900 to 2999';
const DAY_OR_TIMESTAMP = `a day such as 2027-01-31 or a timestamp such as 2027-01-31T09:30:00Z, ${OF_YEARS}`;

/**
 * A bound of a range in a query: a timestamp, or a day of UTC that counts whole. The property becomes a
 * Date: inclusive as a range's `start`, exclusive as its `end`.
 */
export function IsDayOrTimestamp(side: 'start' | 'end'): PropertyDecorator {
  return applyDecorators(
    Transform(({ value }: { value: unknown }) => bound(value, side) ?? value, { toClassOnly: true }),
    ValidateBy({
      name: 'isDayOrTimestamp',
      validator: {
        validate: (value: unknown) => value instanceof Date,
        defaultMessage: (args) => `${args?.property ?? 'value'} must be ${DAY_OR_TIMESTAMP}`,
      },
    }),
  );
}

/** A day such as 2027-01-31. It stays text: which instants it holds depends on the time zone. */
export function IsDay(): PropertyDecorator {
  return ValidateBy({
    name: 'isDay',
    validator: {
      validate: isDay,
      defaultMessage: (args) => `${args?.property ?? 'value'} must be a day such as 2027-01-31, ${OF_YEARS}`,
    },
  });
}

/** A day, which stays text for a time zone to give it its bounds, or a timestamp, which becomes a Date. */
export function IsZonedDayOrTimestamp(): PropertyDecorator {
  return applyDecorators(
    Transform(({ value }: { value: unknown }) => (isDay(value) ? value : (dated(value) ?? value)), {
      toClassOnly: true,
    }),
    ValidateBy({
      name: 'isZonedDayOrTimestamp',
      validator: {
        validate: (value: unknown) => value instanceof Date || isDay(value),
        defaultMessage: (args) => `${args?.property ?? 'value'} must be ${DAY_OR_TIMESTAMP}`,
      },
    }),
  );
}

/** A day of the query's time zone, or a timestamp, which stands for the day it falls on there. Stays text. */
export function IsDayOrTimestampOnIt(): PropertyDecorator {
  return ValidateBy({
    name: 'isDayOrTimestampOnIt',
    validator: {
      validate: (value: unknown) => isDay(value) || dated(value) !== null,
      defaultMessage: (args) => `${args?.property ?? 'value'} must be ${DAY_OR_TIMESTAMP}`,
    },
  });
}

/** Whether text is written as a day, rather than as a timestamp, and there is such a day. */
export const isDay = (value: unknown): value is string =>
  typeof value === 'string' && DAY.test(value) && dated(`${value}T00:00:00Z`) !== null;

/** The instant of a timestamp of the years that are taken; null for anything else. */
const dated = (value: unknown): Date | null => (typeof value === 'string' && YEARS.test(value) ? instant(value) : null);

function bound(value: unknown, side: 'start' | 'end'): Date | null {
  if (typeof value !== 'string' || !DAY.test(value)) return dated(value);
  const midnight = dated(`${value}T00:00:00Z`);
  return midnight && side === 'end' ? new Date(midnight.getTime() + DAY_MS) : midnight;
}
