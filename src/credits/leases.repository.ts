import { Injectable } from '@nestjs/common';
import type { CreditHoldRow } from '../generated/rows.js';
import { Database } from '../platform/database.js';

/** What names a hold. */
type HoldName = Pick<CreditHoldRow, 'id' | 'user_id'>;

const CLOCK = 'clock_timestamp()';
const IN = (seconds: string): string => `${CLOCK} + ${seconds} * interval '1 second'`;
/** Not waited for until it is on the disk: others see it at once all the same. */
const SOON = "set_config('synchronous_commit', 'off', true)";
// what somebody has locked is being ended, or noted: it does not need to be kept, and nobody waits for another
const KEEP = `
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
 * All SQL on the leases of holds: what is known of the work that they are for, and who keeps it, so that any instance
 * can end what another one began. Money does not depend on it: nobody needs the account's lock for it. Whatever
 * captures or releases a hold ends its lease in the same write.
 */
@Injectable()
export class LeasesRepository {
  constructor(private readonly db: Database) {}

  /** Writes down under which id the work of a hold is known where it is done. */
  async identify({ id, user_id }: HoldName, work_id: string): Promise<void> {
    const text = `UPDATE credit_holds SET work_id = $3 FROM ${SOON} WHERE id = $1 AND user_id = $2`;
    await this.db.statement('lease_identify', text, [id, user_id, work_id]);
  }

  /** Keeps work that is still open from being taken over for so many seconds from now. */
  async keep(holds: readonly HoldName[], lease_s: number): Promise<void> {
    if (holds.length === 0) return;
    const names = [holds.map(({ id }) => id), holds.map(({ user_id }) => user_id)];
    await this.db.statement('lease_keep', KEEP, [...names, lease_s]);
  }

  /** Leaves work to whoever takes it over in so many seconds, with what is known of it. */
  async leave({ id, user_id }: HoldName, lease_s: number, work_progress: object | null): Promise<void> {
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

  /** Takes over the holds of work that nobody keeps any more, each for one caller of this method alone. */
  takeOver(lease_s: number, limit: number): Promise<CreditHoldRow[]> {
    return this.db.statement<CreditHoldRow>('lease_take_over', TAKE_OVER, [lease_s, limit]);
  }

  /** Drops what was known of work that is over. */
  async forget({ id, user_id }: HoldName): Promise<void> {
    const text = `
      UPDATE credit_holds SET work_progress = NULL FROM ${SOON}
      WHERE id = $1 AND user_id = $2 AND lease_until IS NULL AND work_progress IS NOT NULL`;
    await this.db.statement('lease_forget', text, [id, user_id]);
  }

  /** The work of a hold is over, although the hold itself was not there any more to be captured or released. */
  async end({ id, user_id }: HoldName): Promise<void> {
    const text = `UPDATE credit_holds SET lease_until = NULL FROM ${SOON} WHERE id = $1 AND user_id = $2`;
    await this.db.statement('lease_end', text, [id, user_id]);
  }
}
