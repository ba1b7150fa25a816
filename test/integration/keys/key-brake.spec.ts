import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { BurnsRepository } from '../../../src/credits/brake/burns.repository.js';
import { KeyModelsRepository } from '../../../src/keys/brake/key-models.repository.js';
import { apiKey, type MadeKey } from '../../support/api-keys.js';
import type { TestApp } from '../../support/app.js';
import { cliOn } from '../../support/cli.js';
import { eventually } from '../../support/eventually.js';
import type { Json, TestEnv } from '../../support/factories.js';
import { GatewayWorld, MODEL, RING } from '../../support/gateway.js';

const FLOOR = 1;
const ENV = { KEY_BRAKE_FLOOR: String(FLOOR) };
let g: GatewayWorld;
let w: TestEnv;
let other: TestApp;
beforeAll(async () => {
  g = await GatewayWorld.start(ENV);
  ({ w } = g);
  other = await w.another({ ...ENV, ENCRYPTION_KEYS: RING });
});
afterAll(() => g.close());

const SCOPES = ['charge', 'usage:write', 'balance:read'];
const backend = (more: object = {}): Promise<MadeKey> =>
  apiKey(w, { user_id: 'a-backend', role: 'service', scopes: SCOPES, brake: true, ...more });

interface Spending {
  amount?: string;
  model?: string | null;
  user_id?: string;
}

/** Charges with a key, as a backend does. */
async function spend(key: string, { amount = '0.1', model = MODEL, user_id }: Spending = {}, app = w.t) {
  const payer = user_id ?? (await w.user('50'));
  const body = { user_id: payer, amount, service: 'tts', ...(model !== null && { model }) };
  return app.call('credits/deduct', { method: 'POST', token: key, body });
}

const keyOf = async (id: string): Promise<Json> => (await w.get(`api-keys/${id}`)).body;
const untilPaused = (id: string): Promise<Json> =>
  eventually(async () => {
    const key = await keyOf(id);
    return key.status === 'paused' && key;
  });
/** Waits until the instance has checked everything that it noted so far. */
const settled = (calls: jest.SpiedFunction<KeyModelsRepository['use']>): Promise<unknown> =>
  Promise.all(calls.mock.results.map(({ value }) => value as Promise<unknown>));
const resume = (id: string): Promise<Json> => w.done(`api-keys/${id}/resume`, {});

/** A line of the ledger that a key caused some time ago. */
async function spentBefore(api_key_id: string, amount: string, ago: string, model: string): Promise<void> {
  await w.sql(
    `INSERT INTO credit_transactions (id, user_id, amount, balance_after, transaction_type, service, model, api_key_id, actor, created_at)
     SELECT tollgate_row_id('somebody', at), 'somebody', -$2::numeric, 0, 'usage', 'tts', $4, $1, 'a-test', at
     FROM (SELECT clock_timestamp() - $3::interval AS at) t`,
    [api_key_id, amount, ago, model],
  );
}

/** Every door to a charge of 1.5 credits, with a key. */
const DOORS: [name: string, charge: (key: string, user_id: string) => Promise<unknown>][] = [
  ['deduct', (key, user_id) => spend(key, { user_id, amount: '1.5' })],
  [
    'deduct/batch',
    (key, user_id) =>
      w.done(
        'credits/deduct/batch',
        { records: [{ ...WORK, user_id, amount: '1.5', idempotency_key: randomUUID() }] },
        { token: key },
      ),
  ],
  [
    'hold and capture',
    async (key, user_id) => {
      const { id } = await w.done('credits/holds', { ...WORK, user_id, amount: '2' }, { token: key });
      await w.done(`credits/holds/${String(id)}/capture`, { amount: '1.5' }, { token: key });
    },
  ],
  [
    'track',
    (key, user_id) => w.done('credits/usage/track', { ...WORK, user_id, cost: '1.5', charge: true }, { token: key }),
  ],
  [
    'track/batch',
    (key, user_id) =>
      w.done(
        'credits/usage/track/batch',
        { records: [{ ...WORK, user_id, cost: '1.5', settle: true, request_id: randomUUID() }] },
        { token: key },
      ),
  ],
];
const WORK = { service: 'tts', model: MODEL };

