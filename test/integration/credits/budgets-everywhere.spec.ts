import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { PostingEngine } from '../../../src/credits/posting/posting.engine.js';
import { systemActor } from '../../../src/platform/actor.js';
import { type Attribution, UNATTRIBUTED } from '../../../src/platform/attribution.js';
import { units } from '../../../src/platform/values/amount.js';
import { apiKey } from '../../support/api-keys.js';
import { type Answer, startApp, type TestApp } from '../../support/app.js';
import { concurrently, type Json, type TestEnv } from '../../support/factories.js';
import { GatewayWorld, MODEL, PLATFORM_KEY } from '../../support/gateway.js';

const CALLS = 200;
const LIMIT = 30;

let g: GatewayWorld;
let w: TestEnv;
let instances: TestApp[];
beforeAll(async () => {
  g = await GatewayWorld.start();
  ({ w } = g);
  const env = { OPENROUTER_BASE_URL: g.openrouter.base_url, OPENROUTER_API_KEY: PLATFORM_KEY };
  instances = [w.t, await startApp({ database_url: w.t.database_url, env: { ...env, GATEWAY_CALLS_IN_FLIGHT: '0' } })];
});
afterAll(async () => {
  await instances[1]?.close();
  await g.close();
});

const work = (user_id: string) => ({ user_id, service: 'openrouter', model: MODEL, tags: ['x'] });
/** Ways in for backends, which charge for a user. */
const BACKEND: ((user_id: string) => [path: string, body: object])[] = [
  (user_id) => ['credits/deduct', { ...work(user_id), amount: '0.01' }],
  (user_id) => ['credits/holds', { ...work(user_id), amount: '0.01' }],
  (user_id) => ['credits/usage/track', { ...work(user_id), cost: '0.01', charge: true }],
  (user_id) => [
    'credits/deduct/batch',
    { records: [{ ...work(user_id), amount: '0.01', idempotency_key: randomUUID() }] },
  ],
  (user_id) => [
    'credits/usage/track/batch',
    { records: [{ ...work(user_id), cost: '0.01', charge: true, request_id: randomUUID() }] },
  ],
];
/** Ways in for users, who call a model. */
const GATEWAY: (() => [path: string, body: object])[] = [false, true].map((stream) => () => [
  'chat/completions',
  { model: MODEL, max_tokens: 10, messages: [{ role: 'user', content: 'Hi' }], stream },
]);

const budget = (user_id: string, scope: object): Promise<Json> =>
  w.done('budgets', { user_id, limit: String(LIMIT), unit: 'calls', window: 'rolling_24h', scope });

/** Makes many calls at the same time, through both instances. */
const callAll = (ways: ((user_id: string) => [string, object])[], user_id: string, token: string): Promise<Answer[]> =>
  concurrently(CALLS, (n) => {
    const [path, body] = ways[n % ways.length]!(user_id);
    const headers = { 'x-tollgate-tags': 'x' };
    const sent = { method: 'POST' as const, token, body, ...(path.startsWith('chat') && { headers }) };
    return instances[Math.floor(n / ways.length) % 2]!.call(path, sent);
  });

/** Charges and holds of any attribution, by the engines of both instances. */
const callEngines = (user_id: string, attribution: Attribution): Promise<unknown> =>
  Promise.allSettled(
    Array.from({ length: CALLS }, (_, n) => {
      const engine = instances[n % 2]!.app.get(PostingEngine);
      const work = { service: 'openrouter', model: MODEL, attribution };
      const common = { user_id, amount: units('0.01'), key: undefined };
      return n % 3 === 0
        ? engine.hold(systemActor('a-test'), { ...common, ...work, ttl_s: 600, metadata: {} })
        : engine.deduct(systemActor('a-test'), { ...common, details: work });
    }),
  );

/** The calls that the ledger and the holds have: exactly as many as the budget allows. */
async function expectFull(user_id: string, id: unknown): Promise<void> {
  const { used, held } = (await w.get(`budgets/${String(id)}`)).body;
  expect(units(used as string) + units(held as string)).toBe(units(String(LIMIT)));
  const [found] = await w.sql(
    `SELECT (SELECT count(DISTINCT COALESCE(hold_id, id)) FROM credit_transactions WHERE user_id = $1 AND amount < 0)
       + (SELECT count(*) FROM credit_holds WHERE user_id = $1 AND status = 'active') AS calls`,
    [user_id],
  );
  expect(Number(found?.calls)).toBe(LIMIT);
  await w.verify(user_id);
}

