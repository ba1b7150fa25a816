import { Injectable } from '@nestjs/common';
import { Prisma } from '../../generated/prisma/client.js';
import type { account_status, referral_state } from '../../generated/prisma/enums.js';
import type { ReferralProgramRow, ReferralRow } from '../../generated/rows.js';
import { Database, type Db, type Tx } from '../../platform/database/database.js';
import { newestFirst, olderThan } from '../../platform/database/keyset.js';
import type { PageSlice } from '../../platform/database/paging.js';
import { rowId } from '../../platform/database/row-id.js';
import { NotFound } from '../../platform/errors.js';
import { units } from '../../platform/values/amount.js';
import { json, wire } from '../../platform/values/wire.js';
import { type ReferralFacts, TAKE_BACK_DAYS } from './referral.js';

/** Filter of referrals. */
export interface ReferralsFilter {
  state?: referral_state | undefined;
  referrer_id?: string | undefined;
}

/** Sums of the referrals of a user who invites. */
export interface ReferralSums {
  /** Users who redeemed the code and were not refused. */
  invited: number;
  /** Credits of rewards that were given and not taken back. */
  earned: string;
  /** Credits of rewards that wait. */
  pending: string;
}

/** A row of the facts, with amounts as text. */
interface FactsRow extends Pick<ReferralFacts, 'is_under_review' | 'rewards' | 'recent_rewards'> {
  paid: string;
  settled: string;
  referrer_status: account_status;
}

/** What the invited user of `r` has paid, USD, less refunds and disputes. */
const paid = (condition = Prisma.sql`true`) => Prisma.sql`
  COALESCE((SELECT sum(GREATEST(p.amount - p.refunded - p.disputed, 0)) FROM payments p
    WHERE p.user_id = r.user_id AND p.status = 'paid' AND p.currency = 'usd' AND ${condition}), 0)`;

/** The part of it that counts for the program `g`. */
const settled = paid(Prisma.sql`p.paid_at <= now() - make_interval(days => g.refund_days) AND p.dispute <> 'inquiry'`);

/** All SQL on referrals. What users paid is read from the payments. */
@Injectable()
export class ReferralsRepository {
  constructor(private readonly db: Database) {}

  /** Returns the user whose code it is; null for an unknown code. */
  async ownerOf(code: string): Promise<string | null> {
    const row = await this.db.prisma.referral_codes.findUnique({ where: { code } });
    return row?.user_id ?? null;
  }

  /** Returns the first code of a user; null if there is none. */
  async codeOf(user_id: string, db: Db | Tx = this.db.prisma): Promise<string | null> {
    const row = await db.referral_codes.findFirst({ where: { user_id }, orderBy: { created_at: 'asc' } });
    return row?.code ?? null;
  }

  async addCode(tx: Tx, user_id: string, code: string): Promise<void> {
    await tx.referral_codes.create({ data: { user_id, code } });
  }

  /** Returns when an account was opened. @throws NotFound */
  async openedAt(user_id: string, db: Db | Tx = this.db.prisma): Promise<Date> {
    const row = await db.user_credits.findUnique({ where: { user_id }, select: { created_at: true } });
    if (!row) throw new NotFound(`Account ${user_id}`);
    return row.created_at;
  }

  /** Returns the referral of a user who redeemed a code; null if the user redeemed none. */
  async find(user_id: string, db: Db | Tx = this.db.prisma): Promise<ReferralRow | null> {
    const row = await db.referrals.findUnique({ where: { user_id } });
    return row && wire(row);
  }

  /** @throws NotFound */
  async get(id: string): Promise<ReferralRow> {
    const row = await this.db.prisma.referrals.findFirst({ where: { id } });
    if (!row) throw new NotFound(`Referral ${id}`);
    return wire(row);
  }

  async create(tx: Tx, user_id: string, referrer_id: string, program: ReferralProgramRow): Promise<ReferralRow> {
    const { reward, referred_credits, min_paid } = program;
    const data = { id: rowId(user_id), user_id, referrer_id, reward, referred_credits, min_paid };
    return wire(await tx.referrals.create({ data }));
  }

  async update(tx: Tx, user_id: string, data: Prisma.referralsUncheckedUpdateInput): Promise<ReferralRow> {
    return wire(await tx.referrals.update({ where: { user_id }, data }));
  }

  async list(filter: ReferralsFilter, slice: PageSlice): Promise<ReferralRow[]> {
    const query = { where: { ...where(filter), ...olderThan(slice.after) }, ...newestFirst(slice) };
    return (await this.db.prisma.referrals.findMany(query)).map(wire);
  }

  count(filter: ReferralsFilter): Promise<number> {
    return this.db.prisma.referrals.count({ where: where(filter) });
  }

  /** Sums the referrals of a user who invites. */
  async sums(referrer_id: string): Promise<ReferralSums> {
    const [row] = await this.db.prisma.$queryRaw<ReferralSums[]>`
      SELECT count(*) FILTER (WHERE state <> 'refused')::int AS invited,
        COALESCE(sum(reward) FILTER (WHERE state = 'rewarded'), 0)::numeric(20,10)::text AS earned,
        COALESCE(sum(reward) FILTER (WHERE state = 'pending'), 0)::numeric(20,10)::text AS pending
      FROM referrals WHERE referrer_id = ${referrer_id}`;
    return row ?? { invited: 0, earned: '0', pending: '0' };
  }

