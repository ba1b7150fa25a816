import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ExpiringKeysJob } from '../../../src/keys/expiring-keys.job.js';
import { EventTeller } from '../../../src/notifications/telling/event-teller.js';
import { KeyRing } from '../../../src/platform/secrets/key-ring.js';
import { apiKey } from '../../support/api-keys.js';
import { concurrently, type Json, TestEnv } from '../../support/factories.js';

const DAY_MS = 86_400_000;

describe('a key that expires', () => {
  let w: TestEnv;
  beforeAll(async () => {
    w = await TestEnv.start({ env: { ENCRYPTION_KEYS: KeyRing.make('k1'), JOBS: 'off' } });
  });
  afterAll(() => w.close());

  const inDays = (days: number): string => new Date(Date.now() + days * DAY_MS).toISOString();
  const tellAll = (): Promise<void> =>
    w.t.app.get(ExpiringKeysJob, { strict: false }).tellAll({ signal: new AbortController().signal });
  const told = async (id: unknown): Promise<unknown[]> => {
    const rows: Json[] = await w.sql(
      `SELECT data->'object'->>'expires_at' AS expires_at FROM events
       WHERE type = 'key.expiring' AND data->'object'->>'id' = $1 ORDER BY sequence`,
      [id],
    );
    return rows.map(({ expires_at }) => expires_at);
  };
  /** A key that was created 30 days ago. */
  const key = async (user_id: string, expires_at: string, more: object = {}): Promise<unknown> => {
    const { id } = await apiKey(w, { name: 'Notebook', user_id, expires_at, ...more });
    await w.sql(`UPDATE api_keys SET created_at = now() - interval '30 days' WHERE id = $1`, [id]);
    return id;
  };
  const pass = async (id: unknown, days: number): Promise<void> => {
    await w.sql(
      `UPDATE api_keys SET created_at = created_at - make_interval(days => $2),
         expires_at = expires_at - make_interval(days => $2), expiry_told_at = expiry_told_at - make_interval(days => $2)
       WHERE id = $1`,
      [id, days],
    );
  };

  it('is told of a week and a day before, each once, whatever number of instances look', async () => {
    const user_id = await w.user('5');
    const expires_at = inDays(7.5);
    const id = await key(user_id, expires_at);
    await tellAll();
    expect(await told(id)).toEqual([]);
    await pass(id, 1);
    await concurrently(4, tellAll);
    expect(await told(id)).toHaveLength(1);
    await pass(id, 5);
    await tellAll();
    expect(await told(id)).toHaveLength(1);
    await pass(id, 1);
    await tellAll();
    await tellAll();
    expect(await told(id)).toHaveLength(2);
    await w.t.app.get(EventTeller, { strict: false }).tellNew();
    const { body } = await w.list('me/notifications', {}, await w.as(user_id));
    expect(body.filter(({ kind }) => kind === 'key_expiring')).toMatchObject([
      { title: 'Your API key Notebook expires soon' },
      { title: 'Your API key Notebook expires soon' },
    ]);
  });

  it('is told of again when its expiry is moved', async () => {
    const id = await key(await w.user('5'), inDays(0.5));
    await tellAll();
    expect(await told(id)).toHaveLength(1);
    const later = inDays(20);
    await w.t.call(`api-keys/${String(id)}`, { method: 'PATCH', token: w.admin, body: { expires_at: later } });
    await tellAll();
    expect(await told(id)).toHaveLength(1);
    await pass(id, 14);
    await tellAll();
    expect(await told(id)).toHaveLength(2);
  });

  it('is not told of when it is new, paused, revoked or expired', async () => {
    const user_id = await w.user('5');
    const { id: young } = await apiKey(w, { name: 'k', user_id, expires_at: inDays(0.9) });
    const paused = await key(user_id, inDays(0.5));
    await w.done(`api-keys/${String(paused)}/pause`, { reason: 'Lost' });
    const revoked = await key(user_id, inDays(0.5));
    await w.t.call(`api-keys/${String(revoked)}`, { method: 'DELETE', token: w.admin });
    const expired = await key(user_id, inDays(3));
    await pass(expired, 4);
    await tellAll();
    for (const id of [young, paused, revoked, expired]) expect(await told(id)).toEqual([]);
  });
});
