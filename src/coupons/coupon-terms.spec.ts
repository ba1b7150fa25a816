import { describe, expect, it } from '@jest/globals';
import { type CouponTerms, faultsOf, valueOf } from './coupon-terms.js';

const fieldsOf = (terms: CouponTerms): string[] => faultsOf(terms).map(({ field }) => field);

describe('the value of a coupon', () => {
  it('is a number from 1 to 100 if the coupon is a percentage discount', () => {
    for (const value of ['1', '12.5', '100']) {
      expect(fieldsOf({ coupon_type: 'percentage_discount', value })).toEqual([]);
      expect(fieldsOf({ coupon_type: 'fixed_discount', value })).toEqual([]);
      expect(fieldsOf({ coupon_type: 'credit_bonus', value })).toEqual([]);
    }
    for (const value of ['0.99', '100.0000000001', '150']) {
      expect(fieldsOf({ coupon_type: 'percentage_discount', value })).toEqual(['value']);
    }
  });

  it('is always 1 for a free month', () => {
    expect(valueOf({ coupon_type: 'free_month' })).toBe('1.000000');
    expect(fieldsOf({ coupon_type: 'free_month' })).toEqual([]);
    expect(fieldsOf({ coupon_type: 'free_month', value: '1' })).toEqual([]);
    expect(fieldsOf({ coupon_type: 'free_month', value: '3' })).toEqual(['value']);
  });

  it('is required for all other types', () => {
    expect(fieldsOf({ coupon_type: 'credit_bonus' })).toEqual(['value']);
  });
});

describe('the window of a coupon', () => {
  it('must not be empty', () => {
    const valid_from = new Date('2027-01-01T00:00:00Z');
    const terms = { coupon_type: 'credit_bonus', value: '1', valid_from } as const;
    expect(fieldsOf({ ...terms, expires_at: valid_from })).toEqual(['expires_at']);
    expect(fieldsOf({ ...terms, expires_at: new Date(valid_from.getTime() + 1) })).toEqual([]);
    expect(fieldsOf({ ...terms, expires_at: null })).toEqual([]);
  });
});
