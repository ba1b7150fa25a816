import type { Prisma } from '../../generated/prisma/client.js';
import type { Tx } from '../../platform/database/database.js';
import { amount } from '../../platform/values/amount.js';
import { json } from '../../platform/values/wire.js';
import type { Account, Line } from './account.js';

/** The stored columns of a ledger line that results need. */
export interface StoredLine {
  id: string;
  amount: string;
  balance_after: string;
  created_at: Date;
}

/** Stores the new lines of a locked account, as of `at`. Returns them in the order in which they were booked. */
export async function insertLines(tx: Tx, account: Account, at: string): Promise<StoredLine[]> {
  if (account.lines.length === 0) return [];
  const rows = account.lines.map(lineColumns);
  const stored = await tx.$queryRaw<
    { id: string; amount: Prisma.Decimal; balance_after: Prisma.Decimal; created_at: Date }[]
  >`
    INSERT INTO credit_transactions (id, user_id, amount, balance_after, transaction_type, service, model,
      cost_breakdown, description, metadata, api_key_id, member_id, tags, refund_of, hold_id, actor, request_id,
      created_at)
    SELECT tollgate_row_id(${account.user_id}, ${at}::timestamptz, n), ${account.user_id}, amount, balance_after, transaction_type, service,
      model, cost_breakdown, description, metadata, api_key_id, member_id, tags, refund_of, hold_id, actor, request_id,
      date_trunc('milliseconds', ${at}::timestamptz)
    FROM jsonb_to_recordset(${json(rows)}::jsonb) AS line (n int, amount numeric, balance_after numeric,
      transaction_type transaction_type, service text, model text, cost_breakdown jsonb, description text,
      metadata jsonb, api_key_id uuid, member_id text, tags varchar(64)[], refund_of uuid, hold_id uuid, actor text, request_id text)
    ORDER BY n
    RETURNING id, amount, balance_after, created_at`;
  return stored
    .toSorted((a, b) => (a.id < b.id ? -1 : 1))
    .map((line) => ({ ...line, amount: line.amount.toFixed(10), balance_after: line.balance_after.toFixed(10) }));
}

function lineColumns({ by, attribution, ...line }: Line, n: number): object {
  if (!by) throw new Error('a ledger line needs its author');
  const amounts = { amount: amount(line.amount), balance_after: amount(line.balance_after) };
  const { user_id: actor, request_id } = by;
  return { ...line, ...amounts, ...attribution, n, metadata: line.metadata ?? {}, actor, request_id };
}

/** Writes back all live grants, which are few and rarely change, and inserts new ones. */
export async function saveGrants(tx: Tx, account: Account, lines: StoredLine[], at: string): Promise<void> {
  const [known, added] = [account.grants.filter((g) => g.id !== null), account.grants.filter((g) => g.id === null)];
  if (known.length > 0) {
    const changes = known.map((g) => ({ id: g.id, remaining: amount(g.remaining), expires_at: g.expires_at }));
    await tx.$executeRaw`
      UPDATE credit_grants SET remaining = change.remaining, expires_at = change.expires_at
      FROM jsonb_to_recordset(${json(changes)}::jsonb) AS change (id uuid, remaining numeric, expires_at timestamptz)
      WHERE credit_grants.user_id = ${account.user_id} AND credit_grants.id = change.id
        AND (credit_grants.remaining, credit_grants.expires_at) IS DISTINCT FROM (change.remaining, change.expires_at)`;
  }
  if (added.length === 0) return;
  const rows = added.map(({ id: _id, line, ...grant }, n) => ({
    ...grant,
    n,
    amount: amount(grant.amount),
    remaining: amount(grant.remaining),
    transaction_id: line === null ? grant.transaction_id : (lines[line]?.id ?? null),
  }));
  // ids increase in the order of creation, which orders grants of the same instant
  await tx.$executeRaw`
    INSERT INTO credit_grants (id, user_id, source, amount, remaining, priority, effective_at, expires_at,
      transaction_id, created_at)
    SELECT tollgate_row_id(${account.user_id}, ${at}::timestamptz, n), ${account.user_id}, source::grant_source, amount, remaining, priority,
      effective_at, expires_at, transaction_id, created_at
    FROM jsonb_to_recordset(${json(rows)}::jsonb) AS g (n int, source text, amount numeric, remaining numeric,
      priority int, effective_at timestamptz, expires_at timestamptz, transaction_id uuid, created_at timestamptz)`;
}
