import { Injectable } from '@nestjs/common';
import type { WelcomeGiftRow } from '../../generated/rows.js';
import { Database, type Db, type Tx } from '../../platform/database/database.js';
import { wire } from '../../platform/values/wire.js';

/** All SQL on gifts. */
@Injectable()
export class GiftsRepository {
  constructor(private readonly db: Database) {}

  /** Notes a gift. @throws a unique violation if it was decided before */
  async note(tx: Tx, gift: Omit<WelcomeGiftRow, 'given_at'>): Promise<void> {
    await tx.welcome_gifts.create({ data: gift });
  }

  /** Notes that more of a gift was given. */
  async raise(tx: Tx, { user_id, on, given, transaction_id }: WelcomeGiftRow): Promise<void> {
    await tx.welcome_gifts.update({ where: { user_id_on: { user_id, on } }, data: { given, transaction_id } });
  }

  /** Returns the gifts of an account of which something was withheld. */
  async withheld(user_id: string, db: Db | Tx = this.db.prisma): Promise<WelcomeGiftRow[]> {
    const gifts = await db.welcome_gifts.findMany({ where: { user_id }, orderBy: { on: 'asc' } });
    return gifts.filter(({ given, credits }) => given.lt(credits)).map(wire);
  }

  /** Returns the sum of the credits that were withheld from each of the accounts. */
  async sums(user_ids: readonly string[]): Promise<Map<string, string>> {
    const rows = await this.db.prisma.$queryRaw<{ user_id: string; withheld: string }[]>`
      SELECT user_id, sum(credits - given)::text AS withheld FROM welcome_gifts
      WHERE user_id = ANY (${user_ids}::text[]) GROUP BY user_id`;
    return new Map(rows.map(({ user_id, withheld }) => [user_id, withheld]));
  }

  /**
   * Returns the next users after `after`, by id, from whom something was withheld and who verified an address or paid
   * since they were checked.
   */
  async changed(after: string, limit: number): Promise<string[]> {
    const rows = await this.db.prisma.$queryRaw<{ user_id: string }[]>`
      SELECT DISTINCT g.user_id FROM welcome_gifts g JOIN gift_checks c USING (user_id)
      WHERE g.given < g.credits AND g.user_id > ${after} AND (
        -- a transaction can commit a while after the time that it noted
        EXISTS (SELECT FROM contacts o WHERE o.user_id = g.user_id AND o.verified_at > c.checked_at - interval '1 minute')
        OR EXISTS (SELECT FROM payments p WHERE p.user_id = g.user_id AND p.status = 'paid'
          AND p.updated_at > c.checked_at - interval '1 minute'))
      ORDER BY g.user_id LIMIT ${limit}`;
    return rows.map(({ user_id }) => user_id);
  }
}