/** A user with credits for all calls. */
async function rich(): Promise<string> {
  const user_id = `user-${randomUUID()}`;
  await w.done('credits/tiers/switch', { user_id: await w.open(user_id), new_tier: 'enterprise' });
  return user_id;
}

describe('200 concurrent calls through two instances', () => {
  it.each([
    ['the account', {}],
    ['a service', { service: 'openrouter' }],
    ['a model', { model: MODEL }],
    ['a tag', { tag: 'x' }],
  ])('never exceed a budget of %s, through any door of backends', async (_of, scope) => {
    const user_id = await rich();
    const { id } = await budget(user_id, scope);
    await callAll(BACKEND, user_id, w.service);
    await expectFull(user_id, id);
  });

  it.each([
    ['the account', {}],
    ['a model', { model: MODEL }],
    ['a tag', { tag: 'x' }],
  ])('never exceed a budget of %s, through the gateway and its streams', async (_of, scope) => {
    const user_id = await rich();
    const { id } = await budget(user_id, scope);
    const answers = await callAll(GATEWAY, user_id, await w.as(user_id));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(LIMIT);
    const refused = answers.find(({ status }) => status === 402);
    expect(refused?.text).toContain('budget_exceeded');
    await expectFull(user_id, id);
  });

  it('never exceed a budget of a key', async () => {
    const user_id = await rich();
    const backend = await apiKey(w, { user_id: 'a-backend', role: 'service', scopes: ['charge', 'usage:write'] });
    const other = await apiKey(w, { user_id: 'a-backend', role: 'service', scopes: ['charge', 'usage:write'] });
    const { id } = await budget(user_id, { api_key_id: backend.id });
    await callAll(BACKEND, user_id, backend.key);
    await expectFull(user_id, id);
    expect((await w.post(...BACKEND[0]!(user_id), { token: other.key })).status).toBe(200);

    const caller = await rich();
    const own = await apiKey(w, { user_id: caller, scopes: ['gateway'] });
    const ofKey = await budget(caller, { api_key_id: own.id });
    await callAll(GATEWAY, caller, own.key);
    await expectFull(caller, ofKey.id);
  });

  it('never exceed a budget of a member', async () => {
    const user_id = await rich();
    const { id } = await budget(user_id, { member_id: 'mary' });
    await callEngines(user_id, { ...UNATTRIBUTED, member_id: 'mary' });
    await expectFull(user_id, id);
  });

  it('never exceed budgets of all kinds on one account, through all doors at once', async () => {
    const user_id = await rich();
    const { id: api_key_id, key } = await apiKey(w, {
      user_id: 'a-backend',
      role: 'service',
      scopes: ['charge', 'usage:write'],
    });
    const scopes = [{ api_key_id }, { member_id: 'mary' }, { model: MODEL }, { service: 'openrouter' }, { tag: 'x' }];
    const parts = await Promise.all(scopes.map((scope) => budget(user_id, scope)));
    const { id } = await budget(user_id, {});
    await Promise.all([
      callAll(BACKEND, user_id, key),
      callAll(GATEWAY, user_id, await w.as(user_id)),
      callEngines(user_id, { api_key_id, member_id: 'mary', tags: ['x'] }),
    ]);
    await expectFull(user_id, id);
    for (const part of parts) {
      const { used, held } = (await w.get(`budgets/${String(part.id)}`)).body;
      expect(units(used as string) + units(held as string)).toBeLessThanOrEqual(units(String(LIMIT)));
    }
  });
});

