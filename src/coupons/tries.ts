import { RateLimited } from '../platform/errors.js';

/** Tries at coupon codes that a user has in an hour, whether they succeed or not: codes can't be guessed. */
export const TRIES_MAX = 5;
export const TRIES_WINDOW_MS = 60 * 60 * 1000;

/**
 * Refuses a try while as many as are allowed lie within the hour before `now`.
 * @throws RateLimited
 */
export function assertTryLeft(attempted_at: readonly Date[], now: Date): void {
  const counted = attempted_at.map((at) => at.getTime() + TRIES_WINDOW_MS - now.getTime()).filter((left) => left > 0);
  if (counted.length < TRIES_MAX) return;
  // the newest TRIES_MAX count: a try is free again when the oldest of them leaves the window
  const wait_ms = counted.toSorted((a, b) => b - a)[TRIES_MAX - 1] ?? 0;
  const reset_s = Math.ceil(wait_ms / 1000);
  throw new RateLimited(
    `Only ${TRIES_MAX} coupon codes can be tried an hour. The next try is possible in ${Math.ceil(reset_s / 60)} min.`,
    { policy: 'coupon-tries', quota: TRIES_MAX, window_s: TRIES_WINDOW_MS / 1000, reset_s },
  );
}
