import { Injectable } from '@nestjs/common';
import type { Tx } from '../platform/database.js';
import { DomainError } from '../platform/errors.js';
import { json } from '../platform/wire.js';

/** Old ledger lines of grants and the lines that booked what was left of them on the other account. */
export type MovedLines = readonly { before: string; after: string }[];

/**
 * Hands over what an account has with the payment provider to the account that takes it over. The provider is not told:
 * its customer, subscription and cards stay what they are, and its messages find the payments where they are now. The
 * caller holds the locks of both accounts.
 */
@Injectable()
export class PaymentsHandOver {
  /** Whether the account pays for a plan. */
  async isSubscribed(tx: Tx, user_id: string): Promise<boolean> {
    return (await tx.subscriptions.count({ where: { user_id, status: { not: 'canceled' } } })) > 0;
  }

  /** @throws DomainError `both_subscribed` when each of them pays for a plan: nobody could tell which one is meant */
  async handOver(tx: Tx, from: string, to: string, lines: MovedLines): Promise<void> {
    const isSubscribed = await this.isSubscribed(tx, from);
    if (isSubscribed && (await this.isSubscribed(tx, to))) {
      const detail = 'Both accounts pay for a plan. End one of the subscriptions first, then move.';
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

  /** Settings of the target go before those of the account that is moved. */
  private async moveTopup(tx: Tx, from: string, to: string): Promise<void> {
    if (await tx.auto_topups.findUnique({ where: { user_id: to } })) {
      await tx.auto_topups.deleteMany({ where: { user_id: from } });
    } else await tx.auto_topups.updateMany({ where: { user_id: from }, data: { user_id: to } });
  }

  /** Of two customers the one is kept that pays for the plan, else the target's. */
  private async moveCustomer(tx: Tx, from: string, to: string, isSubscribed: boolean): Promise<void> {
    if (!(await tx.payment_customers.findUnique({ where: { user_id: from } }))) return;
    if (isSubscribed) await tx.payment_customers.deleteMany({ where: { user_id: to } });
    if (await tx.payment_customers.findUnique({ where: { user_id: to } })) {
      await tx.payment_customers.deleteMany({ where: { user_id: from } });
    } else await tx.payment_customers.updateMany({ where: { user_id: from }, data: { user_id: to } });
  }
}
