import { RateLimited } from './errors.js';

/** A limit on attempts per user and hour, successful or not. */
export interface AttemptLimit {
  /** Name in the RateLimit headers. */
  policy: string;
  /** What is attempted, plural; part of the error message. */
  what: string;
  quota: number;
}

/** The window in which attempts count: one hour. */
export const ATTEMPTS_WINDOW_MS = 60 * 60 * 1000;

/**
 * Refuses an attempt if the quota of the hour before `now` is used up.
 * @throws RateLimited
 */
export function assertAttemptLeft(
  { policy, what, quota }: AttemptLimit,
  attempted_at: readonly Date[],
  now: Date,
): void {
  const counted = attempted_at
    .map((at) => at.getTime() + ATTEMPTS_WINDOW_MS - now.getTime())
    .filter((left) => left > 0);
  if (counted.length < quota) return;
  // the latest `quota` attempts count: the next one is allowed when the oldest of them leaves the window
  const wait_ms = counted.toSorted((a, b) => b - a)[quota - 1] ?? 0;
  const reset_s = Math.ceil(wait_ms / 1000);
  throw new RateLimited(`Only ${quota} ${what} can be tried per hour. Try again in ${Math.ceil(reset_s / 60)} min.`, {
    policy,
    quota,
    window_s: ATTEMPTS_WINDOW_MS / 1000,
    reset_s,
  });
}
