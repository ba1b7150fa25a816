import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { VerificationReport } from '../../src/credits/ledger-verification.js';
import { startApp, type TestApp } from '../support/app.js';
import { type CliRun, cliOn } from '../support/cli.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';

const ORPHAN = 'nobody';
const SEED = 1;
const UNKNOWN_ID = '0198c0de-0000-7000-8000-000000000000';

/** SQL that spoils the account of $1 in one way, the checks that must notice, and whom they must name. */
const FAULTS: { name: string; sql: string; checks: string[]; user?: string }[] = [
  {
    name: 'a changed balance',
    sql: 'UPDATE user_credits SET balance = balance + 10 WHERE user_id = $1',
    checks: ['ledger_sum', 'newest_line', 'grants_cover'],
  },
  {
    name: 'a changed amount',
    sql: `UPDATE credit_transactions SET amount = amount - 0.0000000001 WHERE user_id = $1 AND id = (SELECT id FROM credit_transactions WHERE user_id = $1 AND transaction_type = 'usage' AND refund_of IS NULL AND hold_id IS NULL ORDER BY id LIMIT 1)`,
    checks: ['ledger_sum', 'chain'],
  },
  {
    name: 'a changed balance_after',
    sql: `UPDATE credit_transactions SET balance_after = balance_after + 1 WHERE user_id = $1 AND id = (SELECT id FROM credit_transactions WHERE user_id = $1 ORDER BY id DESC LIMIT 1)`,
    checks: ['chain', 'newest_line'],
  },
  {
    name: 'a deleted line',
    sql: `DELETE FROM credit_transactions WHERE user_id = $1 AND id = (SELECT id FROM credit_transactions WHERE user_id = $1 AND transaction_type = 'usage' ORDER BY id LIMIT 1)`,
    checks: ['ledger_sum', 'chain'],
  },
  {
    name: 'lines out of order',
    sql: `UPDATE credit_transactions SET created_at = created_at + interval '1 hour' WHERE user_id = $1 AND id = (SELECT id FROM credit_transactions WHERE user_id = $1 ORDER BY id LIMIT 1)`,
    checks: ['line_order'],
  },
  {
    name: 'a grant that lost credits',
    sql: `UPDATE credit_grants SET remaining = 0 WHERE user_id = $1`,
    checks: ['grants_cover'],
  },
  {
    name: 'a grant that won credits',
    sql: `UPDATE credit_grants SET remaining = remaining + 100, amount = amount + 100 WHERE user_id = $1 AND source = 'purchase'`,
    checks: ['unsettled_burns'],
  },
  {
    name: 'a grant that holds more than it gave',
    sql: `UPDATE credit_grants SET remaining = amount + 0.5 WHERE user_id = $1 AND source = 'purchase'`,
    checks: ['grant_remaining'],
  },
  {
    name: 'a grant of an unknown line',
    sql: `UPDATE credit_grants SET transaction_id = '${UNKNOWN_ID}' WHERE user_id = $1 AND source = 'purchase'`,
    checks: ['grant_line'],
  },
  { name: 'other held credits', sql: 'UPDATE user_credits SET held = held + 0.5 WHERE user_id = $1', checks: ['held'] },
  {
    name: 'another captured amount',
    sql: `UPDATE credit_holds SET captured_amount = captured_amount + 1 WHERE user_id = $1 AND status = 'captured'`,
    checks: ['hold_captured'],
  },
  {
    name: 'a captured hold that became another',
    sql: `UPDATE credit_holds SET status = 'released', captured_amount = 0 WHERE user_id = $1 AND status = 'captured'`,
    checks: ['hold_captured'],
  },
  {
    name: 'a capture that was never charged',
    sql: `UPDATE credit_holds SET status = 'captured', captured_amount = 0.25 WHERE user_id = $1 AND status = 'released'`,
    checks: ['hold_uncharged'],
  },
  {
    name: 'a refund beyond its charge',
    sql: `UPDATE credit_transactions SET amount = amount + 50 WHERE user_id = $1 AND refund_of IS NOT NULL`,
    checks: ['refunded', 'ledger_sum'],
  },
  {
    name: 'a refund of nothing',
    sql: `UPDATE credit_transactions SET refund_of = '${UNKNOWN_ID}' WHERE user_id = $1 AND refund_of IS NOT NULL`,
    checks: ['refunded'],
  },
  {
    name: 'debt beside credits',
    sql: 'UPDATE user_credits SET debt = 1, balance = balance + 1 WHERE user_id = $1',
    checks: ['debt'],
  },
  {
    name: 'a balance below zero',
    sql: 'UPDATE user_credits SET balance = -1 WHERE user_id = $1',
    checks: ['debt', 'ledger_sum'],
  },
  {
    name: 'a period without an end',
    sql: `UPDATE user_credits SET reset_date = now() + interval '1 year' WHERE user_id = $1`,
    checks: ['period'],
  },
  {
    name: 'something due too late',
    sql: `UPDATE user_credits SET due_at = reset_date + interval '1 day' WHERE user_id = $1`,
    checks: ['due'],
  },
  {
    name: 'other locked credits',
    sql: `UPDATE user_credits SET capped = capped + 0.5 WHERE user_id = $1`,
    checks: ['capped'],
  },
  {
    name: 'a key of an unknown line',
    sql: `UPDATE idempotency_keys SET resource_id = '${UNKNOWN_ID}' WHERE user_id = $1 AND idempotency_key = 'charge-0'`,
    checks: ['idempotency'],
  },
  {
    name: 'a line without an account',
    sql: `UPDATE credit_transactions SET user_id = '${ORPHAN}' WHERE user_id = $1 AND id = (SELECT id FROM credit_transactions WHERE user_id = $1 ORDER BY id LIMIT 1)`,
    checks: ['orphan_lines'],
    user: ORPHAN,
  },
  {
    name: 'a grant without an account',
    sql: `INSERT INTO credit_grants (user_id, source, amount, remaining, priority, effective_at, created_at) SELECT '${ORPHAN}', 'bonus', 1, 1, 1, now(), now() FROM user_credits WHERE user_id = $1`,
    checks: ['orphan_grants'],
    user: ORPHAN,
  },
  {
    name: 'a hold without an account',
    sql: `UPDATE credit_holds SET user_id = '${ORPHAN}' WHERE user_id = $1 AND status = 'released'`,
    checks: ['orphan_holds'],
    user: ORPHAN,
  },
  {
    name: 'a key without an account',
    sql: `UPDATE idempotency_keys SET user_id = '${ORPHAN}' WHERE user_id = $1 AND idempotency_key = 'charge-0'`,
    checks: ['orphan_keys'],
    user: ORPHAN,
  },
];

