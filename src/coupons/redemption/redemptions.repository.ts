import { Injectable } from '@nestjs/common';
import { Prisma } from '../../generated/prisma/client.js';
import type { CouponCodeRow, CouponRedemptionRow } from '../../generated/rows.js';
import { Database, type Tx } from '../../platform/database/database.js';
import type { PageSlice } from '../../platform/database/paging.js';
import { ATTEMPTS_WINDOW_MS } from '../../platform/attempt-limit.js';
import { wire } from '../../platform/values/wire.js';
import { rowId } from '../../platform/database/row-id.js';
import type { Redeemer } from './coupon-refusal.js';
import { COUPONS_READER } from '../coupons.repository.js';
import { COUPON_RATE_LIMIT } from './coupon-rate-limit.js';

/** A coupon's redemptions on one day. */
export interface RedemptionDay {
  /** A UTC day, such as 2027-01-31. */
  date: string;
  used_count: number;
  credits_awarded: string;
}

/** A redeemed coupon: its terms, and what it gave. */
export type RedeemedCoupon = Pick<CouponCodeRow, 'code' | 'coupon_type' | 'value' | 'description'> &
  Pick<CouponRedemptionRow, 'credits_awarded' | 'redeemed_at'>;

/** The position of a redemption in the list of a user. */
export type RedemptionPosition = Pick<CouponRedemptionRow, 'redeemed_at' | 'code'>;

/** A redemption imported from another system. */
export type PastRedemption = Pick<CouponRedemptionRow, 'user_id' | 'code' | 'credits_awarded' | 'redeemed_at'>;

/** All SQL on coupon redemptions and redemption attempts. */
@Injectable()
export class RedemptionsRepository {
  constructor(private readonly db: Database) {}

  /** Returns the facts about a user that the coupon's conditions need. The caller holds the account's lock. */
  async redeemer(tx: Tx, user_id: string, coupon: CouponCodeRow): Promise<Redeemer> {
    const [row] = await tx.$queryRaw<Redeemer[]>`
      SELECT tier, created_at AS opened_at,
        EXISTS (SELECT FROM coupon_redemptions WHERE user_id = ${user_id} AND code = ${coupon.code}) AS has_redeemed,
        ${coupon.first_purchase_only} AND EXISTS (
          SELECT FROM credit_transactions
          WHERE user_id IN (SELECT tollgate_accounts_of(${user_id})) AND transaction_type = 'purchase'
            AND metadata->>'reason' IS DISTINCT FROM 'initial_allocation') AS has_purchased
      FROM user_credits WHERE user_id = ${user_id}`;
    if (!row) throw new Error(`account ${user_id} does not exist despite its lock`);
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
   * Records an imported redemption. Returns false if it is already recorded. It grants no credits, because they are
   * part of the imported balance.
   */
  async addPast(tx: Tx, { user_id, code, credits_awarded, redeemed_at }: PastRedemption): Promise<boolean> {
    const nothing = { credits_awarded: '0', credits_added: '0', new_balance: '0' };
    const data = { user_id, code, ...nothing, redeemed_at, metadata: { import: { credits_awarded } } };
    const { count } = await tx.coupon_redemptions.createMany({ data, skipDuplicates: true });
    return count === 1;
  }

  /** Returns the coupons that a user has redeemed, newest first. */
  async list(user_id: string, { take, skip, after }: PageSlice<RedemptionPosition>): Promise<RedeemedCoupon[]> {
    const behind = after ? Prisma.sql`(redeemed_at, code) < (${after.redeemed_at}, ${after.code})` : Prisma.sql`true`;
    return this.db.reads.run(
      user_id,
      (db) => db.$queryRaw<RedeemedCoupon[]>`
      SELECT code, coupon_type::text, value::text, description, credits_awarded::text, redeemed_at
      FROM coupon_redemptions JOIN coupon_codes USING (code)
      WHERE user_id = ${user_id} AND ${behind}
      ORDER BY redeemed_at DESC, code DESC LIMIT ${take} OFFSET ${skip}`,
    );
  }

  count(user_id: string): Promise<number> {
    return this.db.reads.run(user_id, (db) => db.coupon_redemptions.count({ where: { user_id } }));
  }

  /** Returns whether a user has redeemed a code. */
  async has(user_id: string, code: string): Promise<boolean> {
    return (await this.db.prisma.coupon_redemptions.count({ where: { user_id, code } })) > 0;
  }

  /** Moves redemptions, attempts and discounts to the account that another one is merged into. */
  async transfer(tx: Tx, from: string, to: string): Promise<void> {
    await tx.$executeRaw`
      UPDATE coupon_redemptions SET user_id = ${to} WHERE user_id = ${from}
        AND code NOT IN (SELECT code FROM coupon_redemptions WHERE user_id = ${to})`;
    await tx.$executeRaw`
      UPDATE account_discounts SET user_id = ${to} WHERE user_id = ${from}
        AND code NOT IN (SELECT code FROM account_discounts WHERE user_id = ${to})`;
    await tx.coupon_attempts.updateMany({ where: { user_id: from }, data: { user_id: to } });
  }

  /** Returns the redemptions of a code by UTC day, oldest first. */
  async byDay(code: string): Promise<RedemptionDay[]> {
    return this.db.reads.run(
      COUPONS_READER,
      (db) => db.$queryRaw<RedemptionDay[]>`
      SELECT to_char(redeemed_at, 'YYYY-MM-DD') AS date, count(*)::int AS used_count,
        sum(credits_awarded)::numeric(20,10)::text AS credits_awarded
      FROM coupon_redemptions WHERE code = ${code} GROUP BY 1 ORDER BY 1`,
    );
  }

  /** Returns the times of a user's latest attempts in the hour before `now`. The caller holds the account's lock. */
  async attempts(tx: Tx, user_id: string, now: Date): Promise<Date[]> {
    const since = new Date(now.getTime() - ATTEMPTS_WINDOW_MS);
    const rows = await tx.coupon_attempts.findMany({
      where: { user_id, attempted_at: { gt: since } },
      orderBy: { attempted_at: 'desc' },
      take: COUPON_RATE_LIMIT.quota,
    });
    return rows.map(({ attempted_at }) => attempted_at);
  }

  /** Records an attempt and deletes those outside the window. */
  async addAttempt(tx: Tx, user_id: string, now: Date): Promise<void> {
    const attempted_at = { lte: new Date(now.getTime() - ATTEMPTS_WINDOW_MS) };
    await tx.coupon_attempts.deleteMany({ where: { user_id, attempted_at } });
    await tx.coupon_attempts.create({ data: { id: rowId(user_id, now), user_id, attempted_at: now } });
  }
}
