import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { KeyRing } from '../../../src/platform/secrets/key-ring.js';
import { apiKey } from '../../support/api-keys.js';
import { type JsonAnswer, type ListAnswer, TestEnv, UNKNOWN_ID } from '../../support/factories.js';
import { portalSession } from '../../support/portal.js';

let w: TestEnv;
beforeAll(async () => {
  w = await TestEnv.start({ env: { ENCRYPTION_KEYS: KeyRing.make('k1') } });
});
afterAll(() => w.close());

const someone = (): string => `user-${randomUUID()}`;
const call = (method: 'PATCH' | 'DELETE' | 'GET', id: string, token: string, body?: object): Promise<JsonAnswer> =>
  w.t.call(`api-keys/${id}`, { method, token, ...(body && { body }) }) as Promise<JsonAnswer>;
const create = (body: object, token: string): Promise<JsonAnswer> =>
  w.post('api-keys', { name: 'A key', ...body }, { token });
const codeOf = ({ status, body }: JsonAnswer): unknown[] => [status, body.code];
const inAnHour = (): string => new Date(Date.now() + 3_600_000).toISOString();

describe('an API key', () => {
  it('is created by its user, who gets the secret once', async () => {
    const user_id = someone();
    const token = await w.as(user_id);
    const answer = await create({ name: 'Notebook', tags: ['a', 'b', 'a'], metadata: { project: 7 } }, token);
    expect(answer).toMatchObject({
      status: 201,
      headers: { 'cache-control': 'no-store' },
      body: {
        user_id,
        name: 'Notebook',
        prefix: 'tg_live_',
        role: 'user',
        scopes: ['balance:read', 'credits:read', 'usage:read', 'models', 'gateway'],
        status: 'active',
        tags: ['a', 'b'],
        metadata: { project: 7 },
        allowed_models: [],
        expires_at: null,
        last_used_at: null,
        created_by: user_id,
      },
    });
    const { id, key, start } = answer.body as Record<string, string>;
    expect(key).toMatch(/^tg_live_[0-9A-Za-z]{38}$/);
    expect(start).toBe(key?.slice(0, 12));
    const { body } = await call('GET', String(id), token);
    expect(body).toEqual(Object.fromEntries(Object.entries(answer.body).filter(([name]) => name !== 'key')));
    const stored = await w.sql('SELECT api_keys::text AS row FROM api_keys WHERE id = $1', [id]);
    expect(JSON.stringify(stored)).not.toContain(key?.slice(12, 40));
  });

  it('is told about in events, which never have a secret', async () => {
    const user_id = someone();
    const token = await w.as(user_id);
    const { id, key } = await apiKey(w, { name: 'Notebook' }, token);
    const { key: second } = await w.done(`api-keys/${id}/rotate`, {}, { token });
    await w.done(`api-keys/${id}/pause`, { reason: 'Lost' }, { token });
    await w.done(`api-keys/${id}/resume`, {}, { token });
    await call('DELETE', id, token);
    const told = await w.sql('SELECT type, data FROM events WHERE user_id = $1 ORDER BY sequence', [user_id]);
    expect(told.map(({ type }) => type).filter((type) => String(type).startsWith('key.'))).toEqual([
      'key.created',
      'key.rotated',
      'key.paused',
      'key.resumed',
      'key.revoked',
    ]);
    expect(told).toContainEqual({
      type: 'key.paused',
      data: { object: expect.objectContaining({ id, name: 'Notebook', paused_reason: 'Lost', braked_model: null }) },
    });
    for (const secret of [key, String(second)]) expect(JSON.stringify(told)).not.toContain(secret.slice(12, 40));
  });

  it('is listed newest first, with its status', async () => {
    const user_id = someone();
    const token = await w.as(user_id);
    const ids: string[] = [];
    for (const name of ['active', 'paused', 'expired', 'revoked']) ids.push((await apiKey(w, { name }, token)).id);
    await w.done(`api-keys/${ids[1]}/pause`, {}, { token });
    await w.sql(`UPDATE api_keys SET expires_at = now() - interval '1 second' WHERE id = $1`, [ids[2]]);
    expect((await call('DELETE', String(ids[3]), token)).status).toBe(204);
    const { body } = await w.list('api-keys', {}, token);
    expect(body.map(({ name }) => name)).toEqual(['revoked', 'expired', 'paused', 'active']);
    for (const key of body) expect(key.status).toBe(key.name);
    for (const status of ['active', 'paused', 'expired', 'revoked']) {
      const some: ListAnswer = await w.list('api-keys', { status, count: 'true' }, token);
      expect(some.body.map(({ name }) => name)).toEqual([status]);
      expect(some.headers['x-total-count']).toBe('1');
    }
    expect((await w.list('api-keys', { user_id }, w.admin)).body).toEqual(body);
  });

  it('is changed, rotated, paused, resumed and revoked by its user, and the audit log has it all', async () => {
    const user_id = someone();
    const token = await w.as(user_id);
    const { id, key, start } = await apiKey(w, {}, token);
    const expires_at = inAnHour();
    const changes = { name: 'Other', scopes: ['gateway'], allowed_models: ['openai/*'], expires_at };
    expect((await call('PATCH', id, token, changes)).body).toMatchObject(changes);
    expect((await call('PATCH', id, token, { expires_at: null })).body).toMatchObject({
      name: 'Other',
      expires_at: null,
    });
    const rotated = await w.done(`api-keys/${id}/rotate`, { grace_seconds: 60 }, { token });
    expect(rotated).toMatchObject({ id, previous_expires_at: expect.any(String), rotated_at: expect.any(String) });
    expect(rotated.key).not.toBe(key);
    const paused = await w.done(`api-keys/${id}/pause`, { reason: 'Lost' }, { token });
    expect(paused).toMatchObject({ status: 'paused', paused_reason: 'Lost' });
    expect(await w.done(`api-keys/${id}/resume`, {}, { token })).toMatchObject({
      status: 'active',
      paused_reason: null,
    });
    for (const _again of [1, 2]) expect((await call('DELETE', id, token)).status).toBe(204);
    expect((await call('GET', id, token)).body).toMatchObject({ status: 'revoked' });
    const { body: log } = await w.list('audit', { user_id });
    const entries = log.filter(({ resource_id }) => resource_id === id).reverse();
    const actions = ['create', 'update', 'update', 'rotate', 'pause', 'resume', 'revoke'];
    expect(entries.map(({ action }) => action)).toEqual(actions.map((action) => `api_key.${action}`));
    expect(entries[1]?.metadata).toMatchObject({ fields: ['name', 'scopes', 'allowed_models', 'expires_at'] });
    expect(entries[3]?.metadata).toMatchObject({ previous_start: start, grace_seconds: 60 });
    const secrets = [key, String(rotated.key)];
    for (const secret of secrets) expect(JSON.stringify(log)).not.toContain(secret.slice(12));
  });

  it('stays revoked', async () => {
    const { id } = await apiKey(w, { user_id: someone() });
    await call('DELETE', id, w.admin);
    expect(codeOf(await call('PATCH', id, w.admin, { name: 'x' }))).toEqual([409, 'key_revoked']);
    for (const act of ['rotate', 'pause', 'resume']) {
      expect(codeOf(await w.post(`api-keys/${id}/${act}`, {}))).toEqual([409, 'key_revoked']);
    }
  });

  it('is refused when a limit cannot be read or an expiry has passed', async () => {
    const token = await w.as(someone());
    for (const limits of [
      { allowed_models: ['a b'] },
      { denied_models: ['class:free,x'] },
      { allowed_cidrs: ['localhost'] },
      { allowed_cidrs: ['10.0.0.0/33'] },
      { scopes: [] },
      { scopes: ['admin:*'] },
      { prefix: 'sk-' },
      { name: '' },
      { requests_per_minute: 0 },
      { tags: Array.from({ length: 11 }, String) },
    ]) {
      expect(codeOf(await create(limits, token))).toEqual([422, 'invalid_request']);
    }
    expect(codeOf(await create({ expires_at: '2020-01-01T00:00:00Z' }, token))).toEqual([422, 'invalid_expiry']);
  });
});

