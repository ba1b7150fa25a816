import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { units } from '../platform/amount.js';
import { discounted, statusOf } from './discount.js';

const NOW = new Date('2027-01-15T00:00:00Z');
const percent = (value: string) => ({ coupon_type: 'percentage_discount', value }) as const;
const fixed = (value: string) => ({ coupon_type: 'fixed_discount', value }) as const;

describe('a discounted price', () => {
  it('is reduced by the percentage or the amount, to the cent', () => {
    expect(discounted(units('19'), percent('20'))).toBe(units('15.20'));
    expect(discounted(units('19'), percent('12.5'))).toBe(units('16.62'));
    expect(discounted(units('19'), percent('100'))).toBe(0n);
    expect(discounted(units('19'), fixed('5'))).toBe(units('14'));
    expect(discounted(units('19'), fixed('25'))).toBe(0n);
  });

  it('is a whole number of cents between zero and the price', () => {
    const cents = fc.bigInt({ min: 0n, max: 10n ** 7n });
    fc.assert(
      fc.property(cents, cents, fc.integer({ min: 1, max: 100 }), (price, off, rate) => {
        for (const discount of [fixed(`${off / 100n}.${String(off % 100n).padStart(2, '0')}`), percent(String(rate))]) {
          const left = discounted(price * units('0.01'), discount);
          expect(left >= 0n && left <= price * units('0.01') && left % units('0.01') === 0n).toBe(true);
        }
      }),
    );
  });
});

describe('a discount', () => {
  it('is unused until a payment uses it or it expires', () => {
    expect(statusOf({ used_at: null, expires_at: null }, NOW)).toBe('unused');
    expect(statusOf({ used_at: null, expires_at: new Date(NOW.getTime() + 1) }, NOW)).toBe('unused');
    expect(statusOf({ used_at: null, expires_at: NOW }, NOW)).toBe('expired');
    expect(statusOf({ used_at: NOW, expires_at: NOW }, NOW)).toBe('used');
  });
});
