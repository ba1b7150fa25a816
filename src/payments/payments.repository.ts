import { Injectable } from '@nestjs/common';
import { type payments, Prisma } from '../generated/prisma/client.js';
import type { payment_kind } from '../generated/prisma/enums.js';
import type { PaymentRow, SubscriptionRow } from '../generated/rows.js';
import { amount, type Units, units } from '../platform/values/amount.js';
import { Database, type Tx } from '../platform/database/database.js';
import { NotFound } from '../platform/errors.js';
import { newestFirst, olderThan } from '../platform/database/keyset.js';
import type { PageSlice } from '../platform/database/paging.js';
import { wire } from '../platform/values/wire.js';
import { rowId } from '../platform/database/row-id.js';

/** Identifies what is bought. */
export interface OpenOfferQuery {
  kind: payment_kind;
  package_code: string | null;
  tier: string | null;
  from_tier: string | null;
}

/** The primary key of a payment. */
export interface PaymentKey {
  id: string;
  user_id: string;
}

/** A page that closes within this time is not returned again. */
const CLOSING_MINUTES = 10;

/** Key under which lists over all accounts queue for the read pool. */
export const PAYMENTS_READER = 'payments';

const DISPUTED: Prisma.paymentsWhereInput = { dispute: { not: 'none' } };

/** All SQL on payments. Callers that write hold the account's lock. */
@Injectable()
export class PaymentsRepository {
  constructor(private readonly db: Database) {}

  /** Returns payments, newest first. */
  async list(user_id: string, slice: PageSlice): Promise<PaymentRow[]> {
    const query = { where: { user_id, ...olderThan(slice.after) }, ...newestFirst(slice) };
    const rows = await this.db.reads.run(user_id, (db) => db.payments.findMany(query));
    return rows.map(wire);
  }

  count(user_id: string): Promise<number> {
    return this.db.reads.run(user_id, (db) => db.payments.count({ where: { user_id } }));
  }

  async find({ id, user_id }: PaymentKey, tx: Tx | null = null): Promise<PaymentRow | null> {
    const row = await (tx ?? this.db.prisma).payments.findUnique({ where: { id_user_id: { id, user_id } } });
    return row && wire(row);
  }

  /** @throws NotFound */
  async get(key: PaymentKey, tx: Tx | null = null): Promise<PaymentRow> {
    const row = await this.find(key, tx);
    if (!row) throw new NotFound(`Payment ${key.id}`);
    return row;
  }

  /** Returns the payments held for review, oldest first. */
  async held(limit: number, offset: number): Promise<PaymentRow[]> {
    const query: Prisma.paymentsFindManyArgs = {
      where: { status: 'held' },
      orderBy: [{ created_at: 'asc' }, { id: 'asc' }],
      take: limit,
      skip: offset,
    };
    return (await this.db.reads.run(PAYMENTS_READER, (db) => db.payments.findMany(query))).map(wire);
  }

  countHeld(): Promise<number> {
    return this.db.reads.run(PAYMENTS_READER, (db) => db.payments.count({ where: { status: 'held' } }));
  }

  /** Returns the payments that are or were disputed, newest first. */
  async disputed(limit: number, offset: number): Promise<PaymentRow[]> {
    const query: Prisma.paymentsFindManyArgs = {
      where: DISPUTED,
      orderBy: [{ created_at: 'desc' }, { id: 'desc' }],
      take: limit,
      skip: offset,
    };
    return (await this.db.reads.run(PAYMENTS_READER, (db) => db.payments.findMany(query))).map(wire);
  }

  countDisputed(): Promise<number> {
    return this.db.reads.run(PAYMENTS_READER, (db) => db.payments.count({ where: DISPUTED }));
  }

  /** Finds a payment by its payment intent, invoice or id. Returns null if it is not known (yet). */
  async keyOf(by: { payment_intent_id: string } | { invoice_id: string } | { id: string }): Promise<PaymentKey | null> {
    return this.db.prisma.payments.findFirst({ where: by, select: { id: true, user_id: true } });
  }

  /** Returns the payment of an invoice, or null. */
  async ofInvoice(tx: Tx, user_id: string, invoice_id: string): Promise<PaymentRow | null> {
    const row = await tx.payments.findUnique({ where: { user_id_invoice_id: { user_id, invoice_id } } });
    return row && wire(row);
  }

  /** Returns whether a payment with this payment intent exists. */
  async isKnown(tx: Tx, user_id: string, payment_intent_id: string): Promise<boolean> {
    return (await tx.payments.findFirst({ where: { user_id, payment_intent_id }, select: { id: true } })) !== null;
  }

  /** Returns held payments for plan changes at the provider that are not known here yet. */
  async heldChanges(tx: Tx, { user_id, subscription_id }: SubscriptionRow): Promise<PaymentRow[]> {
    const where = {
      user_id,
      subscription_id,
      kind: 'upgrade',
      status: 'held',
      terms: { equals: Prisma.DbNull },
    } as const;
    return (await tx.payments.findMany({ where, orderBy: { id: 'asc' } })).map(wire);
  }