  /** Whether the user is among those through whom the referrer was invited, directly or through others. */
  async isAbove(tx: Tx, user_id: string, referrer_id: string): Promise<boolean> {
    const [row] = await tx.$queryRaw<{ found: boolean }[]>`
      WITH RECURSIVE above (id) AS (
        SELECT ${referrer_id}::text UNION SELECT r.referrer_id FROM referrals r JOIN above ON r.user_id = above.id)
      SELECT EXISTS (SELECT FROM above WHERE id = ${user_id}) AS found`;
    return row?.found === true;
  }

  /**
   * Returns what is known about a referral; null if there is none. The caller holds the locks of both accounts, which
   * payments and their refunds are written under.
   */
  async facts(tx: Tx, user_id: string): Promise<ReferralFacts | null> {
    const referral = await this.find(user_id, tx);
    const [row] = await tx.$queryRaw<FactsRow[]>`
      SELECT ${paid()}::text AS paid, ${settled}::text AS settled, a.status::text AS referrer_status,
        EXISTS (SELECT FROM gift_checks c WHERE c.user_id = r.referrer_id AND c.state IN ('open', 'confirmed'))
          AS is_under_review,
        (SELECT count(*) FROM referrals o WHERE o.referrer_id = r.referrer_id AND o.rewarded_at IS NOT NULL)::int
          AS rewards,
        (SELECT count(*) FROM referrals o WHERE o.referrer_id = r.referrer_id
          AND o.rewarded_at > now() - interval '30 days')::int AS recent_rewards
      FROM referrals r JOIN user_credits a ON a.user_id = r.referrer_id LEFT JOIN referral_programs g ON true
      WHERE r.user_id = ${user_id}`;
    if (!referral || !row) return null;
    const shared = await this.shared(tx, referral);
    return { ...row, referral, shared, paid: units(row.paid), settled: units(row.settled) };
  }

  /**
   * Returns the kinds of signals that speak for one person: those that the user shares with the referrer, and all but the
   * address that the user shares with others whom the referrer invited. The domain of an e-mail address says nothing.
   */
  async shared(tx: Tx, { user_id, referrer_id }: Pick<ReferralRow, 'user_id' | 'referrer_id'>): Promise<string[]> {
    const rows = await tx.$queryRaw<{ kind: string }[]>`
      SELECT DISTINCT own.kind::text AS kind FROM abuse_signals own JOIN abuse_signals other USING (kind, digest)
      WHERE own.user_id = ${user_id} AND other.user_id <> own.user_id AND own.kind <> 'email_domain'
        AND (other.user_id = ${referrer_id} OR own.kind <> 'address_block' AND EXISTS (
          SELECT FROM referrals r WHERE r.user_id = other.user_id AND r.referrer_id = ${referrer_id}))
      ORDER BY 1`;
    return rows.map(({ kind }) => kind);
  }

  /**
   * Returns the next users after `after`, by id, about whose referral there may be something to decide: enough was paid, or
   * too little of the payments remains. With `referrer_id`, only those whom this user invited.
   */
  async due(after: string, limit: number, referrer_id?: string): Promise<string[]> {
    const own = referrer_id === undefined ? Prisma.sql`true` : Prisma.sql`r.referrer_id = ${referrer_id}`;
    const rows = await this.db.prisma.$queryRaw<{ user_id: string }[]>`
      SELECT r.user_id FROM referrals r JOIN referral_programs g ON true
      WHERE r.state = 'pending' AND r.user_id > ${after} AND ${own} AND ${settled} >= r.min_paid
      UNION ALL
      SELECT r.user_id FROM referrals r
      WHERE r.state = 'rewarded' AND r.rewarded_at > now() - make_interval(days => ${TAKE_BACK_DAYS}) AND r.user_id > ${after}
        AND ${own} AND (${paid()} < r.min_paid OR r.user_id = r.referrer_id)
      ORDER BY user_id LIMIT ${limit}`;
    return rows.map(({ user_id }) => user_id);
  }

  /**
   * Moves codes and referrals to the account that another one is merged into. One person counts once: if both redeemed a
   * code, the target's referral stays.
   * @param lines the lines of moved grants, before and after
   */
  async transfer(tx: Tx, from: string, to: string, lines: readonly { before: string; after: string }[]): Promise<void> {
    const moved = (column: Prisma.Sql) => Prisma.sql`COALESCE((
      SELECT line.after FROM jsonb_to_recordset(${json(lines)}::jsonb) AS line (before uuid, after uuid)
      WHERE line.before = ${column} LIMIT 1), ${column})`;
    await tx.referral_codes.updateMany({ where: { user_id: from }, data: { user_id: to } });
    await tx.$executeRaw`
      UPDATE referrals SET referrer_id = ${to}, transaction_id = ${moved(Prisma.sql`transaction_id`)}
      WHERE referrer_id = ${from}`;
    await tx.$executeRaw`
      UPDATE referrals SET user_id = ${to}, referred_transaction_id = ${moved(Prisma.sql`referred_transaction_id`)}
      WHERE user_id = ${from} AND NOT EXISTS (SELECT FROM referrals WHERE user_id = ${to})`;
    await tx.$executeRaw`
      UPDATE referrals SET state = 'refused', reason = 'same_person', closed_at = now()
      WHERE state = 'pending' AND (user_id = ${from} OR user_id = ${to} AND referrer_id = ${to})`;
  }
}

const where = ({ state, referrer_id }: ReferralsFilter): Prisma.referralsWhereInput => ({
  ...(state !== undefined && { state }),
  ...(referrer_id !== undefined && { referrer_id }),
});
