import { amount, AMOUNT_LIMIT } from '../../platform/values/amount.js';
import { CALLS_MAX } from '../accounts/calls.js';

/** Caps a counter at the largest amount: an overflow in one account would fail the whole batch. */
export const capped = (sum: string): string => `LEAST(${sum}, ${amount(AMOUNT_LIMIT - 1n)})`;

/** Caps a counter of calls at its largest value, for the same reason. */
export const counted = (calls: string): string => `LEAST(${calls}, ${CALLS_MAX})::int`;
