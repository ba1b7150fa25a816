import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import OpenAI, { type APIError } from 'openai';
import { apiKey, type MadeKey } from '../../support/api-keys.js';
import type { Answer } from '../../support/app.js';
import type { Json, TestEnv } from '../../support/factories.js';
import { GatewayWorld, MODEL } from '../../support/gateway.js';

let g: GatewayWorld;
let w: TestEnv;
beforeAll(async () => {
  g = await GatewayWorld.start();
  ({ w } = g);
});
afterAll(() => g.close());

const SCOPES = ['charge', 'usage:write', 'gateway', 'balance:read'];
const backend = (limits: object = {}): Promise<MadeKey> =>
  apiKey(w, { user_id: 'a-backend', role: 'service', scopes: SCOPES, ...limits });

/** Every door to a charge, and the service that it charges for. */
const DOORS: [name: string, path: string, body: (user_id: string) => object][] = [
  ['deduct', 'credits/deduct', (user_id) => ({ user_id, amount: '0.1', service: 'tts', model: MODEL, tags: ['x'] })],
  ['hold', 'credits/holds', (user_id) => ({ user_id, amount: '0.1', service: 'tts', model: MODEL, tags: ['x'] })],
  ['track', 'credits/usage/track', (user_id) => ({ user_id, ...WORK, charge: true, tags: ['x'] })],
  ['track, recorded only', 'credits/usage/track', (user_id) => ({ user_id, ...WORK, tags: ['x'] })],
];
const WORK = { service: 'tts', model: MODEL, cost: '0.1' };
const BATCHES: [name: string, path: string, body: (user_id: string) => object][] = [
  [
    'deduct/batch',
    'credits/deduct/batch',
    (user_id) => ({ records: [{ ...charge(user_id), idempotency_key: randomUUID() }] }),
  ],
  [
    'track/batch',
    'credits/usage/track/batch',
    (user_id) => ({ records: [{ user_id, ...WORK, settle: true, request_id: randomUUID(), tags: ['x'] }] }),
  ],
];
const charge = (user_id: string) => ({ user_id, amount: '0.1', service: 'tts', model: MODEL, tags: ['x'] });

/** Where the work of an account is stored. */
async function storedWork(user_id: string): Promise<Json[]> {
  return w.sql(
    `SELECT 'hold' AS row, api_key_id, tags FROM credit_holds WHERE user_id = $1
     UNION ALL SELECT 'line', api_key_id, tags FROM credit_transactions WHERE user_id = $1 AND amount < 0
     UNION ALL SELECT 'event', api_key_id, tags FROM usage_events WHERE user_id = $1`,
    [user_id],
  );
}

const codeOf = ({ status, body }: Answer): unknown[] => [status, (body as Json).code];

describe('work with an API key', () => {
  it('carries the key and its tags, through every door', async () => {
    const { id, key } = await backend({ tags: ['team-a'] });
    for (const [, path, body] of [...DOORS, ...BATCHES]) {
      const user_id = await w.user('5');
      await w.done(path, body(user_id), { token: key });
      const rows = await storedWork(user_id);
      expect(rows.length).toBeGreaterThan(0);
      for (const row of rows) expect(row).toMatchObject({ api_key_id: id, tags: ['team-a', 'x'] });
    }
  });

  it('carries them through the gateway, whose call is settled later', async () => {
    const user_id = await w.user('5');
    const { id, key } = await apiKey(w, { user_id, tags: ['team-a'] });
    const messages = [{ role: 'user', content: 'Hi there' }];
    const answer = await g.send(user_id, { model: MODEL, max_tokens: 100, messages }, { token: key });
    expect(answer.status).toBe(200);
    const rows = await storedWork(user_id);
    expect(rows.map(({ row }) => row).sort()).toEqual(['event', 'hold', 'line']);
    for (const row of rows) expect(row).toMatchObject({ api_key_id: id, tags: ['team-a'] });
  });

  it('carries them through LiteLLM', async () => {
    const { id, key } = await backend();
    const user_id = await w.user('5');
    const log = {
      id: randomUUID(),
      status: 'success',
      model: MODEL,
      response_cost: 0.1,
      total_tokens: 10,
      prompt_tokens: 5,
      completion_tokens: 5,
    };
    await w.done('integrations/litellm/callback', [{ ...log, metadata: { user_api_key_user_id: user_id } }], {
      token: key,
    });
    const rows = await storedWork(user_id);
    expect(rows.length).toBeGreaterThan(0);
    for (const row of rows) expect(row).toMatchObject({ api_key_id: id });
  });

  it('names nobody without a key', async () => {
    const user_id = await w.user('5');
    await w.deduct(user_id, '1');
    expect(await storedWork(user_id)).toEqual([{ row: 'line', api_key_id: null, tags: null }]);
  });
});

