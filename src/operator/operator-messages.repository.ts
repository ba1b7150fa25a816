import { Injectable } from '@nestjs/common';
import type { OperatorMessageRow } from '../generated/rows.js';
import { Database, type Db, type Tx } from '../platform/database/database.js';

const TEXT_MAX = 2_000;

/** All SQL on messages to the operator's chat. */
@Injectable()
export class OperatorMessagesRepository {
  constructor(private readonly db: Database) {}

  /** Stores a message, unless there is one with the cause. */
  async create(db: Db | Tx, cause: string, text: string): Promise<void> {
    await db.$executeRaw`
      INSERT INTO operator_messages (cause, text) VALUES (${cause}, ${text.slice(0, TEXT_MAX)}) ON CONFLICT (cause) DO NOTHING`;
  }

  /** Takes messages that are due, oldest first, for `lease_s`; see the outbox of mails. */
  claim(limit: number, lease_s: number): Promise<OperatorMessageRow[]> {
    return this.db.statement<OperatorMessageRow>(
      'operator_messages_claim',
      `UPDATE operator_messages SET attempts = attempts + 1, next_try_at = now() + make_interval(secs => $2)
       WHERE id IN (
         SELECT id FROM operator_messages WHERE state = 'queued' AND next_try_at <= now()
         ORDER BY next_try_at LIMIT $1 FOR UPDATE SKIP LOCKED)
       RETURNING *`,
      [limit, lease_s],
    );
  }

  async markSent(id: string): Promise<void> {
    await this.db.prisma.operator_messages.update({ where: { id }, data: { state: 'sent', error: null } });
  }

  /** Notes that a try failed. `wait_s` is the time until the next one; null if there is none. */
  async markFailed(id: string, error: string, wait_s: number | null): Promise<void> {
    await this.db.prisma.$executeRaw`
      UPDATE operator_messages SET error = left(${error}, 500),
        state = ${wait_s === null ? 'failed' : 'queued'}::message_state,
        next_try_at = now() + make_interval(secs => ${wait_s ?? 0}::float8)
      WHERE id = ${id}::uuid AND state = 'queued'`;
  }

  /** Deletes messages that are older than 30 days. @returns how many */
  deleteOld(): Promise<number> {
    return this.db.prisma.$executeRaw`DELETE FROM operator_messages WHERE created_at < now() - interval '30 days'`;
  }
}
