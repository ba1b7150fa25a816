import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { DueAccountsJob } from '../../../src/credits/accounts/due-accounts.job.js';
import { OldKeysJob } from '../../../src/credits/posting/old-keys.job.js';
import { work } from '../../../src/app/work.js';
import type { JobRun } from '../../../src/jobs/job.js';
import { Jobs } from '../../../src/jobs/jobs.js';
import { CONFIG, type Config, loadConfig } from '../../../src/platform/config/config.js';
import { Database } from '../../../src/platform/database/database.js';
import { TEST_SECRET } from '../../support/app.js';
import { eventually } from '../../support/eventually.js';
import { type Json, TestEnv } from '../../support/factories.js';

const RUN: JobRun = { signal: new AbortController().signal, log: new Logger('test') };

let w: TestEnv;
beforeAll(async () => {
  w = await TestEnv.start();
});
afterAll(() => w.close());

const bookAll = (): Promise<void> => w.t.app.get(DueAccountsJob).bookAll(RUN);
const reasons = async (user_id: string): Promise<unknown[]> =>
  (await w.ledger(user_id)).map((line) => (line.metadata as Json).reason);

describe('accounts that nobody touches', () => {
  test('are renewed on time, once, however many workers look', async () => {
    const users = await Promise.all([w.user('5'), w.user('5'), w.user('5')]);
    for (const user_id of users) {
      await w.switch(user_id, 'starter');
      await w.age(user_id, 31);
    }
    await Promise.all([bookAll(), bookAll(), bookAll()]);
    for (const user_id of users) {
      expect((await reasons(user_id)).filter((reason) => reason === 'monthly_reset')).toHaveLength(1);
      expect(await w.audit(user_id, 'credit.monthly_reset')).toHaveLength(1);
      await w.verify(user_id);
    }
  });

  test('are renewed by a process that only works on jobs, when an instance that serves asks for it', async () => {
    const user_id = await w.user('5');
    await w.switch(user_id, 'starter');
    await w.age(user_id, 31);
    const { app } = w.t;
    const url = app.get<Config>(CONFIG).database.url ?? '';
    await app.get(Database).transaction((tx) => app.get(Jobs).enqueue(tx, 'due-accounts', {}));
    const worker = await work(
      loadConfig({ NODE_ENV: 'test', LOG_LEVEL: 'silent', JWT_SECRET: TEST_SECRET, DATABASE_URL: url }),
    );
    try {
      await eventually(async () => (await reasons(user_id)).includes('monthly_reset'));
    } finally {
      await worker.stop();
    }
    await w.verify(user_id);
  });

  test('lose grants and holds that expired, and others are left alone', async () => {
    const [expiring, holding, quiet] = [await w.user('5'), await w.user('5'), await w.user('5')];
    await w.bonus(expiring, '3', { expires_at: new Date(Date.now() + 60_000).toISOString() });
    await w.hold(holding, '2', { ttl_seconds: 600 });
    const before = await w.sql('SELECT last_updated FROM user_credits WHERE user_id = $1', [quiet]);
    await w.age(expiring, 1);
    await w.age(holding, 1);
    await bookAll();
    const balances = await w.sql(
      'SELECT user_id, balance::text, held::text FROM user_credits WHERE user_id = ANY ($1)',
      [[expiring, holding]],
    );
    expect(balances.find((row) => row.user_id === expiring)).toMatchObject({ balance: '5.0000000000' });
    expect(balances.find((row) => row.user_id === holding)).toMatchObject({ held: '0.0000000000' });
    expect(await w.sql('SELECT last_updated FROM user_credits WHERE user_id = $1', [quiet])).toEqual(before);
    expect(await w.sql('SELECT FROM user_credits WHERE due_at <= now()')).toEqual([]);
  });
});

test('idempotency keys are forgotten after 48 hours, not before', async () => {
  const user_id = await w.user('5');
  for (const name of ['old', 'young']) {
    await w.done('credits/deduct', { user_id, amount: '0.1', service: 'tts' }, { key: `${name}-${user_id}` });
  }
  await w.sql(
    `INSERT INTO idempotency_keys (user_id, idempotency_key, request_hash, created_at)
     SELECT $1, 'filler-' || n, repeat('0', 64), now() - n * interval '1 minute' FROM generate_series(1, 5000) AS n`,
    [user_id],
  );
  await w.sql(`UPDATE idempotency_keys SET created_at = created_at - interval '49 hours' WHERE idempotency_key = $1`, [
    `old-${user_id}`,
  ]);
  await w.t.app.get(OldKeysJob).deleteExpired(RUN);
  const [left] = await w.sql(
    `SELECT count(*)::int AS n, min(created_at) > now() - interval '49 hours' AS young,
       bool_or(idempotency_key = $2) AS has_old, bool_or(idempotency_key = $3) AS has_young
     FROM idempotency_keys WHERE user_id = $1`,
    [user_id, `old-${user_id}`, `young-${user_id}`],
  );
  expect(left).toEqual({ n: 48 * 60, young: true, has_old: false, has_young: true });
});
