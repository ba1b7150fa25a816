import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type AmountText, amountOf, percentOfShare, shareOfPercent, sumOf, typedOf, unitsOf } from './amount.ts';

const units = fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n });

describe('amounts', () => {
  it('survive reading and writing, with every digit', () => {
    fc.assert(fc.property(units, (value) => unitsOf(amountOf(value)) === value));
  });

  it('are added without a binary float', () => {
    expect(sumOf(['0.1', '0.2', '-9999999999.9999999999'])).toBe('-9999999999.6999999999');
  });

  it.each<[AmountText, string]>([
    ['10.000000', '10'],
    ['100', '100'],
    ['0.000000', '0'],
    ['0.0000000001', '0.0000000001'],
    ['12.5000', '12.5'],
  ])('%s is typed as %s', (amount, typed) => {
    expect(typedOf(amount)).toBe(typed);
  });
});

describe('percent', () => {
  it.each<[AmountText, AmountText]>([
    ['0.125', '12.5'],
    ['1', '100'],
    ['0', '0'],
    ['0.0000000001', '0.00000001'],
  ])('a share of %s is %s percent, and back', (share, percent) => {
    expect([percentOfShare(share), shareOfPercent(percent)]).toEqual([percent, share]);
  });
});
