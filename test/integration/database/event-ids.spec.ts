import { cp, mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import pg from 'pg';
import { eventsBetween } from '../../../src/metering/events.sql.js';
import { RollupRepository } from '../../../src/metering/rollup.repository.js';
import { RollupVerification } from '../../../src/metering/rollup-verification.js';
import { loadConfig, withDatabaseUrl } from '../../../src/platform/config/config.js';
import { Database } from '../../../src/platform/database/database.js';
import { Metrics } from '../../../src/platform/metrics.js';
import { applyMigrations, MIGRATIONS_DIR, migrationNames } from '../../../src/platform/schema/engine.js';
import { createEmptyDatabase } from '../../support/database.js';

const FIRST = '20261201011000_event_ids';
const EVENTS = 20_000;
const USERS = 20;
/** Recorded when the work was done, a day late, or by an import long after it. */
const RECORD = `
  INSERT INTO usage_events (id, user_id, service, model, request_id, tokens_used, occurred_at, created_at)
  SELECT tollgate_row_id('user-' || n % ${USERS}, recorded, n % 1000), 'user-' || n % ${USERS}, 'tts', 'm', n::text, n,
    recorded - CASE n % 10 WHEN 1 THEN interval '1 day' WHEN 2 THEN interval '2 years' ELSE interval '1 second' END, recorded
  FROM (SELECT n, '2026-11-01'::timestamptz + n * interval '1 minute' AS recorded
    FROM generate_series(1, ${EVENTS}) AS n) AS work`;
const ROLL_UP = `
  INSERT INTO usage_daily (user_id, day, service, model, event_count, tokens_used)
  SELECT user_id, (occurred_at AT TIME ZONE 'UTC')::date, service, model, count(*), sum(tokens_used)
  FROM usage_events GROUP BY 1, 2, 3, 4;
  UPDATE usage_rollups SET watermark = pg_snapshot_xmin(pg_current_snapshot())::text::bigint`;
const LATER = `INSERT INTO usage_events (user_id, service, model, request_id, tokens_used, occurred_at)
  VALUES ('user-1', 'tts', 'm', gen_random_uuid()::text, 1, now())`;
const SUM = `SELECT count(*)::int AS events, sum(tokens_used)::int AS tokens FROM`;
const NOVEMBER = ['user-1', '2026-11-03T10:00:00Z', '2026-11-09T10:00:00Z'];

let folder: string;
let database: Awaited<ReturnType<typeof createEmptyDatabase>>;
let db: pg.Client;
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'tollgate-event-ids-'));
  const before = migrationNames().filter((name) => name < FIRST);
  for (const name of before) await cp(path.join(MIGRATIONS_DIR, name), path.join(folder, name), { recursive: true });
  database = await createEmptyDatabase();
  await applyMigrations(database.url, folder);
  // whoever records an event waits for no lock longer than this
  db = new pg.Client({ connectionString: database.url, statement_timeout: 5_000, options: '-c TimeZone=UTC' });
  await db.connect();
});
afterAll(async () => {
  await db.end();
  await database.drop();
  await rm(folder, { recursive: true, force: true });
});

it('events get their ids as primary key while others record, and all are found', async () => {
  await db.query(RECORD);
  await db.query(ROLL_UP);
  const migrating = { isOver: false };
  const migrated = applyMigrations(database.url).finally(() => {
    migrating.isOver = true;
  });
  let recorded = 0;
  for (; !migrating.isOver; recorded += 1) await db.query(LATER);
  await migrated;
  expect(recorded).toBeGreaterThan(0);

  const read = new Database(withDatabaseUrl(loadConfig({}), database.url), new Metrics());
  try {
    const repository = new RollupRepository(read);
    const verification = new RollupVerification(repository);
    expect(await verification.verify()).toMatchObject({ verified: true, users: USERS, faults: [] });
    await repository.advance(EVENTS);
    expect(await verification.verify()).toMatchObject({ verified: true, users: USERS, faults: [] });
  } finally {
    await read.onApplicationShutdown();
  }
  const raw = `${SUM} usage_events WHERE user_id = $1 AND occurred_at >= $2 AND occurred_at < $3`;
  const found = `${SUM} (${eventsBetween({ start: '$2::timestamptz', end: '$3::timestamptz' }, '*')}) AS e`;
  const { rows } = await db.query(raw, NOVEMBER);
  expect(rows).toEqual([{ events: expect.any(Number), tokens: expect.any(Number) }]);
  expect((await db.query(found, NOVEMBER)).rows).toEqual(rows);
});