describe('a key that spends much on a model that it never used', () => {
  it.each(DOORS)('is paused: %s', async (_name, charge) => {
    const { id, key } = await backend();
    await charge(key, await w.user('50'));
    expect(await untilPaused(id)).toMatchObject({
      braked_model: MODEL,
      braked_burn: expect.stringMatching(/^1\.[5-9]/),
      paused_reason: expect.stringContaining(`${MODEL}, which it had not used before, cost 1.`),
    });
    const told = await w.sql(
      `SELECT data FROM events WHERE user_id = 'a-backend' AND type = 'key.paused' AND data->'object'->>'id' = $1`,
      [id],
    );
    expect(told).toMatchObject([{ data: { object: { braked_model: MODEL } } }]);
    expect(await spend(key)).toMatchObject({
      status: 403,
      body: { code: 'key_paused', detail: expect.stringContaining('brake') },
    });
    expect(await w.audit('a-backend', 'api_key.brake')).toContainEqual(
      expect.objectContaining({
        resource_id: id,
        actor: 'brake',
        metadata: expect.objectContaining({ braked_model: MODEL, limit: '1.000000' }),
      }),
    );
  });

  it('is paused: the gateway, by default for keys of users', async () => {
    const user_id = await w.user('50');
    const { id, key } = await apiKey(w, { user_id });
    const messages = [{ role: 'user', content: 'Hi there' }];
    const sent = await g.send(
      user_id,
      { model: MODEL, max_tokens: 10, messages, stand_in: { search_cost: 1.5 } },
      { token: key },
    );
    expect(sent.status).toBe(200);
    await untilPaused(id);
    const refused = await g.send(user_id, { model: MODEL, max_tokens: 10, messages }, { token: key });
    expect(refused.status).toBe(403);
  });

  it('is paused on every instance, when all of them together exceed the limit', async () => {
    const { id, key } = await backend();
    const user_id = await w.user('50');
    let sent = 0;
    for (; sent < 40; sent += 1) {
      const { status } = await spend(key, { user_id, amount: '0.1' }, sent % 2 ? w.t : other);
      if (status !== 200) break;
      await new Promise((wake) => setTimeout(wake, 20)); // a burst of one millisecond could be booked before any check
    }
    await untilPaused(id);
    const [row] = await w.sql('SELECT -sum(amount)::float8 AS spent FROM credit_transactions WHERE api_key_id = $1', [
      id,
    ]);
    expect(Number(row?.spent)).toBeGreaterThan(FLOOR);
    expect(Number(row?.spent)).toBeLessThan(2 * FLOOR);
    for (const app of [w.t, other]) await eventually(async () => (await spend(key, { user_id }, app)).status === 403);
  });

  it('counts work without a model by its service', async () => {
    const { id, key } = await backend();
    await spend(key, { amount: '1.5', model: null });
    expect(await untilPaused(id)).toMatchObject({ braked_model: 'tts' });
  });
});

