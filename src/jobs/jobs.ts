import { type BeforeApplicationShutdown, Inject, Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import pRetry, { AbortError } from 'p-retry';
import type { Job as BossJob, PgBoss } from 'pg-boss';
import { CONFIG, type Config } from '../platform/config.js';
import type { Tx } from '../platform/database.js';
import { Metrics } from '../platform/metrics.js';
import { Tracing } from '../platform/tracing/tracing.js';
import { changeWithin, createBoss, queueOf, sendWithin, WORK } from './boss.js';
import { isLoop, type Job, type LoopJob, type QueuedJob } from './job.js';
import { JobMetrics } from './job-metrics.js';
import { loop } from './loop.js';

/** How a run is asked for. */
export interface EnqueueOptions {
  /** Not before then. */
  start_after?: Date;
}

/** What operators do to a single run. */
export type RunChange = 'retry' | 'cancel';

const START_RETRY_MS = { minTimeout: 1_000, maxTimeout: 30_000 };

/**
 * Work outside of requests. Modules define their jobs while the application is built; a process works on them after
 * `start()`. Schedules run once across all instances, by the tables of pg-boss in the same database.
 */
@Injectable()
export class Jobs implements BeforeApplicationShutdown, OnApplicationShutdown {
  private readonly log = new Logger('jobs');
  private readonly jobs = new Map<string, Job>();
  private readonly stopping = new AbortController();
  /** Runs, loops and the start itself, as long as they go on. */
  private readonly running = new Set<Promise<void>>();
  private stopped: Promise<void> | null = null;
  private worker: PgBoss | null = null;
  private sender: Promise<PgBoss> | null = null;

  private readonly metrics: JobMetrics;

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    metrics: Metrics,
    private readonly tracing: Tracing,
  ) {
    this.metrics = new JobMetrics(metrics);
  }

  /**
   * Makes a job known, in `onModuleInit` of the module that owns it.
   * @throws Error when the name is taken
   */
  define<Data extends object>(job: Job<Data>): void {
    if (this.jobs.has(job.name)) throw new Error(`there are two jobs named ${job.name}`);
    this.jobs.set(job.name, job);
  }

  /**
   * Asks for a run, as part of the transaction: when that rolls back, nobody ever hears of it. A scheduled job that
   * waits for its run already gets no second one.
   * @throws Error when no such job was defined
   */
  async enqueue(tx: Tx, name: string, data: object, { start_after }: EnqueueOptions = {}): Promise<void> {
    const job = this.jobs.get(name);
    if (!job || isLoop(job)) throw new Error(`there is no job named ${name} to enqueue`);
    const boss = this.worker ?? (await this.open());
    await sendWithin(tx, boss, name, data, start_after);
  }

  /**
   * Changes a run as part of the transaction, by pg-boss's own statements: `retry` gives a failed run one more try,
   * `cancel` ends one that waits. A run in another state stays as it is.
   */
  async changeRun(tx: Tx, change: RunChange, name: string, id: string): Promise<void> {
    const boss = this.worker ?? (await this.open());
    await changeWithin(tx, boss, change, name, id);
  }

  /**
   * Begins to work, in the background, as soon as the database allows it: it may be away, or not migrated yet.
   * Stopped with the application.
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
        if (!signal.aborted) this.log.warn(`jobs wait for the database: ${error.message}`);
      },
    });
    void this.track(patiently.catch((error: unknown) => (signal.aborted ? undefined : this.log.error(error))));
  }

  /** Runs end, or are left for another worker, before the database is closed. */
  async beforeApplicationShutdown(): Promise<void> {
    await this.stop();
    await this.worker?.stop({ graceful: false });
  }

  /** Takes up no more runs and waits for the end of those that go on; `enqueue` still works. May be called again. */
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
    const sender = await this.sender?.catch(() => null);
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

  /** A job that finds that it should have run already does so now. */
  private async askForDue(boss: PgBoss): Promise<void> {
    for (const job of this.queued) {
      try {
        if (await job.isDue?.()) await boss.send(job.name, {});
      } catch (error) {
        this.log.warn(`whether ${job.name} is due is not known: ${String(error)}`);
      }
    }
  }

  /** A job that lost its schedule, or is gone, is not sent any more. */
  private async forgetSchedules(boss: PgBoss): Promise<void> {
    const scheduled = new Set(this.queued.filter((job) => job.cron !== undefined).map((job) => job.name));
    for (const { name } of await boss.getSchedules()) {
      if (!scheduled.has(name)) await boss.unschedule(name);
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

  /** For a process that only asks for runs: connected when the first one is asked for. */
  private open(): Promise<PgBoss> {
    return (this.sender ??= this.connect(false).catch((error: unknown) => {
      this.sender = null;
      throw error;
    }));
  }

  private async connect(isWorker: boolean, prepare?: (boss: PgBoss) => Promise<void>): Promise<PgBoss> {
    const { url } = this.config.database;
    if (url === null) throw new AbortError('the address of the database is not known');
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
    const ended = work.catch(() => undefined).finally(() => this.running.delete(ended));
    this.running.add(ended);
    return work;
  }
}
