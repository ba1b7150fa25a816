import { describe, expect, it } from '@jest/globals';
import { amount, units } from '../../platform/values/amount.js';
import { Account } from '../accounts/account.js';
import { NEVER_CLOSED } from '../accounts/account-state.js';
import { awaitPayment, awaitsPayment, endBilling, isSold, renewPlan, restorePlan, startPlan } from './paid-plan.js';
import type { TierTerms } from './tier-terms.js';

const NOW = new Date('2026-05-01T12:00:00Z');
const DAY_MS = 86_400_000;
const at = (days: number): Date => new Date(NOW.getTime() + days * DAY_MS);

const tier = (code: string, credits: string): TierTerms & { price_monthly: string } => ({
  tier: code,
  credits_monthly: credits,
  monthly_cap: credits,
  rollover_max: '0',
  renews: credits !== '0',
  price_monthly: credits,
  calls_per_day: null,
  calls_per_month: null,
  free_calls_per_day: null,
});
const FREE = tier('free', '0');
const STARTER = tier('starter', '20');
const PRO = tier('professional', '60');

/** An empty account of the free tier, 30 days before its reset. */
function accountAt(now = NOW): Account {
  const zero = { balance: 0n, held: 0n, debt: 0n, capped: 0n, plan_used: 0n, used_this_period: 0n };
  const state = {
    ...zero,
    allocated_monthly: 0n,
    bonus_credits: 0n,
    free_tier_used: 0n,
    monthly_cap: 0n,
    monthly_cap_is_set: false,
    tier: 'free',
    next_tier: null,
    reset_date: at(30),
    due_at: at(30),
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
  const account = new Account('u', state, [], now);
  account.author = { user_id: 'u', roles: [], request_id: null, ip: null };
  return account;
}

/** The same account at another time. */
const later = (account: Account, days: number): Account => {
  const next = new Account('u', account.state, account.grants, at(days));
  next.author = account.author;
  return next;
};

describe('the first payment of a plan', () => {
  it('starts a period that ends with the paid time', () => {
    const account = accountAt();
    expect(startPlan(account, STARTER, at(29))).toBe('booked');
    const { tier: code, reset_date, paid_until, due_at, balance } = account.state;
    expect([code, reset_date, paid_until, amount(balance)]).toEqual(['starter', at(29), at(29), '20.000000']);
    expect(due_at <= reset_date).toBe(true);
  });

  it('grants nothing for a time that is over', () => {
    const account = accountAt();
    expect(startPlan(account, STARTER, at(0))).toBe('nothing');
    expect(account.lines).toEqual([]);
  });

  it('keeps credits of a paid period that it cuts short, without the cap and until the original end', () => {
    const account = accountAt();
    startPlan(account, STARTER, at(30));
    const again = later(account, 10);
    startPlan(again, PRO, at(40));
    expect([amount(again.state.balance), again.state.capped]).toEqual(['80.000000', 0n]);
    const kept = again.grants.find((grant) => grant.source === 'purchase');
    expect(kept).toMatchObject({ remaining: units('20'), expires_at: at(30) });
  });
});

describe('a later payment', () => {
  it('renews the plan once the paid period is over, and only once', () => {
    const account = accountAt();
    startPlan(account, STARTER, at(30));
    const due = later(account, 31);
    expect(renewPlan(due, STARTER, STARTER, at(60))).toBe('booked');
    expect(renewPlan(due, STARTER, STARTER, at(60))).toBe('nothing');
    expect(renewPlan(due, STARTER, STARTER, at(30))).toBe('nothing');
    expect([amount(due.state.balance), due.state.reset_date]).toEqual(['20.000000', at(60)]);
  });

  it('that comes early leaves the current period unchanged, and schedules another plan', () => {
    const account = accountAt();
    startPlan(account, PRO, at(30));
    expect(renewPlan(account, PRO, STARTER, at(60))).toBe('ahead');
    const { tier: code, next_tier, reset_date, paid_until } = account.state;
    expect([code, next_tier, reset_date, paid_until]).toEqual(['professional', 'starter', at(30), at(60)]);
  });
});

describe('the next period', () => {
  it('awaits its payment when the plan is billed and the next tier has a price', () => {
    const of = (paid_until: Date | null) => ({ paid_until, reset_date: at(30) });
    expect(awaitsPayment(of(at(30)), null)).toBe(true);
    expect(awaitsPayment(of(at(30)), STARTER)).toBe(true);
    expect(awaitsPayment(of(at(30)), FREE)).toBe(false);
    expect(awaitsPayment(of(at(60)), null)).toBe(false);
    expect(awaitsPayment(of(null), null)).toBe(false);
  });

  it('that awaits its payment leaves the credits unchanged', () => {
    const account = accountAt();
    startPlan(account, STARTER, at(30));
    const due = later(account, 30);
    awaitPayment(due, at(37));
    expect(due.state.reset_date).toEqual(at(37));
    expect(due.grants.map((grant) => grant.expires_at)).toEqual([at(37)]);
    expect(renewPlan(later(due, 33), STARTER, STARTER, at(60))).toBe('booked');
    expect(due.state.reset_date).toEqual(at(60));
  });
});

describe('the end of billing', () => {
  it('leaves the paid period unchanged', () => {
    const account = accountAt();
    startPlan(account, STARTER, at(30));
    endBilling(account, STARTER, FREE);
    expect(account.state).toMatchObject({ tier: 'starter', next_tier: 'free', paid_until: at(30) });
  });

  it('takes the unpaid credits immediately', () => {
    const account = accountAt();
    startPlan(account, STARTER, at(30));
    const due = later(account, 31);
    awaitPayment(due, at(37));
    endBilling(due, STARTER, FREE);
    expect(due.state).toMatchObject({ tier: 'free', balance: 0n, paid_until: null, reset_date: at(60) });
  });
});

describe('taking credits back', () => {
  it('takes what is left of them, then other credits, then creates debt; a switch of tiers counts them as used', () => {
    const account = accountAt();
    startPlan(account, STARTER, at(30));
    account.grant({ source: 'bonus', amount: units('3') }, {});
    account.settle(units('15'), {});
    const plan = account.grants.filter((grant) => grant.source === 'plan');
    account.takeBack(plan, units('20'), { description: 'unspent' }, { description: 'spent' });
    expect(account.lines.slice(-2).map((line) => [line.description, amount(line.amount)])).toEqual([
      ['unspent', '-5.000000'],
      ['spent', '-15.000000'],
    ]);
    const { balance, debt, plan_used } = account.state;
    expect([balance, amount(debt), amount(plan_used)]).toEqual([0n, '12.000000', '20.000000']);
  });

  it('takes as little as one unit of other credits', () => {
    const account = accountAt();
    account.grant({ source: 'bonus', amount: units('3') }, {});
    account.takeBack([], 1n, { description: 'unspent' }, { description: 'spent' });
    expect(account.lines.at(-1)).toMatchObject({ description: 'spent', amount: -1n });
    expect(account.state.balance).toBe(units('3') - 1n);
  });
});

describe('a plan that is restored', () => {
  it('lasts until the paid time and is followed by the unpaid tier', () => {
    const account = accountAt();
    restorePlan(account, STARTER, FREE, at(20));
    const { tier: code, next_tier, reset_date, paid_until, due_at } = account.state;
    expect([code, next_tier, reset_date, paid_until, due_at]).toEqual(['starter', 'free', at(20), at(20), at(20)]);
  });

  it('is followed by nothing if it is the unpaid tier itself', () => {
    const account = accountAt();
    restorePlan(account, FREE, FREE, at(20));
    expect(account.state.next_tier).toBeNull();
  });
});

it('a tier is sold if it renews and costs anything at all', () => {
  expect(isSold({ renews: true, price_monthly: '0.0000000001' })).toBe(true);
  expect(isSold({ renews: true, price_monthly: '0' })).toBe(false);
  expect(isSold({ renews: false, price_monthly: '5' })).toBe(false);
});
