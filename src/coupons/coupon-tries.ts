import type { TryLimit } from '../platform/try-limit.js';

/** Rate limit that makes guessing coupon codes infeasible. */
export const COUPON_TRIES: TryLimit = { policy: 'coupon-tries', what: 'coupon codes', quota: 5 };
