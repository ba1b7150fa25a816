import { Injectable } from '@nestjs/common';
import type { Account } from '../credits/account.js';
import type { PaymentRow } from '../generated/rows.js';
import { amount, max, units } from '../platform/amount.js';
import type { Tx } from '../platform/database.js';
import { Cashier } from './cashier.js';
import type { ChargeFact, Fact, Money } from './facts.js';
import { fromCents } from './offer.js';
import { PaymentsRepository } from './payments.repository.js';
import { PlanPayments, type Verdict } from './plan-payments.js';
import { TopupsRepository } from './topups.repository.js';

type CheckoutFact = Extract<Fact, { kind: 'checkout' }>;
type RefundFact = Extract<Fact, { kind: 'refund' }>;
type DisputeFact = Extract<Fact, { kind: 'dispute' }>;

/** Declined cards in a row after which nothing is topped up any more. */
const DECLINES_MAX = 2;

/** What facts do to accounts. The caller holds the account's lock; told twice, or in another order, they end the same. */
@Injectable()
export class PaymentEffects {
  constructor(
    private readonly cashier: Cashier,
    private readonly plans: PlanPayments,
    private readonly payments: PaymentsRepository,
    private readonly topups: TopupsRepository,
  ) {}

  /** `payment_id` is the payment that the fact is about, as far as it is about one. */
  async apply(tx: Tx, account: Account, fact: Fact, payment_id: string | null, told_at: Date): Promise<Verdict> {
    if (fact.kind === 'invoice') return this.plans.invoice(tx, account, fact);
    if (fact.kind === 'subscription') return this.plans.subscription(tx, account, fact, told_at);
    const payment = payment_id && (await this.payments.find({ id: payment_id, user_id: account.user_id }, tx));
    if (!payment) return 'waiting';
    switch (fact.kind) {
      case 'checkout':
        return this.checkout(tx, account, payment, fact);
      case 'charge':
        return this.charge(tx, account, payment, fact);
      case 'refund':
        return this.refund(tx, account, payment, fact);
      case 'dispute':
        return this.dispute(tx, account, payment, fact);
    }
  }

  /** A payment on a page. The first one of a plan is given by its invoice, which says how long it is paid. */
  private async checkout(tx: Tx, account: Account, payment: PaymentRow, fact: CheckoutFact): Promise<Verdict> {
    const { session_id, payment_intent_id, subscription_id, outcome } = fact;
    const links = {
      session_id,
      ...(payment_intent_id === null ? {} : { payment_intent_id }),
      ...(subscription_id === null ? {} : { subscription_id }),
    };
    if (payment.status === 'paid' || payment.status === 'held') {
      await this.payments.update(tx, payment, links);
      return outcome === 'paid' ? 'applied' : 'ignored';
    }
    if (outcome === 'failed' || outcome === 'expired') {
      if (payment.status === 'failed' || payment.status === 'expired') return 'ignored';
      await this.cashier.fail(tx, payment, outcome, links, outcome === 'failed' ? 'The payment did not arrive.' : null);
      return 'applied';
    }
    if (outcome === 'processing' || payment.kind === 'plan') {
      await this.payments.update(tx, payment, { ...links, status: 'processing', checkout_url: null });
      return 'applied';
    }
    await this.give(tx, account, payment, fact, links);
    return 'applied';
  }

  /** A payment by the card on file. */
  private async charge(tx: Tx, account: Account, payment: PaymentRow, fact: ChargeFact): Promise<Verdict> {
    if (payment.status === 'paid' || payment.status === 'held') return 'ignored';
    const { payment_intent_id, outcome, reason } = fact;
    const links = payment_intent_id === '' ? {} : { payment_intent_id };
    if (outcome === 'processing') {
      await this.payments.update(tx, payment, { ...links, status: 'processing' });
    } else if (outcome === 'paid') {
      const isGiven = await this.give(tx, account, payment, fact, links);
      await this.topups.landed(tx, payment, isGiven ? null : 'A payment is held for review.');
    } else if (payment.status !== 'failed') {
      await this.cashier.fail(tx, payment, 'failed', links, reason);
      const { state, declines } = await this.topups.declined(tx, payment, DECLINES_MAX, reason ?? '');
      if (state === 'stopped') {
        await this.cashier.record(tx, payment, 'payment.topup_stopped', { declines, detail: reason }, 'failure');
      }
    } else return 'ignored';
    return 'applied';
  }

  /** Gives what was paid for at once: a package, a top-up, an upgrade. @returns whether it was given */
  give(
    tx: Tx,
    account: Account,
    payment: PaymentRow,
    money: Money,
    links: { session_id?: string; payment_intent_id?: string; subscription_id?: string },
  ): Promise<boolean> {
    return this.cashier.settle(tx, account, payment, money, links, () => {
      if (payment.kind === 'upgrade') return this.plans.upgrade(tx, account, payment);
      const { id: payment_id, package_code, kind } = payment;
      const reason = kind === 'top_up' ? 'auto_topup' : 'package_purchase';
      account.grant(
        { source: 'purchase', amount: units(payment.credits) },
        { description: `Bought: package ${String(package_code)}`, metadata: { reason, payment_id, package_code } },
      );
      return null;
    });
  }

  private async refund(tx: Tx, account: Account, payment: PaymentRow, fact: RefundFact): Promise<Verdict> {
    const refunded = amount(max(units(payment.refunded), fromCents(fact.refunded_cents)));
    if (refunded === payment.refunded) return 'ignored';
    const { payment_intent_id } = fact;
    const known = await this.payments.update(tx, payment, { refunded, payment_intent_id });
    await this.cashier.reconcile(tx, account, known, 'payment.refunded');
    return 'applied';
  }

  /** A dispute that is closed stays closed, whatever was told of its beginning later. */
  private async dispute(tx: Tx, account: Account, payment: PaymentRow, fact: DisputeFact): Promise<Verdict> {
    if (payment.dispute === fact.outcome || (fact.outcome === 'open' && payment.dispute !== 'none')) return 'ignored';
    const disputed = amount(fromCents(fact.disputed_cents));
    const known = await this.payments.update(tx, payment, { dispute: fact.outcome, disputed });
    await this.cashier.reconcile(tx, account, known, `payment.dispute_${fact.outcome}`);
    return 'applied';
  }
}
