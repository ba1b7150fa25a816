import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { systemActor } from '../../platform/actor.js';
import { Account } from '../accounts/account.js';
import { type AccountState, NEVER_CLOSED } from '../accounts/account-state.js';
import { isPlan, sumRemaining } from './grant.js';
import { extendPeriod, lapsePlan, nextDue, nextReset, openWith, PERIOD_MS, switchTier } from './period.js';
import type { TierTerms } from './tier-terms.js';

const NOW = new Date('2027-01-01T00:00:00Z');
const text = (units: number): string => `0.${String(units).padStart(10, '0')}`;

const terms = (tier: string, credits: number, cap: number | null, renews = true): TierTerms => {
  return {
    tier,
    credits_monthly: text(credits),
    monthly_cap: cap === null ? null : text(cap),
    rollover_max: '0',
    renews,
    calls_per_day: null,
    free_calls_per_day: null,
    calls_per_month: null,
  };
};
const TIERS: [TierTerms, ...TierTerms[]] = [
  ...([terms('trial', 5, 5, false), terms('free', 0, 0, false), terms('starter', 20, 20)] as const),
  ...([terms('professional', 60, 60), terms('enterprise', 900, null), terms('capped', 40, 10)] as const),
];
const creditsOf = (tier: TierTerms): number => Number(tier.credits_monthly.slice(2));

function open(): Account {
  const reset_date = new Date(NOW.getTime() + PERIOD_MS);
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
    reset_date,
    due_at: reset_date,
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
  openWith(account, TIERS[0], { credits: 5n });
  return account;
}

describe('the end of a period', () => {
  it('is the first one after now, in whole periods of 30 days from reset_date', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 400 * 86_400_000 }), (late) => {
        const end = nextReset(NOW, new Date(NOW.getTime() + late)).getTime();
        expect((end - NOW.getTime()) % PERIOD_MS).toBe(0);
        expect(end).toBeGreaterThan(NOW.getTime() + late);
        expect(end - PERIOD_MS).toBeLessThanOrEqual(NOW.getTime() + late);
      }),
    );
  });

  it('is 30 times 24 hours after the last one, also when clocks are put forward', () => {
    const reset = new Date('2027-03-10T07:00:00Z');
    expect(nextReset(reset, reset).toISOString()).toBe('2027-04-09T07:00:00.000Z');
  });
});

describe('a new account', () => {
  it('has the cap of its tier, not one of its own', () => {
    expect(open().state).toMatchObject({ monthly_cap: 5n, monthly_cap_is_set: false });
  });
});

describe('an extended period', () => {
  it('ends 30 days later, with the plan credits that end with it and no others', () => {
    const account = open();
    const [end, other] = [account.state.reset_date, new Date(NOW.getTime() + 86_400_000)];
    account.author = systemActor('a-test');
    account.grant({ source: 'plan', amount: 3n, expires_at: end }, {});
    account.grant({ source: 'plan', amount: 2n, expires_at: other }, {});
    account.grant({ source: 'bonus', amount: 1n, expires_at: end }, {});
    account.state.calls_per_month = 1000;
    extendPeriod(account, { calls_per_month: 1000 });
    const later = new Date(end.getTime() + PERIOD_MS);
    expect(account.state.reset_date).toEqual(later);
    expect(account.grants.map(({ expires_at }) => expires_at)).toEqual([null, later, other, end]);
    expect(account.state).toMatchObject({ due_at: other, calls_per_month: 2000 });
  });
});

