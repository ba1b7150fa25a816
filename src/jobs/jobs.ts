import { type BeforeApplicationShutdown, Inject, Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import pRetry, { AbortError } from 'p-retry';
import type { Job as BossJob, PgBoss } from 'pg-boss';
import { CONFIG, type Config } from '../platform/config/config.js';
import type { Tx } from '../platform/database/database.js';
import { Metrics } from '../platform/metrics.js';
import { Tracing } from '../platform/tracing/tracing.js';
import { changeWithin, createBoss, queueOf, sendWithin, WORK } from './boss.js';
import { isLoop, type Job, type LoopJob, type QueuedJob } from './job.js';
import { JobMetrics } from './job-metrics.js';
import { loop } from './loop.js';
import { missed } from './missed.js';
import { RunsRepository } from './runs.repository.js';

/** Options of a run. */
export interface EnqueueOptions {
  /** Earliest start. */
  start_after?: Date;
}

/** Changes that operators can make to a run. */
export type RunChange = 'retry' | 'cancel';

/** Within this time a missed job is enqueued once, whichever workers start. */
const CATCH_UP_S = 60;
const START_RETRY_MS = { minTimeout: 1_000, maxTimeout: 30_000 };

/**
 * Background jobs. Modules define their jobs while the application is built; a process runs them after `start()`. A
 * schedule runs once across all instances, coordinated by the tables of pg-boss in the same database.
 */
@Injectable()
export class Jobs implements BeforeApplicationShutdown, OnApplicationShutdown {
  private readonly log = new Logger('jobs');
  private readonly jobs = new Map<string, Job>();
  private readonly stopping = new AbortController();
  /** Running jobs, loops and the start itself. */
  private readonly running = new Set<Promise<void>>();
  private stopped: Promise<void> | null = null;
  private worker: PgBoss | null = null;
  private sender: Promise<PgBoss> | null = null;

  private readonly metrics: JobMetrics;

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    metrics: Metrics,
    private readonly tracing: Tracing,
    private readonly runs: RunsRepository,
  ) {
    this.metrics = new JobMetrics(metrics);
  }

  /**
   * Registers a job; called in `onModuleInit` of the module that owns it.
   * @throws Error when the name is taken
   */
  define<Data extends object>(job: Job<Data>): void {
    if (this.jobs.has(job.name)) throw new Error(`there are two jobs named ${job.name}`);
    this.jobs.set(job.name, job);
  }

  /**
   * Enqueues a run as part of the transaction, so that a rollback discards it. A scheduled job with a waiting run gets
   * no second one.
   * @throws Error when no such job was defined
   */
  async enqueue(tx: Tx, name: string, data: object, { start_after }: EnqueueOptions = {}): Promise<void> {
    const job = this.jobs.get(name);
    if (!job || isLoop(job)) throw new Error(`there is no job named ${name} to enqueue`);
    const boss = this.worker ?? (await this.open());
    await sendWithin(tx, boss, name, data, start_after);
  }

  /**
   * Enqueues a run of a scheduled job as part of the transaction, without data. The job need not be defined in this process.
   * One with a waiting run gets no second one.
   */
  async enqueueScheduled(tx: Tx, name: string): Promise<void> {
    const boss = this.worker ?? (await this.open());
    await sendWithin(tx, boss, name, {});
  }

  /**
   * Changes a run as part of the transaction, with pg-boss's own statements: `retry` gives a failed run one more
   * attempt, `cancel` ends a waiting one. A run in another state stays unchanged.
   */
  async changeRun(tx: Tx, change: RunChange, name: string, id: string): Promise<void> {
    const boss = this.worker ?? (await this.open());
    await changeWithin(tx, boss, change, name, id);
  }

  /**
   * Starts running jobs in the background as soon as the database is reachable and migrated. Stops with the
   * application.
   */
  start(): void {
    const { signal } = this.stopping;
    for (const job of this.loops) void this.track(loop(this.metrics.watched(job), signal));
    const patiently = pRetry(() => this.track(this.work()), {
      ...START_RETRY_MS,
      retries: Number.POSITIVE_INFINITY,
      signal,
      unref: true,
      onFailedAttempt: ({ error }) => {
        if (!signal.aborted) this.log.warn(`jobs are waiting for the database: ${error.message}`);
      },
    });
    void this.track(patiently.catch((error: unknown) => (signal.aborted ? undefined : this.log.error(error))));
  }

  /** Ends active runs, or leaves them to another worker, before the database is closed. */
  async beforeApplicationShutdown(): Promise<void> {
    await this.stop();
    await this.worker?.stop({ graceful: false });
  }

  /** Starts no more runs and waits for the active ones; `enqueue` still works. Can be called repeatedly. */
  stop(): Promise<void> {
    return (this.stopped ??= this.finish());
  }

  private async finish(): Promise<void> {
    this.stopping.abort();
    await Promise.all([...this.running]);
    const { worker } = this;
    if (!worker) return;
    await Promise.all(this.queued.map(({ name }) => worker.offWork(name, { wait: true })));
  }

  async onApplicationShutdown(): Promise<void> {
    const sender = await this.sender?.catch(() => null); // whoever wanted to send has the error
    await sender?.stop({ graceful: false });
  }

  private get queued(): QueuedJob[] {
    return [...this.jobs.values()].filter((job) => !isLoop(job));
  }

  private get loops(): LoopJob[] {
    return [...this.jobs.values()].filter(isLoop);
  }

  private async work(): Promise<void> {
    this.worker = await this.connect(true, async (boss) => {
      for (const job of this.queued) {
        const { policy: _fixed, ...changeable } = queueOf(job);
        await boss.updateQueue(job.name, changeable);
        if (job.cron !== undefined) await boss.schedule(job.name, job.cron, {}, { tz: 'UTC' });
        await boss.work(job.name, WORK, async ([taken]: BossJob[]) => taken && this.run(job, taken));
      }
      await this.forgetSchedules(boss);
    });
    await this.askForDue(this.worker);
  }

  /** Enqueues the jobs that are already due at start, and those whose time passed while no worker was running. */
  private async askForDue(boss: PgBoss): Promise<void> {
    for (const name of missed(await this.runs.lastEnqueued(), new Date())) {
      // several workers can start at once
      if (this.jobs.has(name)) await boss.send(name, {}, { singletonSeconds: CATCH_UP_S });
    }
    for (const job of this.queued) {
      try {
        if (await job.isDue?.()) await boss.send(job.name, {});
      } catch (error) {
        this.log.warn(`cannot determine whether ${job.name} is due: ${String(error)}`);
      }
    }
  }

  /** Removes the schedules of jobs that no longer have one, and the waiting runs of those that no longer exist. */
  private async forgetSchedules(boss: PgBoss): Promise<void> {
    const scheduled = new Set(this.queued.filter((job) => job.cron !== undefined).map((job) => job.name));
    for (const { name } of await boss.getSchedules()) {
      if (scheduled.has(name)) continue;
      if (!this.jobs.has(name)) await boss.deleteQueuedJobs(name);
      await boss.unschedule(name);
    }
  }

  private async run(job: QueuedJob, taken: BossJob): Promise<unknown> {
    const log = new Logger(`job ${job.name}`);
    try {
      this.stopping.signal.throwIfAborted();
      const given = { signal: AbortSignal.any([taken.signal, this.stopping.signal]), log };
      const order = { parent: null, attributes: { 'tollgate.job.name': job.name } };
      return await this.tracing.during(`job ${job.name}`, order, () =>
        this.metrics.watched(job).run(taken.data, given),
      );
    } catch (error) {
      if (!this.stopping.signal.aborted) log.error(error);
      throw error;
    }
  }

  /** Returns the sender of a process without workers, connected on first use. */
  private open(): Promise<PgBoss> {
    return (this.sender ??= this.connect(false).catch((error: unknown) => {
      this.sender = null;
      throw error;
    }));
  }

  private async connect(isWorker: boolean, prepare?: (boss: PgBoss) => Promise<void>): Promise<PgBoss> {
    const { url } = this.config.database;
    if (url === null) throw new AbortError('the database URL is not configured');
    const boss = await createBoss(url, isWorker);
    boss.on('error', (error) => this.log.warn(error));
    boss.on('warning', ({ message }) => this.log.warn(message));
    try {
      await boss.start();
      for (const job of this.queued) await boss.createQueue(job.name, queueOf(job));
      await prepare?.(boss);
      return boss;
    } catch (error) {
      await boss.stop({ graceful: false });
      throw error;
    }
  }

  private track<T extends Promise<void>>(work: T): T {
    // the error is for the caller
    const ended = work.catch(() => undefined).finally(() => this.running.delete(ended));
    this.running.add(ended);
    return work;
  }
}
