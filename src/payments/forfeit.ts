import type { PaymentRow } from '../generated/rows.js';
import { min, type Units, units } from '../platform/amount.js';

/** What decides how many credits of a payment its payer has lost. */
export type Returned = Pick<PaymentRow, 'credits' | 'amount' | 'refunded' | 'disputed' | 'taken_back'>;

/**
 * Credits of a payment that are forfeited: the share of the money that was paid back or is disputed. It depends on what
 * is known of the payment alone, not on the order in which that was told.
 */
export function forfeited(payment: Omit<Returned, 'taken_back'>): Units {
  const [credits, paid] = [units(payment.credits), units(payment.amount)];
  const returned = min(paid, units(payment.refunded) + units(payment.disputed));
  return paid === 0n ? 0n : (credits * returned + paid / 2n) / paid;
}

/**
 * Credits that are to be taken back now; below zero, to be given back. Credits that `expired` unused count as returned,
 * but nothing is given back because more of them expired later.
 */
export function owed(payment: Returned, expired: Units): Units {
  const [lost, taken] = [forfeited(payment), units(payment.taken_back)];
  if (lost < taken) return lost - taken;
  return lost - expired > taken ? lost - expired - taken : 0n;
}
