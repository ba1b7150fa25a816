import { queries } from './cache.ts';

const PAUSE_MS = 1_000;

/** @returns when all data has arrived and the browser has nothing else to do */
export async function idle(): Promise<void> {
  do await pause();
  while (queries.isFetching() > 0);
}

/** Safari does not say when it is idle. */
const pause = (): Promise<void> =>
  new Promise((resolve) => {
    if ('requestIdleCallback' in globalThis) requestIdleCallback(() => resolve());
    else setTimeout(resolve, PAUSE_MS);
  });
