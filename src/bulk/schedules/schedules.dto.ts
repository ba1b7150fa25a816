import { ApiProperty, ApiPropertyOptional, IntersectionType, OmitType, PartialType, PickType } from '@nestjs/swagger';
import { IsBoolean, IsOptional } from 'class-validator';
import { ScheduledGrantRow, ScheduledGrantRunRow } from '../../generated/rows.js';
import { IsDay } from '../../platform/http/dates.js';
import { PageQuery, QueryBoolean } from '../../platform/http/page.js';
import { IsTimeZone } from '../../platform/http/time-zone.js';

const LAST_DAY = {
  description: 'Last day on which credits are given; null for no end.',
  type: 'string',
  nullable: true,
  example: '2027-12-31',
} as const;

/** The terms that can be changed. */
const CHANGEABLE = ['name', 'amount', 'reason', 'expires_after_days'] as const;

/** A scheduled grant to create: the receiver is either `user_id` or `tier`. */
export class ScheduledGrantBody extends IntersectionType(
  PickType(ScheduledGrantRow, ['name', 'amount', 'every'] as const),
  PartialType(
    PickType(ScheduledGrantRow, ['user_id', 'tier', 'source', 'reason', 'expires_after_days', 'time_of_day'] as const),
  ),
) {
  @ApiProperty({
    description:
      'Day of the first occurrence; it sets the weekday or the day of the month. A month without that day uses its last one.',
    type: 'string',
    example: '2027-01-31',
  })
  @IsDay()
  starts_on!: string;

  @ApiPropertyOptional(LAST_DAY)
  @IsOptional()
  @IsDay()
  ends_on?: string | null;

  @ApiPropertyOptional({
    description: 'IANA name of the time zone.',
    type: 'string',
    default: 'UTC',
    example: 'Europe/Berlin',
  })
  @IsOptional()
  @IsTimeZone()
  timezone?: string;
}

/** A change to a scheduled grant; what is left out stays. Receiver, source and times never change. */
export class ScheduledGrantChangeBody extends PartialType(PickType(ScheduledGrantRow, CHANGEABLE), {
  skipNullProperties: false,
}) {
  @ApiPropertyOptional(LAST_DAY)
  @IsOptional()
  @IsDay()
  ends_on?: string | null;
}

/** Query of the scheduled grants. */
export class ScheduledGrantsQuery extends PageQuery {
  @ApiPropertyOptional({ description: 'Only those that are, or are not, paused.', type: 'boolean' })
  @IsOptional()
  @QueryBoolean()
  @IsBoolean()
  is_paused?: boolean;
}

/** An occurrence to come. */
export class OccurrenceView {
  @ApiProperty({ description: 'Day in the time zone of the schedule.', type: 'string', example: '2027-01-31' })
  day!: string;

  @ApiProperty({ description: 'When it is due.', type: 'string', format: 'date-time' })
  due_at!: Date;

  @ApiProperty({
    description: 'When its credits expire; null if they do not.',
    type: 'string',
    format: 'date-time',
    nullable: true,
  })
  expires_at!: Date | null;
}

/** What a scheduled grant would do. */
export class ScheduledGrantPreviewView {
  @ApiProperty({ description: 'The next occurrences, at most twelve.', type: OccurrenceView, isArray: true })
  next_runs!: OccurrenceView[];

  @ApiProperty({ description: 'Number of accounts that would get the credits today.', type: 'integer', example: 120 })
  accounts!: number;
}

/** An occurrence that was or is being booked. */
export class ScheduledGrantRunView extends OmitType(ScheduledGrantRunRow, ['cursor'] as const) {}

export const SCHEDULE_STATES = ['active', 'paused', 'ended'] as const;

/** A scheduled grant with its next and its latest occurrence. */
export class ScheduledGrantView extends OmitType(ScheduledGrantRow, ['idempotency_key', 'request_hash'] as const) {
  @ApiProperty({
    description:
      '`active`: credits are given; `paused`: none are given until it is resumed; `ended`: its last day is over.',
    enum: SCHEDULE_STATES,
  })
  state!: (typeof SCHEDULE_STATES)[number];

  @ApiProperty({
    description: 'When the next occurrence is due; null if none is.',
    type: 'string',
    format: 'date-time',
    nullable: true,
  })
  next_run_at!: Date | null;

  @ApiProperty({
    description: 'The latest occurrence; null before the first.',
    type: ScheduledGrantRunView,
    nullable: true,
  })
  last_run!: ScheduledGrantRunView | null;
}
