import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { loadConfig, withDatabaseUrl } from '../../../src/platform/config/config.js';
import { Database } from '../../../src/platform/database/database.js';
import { Metrics } from '../../../src/platform/metrics.js';
import { SchemaService } from '../../../src/platform/schema/schema.service.js';
import { startApp, type TestApp } from '../../support/app.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { poolerBefore } from '../../support/services/pooler.js';

const nameOf = (url: string): string => new URL(url).pathname.slice(1);
const WANTED = ['TimeZone=UTC', 'enable_seqscan=off', 'enable_bitmapscan=off', 'jit=off', 'statement_timeout=15000ms'];

describe.each(['UTC', 'America/New_York', 'Asia/Kolkata'])('a database in the zone %s', (zone) => {
  let database: TestDatabase;
  let t: TestApp;
  beforeAll(async () => {
    database = await createTestDatabase();
    await database.pool.query(`ALTER DATABASE ${nameOf(database.url)} SET TimeZone TO '${zone}'`);
    await database.pool.query(`ALTER DATABASE ${nameOf(database.url)} SET enable_seqscan TO on`);
    t = await startApp({ database_url: database.url });
  });
  afterAll(async () => {
    await t.close();
    await database.drop();
  });

  it('gives the times that it gives in UTC', async () => {
    const token = await t.tokenFor('ops', 'admin');
    const post = (path: string, body: object) => t.call(path, { method: 'POST', body, token });
    const now = Date.now();
    const near = (time: unknown, after_s: number): void => {
      expect(time).toMatch(/Z$/);
      expect(Math.abs(Date.parse(String(time)) - now - after_s * 1_000)).toBeLessThan(60_000);
    };
    const balance = (await post('credits/deduct', { user_id: 'ann', amount: '1', service: 's' }))
      .body as never as Record<string, string>;
    near(balance.last_updated, 0);
    near(balance.created_at, 0);
    near(balance.reset_date, 30 * 86_400);
    const hold = (await post('credits/holds', { user_id: 'ann', amount: '1', service: 's', ttl_seconds: 600 }))
      .body as never as Record<string, string>;
    near(hold.expires_at, 600);
    const expires_at = '2031-05-06T07:08:09.000Z';
    expect((await post('credits/allocate', { user_id: 'ann', amount: '1', source: 'bonus', expires_at })).status).toBe(
      200,
    );
    const grants = (await t.call('credits/grants', { token, query: { user_id: 'ann' } })).body as {
      expires_at: string;
    }[];
    expect(grants.map((grant) => grant.expires_at)).toContain(expires_at);
    const lines = (await t.call('credits/transactions', { token, query: { user_id: 'ann' } })).body as {
      created_at: string;
    }[];
    expect(lines).toHaveLength(3);
    for (const line of lines) near(line.created_at, 0);
  });

  it('has sessions that are set as they must be', async () => {
    const { rows } = await t.app.get(Database).pool
      .query(`SELECT current_setting('TimeZone') AS zone, current_setting('enable_seqscan') AS seqscan,
        current_setting('statement_timeout') AS timeout`);
    expect(rows).toEqual([{ zone: 'UTC', seqscan: 'off', timeout: '15s' }]);
  });
});

describe('a timestamp with an offset', () => {
  it.each([
    ['UTC', '2026-07-01T10:00:00.123Z'],
    ['America/New_York', '2026-07-01T10:00:00.123Z'],
    ['Asia/Kolkata', '2026-07-01T10:00:00.123Z'],
    ['Africa/Monrovia', '1919-06-01T10:00:00.123Z'], // -00:43:08 then
  ])('of %s is the instant that it names', async (zone, at) => {
    const database = await createTestDatabase();
    const db = new Database(withDatabaseUrl(loadConfig({}), database.url), new Metrics());
    const text = `SELECT set_config('TimeZone', $1, false), $2::text::timestamptz AS at`;
    // the parameter is set before its result is printed
    await db.statement('zone', text, [zone, at]);
    const [row] = await db.statement<{ at: Date }>('zone', text, [zone, at]);
    expect(row?.at.toISOString()).toBe(at);
    await db.onApplicationShutdown();
    await database.drop();
  });
});

