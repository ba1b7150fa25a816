const S = 1_000;
const MINUTE = 60 * S;
const HOUR = 60 * MINUTE;

/** Pauses before the second and each further attempt. */
const PAUSES_MS = [5 * S, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 5 * HOUR, 10 * HOUR, 10 * HOUR];
/** Part of a pause by which it is longer or shorter, so that many deliveries do not come back together. */
const JITTER = 0.1;
/** A receiver that asks for a longer pause gets this one. */
const RETRY_AFTER_MAX_MS = 10 * HOUR;

/**
 * Returns the pause before the next attempt, in milliseconds; null after the last one.
 * @param tries attempts so far, at least 1
 * @param retry_after_ms pause that the receiver asks for; it can lengthen the pause, up to ten hours
 * @param random 0 to 1
 */
export function pauseAfter(tries: number, retry_after_ms: number | null, random = Math.random()): number | null {
  const pause_ms = PAUSES_MS[tries - 1];
  if (pause_ms === undefined) return null;
  const jittered_ms = pause_ms * (1 + JITTER * (2 * random - 1));
  return Math.round(Math.max(jittered_ms, Math.min(retry_after_ms ?? 0, RETRY_AFTER_MAX_MS)));
}

/** Parses a Retry-After header: seconds, or a date. Returns the pause in milliseconds; null if there is none. */
export function retryAfterOf(header: string | undefined, now: Date): number | null {
  if (header === undefined) return null;
  if (/^\d{1,9}$/.test(header.trim())) return Number(header) * S;
  const at = Date.parse(header);
  return Number.isNaN(at) ? null : Math.max(0, at - now.getTime());
}
