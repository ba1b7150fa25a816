import type { TryLimit } from '../platform/try-limit.js';

/** So few tries at coupon codes that none can be guessed. */
export const COUPON_TRIES: TryLimit = { policy: 'coupon-tries', what: 'coupon codes', quota: 5 };