describe('behind a pooler that drops what sessions set', () => {
  let database: TestDatabase;
  let pooler: Awaited<ReturnType<typeof poolerBefore>>;
  let t: TestApp;
  beforeAll(async () => {
    database = await createTestDatabase();
    await database.pool.query(`ALTER DATABASE ${nameOf(database.url)} SET TimeZone TO 'Europe/Berlin'`);
    pooler = await poolerBefore(database.url);
  });
  afterAll(async () => {
    await t.close();
    await pooler.stop();
    await database.drop();
  });

  it('is not ready, and says what to run', async () => {
    t = await startApp({ database_url: pooler.url });
    const answer = await t.call('/health/ready');
    expect(answer).toMatchObject({ status: 503, body: { code: 'database_unavailable' } });
    expect(answer.text).toContain(
      'TimeZone is Europe/Berlin and should be UTC, enable_seqscan is on and should be off',
    );
    expect(answer.text).toMatch(
      /Run tollgate schema migrate as this role, or ALTER ROLE .* IN DATABASE .* SET TimeZone TO 'UTC'/,
    );
    const token = await t.tokenFor('ops', 'admin');
    const charge = await t.call('credits/deduct', {
      method: 'POST',
      token,
      body: { user_id: 'a', amount: '1', service: 's' },
    });
    expect(charge).toMatchObject({ status: 503, body: { code: 'not_ready' } });
    expect(charge.text).toContain('ALTER ROLE');
    await t.close();
  });

  it('serves once schema migrate gave the role its settings', async () => {
    const config = withDatabaseUrl(loadConfig({}), database.url);
    const own = new Database(config, new Metrics());
    const schema = new SchemaService(config, own);
    await Promise.all([schema.migrate(), schema.migrate()]);
    const { rows } = await own.pool.query<{ setconfig: string[] }>(
      `SELECT setconfig FROM pg_db_role_setting s JOIN pg_database d ON d.oid = s.setdatabase
       WHERE datname = current_database() AND setrole <> 0`,
    );
    expect(rows).toEqual([{ setconfig: WANTED }]);
    await own.onApplicationShutdown();
    t = await startApp({ database_url: pooler.url });
    expect((await t.call('/health/ready')).status).toBe(200);
    const token = await t.tokenFor('ops', 'admin');
    const charge = await t.call('credits/deduct', {
      method: 'POST',
      token,
      body: { user_id: 'a', amount: '1', service: 's' },
    });
    expect(charge.status).toBe(200);
  });

  it.each([
    ['0', 'is refused'],
    ['500ms', 'is refused'],
    ['1min', 'is accepted'],
    ['1h', 'is refused'],
  ])('a role with a statement_timeout of %s %s', async (timeout, verdict) => {
    const role = `CURRENT_USER IN DATABASE ${nameOf(database.url)}`;
    await database.pool.query(`ALTER ROLE ${role} SET statement_timeout TO '${timeout}'`);
    const db = new Database(withDatabaseUrl(loadConfig({}), pooler.url), new Metrics());
    const answer = await db.pool.query('SELECT 1').then(
      () => 'is accepted',
      (error: unknown) => (error as Error).message,
    );
    await db.onApplicationShutdown();
    if (verdict === 'is accepted') expect(answer).toBe(verdict);
    else expect(answer).toContain(`statement_timeout is ${timeout} and should be 15000ms`);
  });
});

describe('a replica for reads', () => {
  it('is where reports are read from, and charges are not', async () => {
    const [primary, replica] = await Promise.all([createTestDatabase(), createTestDatabase()]);
    const t = await startApp({ database_url: primary.url, env: { DATABASE_READ_URL: replica.url } });
    const token = await t.tokenFor('ops', 'admin');
    const work = { user_id: 'ann', service: 'tts', cost: '1', charge: true, request_id: 'r' };
    const tracked = await t.call('credits/usage/track', { method: 'POST', token, body: work });
    expect(tracked.status).toBe(200);
    const summary = async () => (await t.call('credits/usage/summary', { token, query: { user_id: 'ann' } })).body;
    expect(await summary()).toMatchObject({ total_events: 0 });
    await replica.pool.query(
      `INSERT INTO usage_events (user_id, service, request_id, occurred_at) VALUES ('ann', 's', 'x', now())`,
    );
    expect(await summary()).toMatchObject({ total_events: 1, total_cost: '0.000000' });
    expect((await t.call('credits/balance', { token, query: { user_id: 'ann' } })).body).toMatchObject({
      balance: '4.000000',
    });
    await t.close();
    await Promise.all([primary.drop(), replica.drop()]);
  });
});

describe('an address of a socket', () => {
  it.each([
    'postgresql:///tollgate?host=/run/pg&port=5433',
    'postgresql://ann@/tollgate?host=/run/pg&port=5433',
    'postgresql://ann:pw@%2Frun%2Fpg:5433/tollgate',
  ])('%s is taken as libpq takes it', (url) => {
    const config = loadConfig({ JWT_SECRET: 'x'.repeat(32), DATABASE_URL: url });
    const client = new pg.Client({ connectionString: config.database.url ?? '' });
    expect(client).toMatchObject({ host: '/run/pg', port: 5433, database: 'tollgate' });
  });
});
