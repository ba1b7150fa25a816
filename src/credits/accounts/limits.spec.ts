import { describe, expect, it } from '@jest/globals';
import { units } from '../../platform/values/amount.js';
import type { Grant } from '../grants/grant.js';
import type { AccountState } from './account-state.js';
import { limitsOf } from './limits.js';

const NOW = new Date('2027-01-15T12:00:00Z');
const RESET = new Date('2027-01-31T00:00:00Z');
const MIDNIGHT = new Date('2027-01-16T00:00:00Z');

const stateOf = (changes: Partial<AccountState> = {}): AccountState =>
  ({
    plan_used: units('3'),
    monthly_cap: null,
    reset_date: RESET,
    calls_per_day: null,
    calls_per_month: null,
    free_calls_per_day: null,
    calls_today: 7,
    free_calls_today: 2,
    calls_this_period: 40,
    calls_reset_at: MIDNIGHT,
    ...changes,
  }) as AccountState;
const grant = (source: Grant['source'], remaining: string): Grant => ({ source, remaining: units(remaining) }) as Grant;
const limits = (changes: Partial<AccountState>, ...grants: Grant[]) =>
  limitsOf({ state: stateOf(changes), grants, now: NOW });

describe('the limits of an account', () => {
  it('begin with the plan credits: what is used of those that were there', () => {
    const credits = { limit_source: 'plan_credits', budget_id: null, unit: 'credits', resets_at: RESET };
    expect(limits({}, grant('plan', '17'), grant('purchase', '100'))).toEqual([
      { ...credits, used: '3.000000', limit: '20.000000' },
    ]);
    expect(limits({ plan_used: 0n })).toEqual([{ ...credits, used: '0.000000', limit: '0.000000' }]);
  });

  it('have the monthly cap, also when it is zero', () => {
    const cap = { limit_source: 'monthly_cap', budget_id: null, unit: 'credits', used: '3.000000', resets_at: RESET };
    expect(limits({ monthly_cap: units('5') })[1]).toEqual({ ...cap, limit: '5.000000' });
    expect(limits({ monthly_cap: 0n })[1]).toEqual({ ...cap, limit: '0.000000' });
  });

  it('have the limits on calls that the plan sets', () => {
    expect(limits({ calls_per_day: 100, calls_per_month: 1000, free_calls_per_day: 50 }).slice(1)).toEqual([
      { limit_source: 'calls_per_day', budget_id: null, unit: 'calls', used: '7', limit: '100', resets_at: MIDNIGHT },
      { limit_source: 'calls_per_month', budget_id: null, unit: 'calls', used: '40', limit: '1000', resets_at: RESET },
      {
        limit_source: 'free_calls_per_day',
        budget_id: null,
        unit: 'calls',
        used: '2',
        limit: '50',
        resets_at: MIDNIGHT,
      },
    ]);
  });

  it('count the calls of a new day from zero, before the first call of that day', () => {
    const yesterday = { calls_reset_at: new Date('2027-01-15T00:00:00Z'), calls_per_day: 100, free_calls_per_day: 50 };
    expect(limits(yesterday).slice(1)).toEqual([
      { limit_source: 'calls_per_day', budget_id: null, unit: 'calls', used: '0', limit: '100', resets_at: MIDNIGHT },
      {
        limit_source: 'free_calls_per_day',
        budget_id: null,
        unit: 'calls',
        used: '0',
        limit: '50',
        resets_at: MIDNIGHT,
      },
    ]);
  });
});
