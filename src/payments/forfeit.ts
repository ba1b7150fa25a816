import type { PaymentRow } from '../generated/rows.js';
import { max, min, type Units, units } from '../platform/amount.js';

/** What decides how many credits of a payment its payer has lost. */
export type Returned = Pick<PaymentRow, 'credits' | 'amount' | 'refunded' | 'disputed' | 'dispute'>;

/**
 * Credits of a payment that are forfeited: the share of the money that was paid back or is disputed. It depends on what
 * is known of the payment alone, not on the order in which that was told. A dispute that was won forfeits nothing.
 * Credits that `expired` unused count as given back.
 */
export function forfeited(payment: Returned, expired: Units): Units {
  const [credits, paid] = [units(payment.credits), units(payment.amount)];
  const isDisputed = payment.dispute === 'open' || payment.dispute === 'lost';
  const returned = min(paid, units(payment.refunded) + (isDisputed ? units(payment.disputed) : 0n));
  if (paid === 0n || returned === 0n) return 0n;
  const share = (credits * returned + paid / 2n) / paid;
  return max(0n, share - expired);
}
