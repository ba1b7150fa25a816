import type { grant_source } from '../../generated/prisma/enums.js';

/**
 * Credits that do not move: gifts are for whom they were given to, and plan credits belong to the plan of their account, with
 * its cap and its periods.
 */
const BOUND: readonly grant_source[] = ['trial', 'plan', 'coupon', 'referral'];

/** Returns whether credits of a grant can be moved to another account. */
export const isMovable = ({ source }: { readonly source: grant_source }): boolean => !BOUND.includes(source);
