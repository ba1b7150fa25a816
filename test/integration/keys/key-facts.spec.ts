import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { KeyRing } from '../../../src/platform/secrets/key-ring.js';
import { apiKey } from '../../support/api-keys.js';
import { eventually } from '../../support/eventually.js';
import { type JsonAnswer, TestEnv } from '../../support/factories.js';

let w: TestEnv;
beforeAll(async () => {
  w = await TestEnv.start({ env: { ENCRYPTION_KEYS: KeyRing.make('k1') } });
});
afterAll(() => w.close());

const keyOf = (token: string, path = 'key'): Promise<JsonAnswer> => w.t.call(path, { token }) as Promise<JsonAnswer>;

describe('GET /key', () => {
  it('tells what a key has spent, under the names of OpenRouter', async () => {
    const expires_at = new Date(Date.now() + 3_600_000).toISOString();
    const backend = { user_id: 'a-backend', role: 'service', scopes: ['charge', 'balance:read'] };
    const { id, key } = await apiKey(w, { ...backend, name: 'Billing', expires_at, requests_per_minute: 600 });
    const user_id = await w.user('5');
    for (const amount of ['0.25', '0.125']) {
      await w.done('credits/deduct', { user_id, amount, service: 'tts' }, { token: key });
    }
    await w.deduct(user_id, '1'); // without the key
    const data = {
      label: 'Billing',
      limit: null,
      limit_remaining: null,
      limit_reset: null,
      usage: 0.375,
      usage_daily: 0.375,
      usage_weekly: 0.375,
      usage_monthly: 0.375,
      is_free_tier: false,
      expires_at,
      rate_limit: { requests: 600, interval: '1m' },
    };
    for (const path of ['key', 'auth/key', '/v1/key', '/v1/auth/key', '/api/v1/auth/key']) {
      expect(await keyOf(key, path)).toMatchObject({ status: 200, body: { data } });
    }
    // lines of two years ago count in all only
    await w.sql(
      `INSERT INTO credit_transactions (id, user_id, amount, balance_after, transaction_type, actor, api_key_id, created_at)
       SELECT tollgate_id_at(now() - interval '2 years', 0), user_id, -1, 0, 'usage', 'x', $2, now() - interval '2 years'
       FROM user_credits WHERE user_id = $1`,
      [user_id, id],
    );
    const all = { data: { usage: 1.375, usage_monthly: 0.375, usage_daily: 0.375 } };
    expect((await keyOf(key)).body).toMatchObject(all);
    await eventually(async () => {
      await w.rollUpHours();
      const [{ is_current } = {}] = await w.sql(
        `SELECT ledger_until > now() - interval '1 year' AS is_current FROM hourly_rollups`,
      );
      return is_current === true;
    });
    expect((await keyOf(key)).body).toMatchObject(all);
    await w.sql('UPDATE usage_by_attribution SET credits = credits + 1 WHERE value = $1', [id]);
    expect((await keyOf(key)).body).toMatchObject({ data: { usage: 2.375 } }); // it is the sum that was rolled up
  });

  it('says whether the plan is free, and nothing to callers without a key', async () => {
    const user_id = await w.user('5');
    await w.switch(user_id, 'free');
    const { key } = await apiKey(w, { user_id });
    expect((await keyOf(key)).body).toMatchObject({
      data: { is_free_tier: true, usage: 0, rate_limit: { requests: -1 } },
    });
    await w.switch(user_id, 'starter');
    expect((await keyOf(key)).body).toMatchObject({ data: { is_free_tier: false } });
    expect(await keyOf(await w.as(user_id))).toMatchObject({ status: 404, body: { code: 'not_found' } });
  });
});

describe('GET /key with a budget of the key', () => {
  it('has its limit, what is left of it, and when it begins anew', async () => {
    const user_id = await w.user('5');
    const scopes = ['balance:read', 'usage:write', 'charge'];
    const { id, key } = await apiKey(w, { user_id, scopes });
    const budget = { user_id, scope: { api_key_id: id }, limit: '2', window: 'day' };
    await w.done('budgets', budget);
    await w.done('budgets', { user_id, scope: {}, limit: '1', window: 'day' });
    const { key: backend } = await apiKey(w, { user_id, role: 'service', scopes });
    await w.done('credits/deduct', { user_id, amount: '0.5', service: 'tts' }, { token: backend });
    expect((await keyOf(key)).body).toMatchObject({ data: { limit: 2, limit_remaining: 2, limit_reset: 'daily' } });
    expect((await keyOf(backend)).body).toMatchObject({ data: { limit: null, usage: 0.5 } });
  });
});

describe('GET /me with an API key', () => {
  it('names the key and its limits', async () => {
    const user_id = await w.user('5');
    const limits = { allowed_models: ['openai/*'], tags: ['a'], requests_per_minute: 7 };
    const { id, key } = await apiKey(w, { user_id, name: 'Notebook', ...limits });
    expect((await w.get('me', {}, key)).body).toMatchObject({
      user_id,
      sign_in: 'api_key',
      api_key: { id, name: 'Notebook', ...limits, denied_models: [], tokens_per_minute: null },
    });
    expect((await w.get('me', {}, await w.as(user_id))).body).toMatchObject({ api_key: null });
  });
});
