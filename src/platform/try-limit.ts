import { RateLimited } from './errors.js';

/** How often a user may try something within a while, whether the tries succeed or not. */
export interface TryLimit {
  /** Name in the RateLimit headers. */
  policy: string;
  /** What is tried, for the sentence that says how many. */
  what: string;
  quota: number;
}

/** The while within which tries count: an hour. */
export const TRIES_WINDOW_MS = 60 * 60 * 1000;

/**
 * Refuses a try while as many as are allowed lie within the hour before `now`.
 * @throws RateLimited
 */
export function assertTryLeft({ policy, what, quota }: TryLimit, attempted_at: readonly Date[], now: Date): void {
  const counted = attempted_at.map((at) => at.getTime() + TRIES_WINDOW_MS - now.getTime()).filter((left) => left > 0);
  if (counted.length < quota) return;
  // the newest `quota` count: a try is free again when the oldest of them leaves the window
  const wait_ms = counted.toSorted((a, b) => b - a)[quota - 1] ?? 0;
  const reset_s = Math.ceil(wait_ms / 1000);
  throw new RateLimited(
    `Only ${quota} ${what} can be tried an hour. The next try is possible in ${Math.ceil(reset_s / 60)} min.`,
    { policy, quota, window_s: TRIES_WINDOW_MS / 1000, reset_s },
  );
}
