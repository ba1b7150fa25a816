import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { TestEnv, type Json, type JsonAnswer } from '../../support/factories.js';
import { StripeStandIn } from '../../support/services/stripe-stand-in.js';

let stripe: StripeStandIn;
let w: TestEnv;
beforeAll(async () => {
  stripe = await StripeStandIn.start();
  w = await TestEnv.start({ env: stripe.env });
});
afterAll(async () => {
  await w.close();
  await stripe.stop();
});

const errorsOf = (answer: JsonAnswer): unknown => answer.body.errors;

describe('user_id in the query', () => {
  const q = (path: string, user_id: string): string => `${path}?user_id=${encodeURIComponent(user_id)}`;

  it('counts as it does in the body', async () => {
    const user_id = await w.user('5');
    await w.done('credits/coupons/create', { coupon_type: 'credit_bonus', value: '3', code: 'QUERY' });
    await w.done('provisioning/register', { user_id: 'a-service' });
    const own = await w.balance('a-service');
    const options = { token: w.service };
    expect(
      (await w.done(q('credits/usage/track', user_id), { service: 'tts', cost: '1', charge: true }, options)).user_id,
    ).toBe(user_id);
    expect((await w.done(q('credits/coupons/redeem', user_id), { code: 'QUERY' }, options)).code).toBe('QUERY');
    expect((await w.done(q('credits/tiers/switch', user_id), { new_tier: 'starter' }, options)).user_id).toBe(user_id);
    expect((await w.done(q('credits/deduct', user_id), { amount: '1', service: 'tts' }, options)).user_id).toBe(
      user_id,
    );
    expect(await w.done(q('payments/checkout', user_id), { tier: 'professional' }, options)).toMatchObject({ user_id });
    const billing = await w.get('dashboard/billing/usage', { user_id }, w.service);
    expect(billing.body.total_usage).toBeGreaterThan(0);
    expect(await w.balance('a-service')).toEqual(own);
  });

  it('must be the one of the body, where both are given', async () => {
    const user_id = await w.user('5');
    const work = { service: 'tts', cost: '1', charge: true };
    expect((await w.post(q('credits/usage/track', user_id), { ...work, user_id })).status).toBe(200);
    const differs = await w.post(q('credits/usage/track', user_id), { ...work, user_id: 'somebody' });
    expect([differs.status, errorsOf(differs)]).toEqual([
      422,
      [{ field: 'user_id', message: 'must be the same in the query and in the body' }],
    ]);
  });

  it('lets no plain user act for others', async () => {
    const answer = await w.post(
      q('credits/tiers/switch', 'somebody'),
      { new_tier: 'trial' },
      { token: await w.as('ann') },
    );
    expect([answer.status, answer.body.code]).toEqual([403, 'forbidden']);
  });

  it('with a plus sign that was not encoded is refused with the way to write it', async () => {
    await w.done('provisioning/register', { user_id: 'ann+1@example.com' });
    const answer = (await w.t.call('credits/balance?user_id=ann+1@example.com', { token: w.admin })) as JsonAnswer;
    expect(answer.status).toBe(422);
    expect(answer.body.detail).toContain('%2B');
    expect((await w.get('credits/balance', { user_id: 'ann+1@example.com' })).body.user_id).toBe('ann+1@example.com');
  });
});

describe('a query parameter that a route does not know', () => {
  it.each([
    ['POST', 'credits/deduct', { user_id: 'x', amount: '1', service: 'tts' }],
    ['POST', 'credits/usage/track/batch', []],
    ['POST', 'credits/deduct/batch', []],
    ['PATCH', 'credits/tiers/starter', { name: 'Starter' }],
    ['PUT', 'payments/auto-topup', {}],
    ['DELETE', 'credits/coupons/NONE', undefined],
    ['GET', 'credits/tiers', undefined],
    ['GET', 'credits/balance', undefined],
    ['POST', 'integrations/keycloak/events', {}],
  ] as const)('is refused by name: %s %s', async (method, path, body) => {
    const answer = (await w.t.call(`${path}?amonut=1`, { method, token: w.admin, body })) as JsonAnswer;
    expect([answer.status, answer.body.code]).toEqual([422, 'invalid_request']);
    expect(answer.body.detail).toContain('amonut');
  });

  it('is ignored when it only works against caches', async () => {
    const user_id = await w.user('5');
    for (const path of ['credits/balance', 'credits/tiers/compare']) {
      expect((await w.t.call(`${path}?_=1&_t=2`, { token: w.admin })).status).toBe(200);
    }
    expect((await w.post('credits/bonus?_t=1', { user_id, amount: '1', reason: 'x' })).status).toBe(200);
  });
});

