import { Injectable } from '@nestjs/common';
import { Prisma, type credit_transactions } from '../../generated/prisma/client.js';
import type { transaction_type } from '../../generated/prisma/enums.js';
import type { CreditTransactionRow } from '../../generated/rows.js';
import type { Units } from '../../platform/values/amount.js';
import { Database, type Tx } from '../../platform/database/database.js';
import { NotFound } from '../../platform/errors.js';
import { firstIdAt } from '../../platform/database/row-id.js';
import type { PageSlice } from '../../platform/database/paging.js';
import { NIL_UUID } from '../../platform/database/uuid.js';
import { unitsOf, wire } from '../../platform/values/wire.js';

/** The ledger lines to return. `date_from` is inclusive, `date_to` exclusive. */
export interface LedgerFilter {
  user_id: string;
  transaction_type?: transaction_type | undefined;
  service?: string | undefined;
  model?: string | undefined;
  search?: string | undefined;
  api_key_id?: string | undefined;
  member_id?: string | undefined;
  tag?: string | undefined;
  date_from?: Date | undefined;
  date_to?: Date | undefined;
  /** Bounds of the signed amount, both inclusive; decimal text. */
  amount_min?: string | undefined;
  amount_max?: string | undefined;
}

const EXPORT_PAGE = 1_000;

const MINUTE_MS = 60_000;

/** The SQL that reads the ledger. */
@Injectable()
export class LedgerRepository {
  constructor(private readonly db: Database) {}

  /** @throws NotFound when the account has no such line */
  async get(user_id: string, id: string, tx: Tx | null = null): Promise<CreditTransactionRow> {
    const row = await (tx ?? this.db.prisma).credit_transactions.findUnique({ where: { id_user_id: { id, user_id } } });
    if (!row) throw new NotFound(`Transaction ${id}`);
    return wire(row);
  }

  /** Returns the given lines of an account. */
  async findAll(tx: Tx, user_ids: readonly string[], ids: string[]): Promise<CreditTransactionRow[]> {
    if (ids.length === 0) return [];
    return (await tx.credit_transactions.findMany({ where: { user_id: { in: [...user_ids] }, id: { in: ids } } })).map(
      wire,
    );
  }

  /** Returns the id of the line that booked a transfer at about the given time. @throws NotFound */
  async findTransfer(tx: Tx, user_id: string, transfer_id: string, at: Date): Promise<string> {
    const [from, to] = [-MINUTE_MS, MINUTE_MS].map((ms) => firstIdAt(new Date(at.getTime() + ms)));
    const [row] = await tx.$queryRaw<{ id: string }[]>`
      SELECT id FROM credit_transactions
      WHERE user_id = ${user_id} AND id >= ${from}::uuid AND id < ${to}::uuid AND metadata->>'transfer_id' = ${transfer_id}`;
    if (!row) throw new NotFound(`Transfer ${transfer_id}`);
    return row.id;
  }

  /** Whether the account has the line of an imported row. */
  async hasTakenOver(tx: Tx, user_id: string, import_id: string): Promise<boolean> {
    const [row] = await tx.$queryRaw<{ has: boolean }[]>`
      SELECT EXISTS (SELECT FROM credit_transactions
        WHERE user_id = ${user_id} AND metadata->>'import_id' = ${import_id}) AS has`;
    return row?.has === true;
  }

  /** Returns lines, newest first: the ids of an account increase in the order of booking. */
  async list(filter: LedgerFilter, { take, skip, after }: PageSlice): Promise<CreditTransactionRow[]> {
    const page = Prisma.sql`
      SELECT * FROM credit_transactions WHERE ${where(filter)} AND ${after ? Prisma.sql`id < ${after.id}::uuid` : Prisma.sql`true`}
      ORDER BY id DESC LIMIT ${take} OFFSET ${skip}`;
    if (isQuick(filter, skip)) {
      return (await this.db.prisma.$queryRaw<credit_transactions[]>(page)).map(wire);
    }
    return this.db.reads.query<CreditTransactionRow>(filter.user_id, page.text, page.values);
  }

