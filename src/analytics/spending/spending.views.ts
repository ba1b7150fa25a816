import { ApiProperty, ApiPropertyOptional, OmitType } from '@nestjs/swagger';
import { UsageHourlyRow } from '../../generated/rows.js';
import { credits } from '../view-fields.js';
import { GRANULARITIES, type Granularity, SPENDING_GROUPS, type SpendingGroup } from './spending.dto.js';

/** Kinds of groups. */
export const SPENDING_KINDS = ['usage', 'charge_without_usage', 'other'] as const;
export type SpendingKind = (typeof SPENDING_KINDS)[number];

const bound = (description: string) => ({ description, type: 'string', format: 'date-time' }) as const;

/** What was spent and done. */
export class SpendingView extends OmitType(UsageHourlyRow, [
  'user_id',
  'hour',
  'service',
  'model',
  'has_usage',
] as const) {}

/** The spending of a bucket. */
export class SpendingPointView extends SpendingView {
  @ApiProperty(bound('Start of the bucket.'))
  start!: Date;
}

/** The spending of a group. */
export class SpendingGroupView {
  @ApiProperty({
    description:
      '`charge_without_usage`: charges without a usage event, as by a plain deduction; `other`: all groups after the first 50.',
    enum: SPENDING_KINDS,
  })
  kind!: SpendingKind;

  @ApiProperty({
    description: 'Provider, service or model; null if the work has none, and for the kinds other than `usage`.',
    type: 'string',
    nullable: true,
    example: 'openai/gpt-4o-mini',
  })
  group!: string | null;

  @ApiProperty({ description: 'Sum of the points.', type: SpendingView })
  total!: SpendingView;

  @ApiProperty({
    description: 'The buckets with usage or charges, in order. The others are zero.',
    type: [SpendingPointView],
  })
  points!: SpendingPointView[];
}

/** The period before the range. */
export class PreviousSpendingView {
  @ApiProperty(bound('Start, inclusive.'))
  from!: Date;

  @ApiProperty(bound('End, exclusive.'))
  to!: Date;

  @ApiProperty({
    description: 'Start of every bucket, in order.',
    type: 'array',
    items: { type: 'string', format: 'date-time' },
  })
  buckets!: Date[];

  @ApiProperty({ description: 'Sum of the points.', type: SpendingView })
  total!: SpendingView;

  @ApiProperty({
    description: 'The buckets with usage or charges, in order. The others are zero.',
    type: [SpendingPointView],
  })
  points!: SpendingPointView[];
}

/** Spending and usage over time. */
export class UsageSeriesView {
  @ApiProperty({ description: 'What it is grouped by.', enum: SPENDING_GROUPS })
  group_by!: SpendingGroup;

  @ApiProperty({ description: 'Length of the buckets.', enum: GRANULARITIES })
  granularity!: Granularity;

  @ApiProperty(bound('Start of the first bucket.'))
  from!: Date;

  @ApiProperty(bound('End of the last bucket, exclusive.'))
  to!: Date;

  @ApiProperty({
    description: 'Start of every bucket, in order, also of those without usage.',
    type: 'array',
    items: { type: 'string', format: 'date-time' },
  })
  buckets!: Date[];

  @ApiProperty({ description: 'Sum of all groups.', type: SpendingView })
  total!: SpendingView;

  @ApiProperty({
    description: 'The groups, most credits first; charges without usage and the rest come last.',
    type: [SpendingGroupView],
  })
  groups!: SpendingGroupView[];

  @ApiPropertyOptional({ description: 'The period before, with `compare=previous`.', type: PreviousSpendingView })
  previous?: PreviousSpendingView;
}

/** Credits spent in the last hours and days. */
export class SpentView {
  @ApiProperty({ description: 'The last 24 hours, up to now.', type: SpendingView })
  last_24_hours!: SpendingView;

  @ApiProperty({ description: 'The last 7 days in `tz`, including today.', type: SpendingView })
  last_7_days!: SpendingView;

  @ApiProperty({ description: 'The last 30 days in `tz`, including today.', type: SpendingView })
  last_30_days!: SpendingView;

  @ApiProperty(credits('Part of the last 30 days that was charged without a usage event.'))
  charged_without_usage!: string;
}