describe('a budget', () => {
  const credits = (user_id: string, limit: string, more: object = {}): Promise<Json> =>
    w.done('budgets', { user_id, limit, window: 'day', ...more });
  const deduct = (user_id: string, n = 0): Promise<Answer> =>
    instances[n % 2]!.call('credits/deduct', {
      method: 'POST',
      token: w.admin,
      body: { ...work(user_id), amount: '1' },
    });
  const read = async (id: unknown): Promise<Json> => (await w.get(`budgets/${String(id)}`)).body;

  it('gives back the room of holds that are released or expire', async () => {
    const user_id = await rich();
    const { id } = await credits(user_id, '2');
    const holds = await concurrently(2, () => w.hold(user_id, '1', work(user_id)));
    expect((await deduct(user_id)).status).toBe(402);
    await w.resolve(holds[0]!, 'release');
    expect((await deduct(user_id)).status).toBe(200);
    expect((await deduct(user_id)).status).toBe(402);
    await w.sql(`UPDATE credit_holds SET expires_at = now() WHERE id = $1`, [holds[1]]);
    await w.sql(`UPDATE user_credits SET due_at = now() WHERE user_id = $1`, [user_id]);
    expect((await deduct(user_id)).status).toBe(200);
    expect(await read(id)).toMatchObject({ used: '2.000000', held: '0.000000' });
  });

  it('whose window ends during 50 concurrent calls counts each of them in one window', async () => {
    const user_id = await rich();
    const { id } = await credits(user_id, '10');
    for (let n = 0; n < 10; n += 1) await deduct(user_id);
    expect((await deduct(user_id)).status).toBe(402);
    const yesterday = `window_start = window_start - interval '1 day', resets_at = clock_timestamp() + interval '30 ms'`;
    await w.sql(`UPDATE budgets SET ${yesterday} WHERE id = $1`, [id]);
    const early = concurrently(25, (n) => deduct(user_id, n));
    await new Promise((wake) => setTimeout(wake, 60));
    const answers = [...(await early), ...(await concurrently(25, (n) => deduct(user_id, n)))];
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(10);
    expect(await read(id)).toMatchObject({ used: '10.000000' });
  });

  it('that is lowered below its use refuses, and one that is raised admits again', async () => {
    const user_id = await rich();
    const { id } = await credits(user_id, '10');
    for (let n = 0; n < 3; n += 1) await deduct(user_id);
    const change = (limit: string) =>
      w.t.call(`budgets/${String(id)}`, { method: 'PATCH', token: w.admin, body: { limit } });
    await change('2');
    expect((await deduct(user_id)).status).toBe(402);
    expect(await read(id)).toMatchObject({ used: '3.000000', overrun: '1.000000', headroom: '0.000000' });
    await change('4');
    expect((await deduct(user_id)).status).toBe(200);
    await w.t.call(`budgets/${String(id)}`, { method: 'PATCH', token: w.admin, body: { is_active: false } });
    expect((await deduct(user_id)).status).toBe(200);
    await w.t.call(`budgets/${String(id)}`, { method: 'PATCH', token: w.admin, body: { is_active: true } });
    expect(await read(id)).toMatchObject({ used: '5.000000' });
    expect((await deduct(user_id)).status).toBe(402);
  });

  it('moves with its account, and counts the work of both', async () => {
    const [from, to] = [await rich(), await rich()];
    for (let n = 0; n < 2; n += 1) await deduct(from);
    await deduct(to);
    const { id } = await credits(from, '4');
    await w.done(`admin/accounts/${from}/move`, { to });
    expect(await read(id)).toMatchObject({ user_id: to, used: '3.000000' });
    expect((await deduct(to)).status).toBe(200);
    expect((await deduct(to)).status).toBe(402);
  });

  it('of a rolling window forgets work hour by hour', async () => {
    const user_id = await rich();
    for (let n = 0; n < 3; n += 1) await deduct(user_id);
    const { id } = await credits(user_id, '3', { window: 'rolling_24h' });
    expect((await deduct(user_id)).status).toBe(402);
    // as if the charges were 25 hours old, and nothing happened since
    const earlier = `window_start = window_start - interval '25 hours', resets_at = resets_at - interval '25 hours'`;
    await w.sql(`UPDATE budgets SET ${earlier} WHERE id = $1`, [id]);
    const shift = `overlay(uuid_send(id) placing substring(uuid_send(tollgate_uuid7(now() - interval '25 hours')) for 6) from 1 for 6)`;
    await w.sql('ALTER TABLE credit_transactions DISABLE TRIGGER USER');
    await w.sql(
      `UPDATE credit_transactions SET id = encode(${shift}, 'hex')::uuid WHERE user_id = $1 AND transaction_type = 'usage'`,
      [user_id],
    );
    await w.sql('ALTER TABLE credit_transactions ENABLE TRIGGER USER');
    expect(await read(id)).toMatchObject({ used: '0.000000' });
    expect((await deduct(user_id)).status).toBe(200);
    expect(await read(id)).toMatchObject({ used: '1.000000' });
  });
});
