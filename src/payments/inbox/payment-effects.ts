import { Injectable } from '@nestjs/common';
import type { Account } from '../../credits/accounts/account.js';
import type { PaymentRow } from '../../generated/rows.js';
import type { Tx } from '../../platform/database/database.js';
import { PaymentSettlement, moneyFault, type ReportedPayment } from '../payment-settlement.js';
import { PackageDelivery } from '../checkout/package-delivery.js';
import type { ChargeFact, CheckoutFact, Fact, Paid, EventState } from '../provider/facts.js';
import { RefundsService } from '../refunds/refunds.service.js';
import { PaymentsRepository } from '../payments.repository.js';
import { PlanPayments } from '../plans/plan-payments.js';
import { TopupsRepository } from '../topups/topups.repository.js';

/** Number of consecutive declined cards after which top-ups stop. */
const DECLINES_MAX = 2;

/**
 * Applies facts from provider events to accounts. The caller holds the account's lock. Applying a fact is idempotent,
 * and the order of facts does not matter.
 */
@Injectable()
export class PaymentEffects {
  constructor(
    private readonly settlement: PaymentSettlement,
    private readonly deliveries: PackageDelivery,
    private readonly refunds: RefundsService,
    private readonly plans: PlanPayments,
    private readonly payments: PaymentsRepository,
    private readonly topups: TopupsRepository,
  ) {}

  /** Applies a fact. `payment_id` is the payment that the fact concerns, if any. */
  async apply(tx: Tx, account: Account, fact: Fact, payment_id: string | null, told_at: Date): Promise<EventState> {
    if (fact.kind === 'unread') return 'ignored';
    if (fact.kind === 'invoice') return this.plans.invoice(tx, account, fact);
    if (fact.kind === 'subscription') return this.plans.subscription(tx, account, fact, told_at);
    const payment = payment_id && (await this.payments.find({ id: payment_id, user_id: account.user_id }, tx));
    if (!payment) return 'waiting';
    switch (fact.kind) {
      case 'checkout':
        return this.checkout(tx, account, payment, fact);
      case 'charge':
        return this.charge(tx, account, payment, fact, false);
      case 'refunds':
        return this.refunds.refunds(tx, account, payment, fact);
      case 'dispute':
        return this.refunds.dispute(tx, account, payment, fact, told_at);
    }
  }

  /**
   * Applies the outcome of a checkout. The first payment of a plan is granted by its invoice, which states the period.
   */
  private async checkout(tx: Tx, account: Account, payment: PaymentRow, fact: CheckoutFact): Promise<EventState> {
    const { session_id, payment_intent_id, subscription_id, outcome } = fact;
    const fields = {
      session_id,
      ...(payment_intent_id === null ? {} : { payment_intent_id }),
      ...(subscription_id === null ? {} : { subscription_id }),
    };
    if (hasArrived(payment)) return this.handleRepeated(tx, account, payment, fact, fields);
    if (outcome === 'failed' || outcome === 'expired') {
      if (hasEnded(payment)) return 'ignored';
      await this.settlement.fail(
        tx,
        payment,
        outcome,
        fields,
        outcome === 'failed' ? 'The payment did not arrive.' : null,
      );
      await this.endTopup(tx, payment, 'The payment was not confirmed.');
      return 'applied';
    }
    if (outcome === 'processing' && hasEnded(payment)) return 'ignored'; // the final outcome was reported earlier
    if (outcome === 'processing' || payment.kind === 'plan') {
      await this.payments.update(tx, payment, { ...fields, status: 'processing', checkout_url: null });
      return 'applied';
    }
    await this.pay(tx, account, payment, fact, fields);
    return 'applied';
  }

