import { Injectable } from '@nestjs/common';
import { AuditRepository } from '../audit/audit.repository.js';
import type { Account } from '../credits/account.js';
import { AccountBook } from '../credits/account-book.js';
import type { PaymentRow, SubscriptionRow } from '../generated/rows.js';
import { type Actor, systemActor } from '../platform/actor.js';
import { amount, units } from '../platform/amount.js';
import type { Tx } from '../platform/database.js';
import { Discounts } from './discounts.js';
import type { Money, Paid } from './facts.js';
import { forfeited } from './forfeit.js';
import { returned, takenBackLines } from './money-back.lines.js';
import { MoneyBackRepository } from './money-back.repository.js';
import { cents, fromCents, fromMinor } from './offer.js';
import { PaymentsRepository } from './payments.repository.js';

/** Who books what the provider tells. */
export const PROVIDER_ACTOR: Actor = systemActor('payments');

/** What a message said of a payment besides its outcome: the provider's ids, and what it paid. */
export type Told = Partial<
  Pick<PaymentRow, 'session_id' | 'payment_intent_id' | 'invoice_id' | 'subscription_id' | 'covers_until'>
>;

/**
 * Books payments on accounts that the caller has locked: gives what was paid for, and sets aside what does not agree
 * with the offer. Every payment gives once, whatever is told of it and how often.
 */
@Injectable()
export class Cashier {
  constructor(
    private readonly book: AccountBook,
    private readonly payments: PaymentsRepository,
    private readonly moneyBack: MoneyBackRepository,
    private readonly discounts: Discounts,
    private readonly audit: AuditRepository,
  ) {}

  /** Writes down the money that came for a payment. What of it was paid back is worked out anew. */
  async took(tx: Tx, payment: PaymentRow, told: Told, paid: Omit<Paid, 'amount_cents'>): Promise<PaymentRow> {
    const { settled_cents, currency, charged } = paid;
    const isOwn = currency === payment.currency;
    const foreign = charged ?? (isOwn ? null : { amount_cents: settled_cents, currency });
    return this.returnedOf(
      tx,
      await this.payments.update(tx, payment, {
        ...told,
        ...(isOwn ? { settled: amount(fromCents(settled_cents)) } : {}),
        ...(foreign && foreign.amount_cents > 0 ? chargedIn(foreign) : {}),
      }),
    );
  }

  /** Works out anew which share of a payment's price was paid back or is disputed. */
  async returnedOf(tx: Tx, payment: PaymentRow): Promise<PaymentRow> {
    const [refunds, disputes] = [await this.moneyBack.refunds(payment, tx), await this.moneyBack.disputes(payment, tx)];
    if (refunds.length + disputes.length === 0) return payment;
    return this.payments.update(tx, payment, returned(payment, refunds, disputes));
  }

  /**
   * Gives what was paid for, unless something is wrong with the money. `give` books it on the account and says why it
   * can't be given; then the payment is held.
   * @returns whether it was given
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
    else await this.hold(tx, account, payment, detail);
    return detail === null;
  }

  /** Books a payment the credits of which were granted on the account just now. */
  async given(tx: Tx, account: Account, payment: PaymentRow, by: Actor = PROVIDER_ACTOR): Promise<void> {
    const fresh = account.grants.find((grant) => grant.line !== null);
    // a renewal that comes early is booked when its period begins
    const credits = fresh?.amount ?? (payment.kind === 'renewal' ? units(payment.credits) : 0n);
    const paid: PaymentRow = { ...payment, credits: amount(credits) };
    const taken_back = forfeited(paid);
    if (taken_back > 0n) account.takeBack(fresh ? [fresh] : [], taken_back, ...takenBackLines(payment.id));
    const { lines } = await this.book.save(tx, account);
    await this.payments.update(tx, payment, {
      ...{ status: 'paid', paid_at: account.now, detail: null, checkout_url: null },
      ...{ credits: amount(credits), taken_back: amount(taken_back) },
      transaction_id: typeof fresh?.line === 'number' ? (lines[fresh.line]?.id ?? null) : null,
    });
    await this.record(tx, payment, 'payment.paid', { credits: amount(credits) }, { by });
  }

  /** Keeps a payment that arrived but gives nothing, for an admin to accept or refuse. */
  async hold(tx: Tx, account: Account, payment: PaymentRow, detail: string): Promise<void> {
    await this.payments.update(tx, payment, { status: 'held', detail, checkout_url: null });
    await this.record(tx, payment, 'payment.held', { detail }, { result: 'failure' });
    await this.book.save(tx, account);
  }

  /** A payment that comes to nothing; its discount waits for the next one. */
  async fail(
    tx: Tx,
    payment: PaymentRow,
    status: 'failed' | 'expired' | 'refused',
    told: Told,
    detail: string | null,
  ): Promise<void> {
    await this.payments.update(tx, payment, { ...told, status, detail, checkout_url: null });
    await this.discounts.giveBack(tx, payment.user_id, payment.id);
    if (status === 'failed') await this.record(tx, payment, 'payment.failed', { detail }, { result: 'failure' });
  }

  /** Money that came without an offer of ours: nothing is given for it until an admin says what. */
  async unexpected(
    tx: Tx,
    account: Account,
    { amount_cents, currency }: Money,
    told: Told,
    detail: string,
  ): Promise<void> {
    const price = amount(fromMinor(amount_cents, currency));
    const payment = await this.payments.create(tx, {
      ...{ user_id: account.user_id, kind: 'other', credits: '0', amount: price, settled: price, currency, ...told },
    });
    await this.hold(tx, account, payment, detail);
  }

  /** An audit entry about a subscription. */
  async noteSubscription(
    tx: Tx,
    { user_id, subscription_id: resource_id }: SubscriptionRow,
    action: string,
    metadata: Record<string, unknown>,
    by: Actor = PROVIDER_ACTOR,
  ): Promise<void> {
    await this.audit.record(tx, by, { user_id, action, resource_type: 'subscription', resource_id, metadata });
  }

  /** An audit entry about a payment. */
  async record(
    tx: Tx,
    payment: PaymentRow,
    action: string,
    metadata: Record<string, unknown>,
    { result = 'success', by = PROVIDER_ACTOR }: { result?: 'success' | 'failure'; by?: Actor } = {},
  ): Promise<void> {
    const { user_id, id, kind, amount: price, currency } = payment;
    await this.audit.record(tx, by, {
      ...{ user_id, action, result, resource_type: 'payment', resource_id: id },
      metadata: { kind, amount: price, currency, ...metadata },
    });
  }
}

/** Why the money that came is not what was asked for; null when it is. */
export function moneyFault(payment: PaymentRow, { amount_cents, currency }: Money): string | null {
  const asked = cents(units(payment.amount));
  if (amount_cents === asked && currency.toLowerCase() === payment.currency) return null;
  return `${amount_cents} cents ${currency} were paid where ${asked} cents ${payment.currency} had been offered.`;
}

const chargedIn = ({ amount_cents, currency }: Money) => ({
  charged: amount(fromMinor(amount_cents, currency)),
  charged_currency: currency,
});
