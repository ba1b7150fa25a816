import type { dispute_status } from '../generated/prisma/enums.js';
import type { PaymentDisputeRow, PaymentRefundRow, PaymentRow } from '../generated/rows.js';
import { max, min, type Units, units } from '../platform/amount.js';

/** What decides which share of a price an amount of money is. */
export type Priced = Pick<PaymentRow, 'amount' | 'currency' | 'settled' | 'charged' | 'charged_currency'>;
type Returned = Pick<PaymentRefundRow, 'amount' | 'currency'>;
export type Refund = Returned & Pick<PaymentRefundRow, 'status'>;
export type Dispute = Returned & Pick<PaymentDisputeRow, 'status'>;

/** How a dispute stood, and when the provider said so. */
export type DisputeState = Pick<PaymentDisputeRow, 'status' | 'told_at'>;

/** Failed refunds of a payment are few: more are not told apart. */
const FAILED_MAX = 12;

/**
 * The share of the price that an amount of money stands for. The price may have been paid with tax on top, or in
 * another currency: what counts is the fraction of all that was paid in the same currency. Where that is unknown, the
 * whole price.
 */
export function shareOf(payment: Priced, { amount, currency }: Returned): Units {
  const price = units(payment.amount);
  const all = totalIn(payment, currency);
  if (all === null) return units(amount) > 0n ? price : 0n;
  return all === 0n ? 0n : min(price, (price * units(amount) + all / 2n) / all);
}

/**
 * The share of the price that was paid back, or is on its way back, in whatever order its refunds were told. Refunds
 * that failed count for nothing. A sum that the provider reported without naming its refunds counts as far as failed
 * refunds do not explain it: it may have been told before they failed.
 */
export function refundedOf(payment: Priced, refunds: readonly Refund[]): Units {
  const shares = (...statuses: Refund['status'][]): Units[] =>
    refunds.filter(({ status }) => statuses.includes(status)).map((refund) => shareOf(payment, refund));
  const live = shares('pending', 'succeeded').reduce((sum, share) => sum + share, 0n);
  const failed = shares('failed', 'canceled').slice(0, FAILED_MAX);
  const unexplained = shares('reported').map((sum) => sum - largestSum(failed, sum));
  return min(units(payment.amount), [live, ...unexplained].reduce(max));
}

/** The share of the price that is disputed, or was lost in a dispute. */
export function disputedOf(payment: Priced, disputes: readonly Dispute[]): Units {
  const shares = disputes.filter(({ status }) => takesMoney(status)).map((dispute) => shareOf(payment, dispute));
  return min(
    units(payment.amount),
    shares.reduce((sum, share) => sum + share, 0n),
  );
}

/** How several disputes of a payment stand together. */
export function disputeStateOf(disputes: readonly Dispute[]): dispute_status {
  const order = ['open', 'lost', 'won', 'prevented', 'inquiry'] as const;
  return order.find((status) => disputes.some((dispute) => dispute.status === status)) ?? 'none';
}

/**
 * How a dispute stands after something was told of it, in whatever order: an inquiry may become a dispute, and a dispute
 * ends. Of two ends the one told later counts, or else the one that leaves the money here.
 */
export function laterDispute(known: DisputeState, told: DisputeState): DisputeState {
  const [before, after] = [STAGE[known.status], STAGE[told.status]];
  if (before !== after) return before > after ? known : told;
  const later = told.told_at.getTime() - known.told_at.getTime();
  if (later !== 0) return later > 0 ? told : known;
  return told.status === 'won' ? told : known.status === 'won' || known.status <= told.status ? known : told;
}

/** How a refund stands after something was told of it, in whatever order: what failed stays failed. */
export const laterRefund = (known: Refund['status'], told: Refund['status']): Refund['status'] =>
  PROGRESS[told] > PROGRESS[known] ? told : known;

const STAGE: Record<dispute_status, number> = { none: 0, inquiry: 1, open: 2, prevented: 3, lost: 3, won: 3 };
const PROGRESS: Record<Refund['status'], number> = { reported: 0, pending: 1, succeeded: 2, failed: 3, canceled: 4 };

const takesMoney = (status: dispute_status): boolean => status === 'open' || status === 'lost';

function totalIn({ amount, currency, settled, charged, charged_currency }: Priced, given: string): Units | null {
  if (given === currency) return units(settled ?? amount);
  return given === charged_currency && charged !== null ? units(charged) : null;
}

/** The largest sum of some of the shares that is not more than `most`. */
function largestSum(shares: readonly Units[], most: Units): Units {
  let sums: Units[] = [0n];
  for (const share of shares) sums = [...sums, ...sums.map((sum) => sum + share)].filter((sum) => sum <= most);
  return sums.reduce(max);
}
