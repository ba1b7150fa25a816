import { Injectable } from '@nestjs/common';
import type { Account } from '../../credits/accounts/account.js';
import { writeEvents } from '../../events/event-log.js';
import type { PaymentRow, SubscriptionRow } from '../../generated/rows.js';
import { amount, units } from '../../platform/values/amount.js';
import type { Tx } from '../../platform/database/database.js';
import { PaymentSettlement } from '../payment-settlement.js';
import type { InvoiceFact, SubscriptionFact, EventState } from '../provider/facts.js';
import { planMoney, type PlanMoney } from './invoice-money.js';
import { cents } from '../checkout/offer.js';
import { PaymentsRepository } from '../payments.repository.js';
import { PlanChanges } from './plan-changes.js';
import { PlanDelivery } from './plan-delivery.js';
import { SubscriptionsRepository } from './subscriptions.repository.js';

/** Applies paid and failed invoices to plans. The caller holds the account's lock. */
@Injectable()
export class PlanPayments {
  constructor(
    private readonly settlement: PaymentSettlement,
    private readonly payments: PaymentsRepository,
    private readonly subscriptions: SubscriptionsRepository,
    private readonly deliveries: PlanDelivery,
    private readonly changes: PlanChanges,
  ) {}

  /**
   * Applies an invoice. The first invoice of a subscription starts the plan, and later ones renew or change it. The
   * money of any other invoice is held.
   */
  async invoice(tx: Tx, account: Account, fact: InvoiceFact): Promise<EventState> {
    const { user_id } = account;
    const { subscription_id, reason, outcome } = fact;
    const known = await this.payments.ofInvoice(tx, user_id, fact.invoice_id);
    if (known && hasArrived(known)) return 'ignored';
    const subscription =
      subscription_id === null ? null : await this.subscriptions.find(tx, { user_id, subscription_id });
    if (reason === 'first') return this.start(tx, account, subscription, fact);
    if (subscription_id !== null && !subscription) return 'waiting';
    if (reason === 'cycle' && subscription) {
      if (outcome === 'failed') return this.markOverdue(tx, account, subscription, fact);
      await this.renew(tx, account, subscription, known ?? (await this.createRenewal(tx, subscription, fact)), fact);
      return 'applied';
    }
    if (outcome === 'failed' || Math.max(fact.amount_cents, fact.settled_cents) === 0) return 'ignored';
    if (reason === 'change' && subscription) await this.changes.paid(tx, account, subscription, fact);
    else await this.changes.unexpected(tx, account, fact);
    return 'applied';
  }

  /** Applies a subscription update. */
  subscription(tx: Tx, account: Account, fact: SubscriptionFact, told_at: Date): Promise<EventState> {
    return this.changes.subscriptionChanged(tx, account, fact, told_at);
  }

  private async start(
    tx: Tx,
    account: Account,
    subscription: SubscriptionRow | null,
    fact: InvoiceFact,
  ): Promise<EventState> {
    if (fact.outcome === 'failed') return 'ignored'; // the checkout event reports it
    const { user_id } = account;
    const offered = fact.payment_id === null ? null : await this.payments.find({ id: fact.payment_id, user_id }, tx);
    if (!offered?.tier || fact.subscription_id === null) return 'waiting';
    if (hasArrived(offered) || subscription) return 'ignored';
    const money = planMoney(fact);
    const payment = await this.recordMoney(tx, offered, fact, money);
    await this.openSubscription(tx, payment, fact.subscription_id);
    const [net, whole] = [units(payment.amount), units(payment.amount) + units(payment.discount)];
    // our discount is also a discount at the provider, but not every API version reports it
    const isAsked = [net, whole].some((price) => cents(price) === money.plan_cents);
    const fault = isAsked ? currencyFault(payment, fact) : moneyFault(payment, fact, money, cents(whole));
    await this.settlement.settle(tx, account, payment, fault, () => this.deliveries.start(tx, account, payment));
    return 'applied';
  }

