import { applyDecorators } from '@nestjs/common';
import { Transform } from 'class-transformer';
import { ValidateBy } from 'class-validator';
import { DAY_MS } from '../values/calendar.js';
import { instant } from '../values/wire-decorators.js';

const DAY = /^\d{4}-\d{2}-\d{2}$/;
/** Accepted years. The day after the last one still has a four-digit year. */
const YEARS = /^(19|2\d)\d{2}-/;
const OF_YEARS = 'in the years 1900 to 2999';
const DAY_OR_TIMESTAMP = `a day such as 2027-01-31 or a timestamp such as 2027-01-31T09:30:00Z, ${OF_YEARS}`;

/**
 * Validates a bound of a range in a query: a timestamp, or a UTC day, which is included entirely. The property is
 * replaced by a Date: inclusive for `start`, exclusive for `end`.
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

/** Validates a day such as 2027-01-31. It stays a string, because the instants it covers depend on the time zone. */
export function IsDay(): PropertyDecorator {
  return ValidateBy({
    name: 'isDay',
    validator: {
      validate: isDay,
      defaultMessage: (args) => `${args?.property ?? 'value'} must be a day such as 2027-01-31, ${OF_YEARS}`,
    },
  });
}

/**
 * Validates a day, which stays a string until the time zone is applied, or a timestamp, which is replaced by a Date.
 */
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

/**
 * Validates a day in the query's time zone, or a timestamp, which means the day it falls on there. It stays a string.
 */
export function IsDayOrTimestampOnIt(): PropertyDecorator {
  return ValidateBy({
    name: 'isDayOrTimestampOnIt',
    validator: {
      validate: (value: unknown) => isDay(value) || dated(value) !== null,
      defaultMessage: (args) => `${args?.property ?? 'value'} must be ${DAY_OR_TIMESTAMP}`,
    },
  });
}

/** Returns whether the text is an existing day and not a timestamp. */
export const isDay = (value: unknown): value is string =>
  typeof value === 'string' && DAY.test(value) && dated(`${value}T00:00:00Z`) !== null;

/** Parses a timestamp in the accepted years; returns null for anything else. */
const dated = (value: unknown): Date | null => (typeof value === 'string' && YEARS.test(value) ? instant(value) : null);

function bound(value: unknown, side: 'start' | 'end'): Date | null {
  if (typeof value !== 'string' || !DAY.test(value)) return dated(value);
  const midnight = dated(`${value}T00:00:00Z`);
  return midnight && side === 'end' ? new Date(midnight.getTime() + DAY_MS) : midnight;
}
