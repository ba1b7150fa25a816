import { Injectable } from '@nestjs/common';
import type { CreditHoldRow } from '../../generated/rows.js';
import { Database } from '../../platform/database/database.js';

/** The primary key of a hold. */
type HoldName = Pick<CreditHoldRow, 'id' | 'user_id'>;

const CLOCK = 'clock_timestamp()';
const IN = (seconds: string): string => `${CLOCK} + ${seconds} * interval '1 second'`;
/** Asynchronous commit: visible to others immediately, and losing it is harmless. */
const SOON = "set_config('synchronous_commit', 'off', true)";
// SKIP LOCKED: a locked hold is already being resolved or updated
const RENEW = `
  UPDATE credit_holds SET lease_until = ${IN('$3::int')}
  WHERE (id, user_id) IN (
    SELECT h.id, h.user_id
    FROM unnest($1::uuid[], $2::text[]) AS kept (id, user_id) JOIN credit_holds h USING (id, user_id)
    WHERE h.lease_until IS NOT NULL FOR UPDATE OF h SKIP LOCKED
  )`;
const TAKE_OVER = `
  UPDATE credit_holds SET lease_until = ${IN('$1::int')}
  WHERE (id, user_id) IN (
    SELECT id, user_id FROM credit_holds WHERE lease_until < ${CLOCK}
    ORDER BY lease_until LIMIT $2 FOR UPDATE SKIP LOCKED
  )
  RETURNING *`;

/**
 * The SQL on the leases of holds. A lease records the progress of the work behind a hold and expires unless the working
 * process renews it, so that any instance can finish the work after a crash. No money rule reads these columns, so no
 * lock on the account is needed. Capturing or releasing a hold ends its lease in the same write.
 */
@Injectable()
export class LeasesRepository {
  constructor(private readonly db: Database) {}

  /** Stores the id that the provider gave to the work of a hold. */
  async identify({ id, user_id }: HoldName, work_id: string): Promise<void> {
    const text = `UPDATE credit_holds SET work_id = $3 FROM ${SOON} WHERE id = $1 AND user_id = $2`;
    await this.db.statement('lease_identify', text, [id, user_id, work_id]);
  }

  /** Renews the leases of open holds for `lease_s` seconds from now. */
  async renew(holds: readonly HoldName[], lease_s: number): Promise<void> {
    if (holds.length === 0) return;
    const names = [holds.map(({ id }) => id), holds.map(({ user_id }) => user_id)];
    await this.db.statement('lease_keep', RENEW, [...names, lease_s]);
  }

  /** Lets another process take over the work in `lease_s` seconds, and stores its progress. */
  async handOver({ id, user_id }: HoldName, lease_s: number, work_progress: object | null): Promise<void> {
    const text = `
      UPDATE credit_holds SET lease_until = ${IN('$3::int')}, work_progress = $4::jsonb
      WHERE id = $1 AND user_id = $2 AND lease_until IS NOT NULL`;
    await this.db.statement('lease_leave', text, [
      id,
      user_id,
      lease_s,
      work_progress && JSON.stringify(work_progress),
    ]);
  }

  /** Takes over holds whose lease has expired. Each is returned to only one caller. */
  takeOver(lease_s: number, limit: number): Promise<CreditHoldRow[]> {
    return this.db.statement<CreditHoldRow>('lease_take_over', TAKE_OVER, [lease_s, limit]);
  }

  /** Deletes the stored progress of finished work. */
  async forget({ id, user_id }: HoldName): Promise<void> {
    const text = `
      UPDATE credit_holds SET work_progress = NULL FROM ${SOON}
      WHERE id = $1 AND user_id = $2 AND lease_until IS NULL AND work_progress IS NOT NULL`;
    await this.db.statement('lease_forget', text, [id, user_id]);
  }

  /** Ends the lease of a hold whose work is finished but which could no longer be captured or released. */
  async end({ id, user_id }: HoldName): Promise<void> {
    const text = `UPDATE credit_holds SET lease_until = NULL FROM ${SOON} WHERE id = $1 AND user_id = $2`;
    await this.db.statement('lease_end', text, [id, user_id]);
  }
}
