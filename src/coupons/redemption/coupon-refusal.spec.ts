import { describe, expect, it } from '@jest/globals';
import { refusalOf, remainingUses } from './coupon-refusal.js';

const NOW = new Date('2027-01-15T00:00:00Z');
const days = (count: number): Date => new Date(NOW.getTime() + count * 86_400_000);

const coupon = {
  is_active: true,
  valid_from: days(-1),
  expires_at: days(1),
  max_uses: 2,
  used_count: 1,
  tiers: [] as string[],
  first_purchase_only: false,
  new_accounts_only: false,
};
const redeemer = { tier: 'trial', opened_at: days(-100), has_redeemed: false, has_purchased: true };

const reason = (changes: Partial<typeof coupon>, by: Partial<typeof redeemer> = {}): string | undefined =>
  refusalOf({ ...coupon, ...changes }, { ...redeemer, ...by }, NOW)?.reason;

describe('a coupon', () => {
  it('can be redeemed if all conditions are met', () => {
    expect(refusalOf(coupon, redeemer, NOW)).toBeNull();
    expect(reason({ expires_at: null as never, max_uses: null as never })).toBeUndefined();
  });

  it('is refused with a reason', () => {
    expect(refusalOf(null, redeemer, NOW)?.reason).toBe('Coupon code not found');
    expect(reason({ is_active: false })).toBe('Coupon code is inactive');
    expect(reason({ valid_from: days(0.1) })).toBe('Coupon code is not valid yet');
    expect(reason({ used_count: 2 })).toBe('Coupon redemption limit reached');
    expect(reason({}, { has_redeemed: true })).toBe('You have already redeemed this coupon');
    expect(reason({ used_count: 2 }, { has_redeemed: true })).toBe('You have already redeemed this coupon');
  });

  it('is valid from valid_from until just before expires_at', () => {
    expect(reason({ valid_from: NOW })).toBeUndefined();
    expect(reason({ expires_at: NOW })).toBe('Coupon code has expired');
  });

  it('can be restricted to some tiers, first purchases or new accounts', () => {
    expect(reason({ tiers: ['trial', 'starter'] })).toBeUndefined();
    expect(reason({ tiers: ['starter'] })).toBe('This coupon is not available for your tier');
    expect(reason({ first_purchase_only: true })).toBe('This coupon is only valid for a first purchase');
    expect(reason({ first_purchase_only: true }, { has_purchased: false })).toBeUndefined();
    expect(reason({ new_accounts_only: true })).toBe('This coupon is only valid for new accounts');
    expect(reason({ new_accounts_only: true }, { opened_at: days(-29.9) })).toBeUndefined();
    expect(reason({ new_accounts_only: true }, { opened_at: days(-30) })).toBe(
      'This coupon is only valid for new accounts',
    );
  });

  it('has a number of remaining uses only if it has a limit', () => {
    expect(remainingUses({ max_uses: 5, used_count: 2 })).toBe(3);
    expect(remainingUses({ max_uses: null, used_count: 2 })).toBeNull();
  });
});
