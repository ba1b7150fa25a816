import { Injectable } from '@nestjs/common';
import type { PaymentDisputeRow, PaymentRefundRow } from '../../generated/rows.js';
import { Database, type Db, type Tx } from '../../platform/database/database.js';
import { wire } from '../../platform/values/wire.js';
import type { PaymentKey } from '../payments.repository.js';

/** Id of migrated disputes that were stored without one. The first reported dispute replaces such a row. */
const UNNAMED = 'unnamed';

/** All SQL on refunds and disputes. Callers that write hold the account's lock. */
@Injectable()
export class RefundsRepository {
  constructor(private readonly db: Database) {}

  /** Returns the refunds of a payment in the order they were reported. */
  async refunds({ user_id, id: payment_id }: PaymentKey, db: Db | Tx = this.db.prisma): Promise<PaymentRefundRow[]> {
    const orderBy = [{ created_at: 'asc' }, { refund_id: 'asc' }] as const;
    return (await db.payment_refunds.findMany({ where: { user_id, payment_id }, orderBy: [...orderBy] })).map(wire);
  }

  /** Returns the disputes of a payment in the order they were reported. */
  async disputes({ user_id, id: payment_id }: PaymentKey, db: Db | Tx = this.db.prisma): Promise<PaymentDisputeRow[]> {
    const orderBy = [{ created_at: 'asc' }, { dispute_id: 'asc' }] as const;
    return (await db.payment_disputes.findMany({ where: { user_id, payment_id }, orderBy: [...orderBy] })).map(wire);
  }

  async storeRefund(tx: Tx, row: Omit<PaymentRefundRow, 'created_at' | 'updated_at'>): Promise<void> {
    const { user_id, payment_id, refund_id, status } = row;
    const where = { user_id_payment_id_refund_id: { user_id, payment_id, refund_id } };
    await tx.payment_refunds.upsert({ where, create: row, update: { status, updated_at: new Date() } });
  }

  async storeDispute(tx: Tx, row: Omit<PaymentDisputeRow, 'created_at' | 'updated_at'>): Promise<void> {
    const { user_id, payment_id, dispute_id, status, amount, currency, told_at } = row;
    await tx.payment_disputes.deleteMany({ where: { user_id, payment_id, dispute_id: UNNAMED } });
    const where = { user_id_payment_id_dispute_id: { user_id, payment_id, dispute_id } };
    const update = { status, amount, currency, told_at, updated_at: new Date() };
    await tx.payment_disputes.upsert({ where, create: row, update });
  }
}
