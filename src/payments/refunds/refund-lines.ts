import type { PaymentDisputeRow, PaymentRefundRow, PaymentRow } from '../../generated/rows.js';
import { amount } from '../../platform/values/amount.js';
import { disputedOf, disputeStateOf, refundedOf } from './refunds.js';

/** Summarizes the refunds and disputes of a payment for its row. */
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

/** Returns the descriptions of the ledger lines that claw back the unspent and the spent credits of a payment. */
export function takenBackLines(payment_id: string) {
  const unspent = { reason: 'payment_returned', part: 'unspent', payment_id };
  const spent = { reason: 'payment_returned', part: 'spent', payment_id };
  return [
    { description: 'Unspent credits of a refunded or disputed payment', metadata: unspent },
    { description: 'Spent credits of a refunded or disputed payment', metadata: spent },
  ] as const;
}