  /** Stores a new subscription. A second subscription of an account is canceled at the provider. */
  private async openSubscription(tx: Tx, payment: PaymentRow, subscription_id: string): Promise<void> {
    const { user_id, currency } = payment;
    const live = await this.subscriptions.findLive(user_id, tx);
    const goods = await this.deliveries.goods(tx, payment);
    await this.subscriptions.create(tx, {
      user_id,
      subscription_id,
      currency,
      status: live ? 'canceled' : 'active',
      tier: goods.tier,
      paid_tier: goods.tier,
      terms: { ...goods },
      paid_terms: { ...goods },
      amount: amount(units(payment.amount) + units(payment.discount)),
    });
    if (live) await this.subscriptions.decide(tx, { user_id, subscription_id }, {});
  }

  private async renew(
    tx: Tx,
    account: Account,
    subscription: SubscriptionRow,
    expected: PaymentRow,
    fact: InvoiceFact,
  ): Promise<void> {
    const money = planMoney(fact);
    const payment = await this.recordMoney(tx, expected, fact, money);
    const asked = cents(units(payment.amount));
    const fault = asked === money.plan_cents ? currencyFault(payment, fact) : moneyFault(payment, fact, money, asked);
    await this.settlement.settle(tx, account, payment, fault, () => this.deliveries.renew(tx, account, payment));
    if (fault === null && money.changes_cents > 0)
      await this.changes.late(tx, account, subscription, fact, money.changes_cents);
  }

  private recordMoney(tx: Tx, payment: PaymentRow, fact: InvoiceFact, { ends_s }: PlanMoney): Promise<PaymentRow> {
    const { invoice_id, subscription_id, total_cents, currency } = fact;
    const covers_until = ends_s === null ? null : new Date(ends_s * 1000);
    const fields = { invoice_id, subscription_id, covers_until };
    return this.settlement.recordProviderIds(tx, payment, fields, {
      settled_cents: total_cents,
      currency,
      charged: null,
    });
  }

  /** Records a failed renewal. The plan ends after the grace period unless the money arrives. */
  private async markOverdue(
    tx: Tx,
    account: Account,
    subscription: SubscriptionRow,
    fact: InvoiceFact,
  ): Promise<EventState> {
    if (subscription.status === 'canceled') return 'ignored';
    const known = await this.payments.ofInvoice(tx, account.user_id, fact.invoice_id);
    const payment = known ?? (await this.createRenewal(tx, subscription, fact));
    const grace_until = this.deliveries.graceOf(account);
    const detail = `The payment for the next period failed. The plan ends at ${grace_until.toISOString()} unless it is paid.`;
    const object = await this.payments.update(tx, payment, { status: 'failed', detail });
    await writeEvents(tx, [{ user_id: account.user_id, type: 'payment.failed', object }]);
    await this.subscriptions.update(tx, subscription, { status: 'past_due', grace_until });
    const metadata = { tier: subscription.tier, grace_until };
    await this.settlement.record(tx, payment, 'payment.renewal_failed', metadata, { result: 'failure' });
    return 'applied';
  }

  private async createRenewal(tx: Tx, subscription: SubscriptionRow, { invoice_id }: InvoiceFact): Promise<PaymentRow> {
    const { user_id, subscription_id, tier, amount: price, currency, terms } = subscription;
    const goods = await this.deliveries.goods(tx, { ...subscription, terms });
    const offer = { kind: 'renewal', tier, credits: goods.credits_monthly, amount: price, currency } as const;
    return this.payments.create(tx, { ...offer, user_id, subscription_id, invoice_id, terms: { ...goods } });
  }
}

/** Whether the money of the payment has arrived. */
const hasArrived = ({ status }: PaymentRow): boolean => ['paid', 'held', 'refused'].includes(status);

function currencyFault({ currency }: PaymentRow, fact: InvoiceFact): string | null {
  if (fact.currency === currency) return null;
  return `The invoice is in ${fact.currency}, but ${currency} was offered.`;
}

function moneyFault({ currency }: PaymentRow, fact: InvoiceFact, { plan_cents }: PlanMoney, asked: number): string {
  return `${plan_cents} cents ${fact.currency} were paid for the plan, but ${asked} cents ${currency} were due.`;
}
