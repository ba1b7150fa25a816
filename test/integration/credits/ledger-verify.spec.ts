import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type pg from 'pg';
import type { VerificationReport } from '../../../src/credits/ledger/ledger-verification.js';
import { startApp, type TestApp } from '../../support/app.js';
import { type CliRun, cliOn } from '../../support/cli.js';
import { UNKNOWN_ID } from '../../support/factories.js';
import { FAULTS } from '../../support/faults/ledger-faults.js';

const SEED = 1;

describe('tollgate ledger verify', () => {
  let t: TestApp;
  let pool: pg.Pool;
  let admin: string;
  let cli: (...argv: string[]) => Promise<CliRun>;

  beforeAll(async () => {
    t = await startApp();
    pool = t.pool!;
    admin = await t.tokenFor('admin-1', 'admin');
    cli = cliOn(t.database_url);
    for (const user of ['alice', 'bob', 'carol']) await mixedTraffic(user);
    // faults that the constraints of the database would prevent
    const { rows } = await pool.query<{ table: string; name: string }>(
      `SELECT conrelid::regclass::text AS table, conname AS name FROM pg_constraint WHERE contype = 'c' AND coninhcount = 0 AND connamespace = 'public'::regnamespace`,
    );
    for (const { table, name } of rows) await pool.query(`ALTER TABLE ${table} DROP CONSTRAINT ${name}`);
  });
  afterAll(() => t.close());

  let snapshot: string[] = [];
  beforeEach(() => {
    snapshot = [];
  });

  async function post(path: string, body: object, key?: string): Promise<Record<string, unknown>> {
    const headers: Record<string, string> = key === undefined ? {} : { 'idempotency-key': key };
    const answer = await t.call(path, { method: 'POST', token: admin, body, headers });
    return answer.body as Record<string, unknown>;
  }

  /** Mixed operations, many of them concurrent. */
  async function mixedTraffic(user_id: string): Promise<void> {
    await post('credits/allocate', { user_id, amount: '20', source: 'purchase' });
    await post('credits/tiers/switch', { user_id, new_tier: 'starter' });
    for (const unit of ['credits', 'calls', 'tokens']) {
      await post('budgets', { user_id, limit: '1000', window: 'month', unit });
    }
    await post('budgets', { user_id, limit: '1000', window: 'rolling_24h', scope: { service: 'chat' } });
    await Promise.all(
      Array.from({ length: 20 }, (_, n) =>
        post('credits/deduct', { user_id, amount: '0.0100000001', service: 'tts' }, `charge-${n % 15}`),
      ),
    );
    const charge = await post('credits/deduct', { user_id, amount: '2', service: 'chat', model: 'm' });
    await post('credits/refund', { user_id, amount: '0.5', reason: 'slow', transaction_id: charge.transaction_id });
    await post('credits/bonus', {
      user_id,
      amount: '1',
      reason: 'thanks',
      expires_at: new Date(Date.now() + 86_400_000),
    });
    const [captured, released] = await Promise.all(
      ['1', '2', '3'].map((amount) => post('credits/holds', { user_id, amount, service: 'chat' }, `hold-${amount}`)),
    );
    await post(`credits/holds/${String(captured!.id)}/capture`, { amount: '1.5' });
    await post(`credits/holds/${String(released!.id)}/release`, {});
    await post('credits/cap', { user_id, monthly_cap: '2' });
    await post('credits/cap', { user_id });
    await post('credits/deduct', { user_id, amount: '1000', service: 'chat' });
    await post('credits/reset', { user_id });
    await post('credits/deduct', { user_id, amount: '3', service: 'chat' });
  }

  it('finds no faults after mixed traffic, and counts accounts and lines', async () => {
    const run = await cli('ledger', 'verify', '--json');
    expect(run.json()).toEqual({ verified: true, accounts: 3, lines: expect.any(Number), fault_count: 0, faults: [] });
    expect(run.code).toBe(0);
    expect(run.stderr).toBe('');
    const { lines } = run.json() as VerificationReport;
    const { rows } = await pool.query<{ n: number }>('SELECT count(*)::int AS n FROM credit_transactions');
    expect(lines).toBe(rows[0]!.n);
    expect((await cli('ledger', 'verify')).stdout).toBe(
      `Verified: 3 accounts with ${lines} ledger lines, and everything adds up.\n`,
    );
  });

  it('finds no faults after random debt, holds, budgets, caps, switches, renewals and expiries in any order', async () => {
    const users = Array.from({ length: 6 }, (_, n) => `chance-${n}`);
    await Promise.all(users.map((user_id, n) => randomTraffic(user_id, n + SEED)));
    const run = await cli('ledger', 'verify', '--json');
    expect((run.json() as VerificationReport).faults).toEqual([]);
  });

  /** Random operations from a seeded generator, so that a failure can be reproduced. */
  async function randomTraffic(user_id: string, seed: number): Promise<void> {
    let state = seed;
    const pick = (below: number): number => (state = (state * 48_271 + 11) % 2_147_483_647) % below;
    const amount = (): string => `${pick(6)}.${1 + pick(9999)}`;
    const holds: string[] = [];
    const take = (): string => holds.splice(pick(holds.length), 1)[0] ?? UNKNOWN_ID;
    const acts = [
      () => post('credits/deduct', { user_id, amount: amount(), service: 'tts' }),
      async () => holds.push(String((await post('credits/holds', { user_id, amount: amount(), service: 'tts' })).id)),
      async () => holds.push(String((await post('credits/holds', { user_id, amount: '0.75', service: 'tts' })).id)),
      () => post(`credits/holds/${take()}/capture`, { amount: amount() }),
      () => post(`credits/holds/${take()}/release`, {}),
      () => post('credits/bonus', { user_id, amount: amount(), reason: 'luck' }),
      () => post('credits/allocate', { user_id, amount: amount(), source: 'purchase' }),
      () =>
        post('credits/allocate', {
          user_id,
          amount: amount(),
          source: 'coupon',
          expires_at: new Date(Date.now() + 30),
        }),
      () =>
        post('budgets', {
          user_id,
          limit: amount(),
          window: pick(2) ? 'hour' : 'rolling_30d',
          scope: { service: 'tts' },
        }),
      () => post('budgets', { user_id, limit: String(pick(30)), window: 'period', unit: 'calls' }),
      () =>
        pool.query(`UPDATE budgets SET limit_amount = limit_amount + 5, on_exceed = 'warn' WHERE user_id = $1`, [
          user_id,
        ]),
      () => post('credits/cap', { user_id, monthly_cap: amount() }),
      () => post('credits/tiers/switch', { user_id, new_tier: ['trial', 'starter', 'professional'][pick(3)] }),
      () => post('credits/reset', { user_id }),
      () => pool.query(`UPDATE user_credits SET reset_date = now(), due_at = now() WHERE user_id = $1`, [user_id]),
      async () => {
        await pool.query('UPDATE user_credits SET due_at = now() WHERE user_id = $1', [user_id]);
        await pool.query(`UPDATE credit_holds SET expires_at = now() WHERE user_id = $1 AND status = 'active'`, [
          user_id,
        ]);
      },
    ];
    for (let n = 0; n < 60; n += 1) await acts[pick(acts.length)]!();
  }

  it.each(FAULTS)('finds $name', async ({ sql, checks, user = 'bob' }) => {
    await planted(sql, async () => {
      const run = await cli('ledger', 'verify', '--json');
      expect(run.code).toBe(3);
      const report = run.json() as VerificationReport;
      expect(report.verified).toBe(false);
      const named = report.faults.filter((fault) => fault.user_id === user).map((fault) => fault.check);
      expect(named).toEqual(expect.arrayContaining(checks));
      expect(report.faults.every((fault) => [user, 'bob'].includes(fault.user_id))).toBe(true);
      expect(report.faults.every((fault) => fault.rule !== '' && fault.expected !== '' && fault.found !== '')).toBe(
        true,
      );
    });
    expect((await cli('ledger', 'verify')).code).toBe(0);
  });

  it('prints faults as a table, and with --user verifies only one account', async () => {
    await planted('UPDATE user_credits SET held = held + 0.5 WHERE user_id = $1', async () => {
      const run = await cli('ledger', 'verify');
      expect(run.stdout).toMatch(/bob +│ held +│ +- +│ +(0\.00 +│ +0\.50|3\.00 +│ +3\.50)/);
      expect(run.stdout).toContain('held: Held credits are the sum of the active holds.');
      expect(run.stdout).toMatch(/Not verified: 1 fault in \d+ accounts/);
      expect((await cli('ledger', 'verify', '--user', 'alice')).code).toBe(0);
      expect((await cli('ledger', 'verify', '--user', 'bob')).code).toBe(3);
    });
    const unknown = await cli('ledger', 'verify', '--user', 'mallory');
    expect([unknown.code, unknown.stderr]).toEqual([5, 'tollgate: Account mallory not found.\n']);
  });

  it('reads each account from one snapshot while charges continue', async () => {
    let isOver = false;
    const charges = Array.from({ length: 4 }, async (_, n) => {
      while (!isOver)
        await post('credits/deduct', { user_id: n % 2 === 0 ? 'alice' : 'carol', amount: '0.0001', service: 'tts' });
    });
    for (let round = 0; round < 5; round += 1) expect((await cli('ledger', 'verify')).code).toBe(0);
    isOver = true;
    await Promise.all(charges);
  });

  /** Corrupts bob's account with triggers and keys disabled, and repairs it afterwards. */
  async function planted(sql: string, work: () => Promise<void>): Promise<void> {
    const tables = [
      'user_credits',
      'credit_transactions',
      'credit_grants',
      'credit_holds',
      'idempotency_keys',
      'budgets',
    ];
    const client = await pool.connect();
    try {
      await client.query(`SET session_replication_role = replica`);
      for (const table of tables) {
        await client.query(`CREATE TEMP TABLE saved_${table} AS SELECT * FROM ${table}`);
        snapshot.push(table);
      }
      const { rowCount } = await client.query(sql, ['bob']);
      expect(rowCount).toBeGreaterThan(0);
      await work();
    } finally {
      for (const table of snapshot.splice(0)) {
        await client.query(`DELETE FROM ${table}`);
        await client.query(`INSERT INTO ${table} SELECT * FROM saved_${table}`);
        await client.query(`DROP TABLE saved_${table}`);
      }
      await client.query(`RESET session_replication_role`);
      client.release();
    }
  }
});
