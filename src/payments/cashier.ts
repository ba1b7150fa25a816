import { Inject, Injectable } from '@nestjs/common';
import { AuditRepository } from '../audit/audit.repository.js';
import type { Account } from '../credits/account.js';
import { AccountBook } from '../credits/account-book.js';
import type { PaymentRow } from '../generated/rows.js';
import { type Actor, systemActor } from '../platform/actor.js';
import { amount, units } from '../platform/amount.js';
import { CONFIG, type Config } from '../platform/config.js';
import type { Tx } from '../platform/database.js';
import { Discounts } from './discounts.js';
import type { Money } from './facts.js';
import { forfeited, owed } from './forfeit.js';
import { cents } from './offer.js';
import { PaymentsRepository } from './payments.repository.js';

/** Who books what the provider tells. */
export const PROVIDER_ACTOR: Actor = systemActor('payments');

/** The provider's ids that a message brought along. */
export type Links = Partial<Pick<PaymentRow, 'session_id' | 'payment_intent_id' | 'invoice_id' | 'subscription_id'>>;

/**
 * Books payments on accounts that the caller has locked: gives what was paid for, takes back what was returned, and
 * sets aside what does not agree with the offer. Every payment gives once, whatever is told of it and how often.
 */
@Injectable()
export class Cashier {
  constructor(
    private readonly book: AccountBook,
    private readonly payments: PaymentsRepository,
    private readonly discounts: Discounts,
    private readonly audit: AuditRepository,
    @Inject(CONFIG) readonly config: Config,
  ) {}

  /**
   * Gives what was paid for, if the money is what was asked for. `give` books it on the account and says why it can't
   * be given; then the payment is held.
   * @returns whether it was given
   */
  async settle(
    tx: Tx,
    account: Account,
    payment: PaymentRow,
    money: Money,
    links: Links,
    give: () => string | null | Promise<string | null>,
  ): Promise<boolean> {
    const fault = moneyFault(payment, money) ?? (await give());
    if (fault !== null) {
      await this.hold(tx, account, payment, links, fault);
      return false;
    }
    const fresh = account.grants.find((grant) => grant.line !== null);
    // a renewal that comes early is booked when its period begins
    const credits = fresh?.amount ?? (payment.kind === 'renewal' ? units(payment.credits) : 0n);
    const paid: PaymentRow = { ...payment, credits: amount(credits) };
    const taken_back = forfeited(paid);
    if (taken_back > 0n) account.takeBack(fresh ? [fresh] : [], taken_back, ...reasons(paid));
    const { lines } = await this.book.save(tx, account);
    await this.payments.update(tx, payment, {
      ...links,
      ...{ status: 'paid', paid_at: account.now, detail: null, checkout_url: null },
      ...{ credits: amount(credits), taken_back: amount(taken_back) },
      transaction_id: typeof fresh?.line === 'number' ? (lines[fresh.line]?.id ?? null) : null,
    });
    await this.record(tx, payment, 'payment.paid', { credits: amount(credits) });
    return true;
  }

  /** Keeps a payment that arrived but gives nothing, for a person to look at. */
  async hold(tx: Tx, account: Account, payment: PaymentRow, links: Links, detail: string): Promise<void> {
    await this.payments.update(tx, payment, { ...links, status: 'held', detail, checkout_url: null });
    await this.record(tx, payment, 'payment.held', { detail }, 'failure');
    await this.book.save(tx, account);
  }

  /** A payment that comes to nothing; its discount waits for the next one. */
  async fail(
    tx: Tx,
    payment: PaymentRow,
    status: 'failed' | 'expired',
    links: Links,
    detail: string | null,
  ): Promise<void> {
    await this.payments.update(tx, payment, { ...links, status, detail, checkout_url: null });
    await this.discounts.giveBack(tx, payment.user_id, payment.id);
    if (status === 'failed') await this.record(tx, payment, 'payment.failed', { detail }, 'failure');
  }

  /** Takes back what of a payment is forfeited now, or gives back what is not any more. */
  async reconcile(tx: Tx, account: Account, payment: PaymentRow, action: string): Promise<void> {
    if (payment.status !== 'paid') return;
    const due = owed(payment, await this.payments.expired(tx, payment));
    const taken_back = amount(units(payment.taken_back) + due);
    if (due > 0n) {
      const given = account.grants.filter(
        (grant) => grant.transaction_id !== null && grant.transaction_id === payment.transaction_id,
      );
      account.takeBack(given, due, ...reasons(payment));
    } else if (due < 0n) {
      const metadata = { reason: 'dispute_won', payment_id: payment.id };
      const details = { description: 'Credits of a payment that is not disputed any more', metadata };
      account.grant({ source: 'adjustment', amount: -due }, details);
    }
    if (due !== 0n) await this.payments.update(tx, payment, { taken_back });
    await this.book.save(tx, account);
    await this.record(tx, payment, action, {
      ...{ refunded: payment.refunded, disputed: payment.disputed, dispute: payment.dispute },
      taken_back,
    });
  }

  /** An audit entry about a payment. */
  async record(
    tx: Tx,
    payment: PaymentRow,
    action: string,
    metadata: Record<string, unknown>,
    result: 'success' | 'failure' = 'success',
  ): Promise<void> {
    const { user_id, id, kind, amount: price, currency } = payment;
    await this.audit.record(tx, PROVIDER_ACTOR, {
      ...{ user_id, action, result, resource_type: 'payment', resource_id: id },
      metadata: { kind, amount: price, currency, ...metadata },
    });
  }
}

/** Why the money that came is not what was asked for; null when it is. */
function moneyFault(payment: PaymentRow, { amount_cents, currency }: Money): string | null {
  const asked = cents(units(payment.amount));
  if (amount_cents === asked && currency.toLowerCase() === payment.currency) return null;
  return `${amount_cents} cents ${currency} were paid where ${asked} cents ${payment.currency} had been offered.`;
}

/** What the lines say that take back what is left of a payment's credits, and what was spent of them. */
function reasons({ id: payment_id }: PaymentRow) {
  const unspent = { reason: 'payment_returned', part: 'unspent', payment_id };
  const spent = { reason: 'payment_returned', part: 'spent', payment_id };
  return [
    { description: 'Unspent credits of a payment that was paid back or is disputed', metadata: unspent },
    { description: 'Spent credits of a payment that was paid back or is disputed', metadata: spent },
  ] as const;
}
