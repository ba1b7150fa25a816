import pLimit from 'p-limit';
import type { JobRun } from '../../jobs/job.js';

const PAGE = 200;
/** Low, to leave connections for charges. */
const CONCURRENCY = 2;

/** Accounts to work on, page by page. */
export interface Sweep<At extends { user_id: string }> {
  /** Where the first page begins. */
  first: At;
  /** Returns the next accounts behind `after`, at most `limit`, in a fixed order. */
  next: (after: At, limit: number) => Promise<At[]>;
  work: (user_id: string) => Promise<unknown>;
}

/**
 * Works on each account once. An account that fails does not stop the others.
 * @throws Error at the end when some failed
 */
export async function sweepAccounts<At extends { user_id: string }>(
  { signal, log }: JobRun,
  { first, next, work }: Sweep<At>,
): Promise<void> {
  const limit = pLimit(CONCURRENCY);
  let failures = 0;
  let last = first;
  for (;;) {
    signal.throwIfAborted();
    const page = await next(last, PAGE);
    await limit.map(page, async ({ user_id }) => {
      try {
        await work(user_id);
      } catch (error) {
        failures += 1;
        log.warn(error);
      }
    });
    const newest = page.at(-1);
    if (!newest) break;
    last = newest;
  }
  if (failures > 0) throw new Error(`${String(failures)} accounts failed; the next run tries them again`);
}
