import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { amount, units } from '../platform/amount.js';
import { forfeited, type Returned } from './forfeit.js';

const paid = (changes: Partial<Returned> = {}): Returned => ({
  ...{ credits: '50.000000', amount: '45.000000', refunded: '0.000000', disputed: '0.000000', dispute: 'none' },
  ...changes,
});

describe('what is forfeited of a payment', () => {
  it.each([
    [{}, '0'],
    [{ refunded: '45' }, '50'],
    [{ refunded: '9' }, '10'],
    [{ refunded: '0.01' }, '0.0111111111'],
    [{ disputed: '45', dispute: 'open' }, '50'],
    [{ disputed: '45', dispute: 'lost' }, '50'],
    [{ disputed: '45', dispute: 'won' }, '0'],
    [{ refunded: '30', disputed: '45', dispute: 'lost' }, '50'],
    [{ amount: '0', refunded: '0' }, '0'],
  ] as const)('with %j is %s', (changes, credits) => {
    expect(forfeited(paid(changes), 0n)).toBe(units(credits));
  });

  it('is less what expired unused', () => {
    expect(forfeited(paid({ refunded: '45' }), units('20'))).toBe(units('30'));
    expect(forfeited(paid({ refunded: '9' }), units('20'))).toBe(0n);
  });

  it('is never more than was given, and grows with what is returned', () => {
    const sums = fc.bigInt(0n, units('2000')).map(amount);
    fc.assert(
      fc.property(sums, sums, sums, sums, (credits, price, first, second) => {
        const of = (refunded: string) => forfeited(paid({ credits, amount: price, refunded }), 0n);
        const [less, more] = units(first) < units(second) ? [of(first), of(second)] : [of(second), of(first)];
        expect(less <= more && more <= units(credits)).toBe(true);
      }),
    );
  });
});
