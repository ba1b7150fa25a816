import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { createHash, randomUUID } from 'node:crypto';
import { ApiKeysRepository } from '../../../src/keys/api-keys.repository.js';
import { KeyUses } from '../../../src/keys/callers/key-uses.js';
import { makeSecret } from '../../../src/keys/secrets/key-secret.js';
import { KeyRing } from '../../../src/platform/secrets/key-ring.js';
import { apiKey, type MadeKey } from '../../support/api-keys.js';
import type { Answer, TestApp } from '../../support/app.js';
import { eventually } from '../../support/eventually.js';
import { type JsonAnswer, TestEnv } from '../../support/factories.js';

const ENCRYPTION_KEYS = KeyRing.make('k1');
const SCOPES = ['balance:read', 'charge', 'usage:write', 'keys:manage'];

let w: TestEnv;
let other: TestApp;
beforeAll(async () => {
  w = await TestEnv.start({ env: { ENCRYPTION_KEYS, RATE_LIMIT_PER_ADDRESS: '0', TRUST_PROXY: 'loopback' } });
  other = await w.another({ ENCRYPTION_KEYS, RATE_LIMIT_PER_ADDRESS: '0' });
});
afterAll(() => w.close());

const someone = (): string => `user-${randomUUID()}`;
const make = (body: object = {}): Promise<MadeKey> => apiKey(w, { user_id: someone(), scopes: SCOPES, ...body });
const me = (token: string, app: TestApp = w.t, headers = {}): Promise<JsonAnswer> =>
  app.call('me', { token, headers }) as Promise<JsonAnswer>;
const codeOf = ({ status, body }: Answer): unknown[] => [status, (body as { code?: string }).code];
const act = (id: string, name: string, body: object = {}) => w.done(`api-keys/${id}/${name}`, body);

/** Waits until an instance refuses a key. */
const refused = (token: string, app: TestApp, code: string): Promise<boolean> =>
  eventually(async () => (await me(token, app)).body.code === code);
/** Waits until an instance answers a key with a status. */
const answers = (token: string, app: TestApp, status: number): Promise<boolean> =>
  eventually(async () => (await me(token, app)).status === status);

describe('an API key signs in', () => {
  it('as its user and role, with its scopes, by Bearer and by X-API-Key', async () => {
    const { key, user_id } = await make();
    const answer = await me(key);
    expect(answer).toMatchObject({
      status: 200,
      body: { user_id, roles: ['user'], scopes: SCOPES, sign_in: 'api_key', expires_at: null, account: { user_id } },
    });
    expect(await w.t.call('me', { headers: { 'x-api-key': key } })).toMatchObject({ status: 200, body: { user_id } });
    expect(await w.t.call('credits/transactions', { token: key })).toMatchObject({
      status: 403,
      body: { code: 'missing_scope', scope: 'credits:read' },
    });
  });

  it('for backends in the role service, and never as an admin', async () => {
    const { key } = await make({ user_id: 'a-backend', role: 'service' });
    const user_id = await w.user('5');
    const charge = { user_id, amount: '1', service: 'tts' };
    expect(await w.done('credits/deduct', charge, { token: key })).toMatchObject({ user_id, balance: '4.000000' });
    expect(codeOf(await w.post('admin/accounts/x/suspend', {}, { token: key }))).toEqual([403, 'forbidden']);
  });

  it('without a call of the database once it is known', async () => {
    const { key } = await make();
    const lookUp = jest.spyOn(w.t.app.get(ApiKeysRepository), 'findByHash');
    for (let i = 0; i < 20; i += 1) expect((await me(key)).status).toBe(200);
    expect(lookUp).toHaveBeenCalledTimes(1);
    lookUp.mockRestore();
  });

  it('only if it is whole and known', async () => {
    const { key } = await make();
    const mistyped = key.slice(0, -1) + (key.endsWith('a') ? 'b' : 'a');
    expect(await me(mistyped)).toMatchObject({
      status: 401,
      body: { code: 'invalid_token', detail: expect.stringContaining('checksum') },
    });
    for (const unknown of [makeSecret('tg_live_'), 'sk-unknown-key', 'password']) {
      expect(codeOf(await me(unknown))).toEqual([401, 'invalid_token']);
    }
  });
});

