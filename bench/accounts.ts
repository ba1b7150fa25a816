import { spawnSync } from 'node:child_process';
import path from 'node:path';
import type pg from 'pg';
import { ROOT } from './processes.ts';

export const USERS = 10_000;
export const USER_PREFIX = 'bench-';
const CREDITS = '1000000';
const OUTPUT_CHARACTERS = 2_000;

/** What the service answered; the database must agree. */
export interface Expected {
  lines: number;
  keys: number;
  charged: number;
}

/** Opens the accounts, each with a bonus that no run can spend, booked as the service would have booked it. */
export async function seedAccounts(pool: pg.Pool): Promise<void> {
  await pool.query(`
    WITH account AS (
      INSERT INTO user_credits (user_id, balance, bonus_credits, tier, reset_date, due_at)
      SELECT '${USER_PREFIX}' || n, ${CREDITS}, ${CREDITS}, 'enterprise', now() + interval '29 days',
        now() + interval '29 days'
      FROM generate_series(0, ${USERS - 1}) AS n
      RETURNING user_id, balance, last_updated
    ), line AS (
      INSERT INTO credit_transactions (id, user_id, amount, balance_after, transaction_type, description, actor, created_at)
      SELECT tollgate_uuid7(last_updated), user_id, balance, balance, 'bonus', 'bench', 'bench', last_updated
      FROM account
      RETURNING id, user_id, amount, created_at
    )
    INSERT INTO credit_grants (user_id, source, amount, remaining, priority, effective_at, transaction_id, created_at)
    SELECT user_id, 'bonus', amount, amount, 20, created_at, id, created_at FROM line`);
  await pool.query('VACUUM ANALYZE');
}

/**
 * Counts the money: every account's lines sum up to its balance, its newest line says the same, no credits are held,
 * and there is exactly one line for each accepted charge and one key for each keyed request.
 * @throws Error saying what is off
 */
export async function verifyMoney(pool: pg.Pool, expected: Expected): Promise<void> {
  const { rows } = await pool.query<Record<keyof typeof wanted, string>>(`
    WITH ledger AS (
      SELECT user_id, sum(amount) AS amount, (array_agg(balance_after ORDER BY id DESC))[1] AS balance_after
      FROM credit_transactions GROUP BY user_id
    )
    SELECT
      (SELECT count(*) FROM user_credits u LEFT JOIN ledger l USING (user_id)
        WHERE l.amount IS DISTINCT FROM u.balance - u.debt OR l.balance_after IS DISTINCT FROM u.balance - u.debt)
        AS accounts_off,
      (SELECT count(*) FROM user_credits WHERE held <> 0) AS accounts_with_held_credits,
      (SELECT count(*) FROM idempotency_keys) AS keys,
      count(*) AS lines, coalesce(-sum(amount), 0)::numeric(20, 6) AS charged
    FROM credit_transactions WHERE transaction_type = 'usage'`);
  const wanted = {
    accounts_off: '0',
    accounts_with_held_credits: '0',
    keys: String(expected.keys),
    lines: String(expected.lines),
    charged: expected.charged.toFixed(6),
  };
  const faults = Object.entries(wanted).flatMap(([name, value]) => {
    const found = rows[0]?.[name as keyof typeof wanted];
    return found === value ? [] : [`${name} ${found} instead of ${value}`];
  });
  if (faults.length > 0) throw new Error(`the money is wrong: ${faults.join('; ')}`);
}

/**
 * Lets `tollgate ledger verify` prove the books.
 * @throws Error with its output when it finds anything
 */
export function verifyLedger(url: string, env: Record<string, string>): void {
  const fault = verifiedBy('ledger verify', { ...env, DATABASE_URL: url });
  if (fault !== null) throw new Error(fault);
}

/** Runs a command of ours that proves something. Null when it agrees, otherwise its output. */
export function verifiedBy(command: string, env: Record<string, string>): string | null {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [path.join(ROOT, 'dist/cli.js'), ...command.split(' ')],
    { env: { ENV_FILE: '/dev/null', ...env, PATH: process.env['PATH'] }, encoding: 'utf8' },
  );
  if (status === 0) return null;
  return `tollgate ${command} ended with ${status}:\n${stdout.slice(-OUTPUT_CHARACTERS)}${stderr}`;
}