describe('a key for some services and models', () => {
  it('is refused for others, through every door, without an effect', async () => {
    const limits: [string, object][] = [
      ['key_service_not_allowed', { allowed_services: ['chat'] }],
      ['key_model_not_allowed', { allowed_models: ['google/*'] }],
      ['key_model_not_allowed', { denied_models: [MODEL] }],
    ];
    for (const [code, limit] of limits) {
      const { key } = await backend(limit);
      const user_id = await w.user('5');
      for (const [, path, body] of DOORS) {
        expect(codeOf(await w.post(path, body(user_id), { token: key }))).toEqual([403, code]);
      }
      for (const [, path, body] of BATCHES) {
        const answer = await w.post(path, body(user_id), { token: key });
        expect(answer.body).toMatchObject([{ status: 'error', code }]);
      }
      const sent = await g.send(user_id, { model: MODEL, max_tokens: 10, messages: [] }, { token: key });
      expect([sent.status, ((await sent.json()) as { error: Json }).error.code]).toEqual([403, code]);
      expect(await storedWork(user_id)).toEqual([]);
    }
  });

  it('does what they allow', async () => {
    const { key } = await backend({ allowed_services: ['tts', 'openrouter'], allowed_models: ['openai/*'] });
    const user_id = await w.user('5');
    for (const [, path, body] of DOORS)
      expect((await w.post(path, body(user_id), { token: key })).status).toBeLessThan(300);
  });

  it('cannot get around them with fallbacks', async () => {
    const user_id = await w.user('5');
    const { key } = await apiKey(w, { user_id, denied_models: ['meta-llama/*'] });
    const messages = [{ role: 'user', content: 'Hi there' }];
    const models = [MODEL, 'meta-llama/llama-3.1-8b-instruct'];
    const sent = await g.send(user_id, { model: MODEL, models, max_tokens: 10, messages }, { token: key });
    expect(((await sent.json()) as { error: Json }).error.code).toBe('key_model_not_allowed');
  });
});

describe("OpenAI's client", () => {
  let sent = 0;
  const ask = (apiKey: string, maxRetries = 2): Promise<unknown> => {
    sent = 0;
    const counting: typeof fetch = (...call) => {
      sent += 1;
      return fetch(...call);
    };
    // it repeats what it thinks is worth repeating
    const client = new OpenAI({ apiKey, maxRetries, baseURL: `${g.base}/v1`, fetch: counting });
    return client.chat.completions.create({
      model: MODEL,
      messages: [{ role: 'user', content: 'Hi' }],
      max_completion_tokens: 10,
    });
  };

  it('shows why a key is refused', async () => {
    const user_id = await w.user('5');
    const { id, key } = await apiKey(w, { user_id, name: 'Notebook' });
    await w.done(`api-keys/${id}/pause`, { reason: 'Found in a public repository' });
    const message = '403 The API key Notebook is paused: Found in a public repository';
    await expect(ask(key)).rejects.toMatchObject({ status: 403, code: 'key_paused', message });
    const denied = await apiKey(w, { user_id, denied_models: [MODEL] });
    await expect(ask(denied.key)).rejects.toMatchObject({ status: 403, code: 'key_model_not_allowed' });
    const { id: gone, key: revoked } = await apiKey(w, { user_id });
    await w.t.call(`api-keys/${gone}`, { method: 'DELETE', token: w.admin });
    const detail = '401 The API key is revoked. Create a new one.';
    await expect(ask(revoked)).rejects.toMatchObject({ status: 401, code: 'key_revoked', message: detail });
    expect(sent).toBe(1);
    const { key: unscoped } = await apiKey(w, { user_id, scopes: ['models'] });
    await expect(ask(unscoped)).rejects.toMatchObject({ status: 403, code: 'missing_scope' });
  });

  it('shows that a secret was replaced, and by which', async () => {
    const { id, key } = await apiKey(w, { user_id: await w.user('5') });
    const { start } = await w.done(`api-keys/${id}/rotate`, { grace_seconds: 0 });
    const message = expect.stringMatching(new RegExp(`^401 .*replaced.*${String(start)}`));
    await expect(ask(key)).rejects.toMatchObject({ status: 401, code: 'key_rotated', message });
    expect(sent).toBe(1);
  });

  it('shows that too many requests were sent, and when to repeat them', async () => {
    const { key } = await apiKey(w, { user_id: await w.user('5'), requests_per_minute: 1 });
    await ask(key);
    const refused = (await ask(key, 0).catch((error: unknown) => error)) as APIError;
    expect(refused).toMatchObject({
      status: 429,
      code: 'rate_limited',
      message: expect.stringMatching(/^429 .*requests/),
    });
    expect(Number(refused.headers?.get('retry-after'))).toBeGreaterThan(0);
  });

  it('shows which limit refuses a call, and does not repeat it', async () => {
    const { key: poor } = await apiKey(w, { user_id: await w.user('0.000001') });
    const message = expect.stringMatching(/^402 .*credits/);
    await expect(ask(poor)).rejects.toMatchObject({ status: 402, code: 'insufficient_credits', message });
    expect(sent).toBe(1);
    const user_id = await w.user('5');
    const { id, key } = await apiKey(w, { user_id });
    await w.done('budgets', { user_id, scope: { api_key_id: id }, limit: '0.000001', window: 'day' });
    const budget = expect.stringMatching(/^402 .*budget/);
    await expect(ask(key)).rejects.toMatchObject({ status: 402, code: 'budget_exceeded', message: budget });
    expect(sent).toBe(1);
  });
});
