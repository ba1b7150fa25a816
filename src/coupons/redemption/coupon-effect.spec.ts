import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Account } from '../../credits/accounts/account.js';
import { type AccountState, NEVER_CLOSED } from '../../credits/accounts/account-state.js';
import { isPlan, sumRemaining } from '../../credits/grants/grant.js';
import { openWith, PERIOD_MS, renew, switchTier } from '../../credits/grants/period.js';
import type { TierTerms } from '../../credits/grants/tier-terms.js';
import { systemActor } from '../../platform/actor.js';
import { type Units, units } from '../../platform/values/amount.js';
import { applyCoupon, messageOf } from './coupon-effect.js';

const NOW = new Date('2027-01-01T00:00:00Z');
const RESET = new Date(NOW.getTime() + PERIOD_MS);
const terms = (tier: string, credits: string, renews: boolean): TierTerms => {
  const calls_per_month = renews ? 1000 : null;
  return {
    tier,
    credits_monthly: credits,
    monthly_cap: credits,
    rollover_max: '0',
    renews,
    calls_per_day: null,
    free_calls_per_day: null,
    calls_per_month,
  };
};
const TRIAL = terms('trial', '5', false);
const STARTER = terms('starter', '20', true);
const FREE_MONTH = { code: 'MONTH', coupon_type: 'free_month', value: '1.0000000000' } as const;
const bonus = (value: string) => ({ code: 'BONUS', coupon_type: 'credit_bonus', value }) as const;

function open(debt = 0n): Account {
  const state: AccountState = {
    balance: 0n,
    held: 0n,
    debt: 0n,
    capped: 0n,
    plan_used: 0n,
    used_this_period: 0n,
    allocated_monthly: 0n,
    bonus_credits: 0n,
    free_tier_used: 0n,
    monthly_cap: null,
    monthly_cap_is_set: false,
    tier: '',
    next_tier: null,
    reset_date: RESET,
    due_at: RESET,
    paid_until: null,
    next_terms: null,
    free_calls_per_day: null,
    free_calls_today: 0,
    calls_per_day: null,
    calls_per_month: null,
    calls_today: 0,
    calls_this_period: 0,
    calls_reset_at: NOW,
    period_start: null,
    ...NEVER_CLOSED,
    has_budgets: false,
    credit_level: null,
    alert_below: 0n,
    low_balance_threshold: null,
  };
  const account = new Account('u', state, [], NOW);
  account.author = systemActor('a-test');
  openWith(account, TRIAL, { credits: units('5') });
  if (debt > 0n) account.settle(units('5') + debt, {});
  return account;
}

describe('a credit bonus', () => {
  it('is a coupon grant that never expires', () => {
    const account = open();
    expect(applyCoupon(account, bonus('10'), TRIAL, { campaign: 'x' })).toEqual({
      credits_awarded: units('10'),
      credits_added: units('10'),
    });
    expect(account.grants.at(-1)).toMatchObject({ source: 'coupon', remaining: units('10'), expires_at: null });
    expect(account.lines.at(-1)).toMatchObject({
      transaction_type: 'bonus',
      metadata: { campaign: 'x', reason: 'coupon_redemption', code: 'BONUS', coupon_type: 'credit_bonus' },
    });
    expect(account.state.reset_date).toEqual(RESET);
  });

  it('pays debt first, whatever its size', () => {
    const micro = fc.bigInt({ min: 1n, max: 10n ** 14n });
    fc.assert(
      fc.property(micro, micro, (debt: Units, value: Units) => {
        const account = open(debt);
        const coupon = bonus(`${value / 10n ** 10n}.${String(value % 10n ** 10n).padStart(10, '0')}`);
        const { credits_awarded, credits_added } = applyCoupon(account, coupon, TRIAL, {});
        expect(credits_awarded).toBe(value);
        expect(credits_added).toBe(value > debt ? value - debt : 0n);
        expect(account.state.balance).toBe(credits_added);
        expect(account.state.debt).toBe(debt > value ? debt - value : 0n);
      }),
    );
  });
});

describe('a free month', () => {
  it('grants the tier’s monthly credits and extends the period by 30 days, also for the plan credits', () => {
    const account = open();
    switchTier(account, TRIAL, STARTER);
    expect(applyCoupon(account, FREE_MONTH, STARTER, {}).credits_awarded).toBe(units('20'));
    const later = new Date(RESET.getTime() + PERIOD_MS);
    expect(account.state).toMatchObject({ reset_date: later, calls_per_month: 2000 });
    expect(account.grants.map(({ source, remaining, expires_at }) => [source, remaining, expires_at])).toEqual([
      ['trial', units('5'), null],
      ['plan', units('15'), later],
      ['coupon', units('20'), later],
    ]);
    expect(account.state.due_at <= account.state.reset_date).toBe(true);
  });

  it('postpones the next renewal and does not grant credits twice', () => {
    const account = open();
    switchTier(account, TRIAL, STARTER);
    applyCoupon(account, FREE_MONTH, STARTER, {});
    const after = new Account('u', account.state, account.grants, account.state.reset_date);
    after.author = systemActor('a-test');
    renew(after, STARTER, STARTER);
    expect(sumRemaining(after.grants.filter(isPlan))).toBe(units('20'));
    expect(after.state.reset_date.getTime() - NOW.getTime()).toBe(3 * PERIOD_MS);
  });

  it('has no effect on a tier without monthly credits', () => {
    const account = open();
    expect(applyCoupon(account, FREE_MONTH, terms('free', '0', false), {}).credits_awarded).toBe(0n);
    expect(account.state.reset_date).toEqual(RESET);
  });
});

describe('a discount', () => {
  it('does not change the account', () => {
    const account = open();
    const lines = account.lines.length;
    const coupon = { code: 'OFF', coupon_type: 'percentage_discount', value: '20' } as const;
    expect(applyCoupon(account, coupon, TRIAL, {})).toEqual({ credits_awarded: 0n, credits_added: 0n });
    expect(account.lines).toHaveLength(lines);
  });
});

describe('the message', () => {
  it('states what the user received', () => {
    expect(messageOf(bonus('10'), '10.0000000000')).toBe('10 credits were added to your account.');
    expect(messageOf(bonus('0.5'), '0.5')).toBe('0.5 credits were added to your account.');
    expect(messageOf(FREE_MONTH, '20')).toMatch(/next 30 days are free.* 20 credits/);
    expect(messageOf({ code: 'X', coupon_type: 'percentage_discount', value: '12.5' }, '0')).toContain('12.5% off');
    expect(messageOf({ code: 'X', coupon_type: 'fixed_discount', value: '100' }, '0')).toContain('100 USD off');
  });
});
