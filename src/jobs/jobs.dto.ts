import { ApiProperty, ApiPropertyOptional, IntersectionType } from '@nestjs/swagger';
import { IsIn, IsOptional } from 'class-validator';
import { PageQuery } from '../platform/http/page.js';
import { IsText } from '../platform/wire-decorators.js';

/** As pg-boss names them: `created` and `retry` wait, `failed` was given up. */
export const RUN_STATES = ['created', 'retry', 'active', 'completed', 'cancelled', 'failed'] as const;
export type RunState = (typeof RUN_STATES)[number];

/** How a job stands. */
export class JobView {
  @ApiProperty({ description: 'Name of the job.', type: 'string', example: 'due-accounts' })
  name!: string;

  @ApiProperty({
    description: "When it runs by itself: cron's five fields, UTC; null when it is only asked for.",
    type: 'string',
    nullable: true,
    example: '* * * * *',
  })
  cron!: string | null;

  @ApiProperty({
    description: 'When its schedule is due next; null without a schedule.',
    type: 'string',
    format: 'date-time',
    nullable: true,
  })
  next_run_at!: Date | null;

  @ApiProperty({ description: 'Runs that wait, for a retry too.', type: 'integer' })
  waiting!: number;

  @ApiProperty({ description: 'Runs that go on now.', type: 'integer' })
  active!: number;

  @ApiProperty({ description: 'Runs that were given up within the last week.', type: 'integer' })
  failed!: number;

  @ApiProperty({ description: 'When a run last succeeded.', type: 'string', format: 'date-time', nullable: true })
  succeeded_at!: Date | null;

  @ApiProperty({
    description: 'What the newest run that failed said; null when none did within the last week.',
    type: 'string',
    nullable: true,
  })
  error!: string | null;
}

/** A run of a job. */
export class JobRunView {
  @ApiProperty({ description: 'Id of the run.', type: 'string', format: 'uuid' })
  id!: string;

  @ApiProperty({ description: 'Name of the job.', type: 'string', example: 'due-accounts' })
  queue!: string;

  @ApiProperty({ description: '`created` and `retry` wait, `failed` was given up.', enum: RUN_STATES })
  state!: RunState;

  @ApiProperty({ description: 'How often it was tried.', type: 'integer' })
  tries!: number;

  @ApiProperty({ description: 'How often it is tried before it is given up.', type: 'integer' })
  tries_max!: number;

  @ApiProperty({ description: 'What the newest try that failed said.', type: 'string', nullable: true })
  error!: string | null;

  @ApiProperty({ description: 'When it was asked for.', type: 'string', format: 'date-time' })
  created_at!: Date;

  @ApiProperty({ description: 'It does not begin before then.', type: 'string', format: 'date-time' })
  start_after!: Date;

  @ApiProperty({ description: 'When the newest try began.', type: 'string', format: 'date-time', nullable: true })
  started_at!: Date | null;

  @ApiProperty({
    description: 'When it succeeded, was given up or was cancelled.',
    type: 'string',
    format: 'date-time',
    nullable: true,
  })
  completed_at!: Date | null;
}

/** A run with what it was given. */
export class JobRunDetailView extends JobRunView {
  @ApiProperty({
    description: 'What the run was given; members whose names speak of secrets are hidden.',
    type: 'object',
    additionalProperties: true,
    nullable: true,
  })
  data!: Record<string, unknown> | null;
}

class JobRunsFilter {
  @ApiPropertyOptional({ description: 'Only runs of this job.', type: 'string', example: 'due-accounts' })
  @IsOptional()
  @IsText({ min_length: 1, max_length: 255 })
  queue?: string;

  @ApiPropertyOptional({ description: 'Only runs in this state; `failed` was given up.', enum: RUN_STATES })
  @IsOptional()
  @IsIn(RUN_STATES)
  state?: RunState;
}

/** Query of the runs. */
export class JobRunsQuery extends IntersectionType(PageQuery, JobRunsFilter) {}
