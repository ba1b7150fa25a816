import { Injectable } from '@nestjs/common';
import { writeEvents } from '../../events/event-log.js';
import type { credit_grants } from '../../generated/prisma/client.js';
import { Database, type Tx } from '../../platform/database/database.js';
import { wire } from '../../platform/values/wire.js';
import { EXPIRES_SOON } from './expires-soon.sql.js';

/** Grants whose owner is to be told; credits of a plan are renewed when they expire. */
const TO_TELL = `remaining > 0 AND source <> 'plan'::grant_source AND ${EXPIRES_SOON}`;

/** All SQL on grants that are about to expire. */
@Injectable()
export class ExpiringGrantsRepository {
  constructor(private readonly db: Database) {}

  /** Returns active accounts with such a grant, by id, behind `after`. Charges can have burned its credits since. */
  accounts(after: { user_id: string }, limit: number): Promise<{ user_id: string }[]> {
    return this.db.statement(
      'grants_expiring_accounts',
      `SELECT DISTINCT user_id FROM credit_grants g
       WHERE ${TO_TELL} AND user_id > $1
         AND EXISTS (SELECT FROM user_credits a WHERE a.user_id = g.user_id AND a.status = 'active')
       ORDER BY user_id LIMIT $2`,
      [after.user_id, limit],
    );
  }

  /** Writes the events about the grants of a locked account to which all charges are attributed. */
  async tell(tx: Tx, user_id: string): Promise<void> {
    const told = await tx.$queryRawUnsafe<credit_grants[]>(
      `UPDATE credit_grants SET expiry_told_for = expires_at WHERE user_id = $1 AND ${TO_TELL} RETURNING *`,
      user_id,
    );
    await writeEvents(
      tx,
      told.map((grant) => ({ user_id, type: 'credits.expiring', object: wire(grant) })),
    );
  }
}
