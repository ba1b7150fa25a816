import { Injectable } from '@nestjs/common';
import type { signal_kind } from '../../generated/prisma/enums.js';
import { Database, type Db, type Tx } from '../../platform/database/database.js';
import type { Signal } from './signals.js';

/** All SQL on signals. */
@Injectable()
export class SignalsRepository {
  constructor(private readonly db: Database) {}

  /** Stores signals of an account. One that is known stays as old as it is; an address can become verified. */
  async record(user_id: string, signals: readonly Signal[], db: Db | Tx = this.db.prisma): Promise<void> {
    if (signals.length === 0) return;
    await db.$executeRaw`
      INSERT INTO abuse_signals AS s (kind, digest, user_id, is_verified, mail_class)
      SELECT kind, digest, ${user_id}, is_verified, mail_class
      FROM unnest(${signals.map(({ kind }) => kind)}::signal_kind[], ${signals.map(({ digest }) => digest)}::text[],
        ${signals.map(({ is_verified }) => is_verified)}::boolean[],
        ${signals.map(({ mail_class }) => mail_class)}::mail_class[]) AS given (kind, digest, is_verified, mail_class)
      ON CONFLICT (kind, digest, user_id) DO UPDATE SET is_verified = true
      WHERE excluded.is_verified AND NOT s.is_verified`;
  }

  /** Returns the kinds of signals that two accounts have in common. */
  async shared(first_id: string, second_id: string, db: Db | Tx = this.db.prisma): Promise<signal_kind[]> {
    const rows = await db.$queryRaw<{ kind: signal_kind }[]>`
      SELECT DISTINCT a.kind FROM abuse_signals a JOIN abuse_signals b USING (kind, digest)
      WHERE a.user_id = ${first_id} AND b.user_id = ${second_id} ORDER BY a.kind`;
    return rows.map(({ kind }) => kind);
  }

  /** Deletes signals that were first seen before. @returns how many */
  async forget(before: Date): Promise<number> {
    return (await this.db.prisma.abuse_signals.deleteMany({ where: { seen_at: { lt: before } } })).count;
  }
}
