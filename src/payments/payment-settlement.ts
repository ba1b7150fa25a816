import { Injectable } from '@nestjs/common';
import { AuditRepository } from '../audit/audit.repository.js';
import type { Account } from '../credits/accounts/account.js';
import { AccountLocks } from '../credits/accounts/account-locks.js';
import { writeEvents } from '../events/event-log.js';
import type { PaymentRow, SubscriptionRow } from '../generated/rows.js';
import { type Actor, systemActor } from '../platform/actor.js';
import { amount, units } from '../platform/values/amount.js';
import type { Tx } from '../platform/database/database.js';
import { Discounts } from './checkout/discounts.js';
import type { Money, Paid } from './provider/facts.js';
import { clawbackOf } from './refunds/clawback.js';
import { returned, takenBackLines } from './refunds/refund-lines.js';
import { RefundsRepository } from './refunds/refunds.repository.js';
import { cents, fromCents, fromMinor } from './checkout/offer.js';
import { PaymentsRepository } from './payments.repository.js';

/** Actor of changes that provider events cause. */
export const PROVIDER_ACTOR: Actor = systemActor('payments');

/** What an event reports about a payment besides its outcome: the provider's ids and the period it covers. */
export type ReportedPayment = Partial<
  Pick<PaymentRow, 'session_id' | 'payment_intent_id' | 'invoice_id' | 'subscription_id' | 'covers_until'>
>;

/**
 * Settles payments on accounts that the caller has locked. Grants what was paid for, and holds payments that do not
 * match the offer. Each payment is granted once, however often it is reported.
 */
@Injectable()
export class PaymentSettlement {
  constructor(
    private readonly locks: AccountLocks,
    private readonly payments: PaymentsRepository,
    private readonly refunds: RefundsRepository,
    private readonly discounts: Discounts,
    private readonly audit: AuditRepository,
  ) {}

  /** Records the money received for a payment and recalculates its returned share. */
  async recordProviderIds(
    tx: Tx,
    payment: PaymentRow,
    fields: ReportedPayment,
    paid: Omit<Paid, 'amount_cents'>,
  ): Promise<PaymentRow> {
    const { settled_cents, currency, charged } = paid;
    const isOwn = currency === payment.currency;
    const foreign = charged ?? (isOwn ? null : { amount_cents: settled_cents, currency });
    return this.returnedOf(
      tx,
      await this.payments.update(tx, payment, {
        ...fields,
        ...(isOwn ? { settled: amount(fromCents(settled_cents)) } : {}),
        ...(foreign && foreign.amount_cents > 0 ? chargedIn(foreign) : {}),
      }),
    );
  }

  /** Recalculates the refunded and the disputed share of a payment. */
  async returnedOf(tx: Tx, payment: PaymentRow): Promise<PaymentRow> {
    const [refunds, disputes] = [await this.refunds.refunds(payment, tx), await this.refunds.disputes(payment, tx)];
    if (refunds.length + disputes.length === 0) return payment;
    return this.payments.update(tx, payment, returned(payment, refunds, disputes));
  }

  /**
   * Settles a payment with `give`, unless the money is wrong (`fault`). `give` grants it on the account, or returns why
   * it cannot be granted; then the payment is held.
   * @returns whether it was granted
   */
  async settle(
    tx: Tx,
    account: Account,
    payment: PaymentRow,
    fault: string | null,
    give: () => Promise<string | null>,
  ): Promise<boolean> {
    const detail = fault ?? (await give());
    if (detail === null) await this.given(tx, account, payment);
    else await this.markForReview(tx, account, payment, detail);
    return detail === null;
  }

