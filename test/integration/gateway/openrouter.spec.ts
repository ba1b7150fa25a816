import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { randomBytes, randomUUID } from 'node:crypto';
import { KeyRing } from '../../../src/platform/secrets/key-ring.js';
import { OpenRouterStandIn } from '../../stand-ins/openrouter/server.js';
import { concurrently, type Json, type JsonAnswer, statuses, TestEnv } from '../../support/factories.js';

const REFUSED = 'OpenRouter does not accept this key.';

let openrouter: OpenRouterStandIn;
let w: TestEnv;

beforeAll(async () => {
  openrouter = await OpenRouterStandIn.start();
  w = await TestEnv.start({
    env: {
      OPENROUTER_BASE_URL: openrouter.base_url,
      ENCRYPTION_KEYS: KeyRing.make('test'),
    },
  });
});
beforeEach(() => openrouter.reset());
afterAll(async () => {
  await w.close();
  await openrouter.stop();
});

const newKey = (mark = ''): string => `sk-or-v1-${mark}${randomBytes(16).toString('hex')}`;
const newUser = (): string => `user-${randomUUID()}`;
const create = (body: object, token?: string): Promise<JsonAnswer> =>
  w.post('credits/openrouter/create-account', body, token === undefined ? {} : { token });
const sync = (user_id: string): Promise<JsonAnswer> => w.post('credits/openrouter/sync-balance', { user_id });
const account = async (user_id: string): Promise<JsonAnswer> => w.get('credits/openrouter/account', { user_id });
const stored = async (user_id: string): Promise<Json | undefined> =>
  (await w.sql('SELECT * FROM openrouter_accounts WHERE user_id = $1', [user_id]))[0];

async function connected(api_key = newKey()): Promise<string> {
  const user_id = newUser();
  expect(await create({ user_id, api_key })).toMatchObject({ status: 201 });
  return user_id;
}

