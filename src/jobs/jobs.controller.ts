import { Controller, Get, Param, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import type { Actor } from '../platform/actor.js';
import { By, Id, Problem, Requires, Returns } from '../platform/http/decorators.js';
import { JobRunDetailView, JobRunsQuery, JobRunView, JobView } from './jobs.dto.js';
import { RunsService } from './runs.service.js';

const Queue = (): MethodDecorator =>
  ApiParam({ name: 'queue', description: 'Name of the job.', example: 'due-accounts' });
const Run = (): MethodDecorator => ApiParam({ name: 'id', description: 'UUID of the run.' });

/** The work outside of requests. */
@ApiTags('Jobs')
@Controller('admin/jobs')
export class JobsController {
  constructor(private readonly runs: RunsService) {}

  @Get()
  @ApiOperation({
    summary: 'Runs of the jobs, newest first',
    description:
      'A run that fails is repeated with growing delays; `state=failed` lists those that were given up. What ended is forgotten after a week. Follow `X-Next-Cursor`.',
  })
  @Requires('admin')
  @Returns(JobRunView, { list: true })
  @Problem(422, 'invalid_request')
  listJobRuns(@Query() query: JobRunsQuery) {
    return this.runs.list(query);
  }

  @Get('schedules')
  @ApiOperation({ summary: 'Every job: its schedule, its next run, and how it stands' })
  @Requires('admin')
  @Returns(JobView, { list: true })
  listJobs() {
    return this.runs.schedules();
  }

  @Get(':queue/:id')
  @ApiOperation({ summary: 'A run with what it was given' })
  @Queue()
  @Run()
  @Requires('admin')
  @Returns(JobRunDetailView)
  @Problem(404, 'not_found')
  getJobRun(@Param('queue') queue: string, @Id() id: string) {
    return this.runs.get(queue, id);
  }

  @Post(':queue/:id/retry')
  @ApiOperation({
    summary: 'Try a run again that was given up',
    description: 'It begins as soon as a worker is free, with one try more. Written to the audit log.',
  })
  @Queue()
  @Run()
  @Requires('admin')
  @Returns(JobRunDetailView)
  @Problem(404, 'not_found')
  @Problem(409, 'run_state')
  retryJobRun(@By() actor: Actor, @Param('queue') queue: string, @Id() id: string) {
    return this.runs.change(actor, 'retry', queue, id);
  }

  @Post(':queue/:id/cancel')
  @ApiOperation({
    summary: 'Cancel a run that waits',
    description:
      'A run that goes on now is not stopped. The next run of a schedule comes as ever. Written to the audit log.',
  })
  @Queue()
  @Run()
  @Requires('admin')
  @Returns(JobRunDetailView)
  @Problem(404, 'not_found')
  @Problem(409, 'run_state')
  cancelJobRun(@By() actor: Actor, @Param('queue') queue: string, @Id() id: string) {
    return this.runs.change(actor, 'cancel', queue, id);
  }
}
