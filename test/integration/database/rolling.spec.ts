import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import pg from 'pg';
import { applyMigrations } from '../../../src/platform/schema/engine.js';
import { startApp, type TestApp } from '../../support/app.js';
import { createEmptyDatabase, createTestDatabase, type TestDatabase } from '../../support/database.js';

const NEWER = `INSERT INTO _prisma_migrations (id, checksum, migration_name, started_at, finished_at)
  VALUES ('newer', 'newer', '29990101000000_newer', now(), now())`;
/** Longer than a ready service goes without looking at its database. */
const NEXT_CHECK_MS = 61_000;

describe('a service on the schema of a newer release', () => {
  let database: TestDatabase;
  let t: TestApp;
  let admin: string;
  let later_ms = 0;
  beforeAll(async () => {
    database = await createTestDatabase();
    t = await startApp({ database_url: database.url });
    admin = await t.tokenFor('ops', 'admin');
  });
  afterAll(async () => {
    await t.close();
    await database.drop();
  });
  afterEach(() => {
    jest.restoreAllMocks();
  });

  const post = (path: string, body: object) => t.call(path, { method: 'POST', body, token: admin });
  const charge = async (): Promise<number[]> => {
    const work = { user_id: 'ann', service: 'tts', model: 'rolling', cost: '0.1', charge: true };
    const hold = await post('credits/holds', { user_id: 'ann', amount: '0.1', service: 'tts' });
    const answers = await Promise.all([
      post('credits/deduct', { user_id: 'ann', amount: '0.1', service: 'tts' }),
      post('credits/usage/track', { ...work, request_id: String(Math.random()) }),
      post(`credits/holds/${(hold.body as { id: string }).id}/capture`, { amount: '0.1' }),
      t.call('credits/usage/summary', { token: admin, query: { user_id: 'ann' } }),
      t.call('credits/transactions', { token: admin, query: { user_id: 'ann' } }),
      post('credits/bonus', { user_id: 'ann', amount: '1', reason: 'rolling' }),
    ]);
    return answers.map(({ status }) => status);
  };
  const ready = async () => {
    later_ms += NEXT_CHECK_MS;
    jest.spyOn(Date, 'now').mockReturnValue(Date.now() + later_ms);
    const answer = await t.call('/health/ready');
    jest.restoreAllMocks();
    return answer;
  };

  it('goes on charging, and says that the database is newer', async () => {
    const before = await charge();
    expect(before.every((status) => status < 300)).toBe(true);
    await database.pool.query(`
      ALTER TABLE user_credits ADD COLUMN note text, ADD COLUMN shade int NOT NULL DEFAULT 1;
      ALTER TABLE credit_transactions ADD COLUMN note text;
      ALTER TABLE usage_events ADD COLUMN note text NOT NULL DEFAULT 'none';
      ALTER TABLE idempotency_keys ADD COLUMN note text;
      ALTER TABLE tiers ALTER COLUMN name TYPE varchar(200);
      ALTER TABLE user_credits DROP CONSTRAINT user_credits_calls_check;
      ALTER TYPE hold_status ADD VALUE 'parked';
      CREATE TABLE notes (user_id varchar(255) PRIMARY KEY REFERENCES user_credits);
      CREATE INDEX user_credits_note_idx ON user_credits (note);
      CREATE OR REPLACE FUNCTION tollgate_impersonal(metadata jsonb) RETURNS jsonb LANGUAGE sql IMMUTABLE AS 'SELECT metadata';
      ${NEWER}`);
    for (let n = 0; n < 5; n += 1) expect(await charge()).toEqual(before);
    const answer = await ready();
    expect(answer).toMatchObject({ status: 200, body: { status: 'ok' } });
    expect((answer.body as { warnings: string[] }).warnings).toEqual(
      expect.arrayContaining([
        'a newer release has migrated this database (29990101000000_newer)',
        'column user_credits.note should not exist (is text)',
        'column user_credits.shade should not exist (is integer not null default 1)',
        expect.stringMatching(/^constraint user_credits\.user_credits_calls_check is missing/),
        expect.stringMatching(/^function tollgate_impersonal/),
      ]),
    );
    expect(await charge()).toEqual(before);
  });

  it('stops when a column is gone that it writes', async () => {
    await database.pool.query('ALTER TABLE audit_logs RENAME COLUMN actor TO who');
    expect(await ready()).toMatchObject({ status: 503, body: { code: 'not_ready' } });
    expect((await post('credits/deduct', { user_id: 'ann', amount: '0.1', service: 'tts' })).status).toBe(503);
    await database.pool.query('ALTER TABLE audit_logs RENAME COLUMN who TO actor');
    expect((await ready()).status).toBe(200);
  });

  it('starts on it as well, and migrates nothing: a release can be rolled back', async () => {
    expect(await applyMigrations(database.url)).toEqual([]);
    const older = await startApp({ database_url: database.url });
    expect((await older.call('/health/ready')).status).toBe(200);
    await older.close();
  });
});

