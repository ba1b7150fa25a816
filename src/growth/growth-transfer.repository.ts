import { Injectable } from '@nestjs/common';
import { Prisma } from '../generated/prisma/client.js';
import type { Tx } from '../platform/database/database.js';
import { ReferralsRepository } from './referrals/referrals.repository.js';

/** Tables with one row per user and key: the columns of the key. */
const TABLES = {
  welcomes: [],
  openings: [],
  gift_checks: [],
  welcome_gifts: ['on'],
  experiment_assignments: ['experiment'],
  abuse_signals: ['kind', 'digest'],
} as const;

/** Moves what is known of a new user to the account that another one is merged into. */
@Injectable()
export class GrowthTransfer {
  constructor(private readonly referrals: ReferralsRepository) {}

  /**
   * Moves the rows of one account to another. One person counts once: rows that the target has stay; credits that both got
   * for a step are added up, so that nothing is given twice; the signals of the merged account are no longer those of
   * somebody else. Initial credits are not added up, because those of the merged account lapse.
   * @param lines the ledger lines of moved grants, before and after
   */
  async transfer(tx: Tx, from: string, to: string, lines: readonly { before: string; after: string }[]): Promise<void> {
    await this.referrals.transfer(tx, from, to, lines);
    await tx.$executeRaw`
      UPDATE welcome_gifts AS t SET given = LEAST(t.credits, t.given + f.given),
        transaction_id = COALESCE(t.transaction_id, f.transaction_id)
      FROM welcome_gifts AS f WHERE t.user_id = ${to} AND f.user_id = ${from} AND f.on = t.on AND f.on <> 'initial_credits'`;
    for (const [table, key] of Object.entries(TABLES)) await this.moveRows(tx, { table, key, from, to });
    await tx.abuse_signals.deleteMany({ where: { user_id: from } });
  }

  private async moveRows(
    tx: Tx,
    { table, key, from, to }: { table: string; key: readonly string[]; from: string; to: string },
  ): Promise<void> {
    const name = Prisma.raw(table);
    const same = Prisma.raw(key.map((column) => ` AND t."${column}" = f."${column}"`).join(''));
    await tx.$executeRaw`
      UPDATE ${name} AS f SET user_id = ${to}
      WHERE f.user_id = ${from} AND NOT EXISTS (SELECT FROM ${name} AS t WHERE t.user_id = ${to}${same})`;
  }
}
