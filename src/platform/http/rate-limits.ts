import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { RateLimited } from '../errors.js';

const WINDOW_S = 60;
const POLICY = 'address';

/**
 * Counts requests without valid credentials per minute and address, in memory: they must not cost the database anything.
 * Each instance counts separately, so n instances allow up to n times as many.
 */
export class AddressLimits {
  private readonly limiter: RateLimiterMemory | null;

  /** @param quota requests per minute; 0 for no limit */
  constructor(quota: number) {
    this.limiter = quota === 0 ? null : new RateLimiterMemory({ points: quota, duration: WINDOW_S });
  }

  /**
   * Counts one request.
   * @returns the RateLimit headers
   * @throws RateLimited
   */
  async count(address: string): Promise<Record<string, string>> {
    const used = this.limiter;
    if (used === null) return {};
    try {
      const { remainingPoints, msBeforeNext } = await used.consume(address);
      return rateLimitHeaders(limitOf(used.points, msBeforeNext), remainingPoints);
    } catch (error) {
      if (!(error instanceof RateLimiterRes)) throw error;
      const limit = limitOf(used.points, error.msBeforeNext);
      const message = `Only ${limit.quota} requests per minute without valid credentials are allowed per address. Try again in ${limit.reset_s} s.`;
      throw new RateLimited(message, limit);
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

const limitOf = (quota: number, ms: number): RateLimited['limit'] => {
  return { policy: POLICY, quota, window_s: WINDOW_S, reset_s: Math.max(1, Math.ceil(ms / 1000)) };
};
