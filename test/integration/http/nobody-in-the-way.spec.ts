import { createHmac, randomUUID } from 'node:crypto';
import { createServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Database } from '../../../src/platform/database/database.js';
import { loadConfig } from '../../../src/platform/config/config.js';
import { serve } from '../../../src/app/serve.js';
import { TEST_SECRET, type Answer } from '../../support/app.js';
import { eventually } from '../../support/eventually.js';
import { concurrently, TestEnv, statuses } from '../../support/factories.js';

const SECRET = 'a secret that Keycloak signs with';
let w: TestEnv;
beforeAll(async () => {
  w = await TestEnv.start({ env: { KEYCLOAK_WEBHOOK_SECRET: SECRET, DATABASE_READ_POOL_MAX: '1' } });
});
afterAll(() => w.close());

describe('a key of a user', () => {
  it('is not the key of the platform, though both are written alike', async () => {
    const user_id = await w.user('5');
    const key = 'order-4711';
    const options = { key, token: await w.as(user_id) };
    expect((await w.post('credits/tiers/switch', { new_tier: 'trial' }, options)).status).toBe(200);
    const charge = { user_id, amount: '1', service: 'tts' };
    expect((await w.post('credits/deduct', charge, { key, token: w.service })).status).toBe(200);
    const again = await w.post('credits/tiers/switch', { user_id, new_tier: 'trial' }, options);
    expect([again.status, again.headers['idempotency-hit']]).toEqual([200, 'true']);
    expect((await w.balance(user_id)).balance).toBe('4.000000');
  });

  it('counts for the same request, however its optional fields are left out', async () => {
    const user_id = await w.user('5');
    const charge = { user_id, amount: '1', service: 'tts' };
    for (const more of [{}, { model: null, metadata: null }, { metadata: {} }]) {
      expect((await w.post('credits/deduct', { ...charge, ...more }, { key: 'k' })).status).toBe(200);
    }
    expect((await w.balance(user_id)).balance).toBe('4.000000');
  });
});

describe('work that a user records under a key', () => {
  it('is known by the key as it was sent', async () => {
    const user_id = await w.user('5');
    const options = { key: 'job-1', token: await w.as(user_id) };
    const work = { service: 'tts', quantity: 1, unit: 'second' };
    const { id } = await w.done('credits/usage/track', work, options);
    expect((await w.get(`credits/usage/events/${String(id)}`, { user_id })).body.request_id).toBe('job-1');
    expect((await w.done('credits/usage/track', work, options)).id).toBe(id);
  });
});

describe('reports', () => {
  it('are made of sums with more digits than one amount may have', async () => {
    const user_id = await w.user('5');
    const events = Array.from({ length: 3 }, () => ({ model: 'odd/model', total_cost: '9999999999' }));
    await w.events(user_id, ...events);
    for (const path of ['trends', 'history', 'predictions', 'insights', 'analytics']) {
      expect([path, (await w.get(`usage/${path}`, { user_id })).status]).toEqual([path, 200]);
    }
    expect((await w.get('credits/usage/summary', { user_id })).body.total_cost).toBe('29999999997.000000');
  });

  it('wait for each other, and nobody else waits for them', async () => {
    const user_id = await w.user('5');
    const { reads } = w.t.app.get(Database);
    const slow = concurrently(3, () => reads.query('somebody', 'SELECT pg_sleep(1)', []));
    const started = performance.now();
    const report = w.get('credits/usage/summary', { user_id });
    for (let n = 0; n < 5; n += 1)
      expect((await w.post('credits/deduct', { user_id, amount: '0.1', service: 'tts' })).status).toBe(200);
    const charged = performance.now() - started;
    expect((await report).status).toBe(200);
    const reported = performance.now() - started;
    await slow;
    expect(charged).toBeLessThan(reported);
    expect(performance.now() - started).toBeGreaterThan(reported); // in turn, not behind all that came before
  });
});

describe('lists', () => {
  const LISTS = ['audit?count=true', 'credits/coupons?count=true', 'payments/held', 'admin/accounts?count=true'];
  const MORE = ['usage/unrated', 'credits/holds', 'integrations/litellm/rejected', 'admin/jobs/runs'];

  it('use the connections of reports, and none of those that charges use', async () => {
    const { reads } = w.t.app.get(Database);
    const slow = reads.query('somebody', 'SELECT pg_sleep(1)', []);
    const lists = [...LISTS, ...MORE].map((path) => w.t.call(path, { token: w.admin }));
    await eventually(() => reads.waiting === 12);
    await slow;
    expect(statuses(await Promise.all(lists))).toEqual({ 200: 8 });
  });

  it('that would wait too long are refused', async () => {
    const { reads } = w.t.app.get(Database);
    const slow = Array.from({ length: 25 }, () => reads.query('accounts', 'SELECT pg_sleep(0.02)', []));
    expect(await w.t.call('admin/accounts', { token: w.admin })).toMatchObject({
      status: 503,
      headers: { 'retry-after': '2' },
      body: { code: 'overloaded', detail: expect.stringContaining('Try again shortly') },
    });
    await Promise.all(slow);
    expect((await w.t.call('admin/accounts', { token: w.admin })).status).toBe(200);
  });
});

