import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Pair } from '../../../test/support/model/account-steps.js';
import { units } from '../../platform/values/amount.js';
import { addTakenOver, divide } from './take-over.js';

const of = (balance: string, allocated: string, bonus: string) => ({
  balance: units(balance),
  allocated_monthly: units(allocated),
  bonus_credits: units(bonus),
});

describe('a balance from another system', () => {
  it('is divided into plan credits and bonus credits', () => {
    const division = { plan: units('40.5'), rest: units('5'), plan_used: units('19.5') };
    expect(divide(of('45.5', '60', '5'), units('60'))).toEqual(division);
    expect(divide(of('45.5', '60', '5'), null)).toEqual(division);
  });

  it('contains at most the plan credits that were granted, and none when the cap is lower than that', () => {
    expect(divide(of('100', '60', '5'), units('60'))).toEqual({ plan: units('60'), rest: units('40'), plan_used: 0n });
    const locked = { plan: 0n, rest: units('45.5'), plan_used: units('60') };
    expect(divide(of('45.5', '60', '5'), units('5'))).toEqual(locked);
  });

  it('can be spent completely: the cap locks none of it', () => {
    const credits = fc.bigInt({ min: 0n, max: units('1000') });
    const cap = fc.option(credits);
    fc.assert(
      fc.property(credits, credits, credits, cap, (balance, allocated_monthly, bonus_credits, monthly_cap) => {
        const { plan, rest, plan_used } = divide({ balance, allocated_monthly, bonus_credits }, monthly_cap);
        expect(plan + rest).toBe(balance);
        expect(plan + plan_used).toBe(allocated_monthly);
        expect(plan >= 0n && rest >= 0n && plan_used >= 0n).toBe(true);
        expect(plan === 0n || monthly_cap === null || plan <= monthly_cap - plan_used).toBe(true);
      }),
    );
  });

  it('grants nothing when there is debt', () => {
    expect(divide(of('-3', '5', '0'), units('5'))).toEqual({ plan: 0n, rest: 0n, plan_used: units('5') });
  });

  it('of zero adds no grant and no line to an account', () => {
    const account = new Pair({ credits: 5, cap: null, rollover: 0, renews: false }).real.settled();
    addTakenOver(account, 0n, {});
    expect([account.lines, account.grants]).toEqual([[], []]);
  });
});