describe('storing a key', () => {
  it('returns the end of the key and its spending limit', async () => {
    const user_id = newUser();
    const api_key = newKey();
    openrouter.keys.set(api_key, { limit: 10, usage: 2.5 });
    const { status, body } = await create({ api_key, email: 'ann@example.com' }, await w.as(user_id));
    expect([status, body]).toEqual([
      201,
      {
        user_id,
        email: 'ann@example.com',
        openrouter_email: 'ann@example.com',
        free_credits_remaining: 7.5,
        is_active: true,
        key_hint: `sk-or-v1-...${api_key.slice(-4)}`,
        account_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
        last_synced: expect.stringMatching(/Z$/),
        created_at: expect.stringMatching(/Z$/),
        updated_at: expect.stringMatching(/Z$/),
      },
    ]);
    expect((await account(user_id)).body).toEqual(body);
    expect(openrouter.calls).toMatchObject([{ path: '/key', api_key }]);
    expect(await w.audit(user_id, 'openrouter.create')).toMatchObject([{ actor: user_id, result: 'success' }]);
  });

  it('works for a user that a service names, in the body or the query', async () => {
    const [inBody, inQuery] = [newUser(), newUser()];
    expect((await create({ user_id: inBody, api_key: newKey() }, w.service)).body).toMatchObject({ user_id: inBody });
    const call = {
      method: 'POST',
      token: w.service,
      query: { user_id: inQuery },
      body: { api_key: newKey() },
    } as const;
    expect((await w.t.call('credits/openrouter/create-account', call)).body).toMatchObject({ user_id: inQuery });
  });

  it('is not possible for another user', async () => {
    const [user_id, token] = [await connected(), await w.as('a-thief')];
    for (const [method, path] of [
      ...([['POST', 'create-account']] as const),
      ...([['POST', 'sync-balance']] as const),
      ...([['GET', 'account']] as const),
      ...([['DELETE', 'account']] as const),
    ]) {
      const body = path === 'create-account' ? { api_key: newKey() } : undefined;
      const answer = await w.t.call(`credits/openrouter/${path}`, { method, token, query: { user_id }, body });
      expect([path, answer.status]).toEqual([path, 403]);
    }
    expect(await stored(user_id)).toBeDefined();
  });

  it('refuses a wrong key with a clear message and stores nothing', async () => {
    const user_id = newUser();
    const { status, body } = await create({ user_id, api_key: newKey('wrong') });
    expect([status, body.code]).toEqual([422, 'openrouter_key_refused']);
    expect(body.detail).toBe(`${REFUSED} Check that it was copied completely and has not been revoked.`);
    expect((await account(user_id)).text).toBe('null');
  });

  it('refuses a key that cannot run models, and malformed keys without asking OpenRouter', async () => {
    const user_id = newUser();
    expect((await create({ user_id, api_key: newKey('management') })).body.code).toBe('openrouter_key_unusable');
    openrouter.reset();
    for (const api_key of ['', 'sk-proj-0123456789abcdef', 'sk-or-v1-short', `${newKey()}\r\nx-header: 1`, 7, null]) {
      const { status, text } = await create({ user_id, api_key });
      expect([api_key, status]).toEqual([api_key, 422]);
      expect(text).toContain('must be an OpenRouter key, which starts with sk-or-v1-');
    }
    expect((await create({ user_id, api_key: newKey(), email: 'nobody' })).status).toBe(422);
    expect(openrouter.calls).toEqual([]);
  });

  it.each([
    ['fails', { status: 502 }],
    ['is overloaded', { status: 429, retry_after_s: 60 }],
    ['answers something that is no JSON', { garbage: true, status: 200 }],
  ])('is 503 while OpenRouter %s', async (_what, behaviour) => {
    openrouter.behaviour = behaviour;
    const { status, body, headers } = await create({ user_id: newUser(), api_key: newKey() });
    expect([status, body.code, headers['retry-after']]).toEqual([503, 'openrouter_unavailable', '10']);
    expect(body.detail).toBe('OpenRouter is not responding. Try again later.');
  });

  it('is 503 while OpenRouter does not respond in time', async () => {
    const env = { OPENROUTER_BASE_URL: openrouter.base_url, OPENROUTER_TIMEOUT_MS: '100' };
    const hasty = await TestEnv.start({ env: { ...env, ENCRYPTION_KEYS: KeyRing.make('test') } });
    openrouter.behaviour = { hang: true };
    const answer = await hasty.post('credits/openrouter/create-account', { user_id: newUser(), api_key: newKey() });
    await hasty.close();
    expect([answer.status, answer.body.code]).toEqual([503, 'openrouter_unavailable']);
    expect(openrouter.calls).toHaveLength(1);
  });

  it('survives a lost connection', async () => {
    openrouter.onNext('/key', { reset: true });
    await connected();
    expect(openrouter.calls.map(({ ended }) => ended)).toEqual(['cut', 'finished']);
  });

  it('replaces the previous key, but only with a valid one', async () => {
    const user_id = await connected();
    const before = await stored(user_id);
    expect((await create({ user_id, api_key: newKey('wrong') })).status).toBe(422);
    expect(await stored(user_id)).toEqual(before);
    const api_key = newKey();
    expect((await create({ user_id, api_key })).body).toMatchObject({ account_id: before?.account_id });
    await sync(user_id);
    expect(openrouter.calls.at(-1)?.api_key).toBe(api_key);
  });

  it('stores one of many concurrent keys', async () => {
    const user_id = newUser();
    expect(statuses(await concurrently(10, () => create({ user_id, api_key: newKey() })))).toEqual({ 201: 10 });
    expect(await w.sql('SELECT 1 FROM openrouter_accounts WHERE user_id = $1', [user_id])).toHaveLength(1);
  });
});

describe('an eleventh attempt within an hour', () => {
  it('is refused, for this user only, with the time of the next one', async () => {
    const [user_id, other] = [newUser(), newUser()];
    const tries = await concurrently(15, (n) => create({ user_id, api_key: newKey(n % 2 === 0 ? 'wrong' : '') }));
    expect(tries.filter(({ status }) => status === 429)).toHaveLength(5);
    expect(openrouter.calls).toHaveLength(10);
    const { status, body, headers } = await create({ api_key: newKey() }, await w.as(user_id));
    expect([status, body.code, headers['ratelimit-policy']]).toEqual([
      429,
      'rate_limited',
      '"openrouter-key-tries";q=10;w=3600',
    ]);
    expect(Number(headers['retry-after'])).toBeGreaterThan(3_500);
    expect(body.detail).toMatch(/^Only 10 OpenRouter keys can be tried per hour\./);
    expect((await create({ user_id: other, api_key: newKey() })).status).toBe(201);
    await w.sql(`UPDATE openrouter_key_tries SET attempted_at = attempted_at - interval '1 hour'`);
    expect((await create({ user_id, api_key: newKey() })).status).toBe(201);
    expect(await w.sql('SELECT FROM openrouter_key_tries WHERE user_id = $1', [user_id])).toHaveLength(1);
  });
});

