import { Injectable } from '@nestjs/common';
import type { Account } from '../../credits/accounts/account.js';
import { AccountLocks } from '../../credits/accounts/account-locks.js';
import type { PaymentDisputeRow, PaymentRefundRow, PaymentRow } from '../../generated/rows.js';
import type { Actor } from '../../platform/actor.js';
import { units } from '../../platform/values/amount.js';
import type { Tx } from '../../platform/database/database.js';
import { DomainError, InvalidInput, NotFound } from '../../platform/errors.js';
import type { Page } from '../../platform/database/paging.js';
import { PaymentSettlement } from '../payment-settlement.js';
import { PackageDelivery } from '../checkout/package-delivery.js';
import { RefundsRepository } from '../refunds/refunds.repository.js';
import { PaymentsRepository } from '../payments.repository.js';

/** A payment with its refunds and disputes. */
export type PaymentDetail = PaymentRow & { refunds: PaymentRefundRow[]; disputes: PaymentDisputeRow[] };

/** An admin's decision on a held payment. */
export interface Review {
  /** Credits to grant; defaults to the offered credits. */
  credits?: string | null;
  note?: string | null;
}

/** Reviews held payments: those with unexpected money, or without a matching offer. */
@Injectable()
export class ReviewsService {
  constructor(
    private readonly payments: PaymentsRepository,
    private readonly refunds: RefundsRepository,
    private readonly locks: AccountLocks,
    private readonly settlement: PaymentSettlement,
    private readonly deliveries: PackageDelivery,
  ) {}

  /** Returns the payments held for review, oldest first. */
  async held(limit: number, offset: number): Promise<Page<PaymentRow>> {
    const [items, total] = await Promise.all([this.payments.held(limit, offset), this.payments.countHeld()]);
    return { items, next_cursor: null, total };
  }

  /** Returns the payments that are or were disputed, newest first. */
  async disputed(limit: number, offset: number): Promise<Page<PaymentRow>> {
    const [items, total] = await Promise.all([this.payments.disputed(limit, offset), this.payments.countDisputed()]);
    return { items, next_cursor: null, total };
  }

  /** @throws NotFound */
  async show(id: string): Promise<PaymentDetail> {
    const payment = await this.payments.get(await this.keyOf(id));
    const [refunds, disputes] = await Promise.all([this.refunds.refunds(payment), this.refunds.disputes(payment)]);
    return { ...payment, refunds, disputes };
  }

  /**
   * Accepts a held payment and grants what was offered, or the given number of credits. If the offer can no longer be
   * fulfilled, the credits are granted as purchased credits. Credits for refunds received in the meantime are clawed
   * back immediately. Accepting a payment again changes nothing.
   * @throws NotFound; DomainError `payment_not_held`; InvalidInput if nothing was offered and `credits` is missing
   */
  accept(actor: Actor, id: string, { credits = null, note = null }: Review): Promise<PaymentRow> {
    return this.decide(actor, id, 'paid', async (tx, payment, account) => {
      const offered = credits === null ? payment : await this.payments.update(tx, payment, { credits });
      if (units(offered.credits) === 0n) {
        throw new InvalidInput([
          { field: 'credits', message: 'is required because nothing was offered for this payment' },
        ]);
      }
      const isAsOffered = credits === null && (await this.deliveries.give(tx, account, offered)) === null;
      if (!isAsOffered) this.deliveries.credits(account, offered);
      await this.settlement.given(tx, account, offered, actor);
      return { credits: offered.credits, ...(note === null ? {} : { note }) };
    });
  }

  /**
   * Refuses a held payment and grants nothing. An admin has to refund the money at the provider. Refusing a payment
   * again changes nothing.
   * @throws NotFound; DomainError `payment_not_held`
   */
  refuse(actor: Actor, id: string, { note = null }: Pick<Review, 'note'>): Promise<PaymentRow> {
    return this.decide(actor, id, 'refused', async (tx, payment) => {
      await this.settlement.fail(tx, payment, 'refused', {}, note ?? payment.detail);
      return note === null ? {} : { note };
    });
  }

  private async decide(
    actor: Actor,
    id: string,
    status: 'paid' | 'refused',
    work: (tx: Tx, payment: PaymentRow, account: Account) => Promise<Record<string, unknown>>,
  ): Promise<PaymentRow> {
    const key = await this.keyOf(id);
    return this.locks.withLock(actor, key.user_id, async (account, tx) => {
      const payment = await this.payments.get(key, tx);
      if (payment.status === status && payment.reviewed_by !== null) return payment;
      if (payment.status !== 'held') {
        const detail = `Payment ${id} is ${payment.status}. Only held payments can be accepted or refused.`;
        throw new DomainError('conflict', 'payment_not_held', detail);
      }
      const decision = await work(tx, payment, account);
      await this.payments.update(tx, key, { reviewed_by: actor.user_id });
      const action = status === 'paid' ? 'payment.accepted' : 'payment.refused';
      await this.settlement.record(tx, payment, action, decision, { by: actor });
      return this.payments.get(key, tx);
    });
  }

  private async keyOf(id: string) {
    const key = await this.payments.keyOf({ id });
    if (!key) throw new NotFound(`Payment ${id}`);
    return key;
  }
}