describe('a key is not paused', () => {
  /** Whether the key was looked at and still works. */
  async function worksAfter(id: string, charge: () => Promise<unknown>): Promise<boolean> {
    const use = jest.spyOn(w.t.app.get(KeyModelsRepository), 'use');
    const now = jest.spyOn(w.t.app.get(BurnsRepository), 'now');
    await charge();
    await settled(use);
    await Promise.all(now.mock.results.map(({ value }) => value as Promise<unknown>));
    use.mockRestore();
    now.mockRestore();
    await new Promise((wake) => setTimeout(wake, 200)); // what the check would do now
    return (await keyOf(id)).status === 'active';
  }

  it('without a brake, the default of backends', async () => {
    const { id, key, brake } = await backend({ brake: undefined });
    expect(brake).toBe(false);
    expect(await worksAfter(id, () => spend(key, { amount: '3' }))).toBe(true);
  });

  it('for a model that it has used for more than an hour', async () => {
    const { id, key } = await backend();
    await w.sql(
      `INSERT INTO usage_by_attribution (user_id, dimension, hour, value, service, model, has_usage)
       VALUES ('a-backend', 'api_key', date_trunc('hour', clock_timestamp()) - interval '3 hours', $1, 'chat', $2, true)`,
      [id, MODEL],
    );
    expect(await worksAfter(id, () => spend(key, { amount: '3' }))).toBe(true);
    await spend(key, { amount: '3', model: 'openai/gpt-5-pro' });
    expect(await untilPaused(id)).toMatchObject({ braked_model: 'openai/gpt-5-pro' });
  });

  it('for up to twenty times what it usually spends within five minutes', async () => {
    const { id, key } = await backend();
    for (let day = 1; day <= 13; day += 1) await spentBefore(id, '0.2', `${day} days`, 'google/gemini-2.5-flash');
    await spentBefore(id, '9', '15 days', 'google/gemini-2.5-flash'); // too long ago
    await spentBefore(id, '9', '50 minutes', 'google/gemini-2.5-flash'); // too short ago to be usual
    expect(await worksAfter(id, () => spend(key, { amount: '3.9' }))).toBe(true);
    await spend(key, { amount: '0.2' });
    expect(await untilPaused(id)).toMatchObject({ paused_reason: expect.stringContaining('up to 4.000000 is usual') });
  });

  it('for what it spent on it more than five minutes ago', async () => {
    const { id, key } = await backend();
    await spentBefore(id, '2', '6 minutes', MODEL);
    expect(await worksAfter(id, () => spend(key, { amount: '0.9' }))).toBe(true);
  });

  it('again, once somebody has resumed it: the model and its cost are usual now', async () => {
    const { id, key } = await backend();
    await spend(key, { amount: '1.5' });
    await untilPaused(id);
    expect(await resume(id)).toMatchObject({
      status: 'active',
      paused_reason: null,
      braked_model: null,
      braked_burn: null,
    });
    expect(await worksAfter(id, () => spend(key, { amount: '9' }))).toBe(true);
    await spend(key, { amount: '30' });
    expect(await untilPaused(id)).toMatchObject({ paused_reason: expect.stringContaining('up to 30.000000 is usual') });
  });

  it('and the database is not asked while nothing is suspicious', async () => {
    const { id, key } = await backend();
    const use = jest.spyOn(w.t.app.get(KeyModelsRepository), 'use');
    const user_id = await w.user('50');
    for (let i = 0; i < 15; i += 1) await spend(key, { user_id, amount: '0.001' });
    expect(use).not.toHaveBeenCalled(); // all of it is less than a fiftieth of the floor
    await w.sql(`INSERT INTO api_key_models VALUES ('a-backend', $1, $2, now() - interval '2 hours', NULL)`, [
      id,
      MODEL,
    ]);
    for (let i = 0; i < 10; i += 1) await spend(key, { user_id, amount: '0.5' });
    expect(use).toHaveBeenCalledTimes(1); // a usual model is remembered
    use.mockRestore();
  });
});

describe('keys that the brake has paused', () => {
  it('are listed for administrators, until they are resumed or revoked', async () => {
    const [one, two] = [await backend(), await backend()];
    for (const { key } of [one, two]) await spend(key, { amount: '1.5' });
    for (const { id } of [one, two]) await untilPaused(id);
    const listed = async (): Promise<unknown[]> => (await w.list('admin/api-keys/braked')).body.map(({ id }) => id);
    expect(await listed()).toEqual(expect.arrayContaining([one.id, two.id]));
    const run = await cliOn(w.t.database_url, {})('keys', 'braked', '--json');
    expect(JSON.parse(run.stdout)).toContainEqual(expect.objectContaining({ id: one.id, braked_model: MODEL }));
    expect((await w.list('admin/api-keys/braked', {}, w.service)).status).toBe(403);
    await resume(one.id);
    await w.t.call(`api-keys/${two.id}`, { method: 'DELETE', token: w.admin });
    const left = await listed();
    for (const { id } of [one, two]) expect(left).not.toContain(id);
  });

  it('can be without a brake, but a key with one makes no key without one', async () => {
    const user_id = await w.user('5');
    const { id, brake, key } = await apiKey(w, { user_id, scopes: ['keys:manage', 'gateway'] });
    expect(brake).toBe(true);
    const made = await w.post('api-keys', { name: 'Another', brake: false }, { token: key });
    expect(made).toMatchObject({ status: 403, body: { code: 'key_exceeds_creator', field: 'brake' } });
    const body = { brake: false };
    const changed = await w.t.call(`api-keys/${id}`, { method: 'PATCH', token: await w.as(user_id), body });
    expect(changed).toMatchObject({ status: 200, body: { brake: false } });
  });
});
