import { Injectable } from '@nestjs/common';
import { Prisma, type credit_transactions } from '../generated/prisma/client.js';
import type { transaction_type } from '../generated/prisma/enums.js';
import type { CreditTransactionRow, UserCreditsRow } from '../generated/rows.js';
import type { Actor } from '../platform/actor.js';
import { amount, type Units } from '../platform/amount.js';
import { Database, sqlState, type Tx } from '../platform/database.js';
import { NotFound } from '../platform/errors.js';
import type { Position } from '../platform/http/page.js';
import { json, unitsOf, wire } from '../platform/wire.js';
import type { StoredLine } from './accounts.repository.js';
import type { IdempotencyKey } from './idempotency.js';
import type { LineDetails } from './account.js';

/** Which lines of an account are wanted; dates are inclusive below, exclusive above. */
export interface LedgerFilter {
  user_id: string;
  transaction_type?: transaction_type | undefined;
  service?: string | undefined;
  search?: string | undefined;
  date_from?: Date | undefined;
  date_to?: Date | undefined;
}

/** A charge that goes straight to the ledger. */
export interface Charge {
  user_id: string;
  amount: Units;
  details: LineDetails;
  key: IdempotencyKey | undefined;
}

const UNIQUE_VIOLATION = '23505';

// One statement: takes the amount if it fits, writes the line and remembers the key, or does nothing at all. The lock
// on the account row orders concurrent charges; the guard is evaluated anew on the newest version of the row.
const DEDUCT = `
WITH charged AS (
  UPDATE user_credits SET
    balance = balance - $2::numeric, used_this_period = used_this_period + $2::numeric,
    last_updated = GREATEST(clock_timestamp(), last_updated + interval '1 microsecond')
  WHERE user_id = $1 AND debt = 0 AND balance - held - capped >= $2::numeric AND due_at > clock_timestamp()
    AND NOT EXISTS (SELECT FROM idempotency_keys k WHERE k.user_id = $1 AND k.idempotency_key = $10)
  RETURNING *
), line AS (
  INSERT INTO credit_transactions (id, user_id, amount, balance_after, transaction_type, service, model,
    cost_breakdown, description, metadata, actor, request_id, created_at)
  SELECT tollgate_uuid7(last_updated), user_id, -$2::numeric, balance, 'usage', $3, $4, $5::jsonb, $6, $7::jsonb, $8,
    $9, date_trunc('milliseconds', last_updated)
  FROM charged
  RETURNING id, amount, balance_after, created_at
), key AS (
  INSERT INTO idempotency_keys (user_id, idempotency_key, request_hash, resource_id)
  SELECT $1, $10, $11, line.id FROM line WHERE $10::text IS NOT NULL
)
SELECT charged.*, line.id AS line_id, line.amount AS line_amount, line.balance_after AS line_balance_after,
  line.created_at AS line_created_at
FROM charged, line`;

type DeductRow = UserCreditsRow & {
  line_id: string;
  line_amount: string;
  line_balance_after: string;
  line_created_at: Date;
};

/** All SQL on the ledger. */
@Injectable()
export class LedgerRepository {
  constructor(private readonly db: Database) {}

  /**
   * Charges in one atomic statement when nothing stands in the way; null when something does (not enough credits, no
   * such account, something due, the key was used), with no effect.
   */
  async deduct(charge: Charge, actor: Actor): Promise<{ account: UserCreditsRow; line: StoredLine } | null> {
    const { details, key } = charge;
    try {
      const [row] = await this.db.statement<DeductRow>('ledger_deduct', DEDUCT, [
        charge.user_id,
        amount(charge.amount),
        details.service ?? null,
        details.model ?? null,
        details.cost_breakdown ? json(details.cost_breakdown) : null,
        details.description ?? null,
        json(details.metadata ?? {}),
        actor.user_id,
        actor.request_id,
        key?.key ?? null,
        key?.request_hash ?? null,
      ]);
      if (!row) return null;
      const { line_id: id, line_amount, line_balance_after: balance_after, line_created_at: created_at, ...account } = row;
      return { account, line: { id, amount: line_amount, balance_after, created_at } };
    } catch (error) {
      // the same key arrived twice at once: the other request has it
      if (sqlState(error) === UNIQUE_VIOLATION) return null;
      throw error;
    }
  }

  /** @throws NotFound when the account has no such line */
  async get(user_id: string, id: string, tx: Tx | null = null): Promise<CreditTransactionRow> {
    const row = await (tx ?? this.db.prisma).credit_transactions.findUnique({ where: { id_user_id: { id, user_id } } });
    if (!row) throw new NotFound(`Transaction ${id}`);
    return wire(row);
  }

  /** One row more than `limit` tells that there is a next page. Newest first. */
  async list(filter: LedgerFilter, limit: number, offset: number, after: Position | null): Promise<CreditTransactionRow[]> {
    const keyset = after ? Prisma.sql`AND (created_at, id) < (${after.created_at}, ${after.id}::uuid)` : Prisma.empty;
    const rows = await this.db.prisma.$queryRaw<credit_transactions[]>`
      SELECT * FROM credit_transactions WHERE ${where(filter)} ${keyset}
      ORDER BY created_at DESC, id DESC LIMIT ${limit + 1} OFFSET ${after ? 0 : offset}`;
    return rows.map(wire);
  }

  async count(filter: LedgerFilter): Promise<number> {
    const [row] = await this.db.prisma.$queryRaw<{ total: bigint }[]>`
      SELECT count(*) AS total FROM credit_transactions WHERE ${where(filter)}`;
    return Number(row?.total ?? 0n);
  }

  /** Lines that gave part of a line back, oldest first. */
  async refundsOf(user_id: string, id: string, tx: Tx | null = null): Promise<CreditTransactionRow[]> {
    const rows = await (tx ?? this.db.prisma).credit_transactions.findMany({
      where: { user_id, refund_of: id },
      orderBy: [{ created_at: 'asc' }, { id: 'asc' }],
    });
    return rows.map(wire);
  }

  /** What has been given back of a line so far. */
  async refunded(tx: Tx, user_id: string, id: string): Promise<Units> {
    const { _sum } = await tx.credit_transactions.aggregate({ where: { user_id, refund_of: id }, _sum: { amount: true } });
    return _sum.amount === null ? 0n : unitsOf(_sum.amount);
  }
}

function where(filter: LedgerFilter): Prisma.Sql {
  const conditions = [Prisma.sql`user_id = ${filter.user_id}`];
  if (filter.transaction_type) conditions.push(Prisma.sql`transaction_type = ${filter.transaction_type}::transaction_type`);
  if (filter.service) conditions.push(Prisma.sql`service = ${filter.service}`);
  if (filter.date_from) conditions.push(Prisma.sql`created_at >= ${filter.date_from}`);
  if (filter.date_to) conditions.push(Prisma.sql`created_at < ${filter.date_to}`);
  if (filter.search) {
    const pattern = `%${filter.search.replace(/[\\%_]/g, '\\$&')}%`;
    conditions.push(Prisma.sql`concat_ws(' ', description, service, model) ILIKE ${pattern}`);
  }
  return Prisma.join(conditions, ' AND ');
}