describe('a service on the schema of an older release', () => {
  it('waits, and names the migration that is pending', async () => {
    const database = await createTestDatabase();
    await database.pool.query(`DELETE FROM _prisma_migrations WHERE migration_name LIKE '%_restorable_markup_check'`);
    const t = await startApp({ database_url: database.url });
    const answer = await t.call('/health/ready');
    expect(answer).toMatchObject({ status: 503, body: { code: 'not_ready' } });
    expect(answer.text).toMatch(/migration \d+_restorable_markup_check is pending/);
    await t.close();
    await database.drop();
  });
});

describe('migrating a database that is in use', () => {
  let folder: string;
  let database: Awaited<ReturnType<typeof createEmptyDatabase>>;
  let db: pg.Client;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'tollgate-migrations-'));
    database = await createEmptyDatabase();
    db = new pg.Client({ connectionString: database.url });
    await db.connect();
    await migration('1_accounts', 'CREATE TABLE accounts (id int PRIMARY KEY, n int)');
    await applyMigrations(database.url, folder);
  });
  afterEach(async () => {
    await db.end();
    await database.drop();
    await rm(folder, { recursive: true, force: true });
  });

  const migration = async (name: string, sql: string): Promise<void> => {
    await mkdir(path.join(folder, name));
    await writeFile(path.join(folder, name, 'migration.sql'), sql);
  };

  it('gives way to who holds a lock, and is done when the lock is free', async () => {
    await migration('2_note', 'ALTER TABLE accounts ADD COLUMN note text');
    await db.query('BEGIN; LOCK TABLE accounts IN ACCESS SHARE MODE');
    const migrating = applyMigrations(database.url, folder);
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    const other = new pg.Client({ connectionString: database.url, statement_timeout: 10_000 });
    await other.connect();
    await other.query('SELECT FROM accounts'); // waits behind the migration, which gives up after two seconds
    await other.end();
    await db.query('COMMIT');
    expect(await migrating).toEqual(['2_note']);
  });

  it('makes indexes beside what goes on, and fills in batches that commit one by one', async () => {
    await db.query('INSERT INTO accounts SELECT n FROM generate_series(1, 25) AS n');
    await migration(
      '2_index',
      `-- Outside a transaction.
       DROP INDEX CONCURRENTLY IF EXISTS accounts_n_idx;
       CREATE INDEX CONCURRENTLY accounts_n_idx ON accounts (n);`,
    );
    await migration(
      '3_fill',
      `-- Outside a transaction.
       -- it's filled ten at a time; each batch commits
       DO $$
       DECLARE done int;
       BEGIN
         LOOP
           UPDATE accounts SET n = txid_current() WHERE id IN (SELECT id FROM accounts WHERE n IS NULL ORDER BY id LIMIT 10);
           GET DIAGNOSTICS done = ROW_COUNT;
           COMMIT;
           EXIT WHEN done = 0;
         END LOOP;
       END $$;`,
    );
    expect(await Promise.all([applyMigrations(database.url, folder), applyMigrations(database.url, folder)])).toEqual(
      expect.arrayContaining([['2_index', '3_fill'], []]),
    );
    const { rows } = await db.query('SELECT count(*)::int FROM accounts GROUP BY n ORDER BY n');
    expect(rows).toEqual([{ count: 10 }, { count: 10 }, { count: 5 }]);
    const { rows: valid } = await db.query(
      `SELECT indisvalid FROM pg_index WHERE indexrelid = 'accounts_n_idx'::regclass`,
    );
    expect(valid).toEqual([{ indisvalid: true }]);
  });
});
