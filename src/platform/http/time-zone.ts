import { applyDecorators } from '@nestjs/common';
import { ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { ValidateBy } from 'class-validator';

/** Names in the IANA database. Offsets are not accepted, because they do not cover daylight saving time. */
const NAME = /^[A-Za-z][A-Za-z0-9_+-]*(\/[A-Za-z0-9_+-]+){0,2}$/;

/**
 * Returns the canonical name of a time zone in JavaScript, the same for all aliases and spellings; null if it does not
 * exist. The database never receives it and need not know it.
 */
export function timeZone(value: unknown): string | null {
  if (typeof value !== 'string' || !NAME.test(value) || value.startsWith('Etc/Unknown')) return null;
  try {
    return new Intl.DateTimeFormat('en', { timeZone: value }).resolvedOptions().timeZone;
  } catch {
    return null; // RangeError: no such zone
  }
}

/** Validates the name of a time zone. */
export function IsTimeZone(): PropertyDecorator {
  return applyDecorators(
    Transform(({ value }: { value: unknown }) => timeZone(value) ?? value, { toClassOnly: true }),
    ValidateBy({
      name: 'isTimeZone',
      validator: {
        validate: (value: unknown) => timeZone(value) !== null,
        defaultMessage: (args) =>
          `${args?.property ?? 'value'} must be a time zone of the IANA database, such as Europe/Berlin`,
      },
    }),
  );
}

/** Query with the time zone of a report. */
export class TimeZoneQuery {
  @ApiPropertyOptional({
    description: 'IANA name of the time zone for days, weeks and months.',
    type: 'string',
    default: 'UTC',
    example: 'Europe/Berlin',
  })
  @IsTimeZone()
  tz: string = 'UTC';
}
