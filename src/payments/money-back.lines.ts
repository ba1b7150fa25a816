import type { PaymentDisputeRow, PaymentRefundRow, PaymentRow } from '../generated/rows.js';
import { amount } from '../platform/amount.js';
import { disputedOf, disputeStateOf, refundedOf } from './money-back.js';

/** What a payment's row says of its refunds and disputes together. */
export function returned(
  payment: PaymentRow,
  refunds: readonly PaymentRefundRow[],
  disputes: readonly PaymentDisputeRow[],
): Pick<PaymentRow, 'refunded' | 'disputed' | 'dispute'> {
  return {
    refunded: amount(refundedOf(payment, refunds)),
    disputed: amount(disputedOf(payment, disputes)),
    dispute: disputeStateOf(disputes),
  };
}

/** What the ledger lines say that take back what is left of a payment's credits, and what was spent of them. */
export function takenBackLines(payment_id: string) {
  const unspent = { reason: 'payment_returned', part: 'unspent', payment_id };
  const spent = { reason: 'payment_returned', part: 'spent', payment_id };
  return [
    { description: 'Unspent credits of a payment that was paid back or is disputed', metadata: unspent },
    { description: 'Spent credits of a payment that was paid back or is disputed', metadata: spent },
  ] as const;
}
