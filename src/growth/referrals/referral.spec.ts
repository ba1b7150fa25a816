import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { account_status, referral_state } from '../../generated/prisma/enums.js';
import type { ReferralProgramRow, ReferralRow } from '../../generated/rows.js';
import { units } from '../../platform/values/amount.js';
import { DAY_MS } from '../../platform/values/calendar.js';
import { decide, redeemUntil, type ReferralFacts } from './referral.js';
import { canonicalReferralCode, linkOf, randomReferralCode } from './referral-code.js';

const AT = new Date('2026-12-01T00:00:00Z');
const PROGRAM: ReferralProgramRow = {
  id: 1,
  reward: '10',
  referred_credits: '5',
  min_paid: '20',
  refund_days: 14,
  redeem_days: 30,
  max_rewards_per_30_days: 2,
  max_rewards: 4,
  expires_days: 365,
  sign_up_url: null,
  updated_at: AT,
};
const REFERRAL: ReferralRow = {
  id: '0198c0de-0000-7000-8000-000000000000',
  user_id: 'bob',
  referrer_id: 'ann',
  state: 'pending',
  reason: null,
  reward: '10',
  referred_credits: '5',
  min_paid: '20',
  transaction_id: null,
  referred_transaction_id: null,
  created_at: AT,
  rewarded_at: null,
  closed_at: null,
};
const facts = (more: Partial<ReferralFacts> = {}, referral: Partial<ReferralRow> = {}): ReferralFacts => ({
  referral: { ...REFERRAL, ...referral },
  paid: units('20'),
  settled: units('20'),
  shared: [],
  referrer_status: 'active',
  is_under_review: false,
  rewards: 0,
  recent_rewards: 0,
  ...more,
});
const REWARDED = { state: 'rewarded' } as const;
const refused = (reason: string) => ({ state: 'refused', reason });

describe('a referral that is pending', () => {
  it('is rewarded once enough was paid long enough ago', () => {
    expect(decide(facts(), PROGRAM)).toEqual(REWARDED);
    expect(decide(facts({ settled: units('19.9999999999') }), PROGRAM)).toBeNull();
  });

  it('waits without a program, for an account that is suspended or under review, and at the limit of 30 days', () => {
    expect(decide(facts({ is_under_review: true }), PROGRAM)).toBeNull();
    expect(decide(facts(), null)).toBeNull();
    expect(decide(facts({ referrer_status: 'suspended' }), PROGRAM)).toBeNull();
    expect(decide(facts({ recent_rewards: 1 }), PROGRAM)).toEqual(REWARDED);
    expect(decide(facts({ recent_rewards: 2 }), PROGRAM)).toBeNull();
  });

  it('is refused for one person, for a closed account, and at the limit in all', () => {
    expect(decide(facts({ shared: ['card'] }), PROGRAM)).toEqual(refused('shared_card'));
    expect(decide(facts({}, { user_id: 'ann' }), PROGRAM)).toEqual(refused('same_person'));
    expect(decide(facts({ referrer_status: 'closed' }), PROGRAM)).toEqual(refused('account_closed'));
    expect(decide(facts({ rewards: 3 }), PROGRAM)).toEqual(REWARDED);
    expect(decide(facts({ rewards: 4 }), PROGRAM)).toEqual(refused('limit_reached'));
  });
});

describe('a reward that was given', () => {
  const given = (more: Partial<ReferralFacts> = {}, referral: Partial<ReferralRow> = {}) =>
    decide(facts(more, { state: 'rewarded', ...referral }), null);

  it('stays while enough of the payments remains, and is taken back otherwise', () => {
    expect(given()).toBeNull();
    expect(given({ paid: units('19.99') })).toEqual({ state: 'taken_back', reason: 'paid_too_little' });
    expect(given({}, { user_id: 'ann' })).toEqual({ state: 'taken_back', reason: 'same_person' });
  });
});

describe('every decision', () => {
  it('gives only what is pending, takes back only what was given, and is final', () => {
    const amounts = fc.bigInt(0n, units('40'));
    const some = fc.record({
      paid: amounts,
      settled: amounts,
      shared: fc.subarray(['card', 'device']),
      referrer_status: fc.constantFrom(...Object.values(account_status)),
      rewards: fc.nat(6),
      recent_rewards: fc.nat(4),
    });
    fc.assert(
      fc.property(some, fc.constantFrom(...Object.values(referral_state)), fc.boolean(), (more, state, isOn) => {
        const decision = decide(facts(more, { state }), isOn ? PROGRAM : null);
        if (decision?.state === 'rewarded') {
          expect([state, isOn, more.shared.length, more.referrer_status]).toEqual(['pending', true, 0, 'active']);
          expect(more.settled >= units('20') && more.rewards < 4 && more.recent_rewards < 2).toBe(true);
        }
        if (decision?.state === 'refused') expect(state).toBe('pending');
        if (decision?.state === 'taken_back') expect([state, more.paid < units('20')]).toEqual(['rewarded', true]);
      }),
    );
  });
});

describe('a code', () => {
  it('has 10 letters and digits without lookalikes, and is read however it is typed', () => {
    const code = randomReferralCode();
    expect(code).toMatch(/^[A-HJKMNP-Z2-9]{10}$/);
    expect(canonicalReferralCode(` ${code.slice(0, 5).toLowerCase()}–${code.slice(5)} `)).toBe(code);
    expect(randomReferralCode()).not.toBe(code);
  });

  it('leads to the page of the platform, otherwise to the dashboard', () => {
    expect(linkOf('ABC', 'https://a.example/?ref={code}&x={code}', null)).toBe('https://a.example/?ref=ABC&x=ABC');
    expect(linkOf('ABC', null, 'https://credits.example')).toBe('https://credits.example/app/invite?ref=ABC');
    expect(linkOf('ABC', null, null)).toBeNull();
  });

  it('can be redeemed for some days', () => {
    expect(redeemUntil(AT, PROGRAM).getTime() - AT.getTime()).toBe(30 * DAY_MS);
  });
});