describe('who manages keys', () => {
  it('is their user, services for users, and admins', async () => {
    const [owner, other] = [someone(), someone()];
    const { id } = await apiKey(w, { user_id: owner }, w.service);
    const stranger = await w.as(other);
    for (const any of [id, UNKNOWN_ID]) {
      expect(codeOf(await call('GET', any, stranger))).toEqual([404, 'not_found']);
      expect(codeOf(await call('DELETE', any, stranger))).toEqual([404, 'not_found']);
      expect(codeOf(await call('PATCH', any, stranger, { name: 'x' }))).toEqual([404, 'not_found']);
      for (const act of ['rotate', 'pause', 'resume']) {
        expect(codeOf(await w.post(`api-keys/${any}/${act}`, {}, { token: stranger }))).toEqual([404, 'not_found']);
      }
    }
    expect(codeOf(await create({ user_id: owner }, stranger))).toEqual([403, 'forbidden']);
    for (const token of [await w.as(owner), w.service, w.admin])
      expect((await call('GET', id, token)).status).toBe(200);
    const backend = await apiKey(w, { user_id: 'backend', role: 'service' });
    expect((await call('GET', backend.id, w.admin)).status).toBe(200);
    expect(codeOf(await call('GET', backend.id, w.service))).toEqual([404, 'not_found']);
  });

  it('cannot make a key that does more than they do', async () => {
    const user_id = someone();
    const token = await w.as(user_id);
    expect(await create({ role: 'service' }, token)).toMatchObject({
      status: 403,
      body: { code: 'key_exceeds_creator', field: 'role' },
    });
    const { token: session } = await portalSession(w, user_id, ['keys:manage', 'usage:read']);
    expect(await create({ scopes: ['gateway'] }, session)).toMatchObject({ status: 403, body: { field: 'scopes' } });
    expect((await create({}, session)).body).toMatchObject({ scopes: ['usage:read'] });
    const { token: reader } = await portalSession(w, user_id, ['usage:read']);
    expect(codeOf(await create({}, reader))).toEqual([403, 'missing_scope']);
  });

  it('cannot get hold of a key that does more than they do', async () => {
    const user_id = someone();
    const token = await w.as(user_id);
    const { id } = await apiKey(w, { user_id, role: 'service' });
    const refused = [403, 'key_exceeds_creator'];
    expect(codeOf(await call('PATCH', id, token, { name: 'mine' }))).toEqual(refused);
    expect(codeOf(await w.post(`api-keys/${id}/rotate`, {}, { token }))).toEqual(refused);
    expect((await w.post(`api-keys/${id}/pause`, {}, { token })).status).toBe(200);
    expect(codeOf(await w.post(`api-keys/${id}/resume`, {}, { token }))).toEqual(refused);
    expect((await call('DELETE', id, token)).status).toBe(204);
  });
});

describe('the keys of an account', () => {
  it('go with it when it is moved, and end when its erasure is requested', async () => {
    const [from, to] = [await w.user('5'), await w.user('5')];
    const { id } = await apiKey(w, { user_id: from });
    await w.done(`admin/accounts/${from}/move`, { to });
    expect((await call('GET', id, await w.as(to))).body).toMatchObject({ user_id: to, status: 'active' });
    await w.done(`admin/accounts/${to}/erase`, {});
    const [row] = await w.sql('SELECT revoked_at FROM api_keys WHERE id = $1', [id]);
    expect(row).toEqual({ revoked_at: expect.any(Date) });
    const log = await w.list('audit', { user_id: to, action: 'api_key.revoke' });
    expect(log.body).toHaveLength(1);
  });
});
