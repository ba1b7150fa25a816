import type { Logger } from '@nestjs/common';

/** The context of a run. */
export interface JobRun {
  /**
   * Aborted when the process stops; call `throwIfAborted()` between batches. The run is then repeated, perhaps by
   * another process.
   */
  readonly signal: AbortSignal;
  readonly log: Logger;
}

interface Named {
  /** Unique, kebab-case. */
  readonly name: string;
}

/** Work that is queued in the database until a worker runs it. It must be safe to repeat. */
export interface QueuedJob<Data extends object = object> extends Named {
  /** Schedule in cron's five fields, UTC. A scheduled job never overlaps itself, even if it is also enqueued. */
  readonly cron?: string;
  readonly every_s?: never;
  /** Called when a worker starts; returns whether the job should run immediately instead of at its scheduled time. */
  isDue?(): Promise<boolean>;
  /**
   * Runs the job. The result, if any, is stored with the run as JSON. If it throws, the error is logged and the run is
   * retried with growing delays.
   */
  run(data: Data, run: JobRun): Promise<unknown>;
}

/** Frequent work that every worker process repeats. It must guard itself, for example with a database lock. */
export interface LoopJob extends Named {
  /** Pause between two runs, seconds. */
  readonly every_s: number;
  readonly cron?: never;
  run(data: object, run: JobRun): Promise<void>;
}

export type Job<Data extends object = object> = QueuedJob<Data> | LoopJob;

export const isLoop = (job: Job): job is LoopJob => job.every_s !== undefined;
