import { Injectable } from '@nestjs/common';
import { Database, type Tx } from '../platform/database/database.js';
import type { PageSlice } from '../platform/database/paging.js';
import type { JobRunDetailView, JobView, RunState } from './jobs.dto.js';

/** Filter of the runs. */
export interface RunFilter {
  queue?: string | undefined;
  state?: RunState | undefined;
}

/** A run that failed for good. */
export interface DeadRun {
  queue: string;
  failed_at: Date;
  error: string | null;
}

type JobRow = Omit<JobView, 'next_run_at'>;
export type RunRow = Omit<JobRunDetailView, 'data' | 'result'> & { data: unknown; result: unknown };

/** The stored result of a run. */
export interface JobResult<T> {
  completed_at: Date;
  result: T;
}

/** Excludes pg-boss's internal queues. */
const OURS = `name NOT LIKE '\\_\\_pgboss%'`;

// a run without a failure has no message; for a run ended by pg-boss itself it is in `value`
const ERROR = `COALESCE(output->>'message', output->'value'->>'message')`;

const CREATED_AT = `date_trunc('milliseconds', created_on)`;
const RUN = `id::text, name AS queue, state::text, retry_limit + 1 AS tries_max, created_on AS created_at, start_after,
  started_on AS started_at, completed_on AS completed_at, data,
  retry_count + (CASE WHEN started_on IS NULL OR state = 'retry' THEN 0 ELSE 1 END) AS tries,
  CASE WHEN state = 'completed' THEN NULL ELSE ${ERROR} END AS error,
  CASE WHEN state = 'completed' THEN output END AS result`;
const WANTED = `${OURS} AND ($1::text IS NULL OR name = $1) AND ($2::text IS NULL OR state::text = $2)`;

/** Key for fair queueing of lists. */
const READER = 'jobs';

/** Reads the tables of pg-boss. */
@Injectable()
export class RunsRepository {
  constructor(private readonly db: Database) {}

  /** Returns every job with a queue, by name. */
  async jobs(): Promise<JobRow[]> {
    const jobs = `
      SELECT q.name, s.cron, count(*) FILTER (WHERE j.state IN ('created', 'retry'))::int AS waiting,
        count(*) FILTER (WHERE j.state = 'active')::int AS active, count(*) FILTER (WHERE j.state = 'failed')::int AS failed,
        max(j.started_on) AS last_run_at,
        (array_agg(j.state::text ORDER BY j.started_on DESC) FILTER (WHERE j.started_on IS NOT NULL))[1] AS last_state,
        min(j.started_on) FILTER (WHERE j.state = 'active') AS running_since,
        max(j.completed_on) FILTER (WHERE j.state = 'completed') AS succeeded_at,
        (array_agg(${ERROR} ORDER BY j.started_on DESC) FILTER (WHERE j.state IN ('failed', 'retry')))[1] AS error
      FROM pgboss.queue q LEFT JOIN pgboss.schedule s USING (name) LEFT JOIN pgboss.job j USING (name)
      WHERE q.${OURS}
      GROUP BY q.name, s.cron ORDER BY q.name`;
    return this.db.reads.query<JobRow & object>(READER, jobs, []);
  }

  /** Returns runs, newest first. */
  async list({ queue, state }: RunFilter, { take, skip, after }: PageSlice): Promise<RunRow[]> {
    return this.db.reads.query<RunRow & object>(
      READER,
      `SELECT ${RUN} FROM pgboss.job
       WHERE ${WANTED} AND ($3::timestamptz IS NULL OR (${CREATED_AT}, id) < ($3, $4::uuid))
       ORDER BY ${CREATED_AT} DESC, id DESC LIMIT $5 OFFSET $6`,
      [queue ?? null, state ?? null, after?.created_at ?? null, after?.id ?? null, take, skip],
    );
  }

  async count({ queue, state }: RunFilter): Promise<number> {
    const counted = `SELECT count(*)::int AS total FROM pgboss.job WHERE ${WANTED}`;
    const [row] = await this.db.reads.query<{ total: number }>(READER, counted, [queue ?? null, state ?? null]);
    return row?.total ?? 0;
  }

  async find(queue: string, id: string): Promise<RunRow | null> {
    const { rows } = await this.db.pool.query<RunRow>(
      `SELECT ${RUN} FROM pgboss.job WHERE ${OURS} AND name = $1 AND id = $2::uuid`,
      [queue, id],
    );
    return rows[0] ?? null;
  }

  /** Returns the latest run of each job that failed for good since an instant. */
  dead(since: Date): Promise<DeadRun[]> {
    const latest = `
      SELECT DISTINCT ON (name) name AS queue, completed_on AS failed_at, ${ERROR} AS error FROM pgboss.job
      WHERE ${OURS} AND state = 'failed' AND completed_on >= $1 ORDER BY name, completed_on DESC`;
    return this.db.reads.query<DeadRun & object>(READER, latest, [since]);
  }

  /** Returns the results of the latest successful runs of a job, newest first. */
  async results<T>(queue: string, limit: number): Promise<JobResult<T>[]> {
    const latest = `
      SELECT completed_on AS completed_at, output AS result FROM pgboss.job
      WHERE name = $1 AND state = 'completed' AND output IS NOT NULL ORDER BY completed_on DESC LIMIT $2`;
    return this.db.reads.query<JobResult<T> & object>(READER, latest, [queue, limit]);
  }

  /**
   * Returns the scheduled jobs with when a run was last enqueued, or when the schedule was created if none is stored: ended
   * runs are deleted after a week.
   */
  async lastEnqueued(): Promise<{ name: string; cron: string; at: Date }[]> {
    const { rows } = await this.db.pool.query<{ name: string; cron: string; at: Date }>(
      `SELECT s.name, s.cron, GREATEST(s.created_on, max(j.created_on)) AS at
       FROM pgboss.schedule s LEFT JOIN pgboss.job j USING (name) GROUP BY s.name, s.cron, s.created_on`,
    );
    return rows;
  }

  /** Whether a job has a schedule, read under a lock that keeps it until the transaction ends. */
  async isScheduled(tx: Tx, name: string): Promise<boolean> {
    const rows = await tx.$queryRawUnsafe<unknown[]>(`SELECT FROM pgboss.schedule WHERE name = $1 FOR SHARE`, name);
    return rows.length > 0;
  }

  /** Locks a run so that no worker starts it; null if it does not exist. */
  async lock(tx: Tx, queue: string, id: string): Promise<{ state: RunState } | null> {
    const [run] = await tx.$queryRawUnsafe<{ state: RunState }[]>(
      `SELECT state::text FROM pgboss.job WHERE ${OURS} AND name = $1 AND id = $2::uuid FOR UPDATE`,
      queue,
      id,
    );
    return run ?? null;
  }
}
