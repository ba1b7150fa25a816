import { Injectable } from '@nestjs/common';
import { CronExpressionParser } from 'cron-parser';
import { AuditRepository } from '../audit/audit.repository.js';
import type { Actor } from '../platform/actor.js';
import { Database } from '../platform/database/database.js';
import { mapPage, type Page, paginate } from '../platform/database/paging.js';
import { sqlState } from '../platform/database/database-errors.js';
import { DomainError, NotFound } from '../platform/errors.js';
import { Jobs, type RunChange } from './jobs.js';
import type { JobRunDetailView, JobRunsQuery, JobView, RunState } from './jobs.dto.js';
import { type DeadRun, type JobResult, type RunRow, RunsRepository } from './runs.repository.js';
import { textWithoutSecrets, withoutSecrets } from './without-secrets.js';

/** The states in which a change is allowed, and the error for any other. */
const CHANGES: Record<RunChange, { states: readonly RunState[]; refusal: string }> = {
  retry: { states: ['failed'], refusal: 'Only a failed run can be retried' },
  cancel: { states: ['created', 'retry'], refusal: 'Only a waiting run can be cancelled' },
};
const UNIQUE_VIOLATION = '23505';

/** Jobs and their runs, for operators. */
@Injectable()
export class RunsService {
  constructor(
    private readonly db: Database,
    private readonly runs: RunsRepository,
    private readonly jobs: Jobs,
    private readonly audit: AuditRepository,
  ) {}

  /** Returns every job, by name, with its next scheduled run. */
  async schedules(): Promise<JobView[]> {
    const jobs = await this.runs.jobs();
    return jobs.map((job) => ({
      ...job,
      next_run_at: job.cron === null ? null : nextRun(job.cron),
      error: job.error === null ? null : textWithoutSecrets(job.error),
    }));
  }

  /**
   * Returns a page of the runs, newest first.
   * @throws InvalidInput for an invalid cursor
   */
  async list(query: JobRunsQuery): Promise<Page<JobRunDetailView>> {
    return mapPage(await paginate(this.runs, query, query), shown);
  }

  /** Returns the stored results of the latest successful runs of a job, newest first. */
  results<T>(queue: string, limit: number): Promise<JobResult<T>[]> {
    return this.runs.results(queue, limit);
  }

  /** Returns the latest run of each job that failed for good since an instant, its error without secrets. */
  async dead(since: Date): Promise<DeadRun[]> {
    const runs = await this.runs.dead(since);
    return runs.map((run) => ({ ...run, error: run.error === null ? null : textWithoutSecrets(run.error) }));
  }

  /** @throws NotFound */
  async get(queue: string, id: string): Promise<JobRunDetailView> {
    const run = await this.runs.find(queue, id);
    if (!run) throw new NotFound(`Run ${id} of ${queue}`);
    return shown(run);
  }

  /**
   * Runs a scheduled job as soon as a worker is free, besides its schedule. A job that has a waiting run gets no second one,
   * and it never overlaps itself. Recorded in the audit log.
   * @throws NotFound; DomainError conflict `job_on_demand` for a job without a schedule, which needs data
   */
  async start(actor: Actor, name: string): Promise<JobView> {
    const job = (await this.schedules()).find((known) => known.name === name);
    if (!job) throw new NotFound(`Job ${name}`);
    await this.db.transaction(async (tx) => {
      if (!(await this.runs.isScheduled(tx, name))) {
        const detail = `${name} runs on demand, with data from what caused it. Retry one of its failed runs instead.`;
        throw new DomainError('conflict', 'job_on_demand', detail);
      }
      await this.jobs.enqueueScheduled(tx, name);
      const about = { user_id: actor.user_id, resource_type: 'job', resource_id: name };
      await this.audit.record(tx, actor, { ...about, action: 'job.run' });
    });
    return (await this.schedules()).find((known) => known.name === name) ?? job;
  }

  /**
   * Retries a failed run, or cancels a waiting one. Recorded in the audit log.
   * @throws NotFound
   * @throws DomainError conflict `run_state` when the run is in another state, or another run of the job is already
   * waiting
   */
  async change(actor: Actor, change: RunChange, queue: string, id: string): Promise<JobRunDetailView> {
    try {
      await this.db.transaction(async (tx) => {
        const run = await this.runs.lock(tx, queue, id);
        if (!run) throw new NotFound(`Run ${id} of ${queue}`);
        const { states, refusal } = CHANGES[change];
        if (!states.includes(run.state)) throw wrongState(`${refusal}; this one is ${run.state}.`);
        await this.jobs.changeRun(tx, change, queue, id);
        const entry = { action: `job.${change}`, resource_type: 'job', resource_id: id, metadata: { queue } };
        await this.audit.record(tx, actor, { user_id: actor.user_id, ...entry });
      });
    } catch (error) {
      if (sqlState(error) !== UNIQUE_VIOLATION) throw error;
      throw wrongState(`Another run of ${queue} is already waiting and will do the same work.`);
    }
    return this.get(queue, id);
  }
}

const wrongState = (detail: string): DomainError => new DomainError('conflict', 'run_state', detail);

function shown(run: RunRow): JobRunDetailView {
  const { data, result, error } = run;
  return {
    ...run,
    data: objectWithoutSecrets(data),
    result: objectWithoutSecrets(result),
    error: error === null ? null : textWithoutSecrets(error),
  };
}

const objectWithoutSecrets = (value: unknown): Record<string, unknown> | null =>
  typeof value === 'object' ? (withoutSecrets(value) as Record<string, unknown> | null) : null;

const nextRun = (cron: string): Date => CronExpressionParser.parse(cron, { tz: 'UTC' }).next().toDate();
