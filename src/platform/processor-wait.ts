import { readFileSync } from 'node:fs';

/** Of this thread: nanoseconds on a processor, nanoseconds that it waited for one, and time slices. */
const SCHEDSTAT = '/proc/self/schedstat';

/**
 * Tells how long this process waited for a processor because others used all of them, as Linux counts it. Work that can wait
 * pauses for as long, so that it takes only what is left of a machine: a low priority alone does not limit the work that
 * it causes in the database.
 */
export class ProcessorWait {
  private last_ms = waitedMs();

  /** Returns the milliseconds since the last call; 0 on systems that do not count them. */
  lap(): number {
    const now_ms = waitedMs();
    const waited_ms = now_ms - this.last_ms;
    this.last_ms = now_ms;
    return waited_ms;
  }
}

function waitedMs(): number {
  try {
    return Number(readFileSync(SCHEDSTAT, 'utf8').split(' ')[1]) / 1e6 || 0;
  } catch {
    return 0; // not Linux, or not counted
  }
}
