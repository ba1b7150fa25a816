import type { coupon_type } from '../generated/prisma/enums.js';
import { type Units, units } from '../platform/values/amount.js';
import type { FieldError } from '../platform/errors.js';

/** The terms of a new coupon that depend on each other. */
export interface CouponTerms {
  coupon_type: coupon_type;
  value?: string;
  valid_from?: Date;
  expires_at?: Date | null;
}

const ONE_MONTH = '1.000000';
const PERCENT = { least: units('1'), most: units('100') };

/** Returns the value of a coupon. It is optional for a free month, which is always 1. */
export const valueOf = ({ coupon_type, value }: CouponTerms): string | undefined =>
  value ?? (coupon_type === 'free_month' ? ONE_MONTH : undefined);

/** Returns what is wrong with the terms of a new coupon; an empty list if they are valid. */
export function faultsOf(terms: CouponTerms): FieldError[] {
  const value = valueOf(terms);
  const fault = value === undefined ? 'is required' : faultOfValue(terms.coupon_type, units(value));
  const { valid_from, expires_at } = terms;
  const isEmptyWindow = valid_from && expires_at && expires_at <= valid_from;
  return [
    ...(fault === null ? [] : [{ field: 'value', message: fault }]),
    ...(isEmptyWindow ? [{ field: 'expires_at', message: 'must be later than valid_from' }] : []),
  ];
}

function faultOfValue(type: coupon_type, value: Units): string | null {
  if (type === 'free_month' && value !== units(ONE_MONTH)) return 'must be 1 or omitted for a free_month';
  if (type === 'percentage_discount' && (value < PERCENT.least || value > PERCENT.most)) {
    return 'must be a percentage from 1 to 100';
  }
  return null; // a CHECK on the column ensures a positive value
}
