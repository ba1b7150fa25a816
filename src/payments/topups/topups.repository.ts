import { Injectable } from '@nestjs/common';
import type { auto_topups } from '../../generated/prisma/client.js';
import { writeEvents } from '../../events/event-log.js';
import type { AutoTopupRow, PaymentRow } from '../../generated/rows.js';
import { Database, type Tx } from '../../platform/database/database.js';
import { wire } from '../../platform/values/wire.js';

/** The settings that a user can change. */
export type TopupTerms = Pick<AutoTopupRow, 'threshold' | 'package_code' | 'monthly_limit'>;

/** Minutes between a declined card and the next attempt. */
const REST_MINUTES = 60;
/** Minutes between attempts of a payment whose outcome is not known yet. */
const LEASE_MINUTES = 2;

/** All SQL on automatic top-ups. Callers that write hold the account's lock. */
@Injectable()
export class TopupsRepository {
  constructor(private readonly db: Database) {}

  async find(user_id: string, tx: Tx | null = null): Promise<AutoTopupRow | null> {
    const row = await (tx ?? this.db.prisma).auto_topups.findUnique({ where: { user_id } });
    return row && wire(row);
  }

  /** Stores the settings and resumes stopped top-ups. A payment in flight remains the only one. */
  async set(tx: Tx, user_id: string, terms: TopupTerms): Promise<void> {
    const fresh = { ...terms, state: 'on', declines: 0, detail: null } as const;
    const changed = { ...fresh, next_try_at: new Date(), updated_at: new Date() };
    await tx.auto_topups.upsert({ where: { user_id }, create: { user_id, ...fresh }, update: changed });
  }

  /** Deletes the settings. @returns whether there were any */
  async delete(tx: Tx, user_id: string): Promise<boolean> {
    return (await tx.auto_topups.deleteMany({ where: { user_id } })).count > 0;
  }

  /**
   * Returns the accounts that need a step: a payment in flight to resume, or a balance below the threshold. Reads the
   * partial index of active top-ups, so accounts without one cost nothing.
   */
  async due(limit: number): Promise<string[]> {
    const rows = await this.db.statement<{ user_id: string }>(
      'topups_due',
      `SELECT t.user_id FROM auto_topups t JOIN user_credits a USING (user_id)
       WHERE t.state = 'on' AND t.next_try_at <= clock_timestamp()
         AND (t.payment_id IS NOT NULL OR (a.status = 'active' AND a.balance - a.held - a.debt < t.threshold
           AND NOT EXISTS (SELECT FROM api_keys k
             WHERE k.user_id = t.user_id AND k.braked_model IS NOT NULL AND k.revoked_at IS NULL)))
       ORDER BY t.next_try_at LIMIT $1`,
      [limit],
    );
    return rows.map((row) => row.user_id);
  }

  /** Marks a payment as in flight and leases it to this process. */
  async launched(tx: Tx, user_id: string, payment_id: string): Promise<void> {
    await tx.$executeRaw`
      UPDATE auto_topups SET payment_id = ${payment_id}::uuid, detail = NULL, updated_at = clock_timestamp(),
        next_try_at = clock_timestamp() + ${LEASE_MINUTES} * interval '1 minute'
      WHERE user_id = ${user_id}`;
  }

  /** Marks the payment in flight as waiting for its payer. Nothing else is bought until it ends. */
  async waits(tx: Tx, { user_id, id, expires_at }: PaymentRow, detail: string): Promise<void> {
    await tx.$executeRaw`
      UPDATE auto_topups SET detail = ${detail}, next_try_at = ${expires_at}, updated_at = clock_timestamp()
      WHERE user_id = ${user_id} AND payment_id = ${id}::uuid`;
  }

  /** Pauses top-ups for {@link REST_MINUTES}, for the reason in `detail`. */
  async rest(tx: Tx, user_id: string, detail: string): Promise<void> {
    await tx.$executeRaw`
      UPDATE auto_topups SET detail = ${detail}, updated_at = clock_timestamp(),
        next_try_at = clock_timestamp() + ${REST_MINUTES} * interval '1 minute'
      WHERE user_id = ${user_id}`;
  }

  /** Records that the payment in flight arrived. */
  async landed(tx: Tx, { user_id, id }: PaymentRow, detail: string | null): Promise<void> {
    await tx.$executeRaw`
      UPDATE auto_topups SET payment_id = NULL, declines = 0, detail = ${detail}, updated_at = clock_timestamp(),
        next_try_at = clock_timestamp()
      WHERE user_id = ${user_id} AND payment_id = ${id}::uuid`;
  }

  /** Records a declined card. After `most` consecutive declines, top-ups stop. */
  async declined(
    tx: Tx,
    { user_id, id }: PaymentRow,
    most: number,
    detail: string,
  ): Promise<Pick<AutoTopupRow, 'state' | 'declines'>> {
    const [row] = await tx.$queryRaw<auto_topups[]>`
      UPDATE auto_topups SET payment_id = NULL, declines = declines + 1, detail = left(${detail}, 500),
        state = CASE WHEN declines + 1 >= ${most} THEN 'stopped' ELSE state END::topup_state,
        next_try_at = clock_timestamp() + ${REST_MINUTES} * interval '1 minute', updated_at = clock_timestamp()
      WHERE user_id = ${user_id} AND payment_id = ${id}::uuid
      RETURNING *`;
    if (row?.state === 'stopped') await writeEvents(tx, [{ user_id, type: 'topup.stopped', object: wire(row) }]);
    return row ?? { state: 'on', declines: 0 };
  }
}
