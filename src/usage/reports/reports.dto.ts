import { ApiPropertyOptional, IntersectionType } from '@nestjs/swagger';
import { IsIn, IsOptional } from 'class-validator';
import { AccountQuery } from '../../credits/credits.dto.js';
import { IsDay, IsZonedDayOrTimestamp } from '../../platform/http/dates.js';
import { TimeZoneQuery } from '../../platform/http/time-zone.js';

/** Time ranges of charts. */
export const METRICS_RANGES = ['24h', '7d', '30d', '90d'] as const;
export type MetricsRange = (typeof METRICS_RANGES)[number];

/** Query that names the account, the caller's own by default, and the time zone that defines days. */
export class UsageQuery extends IntersectionType(AccountQuery, TimeZoneQuery) {}

/** A span of time to report on. */
export class SpanQuery extends UsageQuery {
  @ApiPropertyOptional({
    description: 'Start, inclusive: a date in `tz` or a timestamp. Defaults to 30 days before the end.',
    type: 'string',
    example: '2026-11-01',
  })
  @IsOptional()
  @IsZonedDayOrTimestamp()
  start_date?: Date | string;

  @ApiPropertyOptional({
    description: 'End: a date in `tz` (inclusive) or a timestamp (exclusive). Defaults to today.',
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
    description: 'The date in `tz`. Defaults to today.',
    type: 'string',
    format: 'date',
    example: '2026-11-21',
  })
  @IsOptional()
  @IsDay()
  date?: string;
}

/** Query of the chart data. */
export class MetricsQuery extends UsageQuery {
  @ApiPropertyOptional({
    description:
      'Time range of the charts: 24 hours by hour, or a number of days by day, including the current hour or day.',
    enum: METRICS_RANGES,
    default: '30d',
  })
  @IsIn(METRICS_RANGES)
  range: MetricsRange = '30d';
}
