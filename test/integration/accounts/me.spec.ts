import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { decodeJwt } from 'jose';
import { type Json, TestEnv } from '../../support/factories.js';

let w: TestEnv;
beforeAll(async () => {
  w = await TestEnv.start();
});
afterAll(() => w.close());

const accountsOf = (user_id: string): Promise<Json[]> =>
  w.sql('SELECT user_id FROM user_credits WHERE user_id = $1', [user_id]);

describe('GET /me', () => {
  it('says who a user is, and creates the account with the first request', async () => {
    const user_id = `user-${randomUUID()}`;
    const token = await w.as(user_id);
    const { status, body } = await w.get('me', {}, token);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      user_id,
      roles: ['user'],
      scopes: null,
      sign_in: 'token',
      return_url: null,
      expires_at: new Date((decodeJwt(token).exp ?? 0) * 1000).toISOString(),
      account: { user_id, balance: '5.000000', available: '5.000000', tier: 'trial', status: 'active' },
      plan: { tier: 'trial', price_monthly: '4.000000', credits_monthly: '5.000000', renews: false },
    });
    expect(await accountsOf(user_id)).toHaveLength(1);
  });

  it('lists every limit with what is used of it and when it resets', async () => {
    const user_id = await w.user('12');
    await w.done('credits/usage/track', { user_id, service: 'tts', cost: '1.25', charge: true, request_id: 'r' });
    await w.deduct(user_id, '0.5');
    const { body } = await w.get('me', {}, await w.as(user_id));
    const { account, limits } = body as { account: Json; limits: Json[] };
    const { reset_date: resets_at } = account;
    const [row = {}] = await w.sql('SELECT * FROM user_credits WHERE user_id = $1', [user_id]);
    const midnight = (row.calls_reset_at as Date).toISOString();
    const credits = { budget_id: null, unit: 'credits', used: '1.750000', limit: '5.000000', resets_at };
    const calls = { budget_id: null, unit: 'calls', resets_at: midnight };
    expect(row.calls_today).toBeGreaterThan(0);
    expect(limits).toEqual([
      { ...credits, limit_source: 'plan_credits' },
      { ...credits, limit_source: 'monthly_cap' },
      { ...calls, limit_source: 'calls_per_day', used: String(row.calls_today), limit: '100' },
      { ...calls, limit_source: 'free_calls_per_day', used: '0', limit: '50' },
    ]);
  });

  it('shows the state after everything that is due', async () => {
    const user_id = await w.userOf('starter');
    await w.deduct(user_id, '4');
    await w.age(user_id, 31);
    const { body } = await w.get('me', {}, await w.as(user_id));
    expect(body).toMatchObject({ account: { used_this_period: '0.000000' }, plan: { tier: 'starter' } });
    const limits = body.limits as Json[];
    expect(limits[0]).toMatchObject({ limit_source: 'plan_credits', used: '0.000000', limit: '20.000000' });
    expect(limits.map(({ used }) => Number(used))).toEqual([0, 0, 0, 0]);
  });

  it.each(['service', 'admin'] as const)('never opens an account for the role %s', async (role) => {
    const user_id = `staff-${randomUUID()}`;
    const token = await w.t.tokenFor(user_id, role, 'user');
    const nothing = { user_id, account: null, plan: null, limits: [] };
    expect(await w.get('me', {}, token)).toMatchObject({ status: 200, body: nothing });
    expect(await accountsOf(user_id)).toEqual([]);
    await w.open(user_id);
    expect((await w.get('me', {}, token)).body).toMatchObject({ account: { user_id, balance: '5.000000' } });
  });

  it('is about the caller alone', async () => {
    const { status, body } = await w.get('me', { user_id: await w.user('5') });
    expect([status, body.code]).toEqual([422, 'invalid_request']);
  });
});
