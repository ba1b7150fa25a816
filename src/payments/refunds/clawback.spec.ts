import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { amount, units } from '../../platform/values/amount.js';
import { clawbackOf, owed, type Returned } from './clawback.js';

const paid = (changes: Partial<Returned> = {}): Returned => ({
  credits: '50.000000',
  amount: '45.000000',
  refunded: '0.000000',
  disputed: '0.000000',
  taken_back: '0.000000',
  ...changes,
});

describe('the forfeited credits of a payment', () => {
  it.each([
    [{}, '0'],
    [{ refunded: '45' }, '50'],
    [{ refunded: '9' }, '10'],
    [{ refunded: '0.01' }, '0.0111111111'],
    [{ disputed: '45' }, '50'],
    [{ refunded: '30', disputed: '45' }, '50'],
    [{ amount: '0', refunded: '0' }, '0'],
    [{ credits: '0.0000000001', amount: '2', refunded: '1' }, '0.0000000001'], // half a unit is rounded up
    [{ credits: '0.0000000001', amount: '2', refunded: '0.99' }, '0'],
  ] as const)('with %j are %s', (changes, credits) => {
    expect(clawbackOf(paid(changes))).toBe(units(credits));
  });

  it('never exceed the granted credits, and grow with the returned money', () => {
    const sums = fc.bigInt(0n, units('2000')).map(amount);
    fc.assert(
      fc.property(sums, sums, sums, sums, (credits, price, first, second) => {
        const of = (refunded: string) => clawbackOf(paid({ credits, amount: price, refunded }));
        const [less, more] = units(first) < units(second) ? [of(first), of(second)] : [of(second), of(first)];
        expect(less <= more && more <= units(credits)).toBe(true);
      }),
    );
  });
});

describe('the credits to claw back', () => {
  const of = (changes: Partial<Returned>, expired = '0') => owed(paid(changes), units(expired));

  it('are the forfeited credits minus those already clawed back or expired unused', () => {
    expect(of({ refunded: '45' })).toBe(units('50'));
    expect(of({ refunded: '45', taken_back: '10' })).toBe(units('40'));
    expect(of({ refunded: '45', taken_back: '10' }, '15')).toBe(units('25'));
    expect(of({ refunded: '9' }, '20')).toBe(0n);
  });

  it('are negative if less was returned in the end, but not because credits expired', () => {
    expect(of({ taken_back: '50' })).toBe(units('-50'));
    expect(of({ refunded: '9', taken_back: '50' })).toBe(units('-40'));
    expect(of({ refunded: '9', taken_back: '10' }, '40')).toBe(0n);
  });
});