describe('a change of a key', () => {
  it('reaches every instance: revoked, paused, resumed, expired, narrowed', async () => {
    const changes: [string, (id: string) => Promise<unknown>][] = [
      ['key_revoked', (id) => w.t.call(`api-keys/${id}`, { method: 'DELETE', token: w.admin })],
      ['key_paused', (id) => act(id, 'pause', { reason: 'Lost' })],
      ['key_expired', (id) => w.sql(`UPDATE api_keys SET expires_at = now() WHERE id = $1`, [id])],
      ['key_rotated', (id) => act(id, 'rotate', { grace_seconds: 0 })],
      [
        'key_address_not_allowed',
        (id) => w.t.call(`api-keys/${id}`, { method: 'PATCH', token: w.admin, body: { allowed_cidrs: ['192.0.2.1'] } }),
      ],
    ];
    for (const [code, change] of changes) {
      const { id, key } = await make();
      for (const app of [w.t, other]) expect((await me(key, app)).status).toBe(200);
      await change(id);
      for (const app of [w.t, other]) await refused(key, app, code);
      if (code === 'key_paused') {
        await act(id, 'resume');
        for (const app of [w.t, other]) await answers(key, app, 200);
      }
    }
  });

  it('ends what is in memory when changes cannot be read', async () => {
    const { id, key } = await make();
    expect((await me(key)).status).toBe(200);
    await w.sql(`ALTER TABLE api_keys RENAME COLUMN changed_at TO changed_at_away`);
    try {
      // the keys cannot be looked up either
      await answers(key, w.t, 500);
    } finally {
      await w.sql(`ALTER TABLE api_keys RENAME COLUMN changed_at_away TO changed_at`);
    }
    await answers(key, w.t, 200);
    await w.t.call(`api-keys/${id}`, { method: 'DELETE', token: w.admin });
    await refused(key, w.t, 'key_revoked');
  });
});

describe('a rotated key', () => {
  it('has two secrets until the grace ends, then one, and the refusal names it', async () => {
    const { id, key, user_id } = await make();
    const rotated = (await act(id, 'rotate', { grace_seconds: 3600 })) as MadeKey;
    for (const secret of [key, rotated.key]) {
      for (const app of [w.t, other]) expect((await me(secret, app)).body).toMatchObject({ user_id });
    }
    await w.sql(`UPDATE api_keys SET previous_expires_at = now() + interval '700 milliseconds' WHERE id = $1`, [id]);
    for (const app of [w.t, other]) {
      await refused(key, app, 'key_rotated');
      expect((await me(rotated.key, app)).status).toBe(200);
    }
    expect((await me(key)).body).toMatchObject({
      start: rotated.start,
      detail: expect.stringContaining(rotated.start),
    });
    const again = (await act(id, 'rotate', {})) as MadeKey;
    await refused(key, w.t, 'invalid_token');
    for (const secret of [rotated.key, again.key]) expect((await me(secret)).status).toBe(200);
  });

  it('ends to the second, without a change in the database', async () => {
    const { id, key } = await make();
    const expires_at = new Date(Date.now() + 600).toISOString();
    await w.t.call(`api-keys/${id}`, { method: 'PATCH', token: w.admin, body: { expires_at } });
    expect((await me(key)).body).toMatchObject({ expires_at });
    await refused(key, w.t, 'key_expired');
    expect(Date.now()).toBeGreaterThanOrEqual(Date.parse(expires_at));
  });
});

describe('a key that is limited to addresses', () => {
  it('works from there only, whatever a client writes into headers', async () => {
    const { key } = await make({ allowed_cidrs: ['203.0.113.0/24'] });
    const from = (address: string) => me(key, w.t, { 'x-forwarded-for': address });
    expect((await from('203.0.113.9')).status).toBe(200);
    expect(await from('198.51.100.9')).toMatchObject({
      status: 403,
      body: { code: 'key_address_not_allowed', address: '198.51.100.9' },
    });
    expect(codeOf(await me(key, other, { 'x-forwarded-for': '203.0.113.9' }))).toEqual([
      403,
      'key_address_not_allowed',
    ]);
  });
});

describe('an imported key', () => {
  it('verifies by the hash that the other gateway stored, and is hashed anew at its first use', async () => {
    const secret = `sk-${randomUUID()}`;
    const user_id = await w.user('5');
    await w.sql(
      `INSERT INTO api_keys (user_id, name, start, key_hash, hash_alg, scopes, created_by)
       VALUES ($1, 'Old', 'sk-...', $2, 'sha256', '{balance:read}', 'import')`,
      [user_id, createHash('sha256').update(secret).digest('hex')],
    );
    expect((await me(secret)).body).toMatchObject({ user_id });
    await eventually(async () => {
      const [row] = await w.sql('SELECT hash_alg FROM api_keys WHERE user_id = $1', [user_id]);
      return row?.hash_alg === 'hmac-sha256:k1';
    });
    expect((await me(secret, other)).body).toMatchObject({ user_id });
  });
});

describe('the last use of a key', () => {
  it('is stored some seconds later, once a minute at most', async () => {
    const { id, key } = await make();
    await me(key, w.t, { 'x-forwarded-for': '203.0.113.9' });
    const uses = w.t.app.get(KeyUses);
    await uses.flush();
    const { body } = await w.get(`api-keys/${id}`);
    expect(body).toMatchObject({ last_used_ip: '203.0.113.9', last_used_at: expect.any(String) });
    await me(key, w.t, { 'x-forwarded-for': '203.0.113.10' });
    await uses.flush();
    expect((await w.get(`api-keys/${id}`)).body).toEqual(body);
  });
});
