import type { dispute_status } from '../../generated/prisma/enums.js';
import type { PaymentDisputeRow, PaymentRefundRow, PaymentRow } from '../../generated/rows.js';
import { divideHalfUp, max, min, type Units, units } from '../../platform/values/amount.js';

/** The fields of a payment that relate an amount of money to a share of the price. */
export type Priced = Pick<PaymentRow, 'amount' | 'currency' | 'settled' | 'charged' | 'charged_currency'>;
type Returned = Pick<PaymentRefundRow, 'amount' | 'currency'>;
export type Refund = Returned & Pick<PaymentRefundRow, 'status'>;
export type Dispute = Returned & Pick<PaymentDisputeRow, 'status'>;

/** The state of a dispute, and when the provider reported it. */
export type DisputeState = Pick<PaymentDisputeRow, 'status' | 'told_at'>;

/** Maximum number of failed refunds that are matched individually. It bounds the work of {@link largestSum}. */
const FAILED_MAX = 12;

/**
 * Converts returned money to a share of the price. The payer may have paid tax on top, or in another currency, so the
 * share is the fraction of the total paid in the same currency. If that total is unknown, the share is the whole price.
 */
export function shareOf(payment: Priced, { amount, currency }: Returned): Units {
  const price = units(payment.amount);
  const all = totalIn(payment, currency);
  if (all === null) return units(amount) > 0n ? price : 0n;
  return all === 0n ? 0n : min(price, divideHalfUp(price * units(amount), all));
}

/**
 * Returns the share of the price that was refunded or is being refunded. The result does not depend on the order in
 * which refunds were reported. Failed refunds do not count. A total reported without its refunds counts minus the
 * failed refunds it may include, since it may have been reported before they failed.
 */
export function refundedOf(payment: Priced, refunds: readonly Refund[]): Units {
  const shares = (...statuses: Refund['status'][]): Units[] =>
    refunds.filter(({ status }) => statuses.includes(status)).map((refund) => shareOf(payment, refund));
  const live = shares('pending', 'succeeded').reduce((sum, share) => sum + share, 0n);
  const failed = shares('failed', 'canceled').slice(0, FAILED_MAX);
  const unexplained = shares('reported').map((sum) => sum - largestSum(failed, sum));
  return min(units(payment.amount), [live, ...unexplained].reduce(max));
}

/** Returns the share of the price that is disputed or was lost in a dispute. */
export function disputedOf(payment: Priced, disputes: readonly Dispute[]): Units {
  const shares = disputes.filter(({ status }) => takesMoney(status)).map((dispute) => shareOf(payment, dispute));
  return min(
    units(payment.amount),
    shares.reduce((sum, share) => sum + share, 0n),
  );
}

/** Combines the states of a payment's disputes into one. */
export function disputeStateOf(disputes: readonly Dispute[]): dispute_status {
  const order = ['open', 'lost', 'won', 'prevented', 'inquiry'] as const;
  return order.find((status) => disputes.some((dispute) => dispute.status === status)) ?? 'none';
}

/**
 * Merges two reports about a dispute, in any order: an inquiry can become a dispute, and a dispute can end. Of two
 * final states the later one wins; at the same instant, the one in which the merchant retains the money.
 */
export function laterDispute(known: DisputeState, reported: DisputeState): DisputeState {
  const [before, after] = [STAGE[known.status], STAGE[reported.status]];
  if (before !== after) return before > after ? known : reported;
  const later = reported.told_at.getTime() - known.told_at.getTime();
  if (later !== 0) return later > 0 ? reported : known;
  return reported.status === 'won'
    ? reported
    : known.status === 'won' || known.status <= reported.status
      ? known
      : reported;
}

/** Merges two reports about a refund, in any order. A failed refund stays failed. */
export const laterRefund = (known: Refund['status'], reported: Refund['status']): Refund['status'] =>
  PROGRESS[reported] > PROGRESS[known] ? reported : known;

const STAGE: Record<dispute_status, number> = { none: 0, inquiry: 1, open: 2, prevented: 3, lost: 3, won: 3 };
const PROGRESS: Record<Refund['status'], number> = { reported: 0, pending: 1, succeeded: 2, failed: 3, canceled: 4 };

const takesMoney = (status: dispute_status): boolean => status === 'open' || status === 'lost';

function totalIn({ amount, currency, settled, charged, charged_currency }: Priced, given: string): Units | null {
  if (given === currency) return units(settled ?? amount);
  return given === charged_currency && charged !== null ? units(charged) : null;
}

/** Returns the largest subset sum of the shares that does not exceed `most`. */
function largestSum(shares: readonly Units[], most: Units): Units {
  let sums: Units[] = [0n];
  for (const share of shares) sums = [...sums, ...sums.map((sum) => sum + share)].filter((sum) => sum <= most);
  return sums.reduce(max);
}
