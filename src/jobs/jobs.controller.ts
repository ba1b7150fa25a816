import { Controller, Get, Param, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import type { Actor } from '../platform/actor.js';
import { CurrentActor, Id, Problem, Requires, Returns } from '../platform/http/decorators.js';
import { JobRunDetailView, JobRunsQuery, JobRunView, JobView } from './jobs.dto.js';
import { RunsService } from './runs.service.js';

const Queue = (): MethodDecorator =>
  ApiParam({ name: 'queue', description: 'Name of the job.', example: 'due-accounts' });
const Run = (): MethodDecorator => ApiParam({ name: 'id', description: 'UUID of the run.' });

/** Background jobs and their runs. */
@ApiTags('Jobs')
@Controller('admin/jobs')
export class JobsController {
  constructor(private readonly runs: RunsService) {}

  @Get()
  @ApiOperation({
    summary: 'List the jobs with schedule, latest and next run, and state',
    description:
      'A schedule runs once across all instances and never overlaps itself. What was missed while no worker was running is run once when one starts.',
  })
  @Requires('admin:*', 'admin')
  @Returns(JobView, { list: true })
  listJobs() {
    return this.runs.schedules();
  }

  @Get('runs')
  @ApiOperation({
    summary: 'List job runs, newest first',
    description:
      'A run that fails is retried with growing delays; `state=failed` lists runs that used all attempts. Ended runs are deleted after a week. For the next page, send `X-Next-Cursor` as `cursor`.',
  })
  @Requires('admin:*', 'admin')
  @Returns(JobRunView, { list: true })
  @Problem(422, 'invalid_request')
  listJobRuns(@Query() query: JobRunsQuery) {
    return this.runs.list(query);
  }

  @Post(':queue/run')
  @ApiOperation({
    summary: 'Run a scheduled job now',
    description:
      'Starts as soon as a worker is free, besides the schedule. A job with a waiting run gets no second one. Recorded in the audit log.',
  })
  @Queue()
  @Requires('admin:*', 'admin')
  @Returns(JobView, { status: 202 })
  @Problem(404, 'not_found')
  @Problem(409, 'job_on_demand')
  runJob(@CurrentActor() actor: Actor, @Param('queue') queue: string) {
    return this.runs.start(actor, queue);
  }

  @Get(':queue/:id')
  @ApiOperation({ summary: 'Get a run with its data' })
  @Queue()
  @Run()
  @Requires('admin:*', 'admin')
  @Returns(JobRunDetailView)
  @Problem(404, 'not_found')
  getJobRun(@Param('queue') queue: string, @Id() id: string) {
    return this.runs.get(queue, id);
  }

  @Post(':queue/:id/retry')
  @ApiOperation({
    summary: 'Retry a failed run',
    description: 'Starts as soon as a worker is free, with one more attempt. Recorded in the audit log.',
  })
  @Queue()
  @Run()
  @Requires('admin:*', 'admin')
  @Returns(JobRunDetailView)
  @Problem(404, 'not_found')
  @Problem(409, 'run_state')
  retryJobRun(@CurrentActor() actor: Actor, @Param('queue') queue: string, @Id() id: string) {
    return this.runs.change(actor, 'retry', queue, id);
  }

  @Post(':queue/:id/cancel')
  @ApiOperation({
    summary: 'Cancel a waiting run',
    description: 'An active run is not stopped, and a schedule continues with its next run. Recorded in the audit log.',
  })
  @Queue()
  @Run()
  @Requires('admin:*', 'admin')
  @Returns(JobRunDetailView)
  @Problem(404, 'not_found')
  @Problem(409, 'run_state')
  cancelJobRun(@CurrentActor() actor: Actor, @Param('queue') queue: string, @Id() id: string) {
    return this.runs.change(actor, 'cancel', queue, id);
  }
}
