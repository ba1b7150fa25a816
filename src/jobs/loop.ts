import { setTimeout as pause } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import type { LoopJob } from './job.js';

const REST_MAX_MS = 60_000;

/**
 * Runs a job repeatedly until it is stopped, with a pause after each run. Failures are logged and double the pause, up
 * to a minute.
 */
export async function loop(job: LoopJob, signal: AbortSignal): Promise<void> {
  const log = new Logger(`job ${job.name}`);
  let rest_ms = 0;
  while (!signal.aborted) {
    try {
      await job.run({}, { signal, log });
      rest_ms = job.every_s * 1000;
    } catch (error) {
      log.warn(error);
      rest_ms = Math.min(REST_MAX_MS, Math.max(job.every_s * 1000, rest_ms * 2));
    }
    await pause(rest_ms, undefined, { signal, ref: false }).catch(() => undefined); // aborted
  }
}
