import { Injectable } from '@nestjs/common';
import type { Account } from '../../credits/accounts/account.js';
import { AccountLocks } from '../../credits/accounts/account-locks.js';
import { writeEvents } from '../../events/event-log.js';
import type { NewEvent } from '../../events/event-types.js';
import type { PaymentRow } from '../../generated/rows.js';
import { amount, min, type Units, units } from '../../platform/values/amount.js';
import type { Tx } from '../../platform/database/database.js';
import { PaymentSettlement } from '../payment-settlement.js';
import type { DisputeFact, Money, RefundsFact, ReportedRefund, EventState } from '../provider/facts.js';
import { owed } from './clawback.js';
import { laterDispute, laterRefund } from './refunds.js';
import { takenBackLines } from './refund-lines.js';
import { RefundsRepository } from './refunds.repository.js';
import { fromMinor } from '../checkout/offer.js';
import { PaymentsRepository } from '../payments.repository.js';
import { RefundedPlans } from '../plans/refunded-plans.js';

/**
 * Applies refunds and disputes to accounts. The caller holds the account's lock. The result does not depend on the
 * order in which they are reported.
 */
@Injectable()
export class RefundsService {
  constructor(
    private readonly settlement: PaymentSettlement,
    private readonly locks: AccountLocks,
    private readonly rows: RefundsRepository,
    private readonly payments: PaymentsRepository,
    private readonly refundedPlans: RefundedPlans,
  ) {}

  async refunds(tx: Tx, account: Account, original: PaymentRow, fact: RefundsFact): Promise<EventState> {
    const payment = await this.linked(tx, original, fact.payment_intent_id, fact.charge);
    const known = await this.rows.refunds(payment, tx);
    let isNew = false;
    for (const reported of fact.refunds) {
      const before = known.find(({ refund_id }) => refund_id === reported.refund_id)?.status;
      const status = before === undefined ? reported.status : laterRefund(before, reported.status);
      isNew ||= status !== before;
      await this.rows.storeRefund(tx, { ...rowOf(payment, reported), refund_id: reported.refund_id, status });
    }
    if (isNew) await this.reconcile(tx, account, payment, 'payment.refunded');
    return isNew ? 'applied' : 'ignored';
  }

  async dispute(tx: Tx, account: Account, original: PaymentRow, fact: DisputeFact, told_at: Date): Promise<EventState> {
    const payment = await this.linked(tx, original, fact.payment_intent_id, fact.charge);
    const known = (await this.rows.disputes(payment, tx)).find(({ dispute_id }) => dispute_id === fact.dispute_id);
    const reported = { ...rowOf(payment, fact), dispute_id: fact.dispute_id, status: fact.status, told_at };
    if (known && laterDispute(known, reported) === known) return 'ignored';
    await this.rows.storeDispute(tx, reported);
    await this.reconcile(tx, account, payment, `payment.dispute_${fact.status}`);
    return 'applied';
  }

  /**
   * Claws back the credits of a payment that are forfeited now, or restores those that no longer are, and adjusts the
   * plan accordingly.
   */
  private async reconcile(tx: Tx, account: Account, original: PaymentRow, action: string): Promise<void> {
    const payment = await this.settlement.returnedOf(tx, original);
    if (payment.status !== 'paid') return;
    const due = owed(payment, await this.payments.expired(tx, payment));
    if (due > 0n) this.take(account, payment, due);
    await this.refundedPlans.follow(tx, account, payment);
    if (due < 0n) this.giveBack(account, payment, -due);
    const taken_back = amount(units(payment.taken_back) + due);
    if (due !== 0n) await this.payments.update(tx, payment, { taken_back });
    await this.locks.save(tx, account);
    await writeEvents(tx, eventsOf(original, payment));
    const { refunded, disputed, dispute } = payment;
    await this.settlement.record(tx, payment, action, { refunded, disputed, dispute, taken_back });
  }

  private take(account: Account, payment: PaymentRow, due: Units): void {
    const given = account.grants.filter(
      (grant) => grant.transaction_id !== null && grant.transaction_id === payment.transaction_id,
    );
    account.takeBack(given, due, ...takenBackLines(payment.id));
    // a free month grants no more credits than are still paid for
    if (isRunning(account, payment)) account.state.allocated_monthly -= min(due, account.state.allocated_monthly);
  }

  private giveBack(account: Account, payment: PaymentRow, credits: Units): void {
    const isPlan = isRunning(account, payment);
    account.grant(
      { source: 'adjustment', amount: credits, expires_at: isPlan ? payment.covers_until : null },
      {
        description: 'Credits of a payment that is no longer refunded or disputed',
        metadata: { reason: 'payment_restored', payment_id: payment.id },
      },
    );
    if (isPlan) account.state.allocated_monthly += credits;
  }

  /** Stores the payment intent of a payment, and the charged amount if the currency differs. */
  private async linked(
    tx: Tx,
    payment: PaymentRow,
    payment_intent_id: string,
    charge: Money | null,
  ): Promise<PaymentRow> {
    const isForeign = charge !== null && charge.currency !== payment.currency && charge.amount_cents > 0;
    return this.payments.update(tx, payment, {
      payment_intent_id,
      ...(isForeign
        ? { charged: amount(fromMinor(charge.amount_cents, charge.currency)), charged_currency: charge.currency }
        : {}),
    });
  }
}

function rowOf(
  { user_id, id: payment_id, currency: own }: PaymentRow,
  reported: Pick<ReportedRefund, 'amount_cents' | 'currency'>,
) {
  const currency = reported.currency ?? own;
  return { user_id, payment_id, currency, amount: amount(fromMinor(reported.amount_cents, currency)) };
}

/** Returns the events about what of a payment was refunded or disputed since `before`. */
function eventsOf(before: PaymentRow, payment: PaymentRow): NewEvent[] {
  const { user_id } = payment;
  const events: NewEvent[] = [];
  if (payment.refunded !== before.refunded) {
    events.push({ user_id, type: 'payment.refunded', object: payment, previous: { refunded: before.refunded } });
  }
  if (payment.dispute !== before.dispute) {
    events.push({ user_id, type: 'payment.disputed', object: payment, previous: { dispute: before.dispute } });
  }
  return events;
}

const isRunning = ({ now }: Account, { kind, covers_until }: PaymentRow): boolean =>
  kind !== 'package' && kind !== 'top_up' && covers_until !== null && covers_until > now;
