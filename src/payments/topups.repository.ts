import { Injectable } from '@nestjs/common';
import type { auto_topups } from '../generated/prisma/client.js';
import type { AutoTopupRow, PaymentRow } from '../generated/rows.js';
import { Database, type Tx } from '../platform/database.js';
import { wire } from '../platform/wire.js';

/** What a user may set. */
export type TopupTerms = Pick<AutoTopupRow, 'threshold' | 'package_code' | 'monthly_limit'>;

/** Between a declined card and the next try. */
const REST_MINUTES = 60;
/** Between the tries of one payment whose outcome is not known yet. */
const LEASE_MINUTES = 2;

/** All SQL on automatic top-ups. Whoever writes one holds the lock of its account. */
@Injectable()
export class TopupsRepository {
  constructor(private readonly db: Database) {}

  async find(user_id: string, tx: Tx | null = null): Promise<AutoTopupRow | null> {
    const row = await (tx ?? this.db.prisma).auto_topups.findUnique({ where: { user_id } });
    return row && wire(row);
  }

  /** Sets the terms. What stopped goes on; a payment in flight stays the only one. */
  async set(tx: Tx, user_id: string, terms: TopupTerms): Promise<void> {
    const fresh = { ...terms, state: 'on', declines: 0, detail: null } as const;
    const changed = { ...fresh, next_try_at: new Date(), updated_at: new Date() };
    await tx.auto_topups.upsert({ where: { user_id }, create: { user_id, ...fresh }, update: changed });
  }

  /** @returns whether there was something to delete */
  async delete(tx: Tx, user_id: string): Promise<boolean> {
    return (await tx.auto_topups.deleteMany({ where: { user_id } })).count > 0;
  }

  /**
   * Accounts whose next step is due: a payment in flight to look after, or a balance below the threshold. Off the index
   * of those that are on, so that accounts without a top-up cost nothing.
   */
  async due(limit: number): Promise<string[]> {
    const rows = await this.db.statement<{ user_id: string }>(
      'topups_due',
      `SELECT t.user_id FROM auto_topups t JOIN user_credits a USING (user_id)
       WHERE t.state = 'on' AND t.next_try_at <= clock_timestamp()
         AND (t.payment_id IS NOT NULL OR (a.status = 'active' AND a.balance - a.held - a.debt < t.threshold))
       ORDER BY t.next_try_at LIMIT $1`,
      [limit],
    );
    return rows.map((row) => row.user_id);
  }

  /** A payment is in flight from now on; nobody else looks after it for a while. */
  async launched(tx: Tx, user_id: string, payment_id: string): Promise<void> {
    await tx.$executeRaw`
      UPDATE auto_topups SET payment_id = ${payment_id}::uuid, detail = NULL, updated_at = clock_timestamp(),
        next_try_at = clock_timestamp() + ${LEASE_MINUTES} * interval '1 minute'
      WHERE user_id = ${user_id}`;
  }

  /** The payment in flight waits for its payer: nothing else is bought until it ends. */
  async waits(tx: Tx, { user_id, id, expires_at }: PaymentRow, detail: string): Promise<void> {
    await tx.$executeRaw`
      UPDATE auto_topups SET detail = ${detail}, next_try_at = ${expires_at}, updated_at = clock_timestamp()
      WHERE user_id = ${user_id} AND payment_id = ${id}::uuid`;
  }

  /** Nothing is bought for a while, and why. */
  async rest(tx: Tx, user_id: string, detail: string): Promise<void> {
    await tx.$executeRaw`
      UPDATE auto_topups SET detail = ${detail}, updated_at = clock_timestamp(),
        next_try_at = clock_timestamp() + ${REST_MINUTES} * interval '1 minute'
      WHERE user_id = ${user_id}`;
  }

  /** The payment in flight arrived. */
  async landed(tx: Tx, { user_id, id }: PaymentRow, detail: string | null): Promise<void> {
    await tx.$executeRaw`
      UPDATE auto_topups SET payment_id = NULL, declines = 0, detail = ${detail}, updated_at = clock_timestamp(),
        next_try_at = clock_timestamp()
      WHERE user_id = ${user_id} AND payment_id = ${id}::uuid`;
  }

  /** The card was declined: after `most` times in a row nothing is bought any more. */
  async declined(
    tx: Tx,
    { user_id, id }: PaymentRow,
    most: number,
    detail: string,
  ): Promise<Pick<AutoTopupRow, 'state' | 'declines'>> {
    const [row] = await tx.$queryRaw<Pick<auto_topups, 'state' | 'declines'>[]>`
      UPDATE auto_topups SET payment_id = NULL, declines = declines + 1, detail = left(${detail}, 500),
        state = CASE WHEN declines + 1 >= ${most} THEN 'stopped' ELSE state END::topup_state,
        next_try_at = clock_timestamp() + ${REST_MINUTES} * interval '1 minute', updated_at = clock_timestamp()
      WHERE user_id = ${user_id} AND payment_id = ${id}::uuid
      RETURNING state, declines`;
    return row ?? { state: 'on', declines: 0 };
  }
}
