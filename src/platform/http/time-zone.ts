import { applyDecorators } from '@nestjs/common';
import { ApiPropertyOptional } from '@nestjs/swagger';
import { ValidateBy } from 'class-validator';

/** Names of the IANA database. Offsets are refused: PostgreSQL reads the sign of `+05:30` the other way round. */
const NAME = /^[A-Za-z][A-Za-z0-9_+-]*(\/[A-Za-z0-9_+-]+){0,2}$/;

/** Whether text names a time zone that both JavaScript and PostgreSQL know. */
export function isTimeZone(value: unknown): value is string {
  if (typeof value !== 'string' || !NAME.test(value) || value.startsWith('Etc/Unknown')) return false;
  try {
    return Boolean(new Intl.DateTimeFormat('en', { timeZone: value }));
  } catch {
    return false;
  }
}

/** The name of a time zone. */
export function IsTimeZone(): PropertyDecorator {
  return applyDecorators(
    ValidateBy({
      name: 'isTimeZone',
      validator: {
        validate: isTimeZone,
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