  /**
   * Applies the outcome of a charge to the card on file. If `isAsked`, the caller is the process that made the charge.
   * Only that process records a failure, because it has to cancel the charge first.
   */
  async charge(tx: Tx, account: Account, payment: PaymentRow, fact: ChargeFact, isAsked: boolean): Promise<EventState> {
    const { payment_intent_id, outcome, reason } = fact;
    const fields = payment_intent_id === '' ? {} : { payment_intent_id };
    const money = { ...fact, settled_cents: fact.amount_cents, charged: null };
    if (hasArrived(payment)) return this.handleRepeated(tx, account, payment, money, fields);
    if (outcome === 'paid') {
      await this.pay(tx, account, payment, money, fields);
      return 'applied';
    }
    const isElsewhere = !isAsked && (payment.status === 'open' || payment.session_id !== null);
    if (hasEnded(payment) || (isElsewhere && outcome !== 'processing')) return 'ignored';
    if (outcome === 'processing') await this.payments.update(tx, payment, { ...fields, status: 'processing' });
    else {
      await this.settlement.fail(tx, payment, 'failed', fields, reason);
      await this.endTopup(tx, payment, reason ?? '');
    }
    return 'applied';
  }

  /** Records the money and grants a package, a top-up or an upgrade. */
  async pay(tx: Tx, account: Account, original: PaymentRow, money: Paid, fields: ReportedPayment): Promise<void> {
    const payment = await this.settlement.recordProviderIds(tx, original, fields, money);
    const fault = moneyFault(payment, money);
    const isGiven = await this.settlement.settle(tx, account, payment, fault, () =>
      this.deliveries.give(tx, account, payment),
    );
    if (payment.kind === 'top_up')
      await this.topups.landed(tx, payment, isGiven ? null : 'A payment is held for review.');
  }

  /** Handles a further report about a payment that has already arrived: a repetition, or a second payment. */
  private async handleRepeated(
    tx: Tx,
    account: Account,
    payment: PaymentRow,
    money: Paid & { outcome: string },
    fields: ReportedPayment,
  ): Promise<EventState> {
    if (money.outcome !== 'paid') return 'ignored';
    if (payment.status === 'held' && payment.settled === null) {
      await this.pay(tx, account, payment, money, fields); // it was held because its outcome was unknown
      return 'applied';
    }
    const { payment_intent_id } = fields;
    const isSame = (payment_intent_id ?? payment.payment_intent_id) === payment.payment_intent_id;
    if (!payment_intent_id || isSame || payment.payment_intent_id === null) {
      const isNew = Object.entries(fields).some(([name, value]) => payment[name as keyof ReportedPayment] !== value);
      if (isNew) await this.payments.update(tx, payment, fields);
      return isNew ? 'applied' : 'ignored';
    }
    if (await this.payments.isKnown(tx, account.user_id, payment_intent_id)) return 'ignored';
    const paid = { amount_cents: money.settled_cents, currency: money.currency };
    const detail = `Payment ${payment.id} was paid twice. Accept this one to grant credits, or refund it and refuse it.`;
    await this.settlement.unexpected(tx, account, paid, { payment_intent_id }, detail);
    return 'applied';
  }

  /** Holds a card payment whose outcome is unknown. It counts as money that may still arrive. */
  async unsure(tx: Tx, account: Account, payment: PaymentRow): Promise<void> {
    const detail =
      'The provider did not report the outcome of the payment. Look it up at the provider before you accept or refuse it.';
    await this.settlement.markForReview(tx, account, payment, detail);
    await this.endTopup(tx, payment, detail);
  }

  /** Records a failed top-up. Does nothing for other payments. */
  async endTopup(tx: Tx, payment: PaymentRow, detail: string): Promise<void> {
    if (payment.kind !== 'top_up') return;
    const { state, declines } = await this.topups.declined(tx, payment, DECLINES_MAX, detail);
    if (state === 'stopped') {
      await this.settlement.record(tx, payment, 'payment.topup_stopped', { declines, detail }, { result: 'failure' });
    }
  }
}

/** Whether the money of the payment has arrived. */
const hasArrived = ({ status }: PaymentRow): boolean => status === 'paid' || status === 'held' || status === 'refused';

/** Whether the payment failed or expired. */
const hasEnded = ({ status }: PaymentRow): boolean => status === 'failed' || status === 'expired';