describe('tollgate ledger verify', () => {
  let db: TestDatabase;
  let t: TestApp;
  let admin: string;
  let cli: (...argv: string[]) => Promise<CliRun>;

  beforeAll(async () => {
    db = await createTestDatabase();
    t = await startApp({ database_url: db.url });
    admin = await t.tokenFor('admin-1', 'admin');
    cli = cliOn(db.url);
    for (const user of ['alice', 'bob', 'carol']) await mixedTraffic(user);
    // faults beyond what the database would let in
    const { rows } = await db.pool.query<{ table: string; name: string }>(
      `SELECT conrelid::regclass::text AS table, conname AS name FROM pg_constraint WHERE contype = 'c' AND connamespace = 'public'::regnamespace`,
    );
    for (const { table, name } of rows) await db.pool.query(`ALTER TABLE ${table} DROP CONSTRAINT ${name}`);
  });
  afterAll(async () => {
    await t.close();
    await db.drop();
  });

  let snapshot: string[] = [];
  beforeEach(() => {
    snapshot = [];
  });

  async function post(path: string, body: object, key?: string): Promise<Record<string, unknown>> {
    const headers: Record<string, string> = key === undefined ? {} : { 'idempotency-key': key };
    const answer = await t.call(path, { method: 'POST', token: admin, body, headers });
    return answer.body as Record<string, unknown>;
  }

  /** A bit of everything, much of it at once. */
  async function mixedTraffic(user_id: string): Promise<void> {
    await post('credits/allocate', { user_id, amount: '20', source: 'purchase' });
    await post('credits/tiers/switch', { user_id, new_tier: 'starter' });
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

  it('passes what mixed traffic leaves behind, and counts it', async () => {
    const run = await cli('ledger', 'verify', '--json');
    expect(run.json()).toEqual({ verified: true, accounts: 3, lines: expect.any(Number), fault_count: 0, faults: [] });
    expect(run.code).toBe(0);
    expect(run.stderr).toBe('');
    const { lines } = run.json() as VerificationReport;
    const { rows } = await db.pool.query<{ n: number }>('SELECT count(*)::int AS n FROM credit_transactions');
    expect(lines).toBe(rows[0]!.n);
    expect((await cli('ledger', 'verify')).stdout).toBe(
      `Verified: 3 accounts with ${lines} ledger lines, and everything adds up.\n`,
    );
  });

  it('passes what chance leaves behind: debt, holds, caps, switches, renewals and expiries in any order', async () => {
    const users = Array.from({ length: 6 }, (_, n) => `chance-${n}`);
    await Promise.all(users.map((user_id, n) => randomTraffic(user_id, n + SEED)));
    const run = await cli('ledger', 'verify', '--json');
    expect((run.json() as VerificationReport).faults).toEqual([]);
  });

  /** Acts picked by a small generator of its own, so that a failure can be repeated. */
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
      () => post('credits/cap', { user_id, monthly_cap: amount() }),
      () => post('credits/tiers/switch', { user_id, new_tier: ['trial', 'starter', 'professional'][pick(3)] }),
      () => post('credits/reset', { user_id }),
      () => db.pool.query(`UPDATE user_credits SET reset_date = now(), due_at = now() WHERE user_id = $1`, [user_id]),
      async () => {
        await db.pool.query('UPDATE user_credits SET due_at = now() WHERE user_id = $1', [user_id]);
        await db.pool.query(`UPDATE credit_holds SET expires_at = now() WHERE user_id = $1 AND status = 'active'`, [
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

  it('says what is off in a table, and with --user looks at one account alone', async () => {
    await planted('UPDATE user_credits SET held = held + 0.5 WHERE user_id = $1', async () => {
      const run = await cli('ledger', 'verify');
      expect(run.stdout).toMatch(
        /bob +│ held +│ - +│ 0\.000000 +│ 0\.500000|bob +│ held +│ - +│ 3\.000000 +│ 3\.500000/,
      );
      expect(run.stdout).toContain('held: Held credits are the sum of the active holds.');
      expect(run.stdout).toMatch(/Not verified: 1 fault in \d+ accounts/);
      expect((await cli('ledger', 'verify', '--user', 'alice')).code).toBe(0);
      expect((await cli('ledger', 'verify', '--user', 'bob')).code).toBe(3);
    });
    const unknown = await cli('ledger', 'verify', '--user', 'mallory');
    expect([unknown.code, unknown.stderr]).toEqual([5, 'tollgate: Account mallory not found.\n']);
  });

  it('sees each account as of one instant while charges go on', async () => {
    let isOver = false;
    const charges = Array.from({ length: 4 }, async (_, n) => {
      while (!isOver)
        await post('credits/deduct', { user_id: n % 2 === 0 ? 'alice' : 'carol', amount: '0.0001', service: 'tts' });
    });
    for (let round = 0; round < 5; round += 1) expect((await cli('ledger', 'verify')).code).toBe(0);
    isOver = true;
    await Promise.all(charges);
  });

  /** Spoils bob's account with triggers and keys out of the way, and mends it afterwards. */
  async function planted(sql: string, work: () => Promise<void>): Promise<void> {
    const tables = ['user_credits', 'credit_transactions', 'credit_grants', 'credit_holds', 'idempotency_keys'];
    const client = await db.pool.connect();
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
