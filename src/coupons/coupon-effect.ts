import type { Account } from '../credits/account.js';
import type { AccountState } from '../credits/account-state.js';
import { extendPeriod } from '../credits/period.js';
import type { coupon_type } from '../generated/prisma/enums.js';
import type { CouponCodeRow, TierRow } from '../generated/rows.js';
import { amount, type Units, units } from '../platform/amount.js';

type Coupon = Pick<CouponCodeRow, 'code' | 'coupon_type' | 'value'>;

/** What redeeming a coupon did to an account. */
export interface CouponEffect {
  credits_awarded: Units;
  /** What of them reached the balance: debt was paid first. */
  credits_added: Units;
}

/** Coupons whose value waits on the account for its next payment. */
export const isDiscount = (type: coupon_type): type is 'percentage_discount' | 'fixed_discount' =>
  type === 'percentage_discount' || type === 'fixed_discount';

/**
 * Credits that the coupon gives to an account of the tier. A free month of a plan that is paid gives what its running
 * period gives: what was sold, less what went back with its money.
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

/** Books what the coupon gives. A free month moves the end of the period as well, and its credits end with it. */
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

/** What the redeemer is told. */
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

/** Without the zeros that only programs need. */
const shortest = (value: string): string => amount(units(value)).replace(/\.?0+$/, '');
