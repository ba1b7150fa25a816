import type { Account } from '../../credits/accounts/account.js';
import type { AccountState } from '../../credits/accounts/account-state.js';
import { extendPeriod } from '../../credits/grants/period.js';
import type { coupon_type } from '../../generated/prisma/enums.js';
import type { CouponCodeRow, TierRow } from '../../generated/rows.js';
import { amount, type Units, units } from '../../platform/values/amount.js';

type Coupon = Pick<CouponCodeRow, 'code' | 'coupon_type' | 'value'>;

/** The credits from redeeming a coupon. */
export interface CouponEffect {
  credits_awarded: Units;
  /** The part that reached the balance, after debt was paid. */
  credits_added: Units;
}

/** Whether coupons of a type give a discount on the next payment. */
export const isDiscount = (type: coupon_type): type is 'percentage_discount' | 'fixed_discount' =>
  type === 'percentage_discount' || type === 'fixed_discount';

/**
 * Returns the credits that the coupon gives to an account on the tier. For a paid plan, a free month gives the credits
 * of the current period: those sold, minus those clawed back.
 */
export function creditsOf(
  coupon: Coupon,
  tier: Pick<TierRow, 'credits_monthly'>,
  { paid_until, allocated_monthly }: Pick<AccountState, 'paid_until' | 'allocated_monthly'>,
): Units {
  if (isDiscount(coupon.coupon_type)) return 0n;
  if (coupon.coupon_type === 'credit_bonus') return units(coupon.value);
  return paid_until === null ? units(tier.credits_monthly) : allocated_monthly;
}

/** Grants the credits of a coupon. A free month also extends the period, and its credits expire with the period. */
export function applyCoupon(
  account: Account,
  coupon: Coupon,
  tier: Pick<TierRow, 'tier' | 'credits_monthly' | 'calls_per_month'>,
  metadata: Record<string, unknown>,
): CouponEffect {
  const { code, coupon_type } = coupon;
  const credits_awarded = creditsOf(coupon, tier, account.state);
  if (credits_awarded === 0n) return { credits_awarded, credits_added: 0n };
  const isMonth = coupon_type === 'free_month';
  if (isMonth) extendPeriod(account, tier);
  const before = account.state.balance;
  account.grant(
    { source: 'coupon', amount: credits_awarded, expires_at: isMonth ? account.state.reset_date : null },
    {
      description: isMonth ? `Free month of the ${tier.tier} tier: coupon ${code}` : `Coupon ${code}`,
      metadata: { ...metadata, reason: 'coupon_redemption', code, coupon_type },
    },
  );
  return { credits_awarded, credits_added: account.state.balance - before };
}

/** Returns the confirmation for the user. */
export function messageOf({ coupon_type, value }: Coupon, credits_awarded: string): string {
  const credits = `${shortest(credits_awarded)} credits were added to your account.`;
  switch (coupon_type) {
    case 'credit_bonus':
      return credits;
    case 'free_month':
      return `The next 30 days are free: your period ends 30 days later, and ${credits}`;
    case 'percentage_discount':
      return `You get ${shortest(value)}% off your next payment.`;
    case 'fixed_discount':
      return `You get ${shortest(value)} USD off your next payment.`;
  }
}

/** Formats an amount without trailing zeros. */
const shortest = (value: string): string => amount(units(value)).replace(/\.?0+$/, '');
