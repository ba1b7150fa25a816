import type { AccountDiscountRow } from '../generated/rows.js';
import { max, type Units, units } from '../platform/amount.js';

export const DISCOUNT_STATUSES = ['unused', 'used', 'expired'] as const;
export type DiscountStatus = (typeof DISCOUNT_STATUSES)[number];

const PERCENT = units('100');
const CENT = units('0.01');

/** Returns the status of a discount at an instant. */
export function statusOf(discount: Pick<AccountDiscountRow, 'used_at' | 'expires_at'>, now: Date): DiscountStatus {
  if (discount.used_at !== null) return 'used';
  return discount.expires_at !== null && discount.expires_at <= now ? 'expired' : 'unused';
}

/** Returns the price after a discount, USD; rounded down to the cent, never below zero. */
export function discounted(price: Units, discount: Pick<AccountDiscountRow, 'coupon_type' | 'value'>): Units {
  const value = units(discount.value);
  const exact =
    discount.coupon_type === 'percentage_discount' ? (price * (PERCENT - value)) / PERCENT : max(0n, price - value);
  return exact - (exact % CENT);
}