describe('switching tiers', () => {
  type Step =
    { to: number } | { charge: number } | { settle: number } | { hold: number } | { release: true } | { bonus: number };
  const step: fc.Arbitrary<Step> = fc.oneof(
    { weight: 4, arbitrary: fc.record({ to: fc.nat(TIERS.length - 1) }) },
    { weight: 3, arbitrary: fc.record({ charge: fc.integer({ min: 1, max: 80 }) }) },
    { weight: 2, arbitrary: fc.record({ settle: fc.integer({ min: 1, max: 80 }) }) },
    { weight: 1, arbitrary: fc.record({ hold: fc.integer({ min: 1, max: 40 }) }) },
    { weight: 1, arbitrary: fc.constant({ release: true as const }) },
    { weight: 1, arbitrary: fc.record({ bonus: fc.integer({ min: 1, max: 40 }) }) },
  );

  function apply(account: Account, action: Step): void {
    const later = new Date(NOW.getTime() + PERIOD_MS);
    if ('to' in action) {
      const tier = TIERS[action.to] as TierTerms;
      const current = TIERS.find(({ tier: code }) => code === account.state.tier) as TierTerms;
      if (tier !== current) switchTier(account, current, tier);
    } else if ('charge' in action) account.deduct(BigInt(action.charge), {});
    else if ('settle' in action) account.settle(BigInt(action.settle), {});
    else if ('hold' in action) account.hold(BigInt(action.hold), later);
    else if ('bonus' in action) account.grant({ source: 'bonus', amount: BigInt(action.bonus) }, {});
    else account.release(account.state.held);
  }

  it('in any order grants no more plan credits in a period than the most expensive of its tiers', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const account = open();
        let dearest = 5;
        for (const action of steps) {
          apply(account, action);
          account.settleBurns();
          dearest = Math.max(dearest, creditsOf(TIERS.find(({ tier }) => tier === account.state.tier) as TierTerms));
          const given = account.state.plan_used + sumRemaining(account.grants.filter(isPlan));
          expect(given).toBeLessThanOrEqual(BigInt(dearest));
          expect(sumRemaining(account.grants)).toBe(account.state.balance);
          expect(account.lines.reduce((sum, line) => sum + line.amount, 0n)).toBe(
            account.state.balance - account.state.debt,
          );
        }
      }),
      { numRuns: 150 },
    );
  });

  it('back and forth changes nothing for an idle account', () => {
    const account = open();
    for (const to of [2, 3, 2, 0, 3, 4, 3]) apply(account, { to });
    expect(account.state).toMatchObject({
      tier: 'professional',
      balance: 60n,
      monthly_cap: 60n,
      allocated_monthly: 60n,
    });
  });

  it('does not grant credits again that paid a debt', () => {
    const account = open();
    apply(account, { settle: 15 });
    for (const to of [2, 0, 2, 0, 2]) apply(account, { to });
    expect(account.state).toMatchObject({ balance: 5n, debt: 0n, plan_used: 15n });
  });

  it('never takes purchased or bonus credits', () => {
    const account = open();
    apply(account, { bonus: 7 });
    for (const to of [4, 1, 3, 1]) apply(account, { to });
    expect(account.state).toMatchObject({ balance: 7n });
  });
});

describe('the terms of a tier', () => {
  it('apply to the calls and to credits that were granted before', () => {
    const account = open();
    const lines = account.lines.length;
    switchTier(account, TIERS[0], { ...terms('tight', 5, 2), calls_per_day: 7, renews: false });
    expect(account.state.capped).toBe(3n);
    expect(account.state.calls_per_day).toBe(7);
    expect(account.lines).toHaveLength(lines); // as many credits as before: nothing to book
  });

  it('limit the calls of a new account', () => {
    const account = open();
    openWith(account, { ...TIERS[0], calls_per_day: 3 }, { credits: 0n });
    expect(account.state.calls_per_day).toBe(3);
  });
});

it('plan credits roll over to the last unit', () => {
  const account = open();
  const end = new Date(NOW.getTime() + 2 * PERIOD_MS);
  lapsePlan(account, 1n, end);
  expect(account.grants).toMatchObject([{ remaining: 1n, expires_at: end }]);
});

it('a grant is due at its expiry while a unit of it is left', () => {
  const account = open();
  const expires_at = new Date(NOW.getTime() + 1);
  account.grant({ source: 'bonus', amount: 1n, expires_at }, {});
  expect(nextDue(account, null)).toEqual(expires_at);
  account.grants.at(-1)!.remaining = 0n;
  expect(nextDue(account, null)).toEqual(account.state.reset_date);
});

it('a new account has its first credits as the allocation of its first period', () => {
  expect(open().state.allocated_monthly).toBe(5n);
});

it('a downgrade counts the plan credits that charges have spent since', () => {
  const account = open();
  const [professional, starter] = [terms('professional', 60, 60), terms('starter', 20, 20)];
  switchTier(account, TIERS[0], professional);
  account.state.balance = 10n; // charges do not touch the grants
  switchTier(account, professional, starter);
  expect(account.state.plan_used).toBeGreaterThan(40n);
  expect(account.state.balance).toBe(0n); // more than the 20 of the new plan were spent
});
