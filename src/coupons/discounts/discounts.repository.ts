import { Injectable } from '@nestjs/common';
import type { account_discounts } from '../../generated/prisma/client.js';
import type { AccountDiscountRow, CouponCodeRow } from '../../generated/rows.js';
import { Database, type Tx } from '../../platform/database/database.js';
import { newestFirst, olderThan } from '../../platform/database/keyset.js';
import type { PageSlice } from '../../platform/database/paging.js';
import { wire } from '../../platform/values/wire.js';
import { EXPIRES_SOON } from '../../credits/grants/expires-soon.sql.js';
import { rowId } from '../../platform/database/row-id.js';

/** All SQL on discounts. Callers that write hold the account's lock. */
@Injectable()
export class DiscountsRepository {
  constructor(private readonly db: Database) {}

  /** Returns discounts, newest first. */
  async list(user_id: string, slice: PageSlice): Promise<AccountDiscountRow[]> {
    const query = { where: { user_id, ...olderThan(slice.after) }, ...newestFirst(slice) };
    const rows = await this.db.reads.run(user_id, (db) => db.account_discounts.findMany(query));
    return rows.map(wire);
  }

  count(user_id: string): Promise<number> {
    return this.db.reads.run(user_id, (db) => db.account_discounts.count({ where: { user_id } }));
  }

  /** Stores a coupon's value for the account's next payment. The discount expires with the coupon. */
  async create(tx: Tx, user_id: string, coupon: CouponCodeRow, created_at: Date): Promise<void> {
    const { code, coupon_type, value, expires_at } = coupon;
    await tx.account_discounts.create({
      data: { id: rowId(user_id, created_at), user_id, code, coupon_type, value, expires_at, created_at },
    });
  }

  /** Returns active accounts with an unused discount that expires soon, by id, behind `after`. */
  expiringAccounts(after: { user_id: string }, limit: number): Promise<{ user_id: string }[]> {
    return this.db.statement(
      'discounts_expiring_accounts',
      `SELECT DISTINCT user_id FROM account_discounts d
       WHERE used_at IS NULL AND ${EXPIRES_SOON} AND user_id > $1
         AND EXISTS (SELECT FROM user_credits a WHERE a.user_id = d.user_id AND a.status = 'active')
       ORDER BY user_id LIMIT $2`,
      [after.user_id, limit],
    );
  }

  /** Notes that the owner is told of unused discounts that expire soon, and returns them. */
  async markExpiring(tx: Tx, user_id: string): Promise<AccountDiscountRow[]> {
    const rows = await tx.$queryRawUnsafe<account_discounts[]>(
      `UPDATE account_discounts SET expiry_told_for = expires_at
       WHERE user_id = $1 AND used_at IS NULL AND ${EXPIRES_SOON} RETURNING *`,
      user_id,
    );
    return rows.map(wire);
  }

  /** Assigns a discount to a payment: the one that expires first, then the oldest. Returns null if there is none. */
  async take(tx: Tx, user_id: string, used_for: string, now: Date): Promise<AccountDiscountRow | null> {
    const [taken] = await tx.$queryRaw<account_discounts[]>`
      UPDATE account_discounts SET used_at = ${now}, used_for = ${used_for}
      WHERE user_id = ${user_id} AND used_at IS NULL AND id = (
        SELECT id FROM account_discounts
        WHERE user_id = ${user_id} AND used_at IS NULL AND (expires_at IS NULL OR expires_at > ${now})
        ORDER BY expires_at NULLS LAST, id LIMIT 1)
      RETURNING *`;
    return taken ? wire(taken) : null;
  }

  /** Makes the discount of a failed payment available again. */
  async giveBack(tx: Tx, user_id: string, used_for: string): Promise<void> {
    await tx.account_discounts.updateMany({
      where: { user_id, used_for },
      data: { used_at: null, used_for: null },
    });
  }
}