  /** Returns the newest earlier payment for a tier of the same subscription. */
  async planOf(tx: Tx, { user_id, id, subscription_id }: PaymentRow, tier: string): Promise<PaymentRow | null> {
    const where = { user_id, subscription_id, tier, status: 'paid', id: { lt: id } } as const;
    const row = await tx.payments.findFirst({ where, orderBy: { id: 'desc' } });
    return row && wire(row);
  }

  /** Returns the payments for plans with an open checkout page. */
  async openPlans(user_id: string): Promise<PaymentRow[]> {
    const rows = await this.db.prisma.payments.findMany({
      where: { user_id, status: 'open', kind: { in: ['plan', 'upgrade'] }, session_id: { not: null } },
    });
    return rows.map(wire);
  }

  /** Returns open payments whose page has expired, optionally of one user. */
  async stale(user_id: string | null, limit: number): Promise<PaymentRow[]> {
    const rows = await this.db.prisma.$queryRaw<payments[]>`
      SELECT * FROM payments
      WHERE status = 'open' AND expires_at <= clock_timestamp() AND (${user_id}::text IS NULL OR user_id = ${user_id})
      ORDER BY expires_at LIMIT ${limit}`;
    return rows.map(wire);
  }

  /** Returns an open payment for the same purchase at the same price whose page does not close soon, or null. */
  async findOpen(tx: Tx, user_id: string, wanted: OpenOfferQuery, price: Units): Promise<PaymentRow | null> {
    const [row] = await tx.$queryRaw<payments[]>`
      SELECT * FROM payments
      WHERE user_id = ${user_id} AND kind = ${wanted.kind}::payment_kind AND status = 'open'
        AND package_code IS NOT DISTINCT FROM ${wanted.package_code} AND tier IS NOT DISTINCT FROM ${wanted.tier}
        AND from_tier IS NOT DISTINCT FROM ${wanted.from_tier} AND amount + discount = ${amount(price)}::numeric
        AND expires_at > clock_timestamp() + ${CLOSING_MINUTES} * interval '1 minute'
      ORDER BY created_at DESC, id DESC LIMIT 1`;
    return row ? wire(row) : null;
  }

  async create(tx: Tx, data: Prisma.paymentsUncheckedCreateInput): Promise<PaymentRow> {
    return wire(await tx.payments.create({ data: { id: rowId(data.user_id), ...data } }));
  }

  async update(tx: Tx, { id, user_id }: PaymentKey, data: Prisma.paymentsUncheckedUpdateInput): Promise<PaymentRow> {
    const where = { id_user_id: { id, user_id } };
    return wire(await tx.payments.update({ where, data: { ...data, updated_at: new Date() } }));
  }

  /** Finds a payment by the account it was created for, even if that account has been moved since. */
  async findOrdered({ id, user_id }: PaymentKey): Promise<PaymentKey | null> {
    const [found] = await this.db.prisma.$queryRaw<PaymentKey[]>`
      WITH RECURSIVE heir AS (
        SELECT ${user_id}::text AS user_id
        UNION SELECT a.moved_to FROM user_credits a JOIN heir USING (user_id) WHERE a.moved_to IS NOT NULL)
      SELECT p.id, p.user_id FROM heir JOIN payments p ON p.user_id = heir.user_id AND p.id = ${id}::uuid`;
    return found ?? null;
  }

  /** Returns the money that top-ups of an account have charged, or can still charge, in this calendar month (UTC). */
  async toppedUp(user_id: string, tx: Tx | null = null): Promise<Units> {
    const [row] = await (tx ?? this.db.prisma).$queryRaw<{ spent: string }[]>`
      SELECT COALESCE(sum(amount), 0)::text AS spent FROM payments
      WHERE user_id = ${user_id} AND kind = 'top_up' AND status IN ('open', 'processing', 'paid', 'held')
        AND created_at >= date_trunc('month', clock_timestamp())`;
    return units(row?.spent ?? '0');
  }

  /** Returns the credits of a payment that expired unspent. */
  async expired(tx: Tx, { user_id, transaction_id }: PaymentRow): Promise<Units> {
    if (transaction_id === null) return 0n;
    const [row] = await tx.$queryRaw<{ expired: string }[]>`
      SELECT COALESCE(-sum(l.amount), 0)::text AS expired FROM credit_transactions l
      JOIN credit_grants g ON g.user_id = l.user_id AND g.id::text = l.metadata->>'grant_id'
      WHERE l.user_id IN (SELECT tollgate_accounts_of(${user_id})) AND l.transaction_type = 'adjustment' AND l.metadata->>'reason' = 'grant_expired'
        AND g.transaction_id = ${transaction_id}::uuid`;
    return units(row?.expired ?? '0');
  }
}
