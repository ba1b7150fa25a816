import { applyDecorators } from '@nestjs/common';
import { ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { ValidateBy } from 'class-validator';

/** Names of the IANA database. An offset is none: it knows nothing of summer time. */
const NAME = /^[A-Za-z][A-Za-z0-9_+-]*(\/[A-Za-z0-9_+-]+){0,2}$/;

/**
 * A time zone as JavaScript calls it, which is one name for all that mean the same and all ways to write them in capitals;
 * null when there is none. The database never hears of it, and need not know it.
 */
export function timeZone(value: unknown): string | null {
  if (typeof value !== 'string' || !NAME.test(value) || value.startsWith('Etc/Unknown')) return null;
  try {
    return new Intl.DateTimeFormat('en', { timeZone: value }).resolvedOptions().timeZone;
  } catch {
    return null;
  }
}

/** The name of a time zone. */
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

/** Where the days of an answer begin. */
export class TimeZoneQuery {
  /** Time zone in which days, weeks and months begin. */
  @ApiPropertyOptional({
    description: 'Time zone in which days, weeks and months begin, as the IANA database names it.',
    type: 'string',
    default: 'UTC',
    example: 'Europe/Berlin',
  })
  @IsTimeZone()
  tz: string = 'UTC';
}