describe('null for an optional field', () => {
  it('means left out', async () => {
    const user_id = await w.user('5');
    const work = { user_id, service: 'tts', model: null, cost: '1', quantity: null, unit: null, request_id: null };
    expect((await w.post('credits/usage/track', { ...work, charge: null, metadata: null })).status).toBe(200);
    const deduction = { user_id, amount: '1', service: 'tts', model: null, cost_breakdown: null, metadata: null };
    expect((await w.post('credits/deduct', deduction)).status).toBe(200);
    const own = await w.post(
      'credits/tiers/switch',
      { user_id: null, new_tier: 'trial' },
      { token: await w.as(user_id) },
    );
    expect([own.status, own.body.user_id]).toEqual([200, user_id]);
    for (const body of [{ package_code: null }, { tier: null }, { package_code: null, tier: null, user_id: null }]) {
      expect((await w.post('payments/checkout', body, { token: await w.as(user_id) })).status).toBe(422);
    }
    const topup = { user_id: null, threshold: '1', package_code: 'none', monthly_limit: '100' };
    expect((await w.t.call('payments/auto-topup', { method: 'PUT', body: topup, token: w.admin })).status).toBe(404);
  });

  it('is a value where null is one', async () => {
    await w.done('credits/tiers', {
      tier: 'nullable',
      name: 'N',
      price_monthly: '1',
      credits_monthly: '1',
      monthly_cap: '5',
      cost_per_1k_tokens: '0.001',
      renews: true,
      rank: 9,
    });
    const change = (body: Json) =>
      w.t.call('credits/tiers/nullable', { method: 'PATCH', body, token: w.admin }) as Promise<JsonAnswer>;
    expect((await change({ monthly_cap: null })).body.monthly_cap).toBeNull();
    expect((await change({ name: null, rank: 8 })).body).toMatchObject({ name: 'N', rank: 8 });
  });
});

describe('a timestamp without an offset', () => {
  it('is in UTC', async () => {
    const user_id = await w.user('5');
    const { expires_at } = (await w.done('credits/bonus', {
      user_id,
      amount: '1',
      reason: 'x',
      expires_at: '2099-01-31T09:30:00',
    }),
    (await w.grants(user_id)).find((grant) => grant.source === 'bonus'))!;
    expect(expires_at).toBe('2099-01-31T09:30:00.000Z');
    const query = { user_id, date_from: '2026-01-01T00:00:00', date_to: '2099-01-01T00:00:00' };
    expect((await w.get('credits/transactions', query)).status).toBe(200);
  });
});

describe('a payload with many faults', () => {
  it('costs time in proportion to its length, and its first 50 faults are listed', async () => {
    const fields = Object.fromEntries(Array.from({ length: 80_000 }, (_, n) => [`k${n}`, 1]));
    const before = process.cpuUsage();
    const answer = await w.post('credits/usage/track', { service: 'tts', ...fields });
    expect(process.cpuUsage(before).user).toBeLessThan(1_500_000); // microseconds
    expect(answer.status).toBe(422);
    expect(errorsOf(answer)).toHaveLength(50);
    expect(answer.body.detail).toMatch(/k4: is not a known field; and 79995 more$/);
    const breakdown = { user_id: 'x', amount: '1', service: 'tts', cost_breakdown: fields };
    expect(errorsOf(await w.post('credits/deduct', breakdown))).toHaveLength(50);
  });

  it.each([
    ['credits/deduct', 'metadata'],
    ['credits/usage/track', 'metadata'],
    ['chat/completions', 'messages'],
    ['chat/completions', 'tools'],
    ['completions', 'prompt'],
    ['embeddings', 'input'],
    ['integrations/litellm/callback', 'metadata'],
    ['credits/usage/events', 'data'],
  ])('that is nested without end is refused, not fatal: %s', async (path, field) => {
    const body = `{"model":"openai/gpt-4o-mini","${field}":${'['.repeat(5_000)}${']'.repeat(5_000)}}`;
    const answer = await w.t.call(path, { method: 'POST', token: w.admin, body });
    expect([path, answer.status < 500]).toEqual([path, true]);
    if (path !== 'integrations/litellm/callback') {
      expect(answer.text).toContain('is nested deeper than 100 levels');
    }
  });
});