describe('a counter at its end', () => {
  it('stays there, and its account fails nobody', async () => {
    const [full, neighbour] = [await w.userOf('professional'), await w.userOf('professional')];
    await w.sql(
      `UPDATE user_credits SET free_tier_used = 9999999999.9, used_this_period = 9999999999.9, monthly_cap = NULL,
         calls_per_day = NULL, calls_per_month = NULL, calls_reset_at = now() + interval '2 hours',
         calls_today = 2147483647, free_calls_today = 2147483647, calls_this_period = 2147483646 WHERE user_id = $1`,
      [full],
    );
    const work = (user_id: string) => ({ user_id, service: 'tts', cost: '1', charge: true, request_id: randomUUID() });
    const answers = await concurrently(20, (n) => w.post('credits/usage/track', work(n % 2 ? full : neighbour)));
    expect(statuses(answers)).toEqual({ 200: 20 });
    // the locked path counts alike
    const late = { ...work(full), occurred_at: new Date(Date.now() - 1000).toISOString(), settle: true };
    expect((await w.post('credits/usage/track', late)).status).toBe(200);
    const [counted] = await w.sql('SELECT calls_today, calls_this_period FROM user_credits WHERE user_id = $1', [full]);
    expect(counted).toEqual({ calls_today: 2147483647, calls_this_period: 2147483647 });
  });
});

describe('an account without credits', () => {
  it('fills no audit log, however often it tries', async () => {
    const user_id = await w.user('1');
    const answers = await concurrently(150, () => w.post('credits/deduct', { user_id, amount: '2', service: 'tts' }));
    expect(statuses(answers)).toEqual({ 402: 150 });
    expect(await w.audit(user_id, 'credit.deduct_failed')).toHaveLength(100);
  });
});

describe('two admins at once', () => {
  it('get 404 or 409 where the other was quicker', async () => {
    const terms = {
      tier: 'race',
      name: 'T',
      price_monthly: '1',
      credits_monthly: '1',
      cost_per_1k_tokens: '0.001',
      renews: true,
      rank: 9,
    };
    const tier = (method: 'PATCH' | 'DELETE'): Promise<Answer> =>
      w.t.call('credits/tiers/race', { method, token: w.admin, ...(method === 'PATCH' && { body: { name: 'x' } }) });
    const users = await concurrently(4, () => w.user('5'));
    for (let round = 0; round < 6; round += 1) {
      await w.post('credits/tiers', terms);
      const answers = await Promise.all([
        ...users.map((user_id) => w.post('credits/tiers/switch', { user_id, new_tier: 'race' })),
        ...['PATCH', 'PATCH', 'DELETE', 'DELETE', 'PATCH'].map((method) => tier(method as 'PATCH')),
      ]);
      expect(answers.map(({ status }) => status).filter((s) => ![200, 204, 404, 409].includes(s))).toEqual([]);
      for (const user_id of users) await w.switch(user_id, 'trial');
      await tier('DELETE');
    }
  });
});

describe("an event of Keycloak's", () => {
  const send = (event: unknown): Promise<Answer> => {
    const body = JSON.stringify(event);
    const signature = createHmac('sha256', SECRET).update(body).digest('hex');
    return w.t.call('integrations/keycloak/events', {
      method: 'POST',
      body,
      headers: { 'x-keycloak-signature': signature },
    });
  };

  it.each(['k\nc', 'kc ', ' ', '\ud800', 'x'.repeat(256), { toString: 1 }, 7])(
    'opens no account that no token can name: %j',
    async (userId) =>
      expect(await send({ type: 'access.REGISTER', authDetails: { userId } })).toMatchObject({
        status: 202,
        body: { user_id: null, state: 'ignored' },
      }),
  );

  it.each([[{ type: { toString: 1 } }], [[]], ['x'], [null], [{ type: 'admin.USER-CREATE', representation: '[' }]])(
    'may be anything: %j',
    async (event) => expect((await send(event)).status).toBe(202),
  );
});

describe('the documented interface', () => {
  it('is sent once to whoever has it', async () => {
    const first = await w.t.call('/openapi.json');
    expect(first).toMatchObject({ status: 200, body: { openapi: expect.any(String) } });
    const again = await w.t.call('/openapi.json', { headers: { 'if-none-match': first.headers.etag ?? '' } });
    expect([again.status, again.text]).toEqual([304, '']);
  });
});

describe('a start', () => {
  const env = {
    JWT_SECRET: TEST_SECRET,
    DATABASE_URL: 'postgresql://u:p@127.0.0.1:1/none',
    LOG_LEVEL: 'silent',
    JOBS: 'off',
  };

  it('on a port that is taken says so, and what to do', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const { port } = other.address() as { port: number };
    const config = loadConfig({ ...env, DATABASE_URL: w.t.database_url, PORT: String(port), HOST: '127.0.0.1' });
    await expect(serve(config)).rejects.toThrow(`Port ${port} is in use: stop the process that listens on it`);
    other.close();
  });

  it.each([
    ['TRUST_PROXY', '0.0.0.0/0'],
    ['TRUST_PROXY', '::/0'],
    ['JWT_SECRET', ' '.repeat(40)],
    ['KEYCLOAK_WEBHOOK_SECRET', ' '.repeat(20)],
    ['STRIPE_WEBHOOK_SECRET', ','],
  ])('with nonsense in %s is stopped by name', (name, value) => {
    expect(() => loadConfig({ ...env, [name]: value })).toThrow(`${name} must be `);
  });
});
