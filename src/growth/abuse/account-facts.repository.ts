import { Injectable } from '@nestjs/common';
import { Prisma } from '../../generated/prisma/client.js';
import type { mail_class } from '../../generated/prisma/enums.js';
import type { GiftCheckRow } from '../../generated/rows.js';
import { Database, type Db, type Tx } from '../../platform/database/database.js';
import { wire } from '../../platform/values/wire.js';
import type { AccountFacts, Verdict } from './trial-factor.js';

type Compared = Pick<AccountFacts, 'mail_class' | 'is_known' | 'gifted' | 'recent'>;

type ComparedRow = AccountFacts['gifted'] & AccountFacts['recent'] & { known: number; mail_class: mail_class | null };

/** What other modules know about an account. */
export interface OtherFacts {
  has_paid: boolean;
  verified_email: string | null;
  /** The user's own key of OpenRouter, as it is stored. */
  encrypted_key: string | null;
}

/** All SQL on what is known about the account of a new user, and on what was decided about its gifts. */
@Injectable()
export class AccountFactsRepository {
  constructor(private readonly db: Database) {}

  /** Whether gifts are checked, and since when; null if nobody has set it. */
  settings(db: Db | Tx = this.db.prisma) {
    return db.gift_check_settings.findFirst();
  }

  /** Switches checks of gifts on or off. */
  setSettings(tx: Tx, is_on: boolean) {
    const changes = { is_on, updated_at: new Date() };
    return tx.gift_check_settings.upsert({ where: { id: true }, create: changes, update: changes });
  }

  /** Whether signals are compared: gifts are checked, or there are rewards for referrals. */
  async areSignalsCompared(): Promise<boolean> {
    const [row] = await this.db.prisma.$queryRaw<{ are_compared: boolean }[]>`
      SELECT EXISTS (SELECT FROM gift_check_settings WHERE is_on) OR EXISTS (SELECT FROM referral_programs) AS are_compared`;
    return row?.are_compared === true;
  }

  /** Returns what was decided about the gifts of an account; null if it was never checked. */
  async find(user_id: string, db: Db | Tx = this.db.prisma): Promise<GiftCheckRow | null> {
    const row = await db.gift_checks.findUnique({ where: { user_id } });
    return row && wire(row);
  }

  /** Returns what the tables of other modules say about an account. */
  async others(tx: Tx, user_id: string): Promise<OtherFacts> {
    const [row] = await tx.$queryRaw<OtherFacts[]>`
      SELECT EXISTS (SELECT FROM payments WHERE user_id = ${user_id} AND status = 'paid' AND paid_at IS NOT NULL
          AND amount > 0 AND refunded = 0 AND dispute IN ('none', 'won', 'prevented')) AS has_paid,
        (SELECT email FROM contacts WHERE user_id = ${user_id} AND verified_at IS NOT NULL) AS verified_email,
        (SELECT encrypted_key FROM openrouter_accounts WHERE user_id = ${user_id}) AS encrypted_key`;
    return row as OtherFacts;
  }

  /** Compares the signals of an account with those of others. Gifts of accounts that were erased since count, too. */
  async compared(tx: Tx, user_id: string): Promise<Compared> {
    const [row] = await tx.$queryRaw<ComparedRow[]>`
      WITH mine AS (SELECT * FROM abuse_signals WHERE user_id = ${user_id}),
      shared AS (
        SELECT m.kind, count(DISTINCT o.user_id) AS n FROM mine m JOIN abuse_signals o USING (kind, digest)
        WHERE m.kind IN ('email', 'device', 'card', 'own_key') AND o.user_id <> ${user_id}
          -- an address that somebody else only claimed is no reason against its owner
          AND (m.kind <> 'email' OR o.is_verified OR NOT m.is_verified)
          AND EXISTS (SELECT FROM welcome_gifts g WHERE g.user_id = o.user_id AND g.given > 0)
        GROUP BY m.kind),
      recent AS (
        SELECT m.kind, count(DISTINCT o.user_id) AS n FROM mine m JOIN abuse_signals o USING (kind, digest)
        WHERE m.kind IN ('address_block', 'email_domain') AND o.user_id <> ${user_id}
          AND o.seen_at BETWEEN m.seen_at - interval '1 day' AND m.seen_at
        GROUP BY m.kind)
      SELECT (SELECT count(*)::int FROM mine) AS known,
        (SELECT mail_class FROM mine WHERE mail_class IS NOT NULL ORDER BY mail_class LIMIT 1) AS mail_class,
        ${countOf('shared', 'email')} AS email, ${countOf('shared', 'device')} AS device,
        ${countOf('shared', 'card')} AS card, ${countOf('shared', 'own_key')} AS own_key,
        ${countOf('recent', 'address_block')} AS address_block, ${countOf('recent', 'email_domain')} AS email_domain`;
    const { known, mail_class, address_block, email_domain, ...gifted } = row as ComparedRow;
    return { is_known: known > 0, mail_class, gifted, recent: { address_block, email_domain } };
  }

  /** Stores a verdict. What was decided for good keeps its time and its administrator. */
  async save(tx: Tx, user_id: string, { trial_factor, state, reasons }: Verdict): Promise<void> {
    const isForGood = state === 'cleared' || state === 'confirmed';
    await tx.$executeRaw`
      INSERT INTO gift_checks AS c (user_id, trial_factor, state, reasons, decided_at, checked_at)
      VALUES (${user_id}, ${trial_factor}::numeric, ${state}::gift_review_state, ${reasons},
        CASE WHEN ${isForGood} THEN now() END, clock_timestamp())
      ON CONFLICT (user_id) DO UPDATE SET trial_factor = excluded.trial_factor, state = excluded.state,
        reasons = excluded.reasons, decided_at = COALESCE(c.decided_at, excluded.decided_at),
        checked_at = excluded.checked_at`;
  }

  /** Stores the decision of an administrator. */
  async decide(tx: Tx, user_id: string, decision: Verdict, decided_by: string): Promise<void> {
    const changes = { ...decision, decided_by, decided_at: new Date(), checked_at: new Date() };
    await tx.gift_checks.upsert({ where: { user_id }, create: { user_id, ...changes }, update: changes });
  }

  /** Returns checked accounts in a state, those that were checked last first. */
  async list(state: GiftCheckRow['state'], { limit, offset }: { limit: number; offset: number }) {
    const rows = await this.db.prisma.gift_checks.findMany({
      where: { state },
      orderBy: [{ checked_at: 'desc' }, { user_id: 'asc' }],
      take: limit,
      skip: offset,
    });
    return rows.map(wire);
  }
}

const countOf = (from: 'shared' | 'recent', kind: string): Prisma.Sql =>
  Prisma.sql`COALESCE((SELECT n::int FROM ${Prisma.raw(from)} WHERE kind = ${kind}::signal_kind), 0)`;
