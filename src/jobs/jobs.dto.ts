import { ApiProperty, ApiPropertyOptional, IntersectionType } from '@nestjs/swagger';
import { IsIn, IsOptional } from 'class-validator';
import { PageQuery } from '../platform/http/page.js';
import { IsText } from '../platform/values/wire-decorators.js';

/** pg-boss's states: `created` and `retry` are waiting, `failed` used all attempts. */
export const RUN_STATES = ['created', 'retry', 'active', 'completed', 'cancelled', 'failed'] as const;
export type RunState = (typeof RUN_STATES)[number];

/** The state of a job. */
export class JobView {
  @ApiProperty({ description: 'Name of the job.', type: 'string', example: 'due-accounts' })
  name!: string;

  @ApiProperty({
    description: "Schedule in cron's five fields, UTC; null for a job on demand.",
    type: 'string',
    nullable: true,
    example: '* * * * *',
  })
  cron!: string | null;

  @ApiProperty({
    description: 'Next scheduled run; null without a schedule.',
    type: 'string',
    format: 'date-time',
    nullable: true,
  })
  next_run_at!: Date | null;

  @ApiProperty({ description: 'Number of waiting runs, including retries.', type: 'integer' })
  waiting!: number;

  @ApiProperty({ description: 'Number of active runs.', type: 'integer' })
  active!: number;

  @ApiProperty({ description: 'Number of runs of the last week that used all attempts.', type: 'integer' })
  failed!: number;

  @ApiProperty({ description: 'When the latest run began.', type: 'string', format: 'date-time', nullable: true })
  last_run_at!: Date | null;

  @ApiProperty({ description: 'State of the latest run; null if none is stored.', enum: RUN_STATES, nullable: true })
  last_state!: RunState | null;

  @ApiProperty({
    description: 'When the active run began; null if none is active.',
    type: 'string',
    format: 'date-time',
    nullable: true,
  })
  running_since!: Date | null;

  @ApiProperty({ description: 'When a run last succeeded.', type: 'string', format: 'date-time', nullable: true })
  succeeded_at!: Date | null;

  @ApiProperty({
    description: 'Error of the latest failed run of the last week; null if none.',
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

  @ApiProperty({ description: '`created` and `retry` are waiting, `failed` used all attempts.', enum: RUN_STATES })
  state!: RunState;

  @ApiProperty({ description: 'Number of attempts so far.', type: 'integer' })
  tries!: number;

  @ApiProperty({ description: 'Maximum number of attempts.', type: 'integer' })
  tries_max!: number;

  @ApiProperty({ description: 'Error of the latest failed attempt.', type: 'string', nullable: true })
  error!: string | null;

  @ApiProperty({ description: 'When it was enqueued.', type: 'string', format: 'date-time' })
  created_at!: Date;

  @ApiProperty({ description: 'Earliest start.', type: 'string', format: 'date-time' })
  start_after!: Date;

  @ApiProperty({ description: 'Start of the latest attempt.', type: 'string', format: 'date-time', nullable: true })
  started_at!: Date | null;

  @ApiProperty({
    description: 'When it succeeded, failed for good or was cancelled.',
    type: 'string',
    format: 'date-time',
    nullable: true,
  })
  completed_at!: Date | null;
}

/** A run with its data. */
export class JobRunDetailView extends JobRunView {
  @ApiProperty({
    description: 'Data of the run. Members whose names suggest secrets are hidden.',
    type: 'object',
    additionalProperties: true,
    nullable: true,
  })
  data!: Record<string, unknown> | null;

  @ApiProperty({
    description: 'Result of the run; null while there is none. Members whose names suggest secrets are hidden.',
    type: 'object',
    additionalProperties: true,
    nullable: true,
  })
  result!: Record<string, unknown> | null;
}

class JobRunsFilter {
  @ApiPropertyOptional({ description: 'Only runs of this job.', type: 'string', example: 'due-accounts' })
  @IsOptional()
  @IsText({ min_length: 1, max_length: 255 })
  queue?: string;

  @ApiPropertyOptional({
    description: 'Only runs in this state; `failed` means that all attempts are used.',
    enum: RUN_STATES,
  })
  @IsOptional()
  @IsIn(RUN_STATES)
  state?: RunState;
}

/** Query of the runs. */
export class JobRunsQuery extends IntersectionType(PageQuery, JobRunsFilter) {}
