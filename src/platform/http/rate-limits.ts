import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import type { LimitsConfig } from '../config/http-config.js';
import { RateLimited } from '../errors.js';

const WINDOW_S = 60;

/** The limit that a request counts towards. */
export type RatePolicy = 'user' | 'address';

const SENTENCES: Record<RatePolicy, string> = {
  user: 'requests per minute are allowed per user',
  address: 'requests per minute without valid credentials are allowed per address',
};

/**
 * Counts requests per minute, in memory, so that requests do not wait for it. Each instance counts separately, so n
 * instances allow up to n times as many requests.
 */
export class RateLimits {
  private readonly limiters: Record<RatePolicy, RateLimiterMemory | null>;

  constructor({ requests_per_user, requests_per_address }: LimitsConfig) {
    this.limiters = { user: limiter(requests_per_user), address: limiter(requests_per_address) };
  }

  /** Returns whether a limit is configured for the policy. */
  isSet(policy: RatePolicy): boolean {
    return this.limiters[policy] !== null;
  }

  /**
   * Counts one request.
   * @returns the RateLimit headers
   * @throws RateLimited
   */
  async count(policy: RatePolicy, key: string): Promise<Record<string, string>> {
    const used = this.limiters[policy];
    if (used === null) return {};
    try {
      const { remainingPoints, msBeforeNext } = await used.consume(key);
      const limit = { policy, quota: used.points, window_s: WINDOW_S, reset_s: seconds(msBeforeNext) };
      return rateLimitHeaders(limit, remainingPoints);
    } catch (error) {
      if (!(error instanceof RateLimiterRes)) throw error;
      const reset_s = seconds(error.msBeforeNext);
      const message = `Only ${used.points} ${SENTENCES[policy]}. Try again in ${reset_s} s.`;
      throw new RateLimited(message, { policy, quota: used.points, window_s: WINDOW_S, reset_s });
    }
  }
}

/** Builds the headers of draft-ietf-httpapi-ratelimit-headers. */
export function rateLimitHeaders(
  { policy, quota, window_s, reset_s }: RateLimited['limit'],
  remaining: number,
): Record<string, string> {
  return {
    'ratelimit-policy': `"${policy}";q=${quota};w=${window_s}`,
    ratelimit: `"${policy}";r=${remaining};t=${reset_s}`,
  };
}

const limiter = (points: number): RateLimiterMemory | null =>
  points === 0 ? null : new RateLimiterMemory({ points, duration: WINDOW_S });

const seconds = (ms: number): number => Math.max(1, Math.ceil(ms / 1000));
