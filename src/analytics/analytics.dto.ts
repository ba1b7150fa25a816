import { ApiPropertyOptional, IntersectionType, PickType } from '@nestjs/swagger';
import { IsIn, IsOptional } from 'class-validator';
import { ExportQuery } from '../platform/export/download.js';
import { IsDayOrTimestampOnIt } from '../platform/http/dates.js';
import { AttributionQuery } from '../platform/http/attribution-query.js';
import { PageQuery } from '../platform/http/page.js';
import { UsageQuery } from '../usage/reports/reports.dto.js';
import { GROUPS, type Group, type Period, PERIODS } from './series/buckets.js';
import { PERIOD_TYPES, type PeriodType } from './history/history.views.js';

/** Query of trends. */
export class TrendsQuery extends UsageQuery {
  @ApiPropertyOptional({ description: 'Length of the period, including today.', enum: PERIODS, default: '30d' })
  @IsIn(PERIODS)
  period: Period = '30d';

  @ApiPropertyOptional({
    description: 'Unit of grouping; weeks start on Monday.',
    enum: GROUPS,
    default: 'day',
  })
  @IsIn(GROUPS)
  group_by: Group = 'day';
}

/** Query of analytics. */
export class AnalyticsQuery extends PickType(TrendsQuery, ['user_id', 'tz', 'period'] as const) {}

/** A range of days. */
export class RangeQuery extends UsageQuery {
  @ApiPropertyOptional({
    description: 'Length of the period up to `to_date` or today; ignored if `from_date` is set.',
    enum: PERIODS,
    default: '30d',
  })
  @IsIn(PERIODS)
  period: Period = '30d';

  @ApiPropertyOptional({ description: 'First day, or a timestamp on it.', type: 'string', example: '2026-11-01' })
  @IsOptional()
  @IsDayOrTimestampOnIt()
  from_date?: string;

  @ApiPropertyOptional({ description: 'Last day, or a timestamp on it.', type: 'string', example: '2026-11-30' })
  @IsOptional()
  @IsDayOrTimestampOnIt()
  to_date?: string;
}

/** Query of history. */
export class HistoryQuery extends IntersectionType(PageQuery, RangeQuery) {
  @ApiPropertyOptional({
    description: 'Length of the periods: hours (range of at most 31 days), days (366 days) or months (five years).',
    enum: PERIOD_TYPES,
    default: 'daily',
  })
  @IsIn(PERIOD_TYPES)
  period_type: PeriodType = 'daily';
}

/** Query of the export. */
export class UsageExportQuery extends IntersectionType(ExportQuery, IntersectionType(RangeQuery, AttributionQuery)) {}
