import type { PaymentRow } from '../../generated/rows.js';
import { divideHalfUp, min, type Units, units } from '../../platform/values/amount.js';

/** The fields of a payment that determine how many of its credits are forfeited. */
export type Returned = Pick<PaymentRow, 'credits' | 'amount' | 'refunded' | 'disputed' | 'taken_back'>;

/**
 * Returns the forfeited credits of a payment, in proportion to the money that was refunded or is disputed. The result
 * does not depend on the order of reports.
 */
export function clawbackOf(payment: Omit<Returned, 'taken_back'>): Units {
  const [credits, paid] = [units(payment.credits), units(payment.amount)];
  const returned = min(paid, units(payment.refunded) + units(payment.disputed));
  return paid === 0n ? 0n : divideHalfUp(credits * returned, paid);
}

/**
 * Returns the credits to claw back now; a negative number is to be restored. Credits that `expired` unused count as
 * clawed back, but later expiries restore nothing.
 */
export function owed(payment: Returned, expired: Units): Units {
  const [lost, taken] = [clawbackOf(payment), units(payment.taken_back)];
  if (lost < taken) return lost - taken;
  return lost - expired > taken ? lost - expired - taken : 0n;
}
