import { Injectable } from '@nestjs/common';
import { Prisma } from '../../generated/prisma/client.js';
import { Database, type Tx } from '../../platform/database/database.js';
import { unitsOf } from '../../platform/values/wire.js';
import { firstIdAt } from '../../platform/database/row-id.js';
import { type Units } from '../../platform/values/amount.js';
import type { Budget, BudgetScope } from './budget.js';

type Measured = Pick<Budget, 'user_id' | 'scope' | 'unit'>;

const { sql } = Prisma;

/**
 * Measures what budgets count from the ledger, the usage and the holds, by the time of booking. The accounts that were
 * merged into an account count with it. Charges and corrections that take credits count; what gives credits back does
 * not make room.
 */
@Injectable()
export class BudgetUseRepository {
  constructor(private readonly db: Database) {}

  /** Returns an instant before which every row is committed, by the database's clock. */
  async aMinuteAgo(): Promise<Date> {
    const [row] = await this.db.statement<{ at: Date }>(
      'budget_a_minute_ago',
      `SELECT date_trunc('milliseconds', clock_timestamp() - interval '1 minute') AS at`,
      [],
    );
    return row?.at ?? new Date(0);
  }

  /** Returns what was used from `from` (inclusive) to `to` (exclusive). Ids of rows begin with the time of booking. */
  async used(budget: Measured, from: Date, to: Date, tx: Tx | null = null): Promise<Units> {
    const rows = await (tx ?? this.db.prisma).$queryRaw<{ used: Prisma.Decimal }[]>`
      SELECT COALESCE(${SUMS[budget.unit]}, 0)::numeric(30, 10) AS used
      FROM ${budget.unit === 'tokens' ? sql`usage_events` : sql`credit_transactions`}
      WHERE user_id = ANY (ARRAY(SELECT tollgate_accounts_of(${budget.user_id})))
        AND id >= ${firstIdAt(from)}::uuid AND id < ${firstIdAt(to)}::uuid AND ${COUNTED[budget.unit]} AND ${about(budget.scope)}`;
    return rows[0] ? unitsOf(rows[0].used) : 0n;
  }

  /** Returns what active holds set aside. */
  async held({ user_id, scope, unit }: Measured, tx: Tx | null = null): Promise<Units> {
    if (unit === 'tokens') return 0n;
    const rows = await (tx ?? this.db.prisma).$queryRaw<{ held: Prisma.Decimal }[]>`
      SELECT COALESCE(${unit === 'credits' ? sql`sum(amount)` : sql`count(*)`}, 0)::numeric(30, 10) AS held
      FROM credit_holds WHERE user_id = ${user_id} AND status = 'active' AND amount > 0 AND ${about(scope)}`;
    return rows[0] ? unitsOf(rows[0].held) : 0n;
  }
}

/** A hold that cost more than it held has two lines, but is one call. */
const SUMS = {
  credits: sql`sum(-amount)`,
  calls: sql`count(DISTINCT COALESCE(hold_id, id))`,
  tokens: sql`sum(tokens_used)`,
};

const COUNTED = {
  credits: sql`amount < 0 AND (transaction_type = 'usage' OR (transaction_type = 'adjustment' AND service IS NOT NULL))`,
  calls: sql`transaction_type = 'usage'`,
  tokens: sql`transaction_id IS NOT NULL`,
};

function about({ api_key_id, member_id, service, model, tag }: BudgetScope): Prisma.Sql {
  if (api_key_id !== null) return sql`api_key_id = ${api_key_id}::uuid`;
  if (member_id !== null) return sql`member_id = ${member_id}`;
  if (service !== null) return sql`service = ${service}`;
  if (model !== null) return sql`model = ${model}`;
  return tag === null ? sql`true` : sql`${tag} = ANY (tags)`;
}
