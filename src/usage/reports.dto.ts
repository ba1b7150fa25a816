import { ApiPropertyOptional, IntersectionType } from '@nestjs/swagger';
import { IsIn, IsOptional } from 'class-validator';
import { AccountQuery } from '../credits/credits.dto.js';
import { IsDay, IsZonedDayOrTimestamp } from '../platform/http/dates.js';
import { TimeZoneQuery } from '../platform/http/time-zone.js';

/** Ranges of the charts. */
export const METRICS_RANGES = ['24h', '7d', '30d', '90d'] as const;
export type MetricsRange = (typeof METRICS_RANGES)[number];

/** Names the account, without it a call is about the caller's own; and the time zone in which its user counts days. */
export class UsageQuery extends IntersectionType(AccountQuery, TimeZoneQuery) {}

/** A span of time to report on. */
export class SpanQuery extends UsageQuery {
  @ApiPropertyOptional({
    description: 'From then on: a day of `tz`, or a timestamp. Default: 30 days up to the end.',
    type: 'string',
    example: '2026-11-01',
  })
  @IsOptional()
  @IsZonedDayOrTimestamp()
  start_date?: Date | string;

  @ApiPropertyOptional({
    description: 'Until then: a day of `tz` that counts whole, or a timestamp. Default: today.',
    type: 'string',
    example: '2026-11-30',
  })
  @IsOptional()
  @IsZonedDayOrTimestamp()
  end_date?: Date | string;
}

/** A day to report on. */
export class DailyQuery extends UsageQuery {
  @ApiPropertyOptional({
    description: 'The day, of `tz`. Default: today.',
    type: 'string',
    format: 'date',
    example: '2026-11-21',
  })
  @IsOptional()
  @IsDay()
  date?: string;
}

/** What a chart spans. */
export class MetricsQuery extends UsageQuery {
  @ApiPropertyOptional({
    description: 'How far the charts reach back: 24 hours by the hour, or days by the day; the current one included.',
    enum: METRICS_RANGES,
    default: '30d',
  })
  @IsIn(METRICS_RANGES)
  range: MetricsRange = '30d';
}
