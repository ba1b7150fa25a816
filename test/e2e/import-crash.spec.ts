import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { launch } from '../support/services/built-service.js';
import { cliOn } from '../support/cli.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { opsCenterOfMigration, type SourceDatabase } from '../support/ops-center.js';

const EVENTS = 3_000;

describe('an import', () => {
  let db: TestDatabase;
  let source: SourceDatabase;
  beforeAll(async () => {
    db = await createTestDatabase();
    source = await opsCenterOfMigration(EVENTS);
  });
  afterAll(async () => {
    await db.drop();
    await source.close();
  });

  const counts = async () => {
    const { rows } = await db.pool.query<{ events: number; lines: number; accounts: number; coupons: number }>(
      `SELECT (SELECT count(*)::int FROM usage_events) AS events, (SELECT count(*)::int FROM credit_transactions) AS lines,
         (SELECT count(*)::int FROM user_credits) AS accounts, (SELECT count(*)::int FROM coupon_codes) AS coupons`,
    );
    return rows[0]!;
  };

  it('that is killed goes on where it was, and two at the same time take everything once', async () => {
    const env = { NODE_ENV: 'test', JWT_SECRET: 'a secret that nothing is signed with here', DATABASE_URL: db.url };
    const args = ['dist/cli.js', 'import', 'ops-center', source.url, 'apply'];
    const child = launch(env, process.execPath, args);
    const ended = once(child, 'exit');
    while ((await counts()).events === 0 && child.exitCode === null) await pause(20);
    child.kill('SIGKILL');
    await ended;
    const half = await counts();
    expect(half.events).toBeGreaterThan(0);
    expect(half.events).toBeLessThan(EVENTS);

    const cli = cliOn(db.url);
    const two = await Promise.all([1, 2].map(() => cli('import', 'ops-center', source.url, 'apply', '--json')));
    expect(two.map(({ code }) => code)).toEqual([0, 0]);
    expect(await counts()).toEqual({ events: EVENTS, lines: 10, accounts: 10, coupons: 2 });
    expect(await cli('import', 'ops-center', source.url, 'verify')).toMatchObject({ code: 0 });

    // the sums as the source itself works them out, each cost rounded once
    const [there] =
      await source.sql(`SELECT sum(tokens_used)::text AS tokens, sum(round(cost::text::numeric, 10))::text AS cost,
      (SELECT trim_scale(sum(credits_remaining))::text FROM user_credits) AS balance FROM usage_events`);
    const { rows } = await db.pool.query(`SELECT sum(tokens_used)::text AS tokens, sum(total_cost)::text AS cost,
      (SELECT trim_scale(sum(balance))::text FROM user_credits) AS balance FROM usage_events`);
    expect(rows[0]).toEqual(there);
  });
});
