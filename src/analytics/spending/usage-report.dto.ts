import { ApiProperty, ApiPropertyOptional, IntersectionType } from '@nestjs/swagger';
import { IsIn, IsOptional } from 'class-validator';
import { AccountQuery } from '../../credits/credits.dto.js';
import { EXPORT_FORMATS, type ExportFormat } from '../../platform/export/sheet.js';
import { IsTimeZone } from '../../platform/http/time-zone.js';
import { IsText } from '../../platform/values/wire-decorators.js';
import { GRANULARITIES, type Granularity, TimeRangeQuery } from './spending.dto.js';
import { SpendingView } from './spending.views.js';

/** What a report can be grouped by. */
export const REPORT_GROUPS = ['member', 'cost_center', 'model', 'api_key', 'tag'] as const;
export type ReportGroup = (typeof REPORT_GROUPS)[number];

/** Query of a report. */
export class UsageReportQuery extends IntersectionType(AccountQuery, TimeRangeQuery) {
  @ApiProperty({
    description:
      'What the lines are grouped by. Cost centers are those that members are assigned to now. Work with several tags is in the line of each.',
    enum: REPORT_GROUPS,
    example: 'member',
  })
  @IsIn(REPORT_GROUPS)
  group_by!: ReportGroup;

  @ApiPropertyOptional({ description: 'Length of the lines.', enum: GRANULARITIES, default: 'month' })
  @IsIn(GRANULARITIES)
  granularity: Granularity = 'month';

  @ApiPropertyOptional({
    description: 'IANA name of the time zone.',
    type: 'string',
    default: 'UTC',
    example: 'Europe/Berlin',
  })
  @IsTimeZone()
  timezone: string = 'UTC';

  @ApiPropertyOptional({
    description: 'Only what this member of an organization did.',
    type: 'string',
    example: 'user-42',
  })
  @IsOptional()
  @IsText({ min_length: 1, max_length: 255 })
  member_id?: string;

  @ApiPropertyOptional({ description: 'Format of the report.', enum: EXPORT_FORMATS, default: 'json' })
  @IsIn(EXPORT_FORMATS)
  format: ExportFormat = 'json';
}

/** What a line of a report is about. */
class UsageReportKey {
  @ApiProperty({ description: 'Start of the bucket.', type: 'string', format: 'date-time' })
  start!: Date;

  @ApiProperty({ description: 'End of the bucket, exclusive.', type: 'string', format: 'date-time' })
  end!: Date;

  @ApiProperty({
    description: 'Member, cost center, model, API key or tag; null for work of none.',
    type: 'string',
    nullable: true,
    example: 'user-43',
  })
  group!: string | null;
}

/** What a group used in a bucket of time. */
export class UsageReportRowView extends IntersectionType(UsageReportKey, SpendingView) {}
