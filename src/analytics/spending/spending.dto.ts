import { ApiPropertyOptional, IntersectionType, OmitType } from '@nestjs/swagger';
import { IsIn, IsOptional } from 'class-validator';
import { IsZonedDayOrTimestamp } from '../../platform/http/dates.js';
import { AttributionQuery } from '../../platform/http/attribution-query.js';
import { PageQuery } from '../../platform/http/page.js';
import { IsText } from '../../platform/values/wire-decorators.js';
import { UsageQuery } from '../../usage/reports/reports.dto.js';

/** What the spending of all accounts can be grouped by. */
export const PLATFORM_GROUPS = ['none', 'provider', 'service', 'model'] as const;
export type PlatformGroup = (typeof PLATFORM_GROUPS)[number];

/** What the spending of an account can be grouped by. */
export const SPENDING_GROUPS = [...PLATFORM_GROUPS, 'api_key', 'member', 'tag'] as const;
export type SpendingGroup = (typeof SPENDING_GROUPS)[number];

/** Lengths of the buckets of a series. */
export const GRANULARITIES = ['hour', 'day', 'week', 'month'] as const;
export type Granularity = (typeof GRANULARITIES)[number];

/** Periods that a series can be compared with. */
export const COMPARISONS = ['previous'] as const;

/** A range of time. */
export class TimeRangeQuery {
  @ApiPropertyOptional({
    description: 'Start, inclusive: a date in `tz` or a timestamp. Defaults to 30 days up to the end.',
    type: 'string',
    example: '2026-11-01',
  })
  @IsOptional()
  @IsZonedDayOrTimestamp()
  from?: Date | string;

  @ApiPropertyOptional({
    description: 'End: a date in `tz` (inclusive) or a timestamp (exclusive). Defaults to today.',
    type: 'string',
    example: '2026-11-30',
  })
  @IsOptional()
  @IsZonedDayOrTimestamp()
  to?: Date | string;
}

/** Query of a series. */
export class UsageSeriesQuery extends IntersectionType(UsageQuery, IntersectionType(TimeRangeQuery, AttributionQuery)) {
  @ApiPropertyOptional({
    description:
      'What the series is grouped by. The provider is the first part of the model, or the service without it. Work with several tags is in the group of each, and work without one in none, so groups of tags do not add up to the total. One filter can be combined with `none`, `provider`, `service` or `model`.',
    enum: SPENDING_GROUPS,
    default: 'none',
  })
  @IsIn(SPENDING_GROUPS)
  group_by: SpendingGroup = 'none';

  @ApiPropertyOptional({
    description: 'Length of the buckets: at most 744 hours, or 366 days. Weeks start on Monday.',
    enum: GRANULARITIES,
    default: 'day',
  })
  @IsIn(GRANULARITIES)
  granularity: Granularity = 'day';

  @ApiPropertyOptional({
    description: '`previous`: also return the same number of buckets immediately before the range, not grouped.',
    enum: COMPARISONS,
  })
  @IsOptional()
  @IsIn(COMPARISONS)
  compare?: (typeof COMPARISONS)[number];
}

/** Query of a series of all accounts. */
export class PlatformSeriesQuery extends OmitType(UsageSeriesQuery, [
  ...(['user_id', 'group_by', 'api_key_id', 'member_id', 'tag'] as const),
]) {
  @ApiPropertyOptional({
    description:
      'What the series is grouped by. The provider is the first part of the model, or the service without it.',
    enum: PLATFORM_GROUPS,
    default: 'none',
  })
  @IsIn(PLATFORM_GROUPS)
  group_by: PlatformGroup = 'none';
}

/** Outcomes of work. */
export const EVENT_STATUSES = ['succeeded', 'failed'] as const;

class EventFilterQuery {
  @ApiPropertyOptional({ description: 'Only this service.', type: 'string', example: 'openrouter' })
  @IsOptional()
  @IsText({ min_length: 1, max_length: 64 })
  service?: string;

  @ApiPropertyOptional({ description: 'Only this provider, as in a series.', type: 'string', example: 'openai' })
  @IsOptional()
  @IsText({ min_length: 1, max_length: 255 })
  provider?: string;

  @ApiPropertyOptional({ description: 'Only this model.', type: 'string', example: 'openai/gpt-4o-mini' })
  @IsOptional()
  @IsText({ min_length: 1, max_length: 255 })
  model?: string;

  @ApiPropertyOptional({ description: 'Only work that succeeded or failed.', enum: EVENT_STATUSES })
  @IsOptional()
  @IsIn(EVENT_STATUSES)
  status?: (typeof EVENT_STATUSES)[number];
}

/** Query of the events. */
export class UsageEventsQuery extends IntersectionType(
  PageQuery,
  IntersectionType(UsageQuery, IntersectionType(TimeRangeQuery, IntersectionType(EventFilterQuery, AttributionQuery))),
) {}
