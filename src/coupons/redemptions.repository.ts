import { Injectable } from '@nestjs/common';
import type { Prisma } from '../generated/prisma/client.js';
import type { CouponCodeRow, CouponRedemptionRow } from '../generated/rows.js';
import { Database, type Tx } from '../platform/database.js';
import { TRIES_WINDOW_MS } from '../platform/try-limit.js';
import { wire } from '../platform/wire.js';
import { rowId } from '../platform/row-id.js';
import type { Redeemer } from './coupon-refusal.js';
import { COUPONS_READER } from './coupons.repository.js';
import { COUPON_TRIES } from './coupon-tries.js';

/** What one day's redemptions of a coupon came to. */
export interface RedemptionDay {
  /** A day of UTC, such as 2027-01-31. */
  date: string;
  used_count: number;
  credits_awarded: string;
}

/** A redemption in the system that an account comes from. */
export type PastRedemption = Pick<CouponRedemptionRow, 'user_id' | 'code' | 'credits_awarded' | 'redeemed_at'>;

/** All SQL on redemptions of coupons, and on the tries at them. */
@Injectable()
export class RedemptionsRepository {
  constructor(private readonly db: Database) {}

  /** What the conditions of the coupon ask about a user whose account is locked. */
  async redeemer(tx: Tx, user_id: string, coupon: CouponCodeRow): Promise<Redeemer> {
    const [row] = await tx.$queryRaw<Redeemer[]>`
      SELECT tier, created_at AS opened_at,
        EXISTS (SELECT FROM coupon_redemptions WHERE user_id = ${user_id} AND code = ${coupon.code}) AS has_redeemed,
        ${coupon.first_purchase_only} AND EXISTS (
          SELECT FROM credit_transactions
          WHERE user_id IN (SELECT tollgate_accounts_of(${user_id})) AND transaction_type = 'purchase'
            AND metadata->>'reason' IS DISTINCT FROM 'initial_allocation') AS has_purchased
      FROM user_credits WHERE user_id = ${user_id}`;
    if (!row) throw new Error(`account ${user_id} vanished under its lock`);
    return row;
  }

  async find(tx: Tx, user_id: string, code: string): Promise<CouponRedemptionRow | null> {
    const row = await tx.coupon_redemptions.findUnique({ where: { user_id_code: { user_id, code } } });
    return row && wire(row);
  }

  async create(tx: Tx, redemption: CouponRedemptionRow): Promise<void> {
    const metadata = redemption.metadata as Prisma.InputJsonObject;
    await tx.coupon_redemptions.create({ data: { ...redemption, metadata } });
  }

  /**
   * Notes a redemption of another system; false when it is noted. Here it gave nothing: its credits are in the balance
   * that came over.
   */
  async addPast(tx: Tx, { user_id, code, credits_awarded, redeemed_at }: PastRedemption): Promise<boolean> {
    const nothing = { credits_awarded: '0', credits_added: '0', new_balance: '0' };
    const data = { user_id, code, ...nothing, redeemed_at, metadata: { import: { credits_awarded } } };
    const { count } = await tx.coupon_redemptions.createMany({ data, skipDuplicates: true });
    return count === 1;
  }

  /** Whether a user redeemed a code. */
  async has(user_id: string, code: string): Promise<boolean> {
    return (await this.db.prisma.coupon_redemptions.count({ where: { user_id, code } })) > 0;
  }

  /** What was redeemed counts for the account that takes over another one; so do the tries, and discounts that wait. */
  async handOver(tx: Tx, from: string, to: string): Promise<void> {
    await tx.$executeRaw`
      UPDATE coupon_redemptions SET user_id = ${to} WHERE user_id = ${from}
        AND code NOT IN (SELECT code FROM coupon_redemptions WHERE user_id = ${to})`;
    await tx.$executeRaw`
      UPDATE account_discounts SET user_id = ${to} WHERE user_id = ${from}
        AND code NOT IN (SELECT code FROM account_discounts WHERE user_id = ${to})`;
    await tx.coupon_attempts.updateMany({ where: { user_id: from }, data: { user_id: to } });
  }

  /** Redemptions of a code by day of UTC, oldest first. */
  async byDay(code: string): Promise<RedemptionDay[]> {
    return this.db.reads.run(
      COUPONS_READER,
      (db) => db.$queryRaw<RedemptionDay[]>`
      SELECT to_char(redeemed_at, 'YYYY-MM-DD') AS date, count(*)::int AS used_count,
        sum(credits_awarded)::numeric(20,10)::text AS credits_awarded
      FROM coupon_redemptions WHERE code = ${code} GROUP BY 1 ORDER BY 1`,
    );
  }

  /** When a user whose account is locked made the newest tries of the hour before `now`. */
  async tries(tx: Tx, user_id: string, now: Date): Promise<Date[]> {
    const since = new Date(now.getTime() - TRIES_WINDOW_MS);
    const rows = await tx.coupon_attempts.findMany({
      where: { user_id, attempted_at: { gt: since } },
      orderBy: { attempted_at: 'desc' },
      take: COUPON_TRIES.quota,
    });
    return rows.map(({ attempted_at }) => attempted_at);
  }

  /** Notes a try, and forgets those that count no more. */
  async addTry(tx: Tx, user_id: string, now: Date): Promise<void> {
    const attempted_at = { lte: new Date(now.getTime() - TRIES_WINDOW_MS) };
    await tx.coupon_attempts.deleteMany({ where: { user_id, attempted_at } });
    await tx.coupon_attempts.create({ data: { id: rowId(user_id, now), user_id, attempted_at: now } });
  }
}
