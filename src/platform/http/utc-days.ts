import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional } from 'class-validator';
import { InvalidInput } from '../errors.js';
import { addDays, dayOf, daysBetween, UTC } from '../values/calendar.js';
import { IsDay } from './dates.js';

const DEFAULT_DAYS = 30;
const DAYS_MAX = 366;

/** A range of UTC days in a query, such as `2026-11-01`. */
export class UtcDaysQuery {
  @ApiPropertyOptional({
    description: 'First UTC day. Defaults to 29 days before the last one.',
    type: 'string',
    format: 'date',
    example: '2026-11-01',
  })
  @IsOptional()
  @IsDay()
  from?: string;

  @ApiPropertyOptional({
    description: 'Last UTC day. Defaults to today.',
    type: 'string',
    format: 'date',
    example: '2026-11-30',
  })
  @IsOptional()
  @IsDay()
  to?: string;
}

/**
 * Returns the first and the last day of a range.
 * @throws InvalidInput when it is reversed or longer than 366 days
 */
export function utcDays({ from, to }: UtcDaysQuery): { first: string; last: string } {
  const last = to ?? dayOf(new Date(), UTC);
  const first = from ?? addDays(last, 1 - DEFAULT_DAYS);
  if (first > last) throw new InvalidInput([{ field: 'from', message: 'must not be after to' }]);
  if (daysBetween(first, last) >= DAYS_MAX)
    throw new InvalidInput([{ field: 'from', message: `must not be more than ${DAYS_MAX} days before to` }]);
  return { first, last };
}
