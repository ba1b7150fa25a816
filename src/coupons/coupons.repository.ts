import { Injectable } from '@nestjs/common';
import { Prisma, type coupon_codes } from '../generated/prisma/client.js';
import type { CouponCodeRow } from '../generated/rows.js';
import { Database, type Db, type Tx } from '../platform/database/database.js';
import { olderThanSql } from '../platform/database/keyset.js';
import type { PageSlice } from '../platform/database/paging.js';
import { wire } from '../platform/values/wire.js';
import { errorOf, NOT_FOUND } from './redemption/coupon-refusal.js';

/** The terms shared by new coupons. */
export type NewCoupons = Pick<
  CouponCodeRow,
  | 'coupon_type'
  | 'value'
  | 'description'
  | 'max_uses'
  | 'expires_at'
  | 'tiers'
  | 'first_purchase_only'
  | 'new_accounts_only'
  | 'created_by'
> & { valid_from: Date | null };

/** Key under which lists and statistics of coupons queue for the read pool. */
export const COUPONS_READER = 'coupons';

/** All SQL on coupons. */
@Injectable()
export class CouponsRepository {
  constructor(private readonly db: Database) {}

  /** Creates a coupon for each code that does not exist yet, in order. A null `valid_from` means now. */
  async createAll(tx: Tx, codes: string[], terms: NewCoupons): Promise<CouponCodeRow[]> {
    const { coupon_type, value, description, max_uses, valid_from, expires_at, tiers } = terms;
    const rows = await tx.$queryRaw<coupon_codes[]>`
      INSERT INTO coupon_codes (id, code, coupon_type, value, description, max_uses, valid_from, expires_at, tiers,
        first_purchase_only, new_accounts_only, created_by)
      SELECT tollgate_uuid7(clock_timestamp(), n::int), code, ${coupon_type}::coupon_type, ${value}::numeric,
        ${description}, ${max_uses}::int, COALESCE(${valid_from}::timestamptz, CURRENT_TIMESTAMP),
        ${expires_at}::timestamptz, ${tiers}::text[], ${terms.first_purchase_only}, ${terms.new_accounts_only},
        ${terms.created_by}
      FROM unnest(${codes}::text[]) WITH ORDINALITY AS made (code, n) ORDER BY n
      ON CONFLICT (code) DO NOTHING
      RETURNING *`;
    return rows.map(wire);
  }

  async find(code: string, db: Db | Tx = this.db.prisma): Promise<CouponCodeRow | null> {
    const row = await db.coupon_codes.findUnique({ where: { code } });
    return row && wire(row);
  }

  /** @throws DomainError `not_found` */
  async get(code: string): Promise<CouponCodeRow> {
    const coupon = await this.find(code);
    if (!coupon) throw errorOf(NOT_FOUND);
    return coupon;
  }

  /** Returns coupons, newest first. */
  async list(active_only: boolean, { take, skip, after }: PageSlice): Promise<CouponCodeRow[]> {
    const page = Prisma.sql`
      SELECT * FROM ${couponsOf(active_only)} WHERE ${olderThanSql(after)}
      ORDER BY created_at DESC, id DESC LIMIT ${take} OFFSET ${skip}`;
    const rows = await this.db.reads.run(COUPONS_READER, (db) => db.$queryRaw<coupon_codes[]>(page));
    return rows.map(wire);
  }

  async count(active_only: boolean): Promise<number> {
    const counted = Prisma.sql`SELECT count(*)::int AS total FROM ${couponsOf(active_only)}`;
    const [row] = await this.db.reads.run(COUPONS_READER, (db) => db.$queryRaw<{ total: number }[]>(counted));
    return row?.total ?? 0;
  }

  /**
   * Takes one use of a coupon that is valid at `now`. Returns false if no use is left or the coupon is not valid. The
   * guarded update is safe under concurrency. The row stays locked until the transaction ends, so always lock accounts
   * before coupons.
   */
  async claim(tx: Tx, code: string, now: Date): Promise<boolean> {
    const claimed = await tx.$executeRaw`
      UPDATE coupon_codes SET used_count = used_count + 1, updated_at = ${now}
      WHERE code = ${code} AND is_active AND valid_from <= ${now} AND (expires_at IS NULL OR expires_at > ${now})
        AND (max_uses IS NULL OR used_count < max_uses)`;
    return claimed === 1;
  }

  /** Sets the use count and the state of an imported coupon. */
  async setUses(tx: Tx, code: string, used_count: number, is_active: boolean): Promise<void> {
    await tx.coupon_codes.update({ where: { code }, data: { used_count, is_active } });
  }

  /** @throws DomainError `not_found` */
  async deactivate(tx: Tx, code: string): Promise<void> {
    const found = await tx.$executeRaw`
      UPDATE coupon_codes SET is_active = false, updated_at = clock_timestamp() WHERE code = ${code}`;
    if (found === 0) throw errorOf(NOT_FOUND);
  }
}

const couponsOf = (active_only: boolean): Prisma.Sql =>
  active_only ? Prisma.sql`active_coupons` : Prisma.sql`coupon_codes`;
