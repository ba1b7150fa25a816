import { Agent, request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startApp, type TestApp } from '../../support/app.js';
import { createTestDatabase } from '../../support/database.js';
import { FixtureModule } from '../../support/fixture-routes.js';

describe('readiness', () => {
  let t: TestApp;
  afterAll(() => t.close());

  it('is lost on a database with a different schema, with table and column named, and regained after the repair', async () => {
    const database = await createTestDatabase();
    await database.pool.query('ALTER TABLE credit_holds RENAME COLUMN ttl_seconds TO ttl').catch(() => undefined);
    await database.pool.query('ALTER TABLE user_credits RENAME COLUMN free_tier_used TO free_used');
    t = await startApp({ modules: [FixtureModule], database_url: database.url });
    const ready = await t.call('/health/ready');
    expect(ready).toMatchObject({
      status: 503,
      body: { code: 'not_ready', detail: expect.stringContaining('user_credits') },
    });
    expect(ready.text).toContain('free_tier_used');
    expect(await t.call('fixture/maybe')).toMatchObject({ status: 503, body: { code: 'not_ready' } });
    expect(await t.call('/')).toMatchObject({ status: 302, headers: { location: 'app/' } });
    expect((await t.call('/%61pi/v1/fixture/maybe')).status).toBe(503);
    expect((await t.call('fixture/maybe')).headers['retry-after']).toBe('3');
    for (const path of ['/health/live', '/docs', '/openapi.json']) expect((await t.call(path)).status).toBe(200);

    await database.pool.query('ALTER TABLE user_credits RENAME COLUMN free_used TO free_tier_used');
    await new Promise((resolve) => setTimeout(resolve, 3_100)); // the minimum time between two checks
    expect((await t.call('/health/ready')).status).toBe(200);
    expect((await t.call('fixture/maybe')).status).toBe(200);
    await t.close();
    await database.drop();
  });

  it('is lost without a database, while the process stays alive', async () => {
    t = await startApp({ modules: [FixtureModule], database_url: 'postgresql://nobody@127.0.0.1:1/none' });
    expect((await t.call('/health/live')).status).toBe(200);
    expect(await t.call('/health/ready')).toMatchObject({ status: 503, body: { code: 'database_unavailable' } });
    expect(await t.call('fixture/maybe')).toMatchObject({ status: 503, body: { code: 'not_ready' } });
  });
});

describe('a shutdown', () => {
  let t: TestApp;
  let url: string;
  const agent = new Agent({ keepAlive: true });

  beforeAll(async () => {
    t = await startApp({ modules: [FixtureModule], env: { STATEMENT_TIMEOUT_MS: '1000' } });
    await t.app.listen({ port: 0, host: '127.0.0.1' });
    url = await t.app.getUrl();
  });
  afterAll(() => agent.destroy());

  const get = (path: string): Promise<{ status: number | undefined; connection: string | undefined }> =>
    new Promise((resolve, reject) => {
      const call = request(`${url}/api/v1/${path}`, { agent }, (response) => {
        response.resume();
        response.on('end', () => resolve({ status: response.statusCode, connection: response.headers.connection }));
      });
      call.on('error', reject);
      call.end();
    });

  it('completes requests in flight before the database is closed, and waits for no idle connection', async () => {
    expect((await get('fixture/maybe')).status).toBe(200);
    // takes 700 ms of the database
    const slow = get('fixture/sql/nap');
    const idle = await get('fixture/maybe');
    expect(idle.connection).toBe('keep-alive');
    await new Promise((resolve) => setTimeout(resolve, 100));
    const started = performance.now();
    await t.close();
    const took_ms = performance.now() - started;
    expect(await slow).toEqual({ status: 200, connection: 'close' });
    expect(took_ms).toBeGreaterThan(300);
    expect(took_ms).toBeLessThan(2_500);
    await expect(get('fixture/maybe')).rejects.toThrow();
  });
});
