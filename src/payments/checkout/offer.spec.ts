import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { units } from '../../platform/values/amount.js';
import { cents, discountOf, fromCents, LEAST_CHARGE, upgradePrice } from './offer.js';

describe('a price', () => {
  it('is charged in whole cents, half up', () => {
    expect(cents(units('19'))).toBe(1900);
    expect(cents(units('0.005'))).toBe(1);
    expect(cents(units('0.0049999999'))).toBe(0);
    expect(fromCents(4999)).toBe(units('49.99'));
  });
});

describe('a discount', () => {
  it.each([
    ['19', { percent: units('20') }, '3.80'],
    ['19', { percent: units('33') }, '6.27'],
    ['19', { percent: units('12.5') }, '2.38'],
    ['19', { percent: units('100') }, '19'],
    ['19', { off: units('5') }, '5'],
    ['19', { off: units('50') }, '19'],
    ['19', { off: units('18.80') }, '18.50'],
    ['0.50', { off: units('0.20') }, '0'],
  ])('of %s by %o is %s', (price, reduction, off) => {
    expect(discountOf(units(price), reduction)).toBe(units(off));
  });

  it('leaves either nothing or at least the minimum card charge to pay', () => {
    const prices = fc.integer({ min: 50, max: 100_000_00 }).map(fromCents);
    const percents = fc.bigInt(units('0'), units('100'));
    fc.assert(
      fc.property(prices, percents, (price, percent) => {
        const left = price - discountOf(price, { percent });
        expect(left === 0n || (left >= LEAST_CHARGE && left <= price)).toBe(true);
      }),
    );
  });
});

describe('an upgrade', () => {
  it('costs the difference, and at least the minimum card charge', () => {
    expect(upgradePrice(units('19'), units('49'))).toBe(units('30'));
    expect(upgradePrice(units('19'), units('19.10'))).toBe(units('0.50'));
  });
});
