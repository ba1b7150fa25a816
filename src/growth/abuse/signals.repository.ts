import { Injectable } from '@nestjs/common';
import { Database, type Tx } from '../../platform/database/database.js';
import type { Signal } from './signals.js';

/** All SQL on signals. */
@Injectable()
export class SignalsRepository {
  constructor(private readonly db: Database) {}

  /**
   * Stores signals of an account. One that is known stays as old as it is; an address can become verified. Accounts with
   * a signal in common are served one after the other until their transactions end, so that of two that come at once
   * one sees the other.
   */
  async record(tx: Tx, user_id: string, signals: readonly Signal[]): Promise<void> {
    const digests = signals.map(({ digest }) => digest);
    await lockSignals(tx, user_id, digests);
    await tx.$executeRaw`
      INSERT INTO abuse_signals AS s (kind, digest, user_id, is_verified, mail_class, seen_at)
      SELECT kind, digest, ${user_id}, is_verified, mail_class, clock_timestamp()
      FROM unnest(${signals.map(({ kind }) => kind)}::signal_kind[], ${digests}::text[],
        ${signals.map(({ is_verified }) => is_verified)}::boolean[],
        ${signals.map(({ mail_class }) => mail_class)}::mail_class[]) AS given (kind, digest, is_verified, mail_class)
      ON CONFLICT (kind, digest, user_id) DO UPDATE SET is_verified = true
      WHERE excluded.is_verified AND NOT s.is_verified`;
  }

  /** Deletes signals that were first seen before. @returns how many */
  async forget(before: Date): Promise<number> {
    return (await this.db.prisma.abuse_signals.deleteMany({ where: { seen_at: { lt: before } } })).count;
  }
}

/**
 * Locks given digests and those of the account that speak for one person, in order. Blocks and domains are only locked
 * while they are stored: they are counted in the order in which they were seen.
 */
const lockSignals = (tx: Tx, user_id: string, digests: string[]): Promise<number> => tx.$executeRaw`
  SELECT pg_advisory_xact_lock(key) FROM (
    SELECT DISTINCT hashtextextended('abuse_signals ' || digest, 0) AS key
    FROM (SELECT unnest(${digests}::text[]) UNION SELECT digest FROM abuse_signals WHERE user_id = ${user_id}
      AND kind NOT IN ('address_block', 'email_domain')) AS d (digest)
    ORDER BY key) AS keys`;