  /** Stores a payment whose credits have just been granted on the account. */
  async given(tx: Tx, account: Account, payment: PaymentRow, by: Actor = PROVIDER_ACTOR): Promise<void> {
    const newest = account.grants.find((grant) => grant.line !== null);
    // an early renewal is booked when its period begins
    const credits = newest?.amount ?? (payment.kind === 'renewal' ? units(payment.credits) : 0n);
    const paid: PaymentRow = { ...payment, credits: amount(credits) };
    const taken_back = clawbackOf(paid);
    if (taken_back > 0n) account.takeBack(newest ? [newest] : [], taken_back, ...takenBackLines(payment.id));
    const { lines } = await this.locks.save(tx, account);
    const object = await this.payments.update(tx, payment, {
      status: 'paid',
      paid_at: account.now,
      detail: null,
      checkout_url: null,
      credits: amount(credits),
      taken_back: amount(taken_back),
      transaction_id: typeof newest?.line === 'number' ? (lines[newest.line]?.id ?? null) : null,
    });
    await writeEvents(tx, [{ user_id: payment.user_id, type: 'payment.succeeded', object }]);
    await this.record(tx, payment, 'payment.paid', { credits: amount(credits) }, { by });
  }

  /** Holds a payment for review: an admin must accept or refuse it. */
  async markForReview(tx: Tx, account: Account, payment: PaymentRow, detail: string): Promise<void> {
    await this.payments.update(tx, payment, { status: 'held', detail, checkout_url: null });
    await this.record(tx, payment, 'payment.held', { detail }, { result: 'failure' });
    await this.locks.save(tx, account);
  }

  /** Records a failed, expired or refused payment. Its discount becomes available again. */
  async fail(
    tx: Tx,
    payment: PaymentRow,
    status: 'failed' | 'expired' | 'refused',
    fields: ReportedPayment,
    detail: string | null,
  ): Promise<void> {
    const object = await this.payments.update(tx, payment, { ...fields, status, detail, checkout_url: null });
    await this.discounts.giveBack(tx, payment.user_id, payment.id);
    if (status !== 'failed') return;
    await writeEvents(tx, [{ user_id: payment.user_id, type: 'payment.failed', object }]);
    await this.record(tx, payment, 'payment.failed', { detail }, { result: 'failure' });
  }

  /** Holds money that matches no offer until an admin decides. */
  async unexpected(
    tx: Tx,
    account: Account,
    { amount_cents, currency }: Money,
    fields: ReportedPayment,
    detail: string,
  ): Promise<void> {
    const price = amount(fromMinor(amount_cents, currency));
    const payment = await this.payments.create(tx, {
      user_id: account.user_id,
      kind: 'other',
      credits: '0',
      amount: price,
      settled: price,
      currency,
      ...fields,
    });
    await this.markForReview(tx, account, payment, detail);
  }

  /** Records an audit entry about a subscription. */
  async noteSubscription(
    tx: Tx,
    { user_id, subscription_id: resource_id }: SubscriptionRow,
    action: string,
    metadata: Record<string, unknown>,
    by: Actor = PROVIDER_ACTOR,
  ): Promise<void> {
    await this.audit.record(tx, by, { user_id, action, resource_type: 'subscription', resource_id, metadata });
  }

  /** Records an audit entry about a payment. */
  async record(
    tx: Tx,
    payment: PaymentRow,
    action: string,
    metadata: Record<string, unknown>,
    { result = 'success', by = PROVIDER_ACTOR }: { result?: 'success' | 'failure'; by?: Actor } = {},
  ): Promise<void> {
    const { user_id, id, kind, amount: price, currency } = payment;
    await this.audit.record(tx, by, {
      user_id,
      action,
      result,
      resource_type: 'payment',
      resource_id: id,
      metadata: { kind, amount: price, currency, ...metadata },
    });
  }
}

/** Returns why the money received differs from the offer, or null if it does not. */
export function moneyFault(payment: PaymentRow, { amount_cents, currency }: Money): string | null {
  const asked = cents(units(payment.amount));
  if (amount_cents === asked && currency.toLowerCase() === payment.currency) return null;
  return `${amount_cents} cents ${currency} were paid, but ${asked} cents ${payment.currency} were due.`;
}

const chargedIn = ({ amount_cents, currency }: Money) => ({
  charged: amount(fromMinor(amount_cents, currency)),
  charged_currency: currency,
});