describe('refreshing the limit of a key', () => {
  it('returns total and remaining limit, null without a limit', async () => {
    const api_key = newKey();
    const user_id = await connected(api_key);
    expect((await sync(user_id)).body).toEqual({ free_credits: null, free_credits_remaining: null });
    openrouter.keys.set(api_key, { limit: 20, usage: 0.1 });
    expect(await sync(user_id)).toMatchObject({
      status: 200,
      body: { free_credits: 20, free_credits_remaining: 19.9 },
    });
    expect((await account(user_id)).body).toMatchObject({ free_credits_remaining: 19.9, is_active: true });
    expect(await w.audit(user_id, 'openrouter.sync')).toHaveLength(2);
  });

  it('needs no body', async () => {
    const user_id = await connected();
    const answer = await w.t.call('credits/openrouter/sync-balance', { method: 'POST', token: await w.as(user_id) });
    expect(answer.status).toBe(200);
  });

  it('deactivates a revoked key until it works again', async () => {
    const api_key = newKey();
    const user_id = await connected(api_key);
    openrouter.keys.set(api_key, { is_revoked: true });
    const { status, body } = await sync(user_id);
    expect([status, body.detail]).toEqual([422, `${REFUSED} It is no longer used. Store a new one.`]);
    expect((await account(user_id)).body).toMatchObject({ is_active: false });
    expect(await w.audit(user_id, 'openrouter.deactivate')).toHaveLength(1);
    openrouter.keys.set(api_key, { is_revoked: false });
    expect((await sync(user_id)).status).toBe(200);
    expect((await account(user_id)).body).toMatchObject({ is_active: true });
  });

  it('changes nothing while OpenRouter is down', async () => {
    const user_id = await connected();
    const before = await stored(user_id);
    openrouter.behaviour = { status: 503 };
    expect((await sync(user_id)).status).toBe(503);
    expect(await stored(user_id)).toEqual(before);
  });

  it('does not apply a late answer about the old key to a new one', async () => {
    const [old, next] = [newKey(), newKey()];
    const user_id = await connected(old);
    openrouter.keys.set(old, { is_revoked: true });
    const gate = Promise.withResolvers<undefined>();
    openrouter.onNext('/key', { gate: gate.promise });
    const calls = openrouter.calls.length;
    const late = sync(user_id);
    while (openrouter.calls.length === calls) await new Promise(setImmediate);
    await create({ user_id, api_key: next });
    gate.resolve(undefined);
    expect((await late).status).toBe(200);
    expect((await account(user_id)).body).toMatchObject({ is_active: true, key_hint: `sk-or-v1-...${next.slice(-4)}` });
  });

  it('is 404 without a key', async () => {
    expect(await sync(newUser())).toMatchObject({ status: 404, body: { detail: 'OpenRouter account not found.' } });
  });
});

describe('deleting a key', () => {
  it('is confirmed once', async () => {
    const user_id = await connected();
    const forget = async () => w.t.call('credits/openrouter/account', { method: 'DELETE', token: await w.as(user_id) });
    expect(await forget()).toMatchObject({
      status: 200,
      body: { message: 'OpenRouter account deleted successfully' },
    });
    expect(await forget()).toMatchObject({ status: 404 });
    expect((await account(user_id)).text).toBe('null');
    expect(await w.audit(user_id, 'openrouter.delete')).toHaveLength(1);
  });
});

describe('without ENCRYPTION_KEYS', () => {
  it('no key is stored or sent anywhere, and everything else works', async () => {
    const bare = await TestEnv.start({ env: { OPENROUTER_BASE_URL: openrouter.base_url } });
    try {
      const user_id = newUser();
      const answer = await bare.post('credits/openrouter/create-account', { user_id, api_key: newKey() });
      expect([answer.status, answer.body.code]).toEqual([503, 'encryption_not_configured']);
      expect(openrouter.calls).toEqual([]);
      expect((await bare.get('credits/openrouter/account', { user_id })).text).toBe('null');
    } finally {
      await bare.close();
    }
  });
});
