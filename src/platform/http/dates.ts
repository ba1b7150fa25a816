import { applyDecorators } from '@nestjs/common';
import { Transform } from 'class-transformer';
import { ValidateBy } from 'class-validator';
import { DAY_MS } from '../calendar.js';
import { instant } from '../wire-decorators.js';

const DAY = /^\d{4}-\d{2}-\d{2}$/;
const DAY_OR_TIMESTAMP = 'a day such as 2027-01-31 or a timestamp with an offset such as 2027-01-31T09:30:00Z';

/**
 * A bound of a range in a query: a timestamp with an offset, or a day of UTC that counts whole. The property becomes a
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
      defaultMessage: (args) => `${args?.property ?? 'value'} must be a day such as 2027-01-31`,
    },
  });
}

/** A day, which stays text for a time zone to give it its bounds, or a timestamp with an offset, which becomes a Date. */
export function IsZonedDayOrTimestamp(): PropertyDecorator {
  return applyDecorators(
    Transform(({ value }: { value: unknown }) => (isDay(value) ? value : (instant(value) ?? value)), {
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

const isDay = (value: unknown): boolean =>
  typeof value === 'string' && DAY.test(value) && instant(`${value}T00:00:00Z`) !== null;

function bound(value: unknown, side: 'start' | 'end'): Date | null {
  if (typeof value !== 'string' || !DAY.test(value)) return instant(value);
  const midnight = instant(`${value}T00:00:00Z`);
  return midnight && side === 'end' ? new Date(midnight.getTime() + DAY_MS) : midnight;
}
