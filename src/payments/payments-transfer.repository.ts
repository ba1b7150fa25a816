import { Injectable } from '@nestjs/common';
import type { Tx } from '../platform/database/database.js';
import { DomainError } from '../platform/errors.js';
import { json } from '../platform/values/wire.js';

/**
 * Pairs of ledger lines: the original line of a grant, and the line that booked its remainder on the target account.
 */
export type MovedLines = readonly { before: string; after: string }[];

/**
 * Moves the payment records of an account to another account. Nothing changes at the provider: customer, subscription
 * and cards stay the same, and later events find the payments on the new account. The caller holds the locks of both
 * accounts.
 */
@Injectable()
export class PaymentsTransfer {
  /** Returns whether the account has a subscription. */
  async isSubscribed(tx: Tx, user_id: string): Promise<boolean> {
    return (await tx.subscriptions.count({ where: { user_id, status: { not: 'canceled' } } })) > 0;
  }

  /**
   * @throws DomainError `both_subscribed` if both accounts have a subscription, because an account can have only one
   */
  async transfer(tx: Tx, from: string, to: string, lines: MovedLines): Promise<void> {
    const isSubscribed = await this.isSubscribed(tx, from);
    if (isSubscribed && (await this.isSubscribed(tx, to))) {
      const detail = 'Both accounts have a subscription. End one of them first, then move the account.';
      throw new DomainError('conflict', 'both_subscribed', detail);
    }
    await tx.$executeRaw`
      UPDATE payments SET user_id = ${to}, updated_at = clock_timestamp(), transaction_id = COALESCE((
        SELECT line.after FROM jsonb_to_recordset(${json(lines)}::jsonb) AS line (before uuid, after uuid)
        WHERE line.before = payments.transaction_id LIMIT 1), transaction_id)
      WHERE user_id = ${from}`;
    await tx.payment_refunds.updateMany({ where: { user_id: from }, data: { user_id: to } });
    await tx.payment_disputes.updateMany({ where: { user_id: from }, data: { user_id: to } });
    await tx.payment_events.updateMany({ where: { user_id: from }, data: { user_id: to } });
    await tx.subscriptions.updateMany({ where: { user_id: from }, data: { user_id: to } });
    await this.moveTopup(tx, from, to);
    await this.moveCustomer(tx, from, to, isSubscribed);
  }

  /** Moves the automatic top-up, unless the target account has one. */
  private async moveTopup(tx: Tx, from: string, to: string): Promise<void> {
    if (await tx.auto_topups.findUnique({ where: { user_id: to } })) {
      await tx.auto_topups.deleteMany({ where: { user_id: from } });
    } else await tx.auto_topups.updateMany({ where: { user_id: from }, data: { user_id: to } });
  }

  /** Moves the customer. If both accounts have one, the customer with the subscription wins, or else the target's. */
  private async moveCustomer(tx: Tx, from: string, to: string, isSubscribed: boolean): Promise<void> {
    if (!(await tx.payment_customers.findUnique({ where: { user_id: from } }))) return;
    if (isSubscribed) await tx.payment_customers.deleteMany({ where: { user_id: to } });
    if (await tx.payment_customers.findUnique({ where: { user_id: to } })) {
      await tx.payment_customers.deleteMany({ where: { user_id: from } });
    } else await tx.payment_customers.updateMany({ where: { user_id: from }, data: { user_id: to } });
  }
}
