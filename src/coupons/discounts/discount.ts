import type { AccountDiscountRow } from '../../generated/rows.js';

export const DISCOUNT_STATUSES = ['unused', 'used', 'expired'] as const;
export type DiscountStatus = (typeof DISCOUNT_STATUSES)[number];

/** Returns the status of a discount at an instant. */
export function statusOf(discount: Pick<AccountDiscountRow, 'used_at' | 'expires_at'>, now: Date): DiscountStatus {
  if (discount.used_at !== null) return 'used';
  return discount.expires_at !== null && discount.expires_at <= now ? 'expired' : 'unused';
}