  /** Yields all lines in pages, oldest first. No connection is held while the reader processes a page. */
  async *pages(filter: LedgerFilter): AsyncGenerator<CreditTransactionRow[]> {
    let after = NIL_UUID;
    for (;;) {
      const { text, values } = Prisma.sql`
        SELECT * FROM credit_transactions
        WHERE ${where(filter)} AND id > ${after}::uuid
        ORDER BY id LIMIT ${EXPORT_PAGE}`;
      const is_patient = after !== NIL_UUID;
      const rows = await this.db.reads.query<CreditTransactionRow>(filter.user_id, text, values, { is_patient });
      yield rows;
      const last = rows.at(-1);
      if (last === undefined || rows.length < EXPORT_PAGE) return;
      after = last.id;
    }
  }

  async count(filter: LedgerFilter): Promise<number> {
    const { text, values } = Prisma.sql`SELECT count(*) AS total FROM credit_transactions WHERE ${where(filter)}`;
    const [row] = await this.db.reads.query<{ total: string }>(filter.user_id, text, values);
    return Number(row?.total ?? 0);
  }

  /** Returns the refunds of a line, oldest first. */
  async refundsOf(user_id: string, id: string, tx: Tx | null = null): Promise<CreditTransactionRow[]> {
    const rows = await (tx ?? this.db.prisma).credit_transactions.findMany({
      where: { user_id, refund_of: id },
      orderBy: { id: 'asc' },
    });
    return rows.map(wire);
  }

  /**
   * Returns the credits of each charge that can still be refunded: its final cost, since re-rating can have lowered it,
   * minus earlier refunds.
   */
  async refundable(user_id: string, ids: readonly string[], tx: Tx | null = null): Promise<Map<string, Units>> {
    if (ids.length === 0) return new Map();
    const rows = await (tx ?? this.db.prisma).$queryRaw<{ id: string; left: Prisma.Decimal }[]>`
      SELECT l.id, GREATEST(0, LEAST(-l.amount, e.total_cost) - COALESCE((
        SELECT sum(r.amount) FROM credit_transactions r WHERE r.user_id = l.user_id AND r.refund_of = l.id), 0)) AS left
      FROM credit_transactions l LEFT JOIN usage_events e ON e.user_id = l.user_id AND e.id = l.id
      WHERE l.user_id = ${user_id} AND l.id = ANY (${ids}::uuid[]) AND l.transaction_type = 'usage'`;
    return new Map(rows.map(({ id, left }) => [id, unitsOf(left)]));
  }
}

/** The largest offset of a quick page. */
const QUICK_OFFSET = 1_000;

/** Filters that no index serves, or, as that of keys, only if the statement is planned for their value. */
const SLOW_FILTERS = [
  ...(['transaction_type', 'service', 'model', 'search', 'amount_min', 'amount_max'] as const),
  ...(['api_key_id', 'member_id', 'tag'] as const),
] as const;

/** Whether an index yields the page quickly, regardless of the length of the ledger. */
const isQuick = (filter: LedgerFilter, offset: number): boolean =>
  offset <= QUICK_OFFSET && SLOW_FILTERS.every((name) => filter[name] === undefined);

function where(filter: LedgerFilter): Prisma.Sql {
  const conditions = [Prisma.sql`user_id = ${filter.user_id}`];
  if (filter.transaction_type)
    conditions.push(Prisma.sql`transaction_type = ${filter.transaction_type}::transaction_type`);
  if (filter.service) conditions.push(Prisma.sql`service = ${filter.service}`);
  if (filter.model) conditions.push(Prisma.sql`model = ${filter.model}`);
  if (filter.amount_min) conditions.push(Prisma.sql`amount >= ${filter.amount_min}::numeric`);
  if (filter.amount_max) conditions.push(Prisma.sql`amount <= ${filter.amount_max}::numeric`);
  if (filter.date_from) conditions.push(Prisma.sql`id >= ${firstIdAt(filter.date_from)}::uuid`);
  if (filter.date_to) conditions.push(Prisma.sql`id < ${firstIdAt(filter.date_to)}::uuid`);
  if (filter.api_key_id !== undefined) conditions.push(Prisma.sql`api_key_id = ${filter.api_key_id}::uuid`);
  if (filter.member_id !== undefined) conditions.push(Prisma.sql`member_id = ${filter.member_id}`);
  if (filter.tag !== undefined) conditions.push(Prisma.sql`${filter.tag} = ANY (tags)`);
  if (filter.search) {
    const pattern = `%${filter.search.replace(/[\\%_]/g, '\\$&')}%`;
    conditions.push(Prisma.sql`concat_ws(' ', description, service, model) ILIKE ${pattern}`);
  }
  return Prisma.join(conditions, ' AND ');
}
