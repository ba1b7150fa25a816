import { Injectable } from '@nestjs/common';
import type { PoolClient } from 'pg';
import type { UserCreditsRow } from '../../generated/rows.js';
import type { credit_grants } from '../../generated/prisma/client.js';
import { Database } from '../../platform/database/database.js';
import type { Wire } from '../../platform/values/wire.js';
import { Account } from '../accounts/account.js';
import { readState, toGrant } from '../accounts/accounts.repository.js';
import { ACCOUNT_FAULTS, ACCOUNT_ROWS, faultsOf, TABLE_FAULTS } from './ledger-verification.sql.js';

/** A fault found by SQL. */
export interface FoundFault {
  check: string;
  user_id: string;
  subject: string | null;
  expected: string;
  found: string;
}

/** A batch of accounts from one snapshot: the faults found by SQL, and the accounts for the checks in TypeScript. */
export interface Batch {
  user_ids: string[];
  faults: FoundFault[];
  accounts: Account[];
  lines: number;
}

const VERIFY_ACCOUNTS = faultsOf(ACCOUNT_FAULTS, ACCOUNT_ROWS);
const VERIFY_TABLES = faultsOf(TABLE_FAULTS);

/** The SQL of the ledger verification. Read-only. */
@Injectable()
export class LedgerVerificationRepository {
  constructor(private readonly db: Database) {}

  /** Returns the number of accounts; with `user_id`, 1 if it exists. */
  async count(user_id: string | null): Promise<number> {
    const { rows } = await this.db.pool.query<{ total: string }>(
      'SELECT count(*) AS total FROM user_credits WHERE $1::text IS NULL OR user_id = $1',
      [user_id],
    );
    return Number(rows[0]?.total ?? 0);
  }

  /** Checks the next `size` accounts after `after`, by user id; null when none are left. */
  next(after: string | null, user_id: string | null, size: number): Promise<Batch | null> {
    return this.snapshot(async (client) => {
      const { rows } = await client.query<{ user_id: string }>(
        `SELECT user_id FROM user_credits WHERE ($1::text IS NULL OR user_id > $1) AND ($2::text IS NULL OR user_id = $2)
         ORDER BY user_id LIMIT $3`,
        [after, user_id, size],
      );
      if (rows.length === 0) return null;
      const user_ids = rows.map((row) => row.user_id);
      const faults = await client.query<FoundFault>(VERIFY_ACCOUNTS, [user_ids]);
      const counted = await client.query<{ lines: string }>(
        'SELECT count(*) AS lines FROM credit_transactions WHERE user_id = ANY($1::text[])',
        [user_ids],
      );
      const accounts = await accountsOf(client, user_ids);
      return { user_ids, faults: faults.rows, accounts, lines: Number(counted.rows[0]?.lines ?? 0) };
    });
  }

  /** Checks whole tables, for faults in rows without an account. */
  tables(user_id: string | null): Promise<FoundFault[]> {
    return this.snapshot(async (client) => (await client.query<FoundFault>(VERIFY_TABLES, [user_id])).rows);
  }

  /** Runs `work` on one snapshot, without the usual statement timeout, which a large ledger would exceed. */
  private async snapshot<T>(work: (client: PoolClient) => Promise<T>): Promise<T> {
    const client = await this.db.pool.connect();
    try {
      await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
      await client.query('SET LOCAL statement_timeout = 0');
      return await work(client);
    } finally {
      await client.query('ROLLBACK').catch(() => undefined); // the connection is lost, and the transaction with it
      client.release();
    }
  }
}

async function accountsOf(client: PoolClient, user_ids: string[]): Promise<Account[]> {
  const { rows } = await client.query<UserCreditsRow & { grants: Wire<credit_grants>[]; now: Date }>(
    `SELECT a.*, clock_timestamp() AS now, ARRAY(
       SELECT to_jsonb(g) || jsonb_build_object('amount', g.amount::text, 'remaining', g.remaining::text)
       FROM credit_grants g WHERE g.user_id = a.user_id AND g.remaining > 0) AS grants
     FROM user_credits a WHERE a.user_id = ANY($1::text[])`,
    [user_ids],
  );
  return rows.map((row) => new Account(row.user_id, readState(row), row.grants.map(toGrant), row.now));
}
