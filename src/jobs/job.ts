import type { Logger } from '@nestjs/common';

/** What a run of a job is given besides its data. */
export interface JobRun {
  /** Aborted when the process stops: call `throwIfAborted()` between batches. The run is repeated later, elsewhere. */
  readonly signal: AbortSignal;
  readonly log: Logger;
}

interface Named {
  /** Unique, kebab-case. */
  readonly name: string;
}

/** Work that waits in the database until a worker takes it up. It must be safe to repeat. */
export interface QueuedJob<Data extends object = object> extends Named {
  /** When it also runs by itself: cron's five fields, UTC. Then it never overlaps itself, whoever asks for it. */
  readonly cron?: string;
  readonly every_s?: never;
  /** Asked when a worker starts: whether the job should run at once, and not only when it is time. */
  isDue?(): Promise<boolean>;
  /**
   * What it returns, if anything, is kept with the run, as JSON. Throws when it failed: the failure is logged and the run
   * repeated, with growing delays.
   */
  run(data: Data, run: JobRun): Promise<unknown>;
}

/** Frequent work that every working process does again and again: it guards itself, by a lock in the database say. */
export interface LoopJob extends Named {
  /** Seconds of rest between the end of a run and the next. */
  readonly every_s: number;
  readonly cron?: never;
  run(data: object, run: JobRun): Promise<void>;
}

export type Job<Data extends object = object> = QueuedJob<Data> | LoopJob;

export const isLoop = (job: Job): job is LoopJob => job.every_s !== undefined;
