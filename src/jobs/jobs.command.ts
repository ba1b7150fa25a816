import { Injectable } from '@nestjs/common';
import { Command, SubCommand } from 'nest-commander';
import { CliCommand, cliActor, CommandGroup, DtoCommand } from '../platform/cli/command.js';
import { type Column, Terminal } from '../platform/cli/terminal.js';
import { NotFound } from '../platform/errors.js';
import { isUuid } from '../platform/database/uuid.js';
import { JobRunDetailView, JobRunsQuery, JobRunView, JobView } from './jobs.dto.js';
import { RunsService } from './runs.service.js';

const JOB_COLUMNS: readonly Column[] = [
  ['job', 'name'],
  ['schedule', 'cron'],
  ['next', 'next_run_at'],
  ['latest', 'last_run_at'],
  ['result', 'last_state'],
  ['running since', 'running_since'],
  ['waiting', 'waiting'],
  ['active', 'active'],
  ['failed', 'failed'],
  ['succeeded', 'succeeded_at'],
  ['latest error', 'error'],
];

const RUN_COLUMNS: readonly Column[] = [
  ['job', 'queue'],
  ['run', 'id'],
  ['state', 'state'],
  ['tries', 'tries'],
  ['max tries', 'tries_max'],
  ['created', 'created_at'],
  ['not before', 'start_after'],
  ['ended', 'completed_at'],
  ['error', 'error'],
];

const RUN_ARGUMENTS = {
  arguments: '<job> <run>',
  argsDescription: { job: 'Name of the job', run: 'Id of the run' },
};

/** `tollgate jobs list`. */
@SubCommand({ name: 'list', description: 'List the jobs with schedules, next runs, waiting runs and failures' })
export class JobsListCommand extends CliCommand {
  constructor(
    terminal: Terminal,
    private readonly runs: RunsService,
  ) {
    super(terminal);
  }

  override async run(): Promise<void> {
    this.list(JobView, await this.runs.schedules(), JOB_COLUMNS);
  }
}

/** `tollgate jobs runs`. */
@SubCommand({ name: 'runs', description: 'List runs, newest first; --state failed lists runs that failed for good' })
export class JobsRunsCommand extends DtoCommand<JobRunsQuery> {
  protected readonly dto = JobRunsQuery;
  protected override readonly flags = { queue: '--job' };

  constructor(
    terminal: Terminal,
    private readonly runs: RunsService,
  ) {
    super(terminal);
  }

  protected override async execute(query: JobRunsQuery): Promise<void> {
    this.list(JobRunView, await this.runs.list(query), RUN_COLUMNS);
  }
}

/** A command about one run. */
@Injectable()
abstract class RunCommand extends CliCommand {
  constructor(
    terminal: Terminal,
    protected readonly runs: RunsService,
  ) {
    super(terminal);
  }

  protected abstract act(job: string, run: string): Promise<JobRunDetailView>;

  override async run([job = '', run = '']: string[]): Promise<void> {
    if (!isUuid(run)) throw new NotFound(`Such a run of ${job}`);
    this.show(JobRunDetailView, await this.act(job, run));
  }
}

/** `tollgate jobs show`. */
@SubCommand({ name: 'show', ...RUN_ARGUMENTS, description: 'Show a run with its attempts, error and data' })
export class JobsShowCommand extends RunCommand {
  protected override act(job: string, run: string): Promise<JobRunDetailView> {
    return this.runs.get(job, run);
  }
}

/** `tollgate jobs run`. */
@SubCommand({
  name: 'run',
  arguments: '<job>',
  argsDescription: { job: 'Name of a scheduled job' },
  description: 'Run a scheduled job as soon as a worker is free',
})
export class JobsRunCommand extends CliCommand {
  constructor(
    terminal: Terminal,
    private readonly runs: RunsService,
  ) {
    super(terminal);
  }

  override async run([job = '']: string[]): Promise<void> {
    this.show(JobView, await this.runs.start(cliActor(), job));
  }
}

/** `tollgate jobs retry`. */
@SubCommand({ name: 'retry', ...RUN_ARGUMENTS, description: 'Retry a failed run' })
export class JobsRetryCommand extends RunCommand {
  protected override act(job: string, run: string): Promise<JobRunDetailView> {
    return this.runs.change(cliActor(), 'retry', job, run);
  }
}

/** `tollgate jobs cancel`. */
@SubCommand({ name: 'cancel', ...RUN_ARGUMENTS, description: 'Cancel a waiting run' })
export class JobsCancelCommand extends RunCommand {
  protected override act(job: string, run: string): Promise<JobRunDetailView> {
    return this.runs.change(cliActor(), 'cancel', job, run);
  }
}

export const JOBS_COMMANDS = [
  JobsListCommand,
  JobsRunsCommand,
  JobsShowCommand,
  JobsRunCommand,
  JobsRetryCommand,
  JobsCancelCommand,
];

/** `tollgate jobs`. */
@Command({ name: 'jobs', description: 'Manage background jobs', subCommands: JOBS_COMMANDS })
export class JobsCommand extends CommandGroup {}
