import type { AttemptLimit } from '../../platform/attempt-limit.js';

/** Rate limit that makes guessing coupon codes infeasible. */
export const COUPON_RATE_LIMIT: AttemptLimit = { policy: 'coupon-tries', what: 'coupon codes', quota: 5 };
