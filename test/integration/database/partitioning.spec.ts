import { cp, mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import pg from 'pg';
import { EventPartitionsRepository } from '../../../src/metering/partitions/event-partitions.repository.js';
import { RollupRepository } from '../../../src/metering/rollup.repository.js';
import { RollupVerification } from '../../../src/metering/rollup-verification.js';
import { loadConfig, withDatabaseUrl } from '../../../src/platform/config/config.js';
import { Database } from '../../../src/platform/database/database.js';
import { Metrics } from '../../../src/platform/metrics.js';
import { applyMigrations, MIGRATIONS_DIR, migrationNames } from '../../../src/platform/schema/engine.js';
import { createEmptyDatabase } from '../../support/database.js';

const FIRST = '20261202010000_event_names';
const EVENTS = 12_000;
/** As earlier releases record events: without the name. */
const record = (source: string): string => `
  INSERT INTO usage_events (id, user_id, service, model, source, request_id, tokens_used, occurred_at, created_at)
  SELECT tollgate_row_id('user-' || n % 20, at, n % 1000), 'user-' || n % 20, 'tts', 'm', '${source}', n::text, n, at, at
  FROM (SELECT n, now() - n * interval '10 minutes' AS at FROM generate_series($1::int, $2::int) AS n) AS work`;
const UNNAMED = `
  SELECT e.user_id, e.id FROM usage_events e FULL JOIN usage_event_names n ON n.user_id = e.user_id AND n.event_id = e.id
  WHERE n.digest IS DISTINCT FROM tollgate_event_digest(e.source, e.request_id)`;

let folder: string;
let database: Awaited<ReturnType<typeof createEmptyDatabase>>;
let db: pg.Client;
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'tollgate-partitioning-'));
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

it('the table becomes the first partition while an earlier release records, and every event has its name', async () => {
  await db.query(record('api'), [1, EVENTS]);
  const migrating = { isOver: false };
  const migrated = applyMigrations(database.url).finally(() => {
    migrating.isOver = true;
  });
  let n = 1;
  for (; !migrating.isOver; n += 1) await db.query(record('meanwhile'), [n, n]);
  await migrated;
  await db.query(record('afterwards'), [1, 10]);

  const { rows } = await db.query<{ events: number; partition: string }>(
    'SELECT tableoid::regclass::text AS partition, count(*)::int AS events FROM usage_events GROUP BY 1',
  );
  const partition = expect.stringMatching(/^usage_events_until_\d{4}_\d\d$/);
  expect(rows).toEqual([{ partition, events: EVENTS + n - 1 + 10 }]);
  expect((await db.query(UNNAMED)).rows).toEqual([]);
  for (const source of ['api', 'meanwhile', 'afterwards']) {
    await expect(db.query(record(source), [1, 1])).rejects.toMatchObject({ code: '23505' });
  }
  expect((await db.query('SELECT sum(event_count)::int AS n FROM v_daily_usage')).rows).toEqual([
    { n: EVENTS + n - 1 + 10 },
  ]);

  const read = new Database(withDatabaseUrl(loadConfig({}), database.url), new Metrics());
  try {
    const repository = new RollupRepository(read);
    await repository.advance(EVENTS);
    expect(await new RollupVerification(repository).verify()).toMatchObject({ verified: true, users: 20, faults: [] });
    const partitions = new EventPartitionsRepository(read);
    expect(await partitions.endHandover()).toBe(false);
    await db.query(`UPDATE _prisma_migrations SET finished_at = finished_at - interval '2 days'`);
    expect(await partitions.endHandover()).toBe(true);
    expect(await partitions.endHandover()).toBe(false);
  } finally {
    await read.onApplicationShutdown();
  }
});

it('an empty database has no trigger for earlier releases, which would cost every event', async () => {
  const empty = await createEmptyDatabase();
  await applyMigrations(empty.url);
  const client = new pg.Client({ connectionString: empty.url });
  await client.connect();
  expect((await client.query(`SELECT FROM pg_trigger WHERE tgname = 'usage_events_name'`)).rowCount).toBe(0);
  await client.end();
  await empty.drop();
});
