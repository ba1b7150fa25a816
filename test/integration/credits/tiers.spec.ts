import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { concurrently, statuses, TestEnv } from '../../support/factories.js';
import { tierTerms } from '../../support/model/tiers.js';

let w: TestEnv;
beforeAll(async () => {
  w = await TestEnv.start();
});
afterAll(() => w.close());

describe('the comparison of tiers', () => {
  it('is public and has the documented values', async () => {
    const { status, body } = await w.t.call('credits/tiers/compare');
    expect(status).toBe(200);
    const row = (
      tier: string,
      price_monthly: string,
      credits_monthly: string,
      monthly_cap: string | null,
      cost_per_1k_tokens: string,
      ...features: string[]
    ) => {
      return { tier, price_monthly, credits_monthly, monthly_cap, cost_per_1k_tokens, features };
    };
    expect(body).toEqual([
      row(
        'trial',
        '4.000000',
        '5.000000',
        '5.000000',
        '0.001000',
        '100 API calls per day',
        'Open-WebUI access',
        'Basic AI models',
        'Community support',
      ),
      row(
        'starter',
        '19.000000',
        '20.000000',
        '20.000000',
        '0.002000',
        '1,000 API calls per month',
        'Open-WebUI + Center-Deep',
        'All AI models',
        'BYOK support',
        'Email support',
      ),
      row(
        'professional',
        '49.000000',
        '60.000000',
        '60.000000',
        '0.005000',
        '10,000 API calls per month',
        'All services (Chat, Search, TTS, STT)',
        'Billing dashboard access',
        'Priority support',
        'BYOK support',
      ),
      row(
        'enterprise',
        '99.000000',
        '999999.990000',
        null,
        '0.010000',
        'Unlimited API calls',
        'Team management (5 seats)',
        'Custom integrations',
        '24/7 dedicated support',
        'White-label options',
      ),
    ]);
  });

  it('contains a plan while it is public', async () => {
    const { tier } = await w.done('credits/tiers', tierTerms());
    const shown = async () => (await w.list('credits/tiers/compare')).body.map((row) => row.tier);
    expect(await shown()).toContain(tier);
    await w.t.call(`credits/tiers/${String(tier)}`, { method: 'PATCH', token: w.admin, body: { is_public: false } });
    expect(await shown()).not.toContain(tier);
  });
});

describe('admins', () => {
  it('list all plans, including those that are not public', async () => {
    const { body } = await w.list('credits/tiers');
    expect(body.find((row) => row.tier === 'free')).toMatchObject({
      credits_monthly: '0.000000',
      monthly_cap: '0.000000',
      renews: false,
      is_public: false,
    });
  });

  it('see the allowed models and the free calls per day', async () => {
    const { body } = await w.list('credits/tiers');
    const classes = ['class:free', 'class:budget', 'class:standard'];
    expect(
      body.map(({ tier, allowed_models, free_calls_per_day }) => [tier, allowed_models, free_calls_per_day]),
    ).toEqual(
      expect.arrayContaining([
        ['free', [], 20],
        ['trial', classes, 50],
        ['starter', [], 200],
        ['professional', [], 1000],
        ['enterprise', [], null],
      ]),
    );
  });

  it('create, read, update and delete a plan', async () => {
    const plan = tierTerms();
    const call = (method: 'GET' | 'PATCH' | 'DELETE', body?: object) =>
      w.t.call(`credits/tiers/${plan.tier}`, { method, token: w.admin, body });
    const created = await w.post('credits/tiers', plan);
    expect(created).toMatchObject({
      status: 201,
      body: {
        tier: plan.tier,
        credits_monthly: '2.000000',
        monthly_cap: null,
        rollover_max: '0.000000',
        features: [],
        allowed_models: [],
        free_calls_per_day: null,
      },
    });
    expect((await call('GET')).body).toEqual(created.body);
    expect(await call('PATCH', { credits_monthly: 3, monthly_cap: null, features: ['x'] })).toMatchObject({
      status: 200,
      body: { credits_monthly: '3.000000', monthly_cap: null, features: ['x'], name: 'A plan' },
    });
    expect(await call('DELETE')).toMatchObject({ status: 204, text: '' });
    for (const gone of [await call('GET'), await call('PATCH', { name: 'x' }), await call('DELETE')])
      expect(gone.status).toBe(404);
    const actions = await w.sql(`SELECT action FROM audit_logs WHERE resource_id = $1 ORDER BY id`, [plan.tier]);
    expect(actions.map(({ action }) => action)).toEqual(['tier.create', 'tier.update', 'tier.delete']);
  });

  it('create a plan once, however many concurrent requests they send', async () => {
    const plan = tierTerms();
    const answers = await concurrently(10, () => w.post('credits/tiers', plan));
    expect(statuses(answers)).toEqual({ 201: 1, 409: 9 });
    for (const { status, body } of answers) if (status === 409) expect(body.code).toBe('already_exists');
  });

  it.each([
    ['tier', 'With Blank'],
    ['tier', ''],
    ['name', null],
    ['price_monthly', -1],
    ['price_monthly', null],
    ['credits_monthly', '1e3'],
    ['monthly_cap', -1],
    ['cost_per_1k_tokens', 'NaN'],
    ['rank', 1.5],
    ['rank', null],
    ['renews', 'yes'],
    ['calls_per_day', -1],
    ['free_calls_per_day', -1],
    ['allowed_models', 'openai/*'],
    ['allowed_models', ['class:gold']],
    ['allowed_models', ['openai/*', 'not an id']],
    ['features', 'x'],
    ['features', [1]],
    ['created_at', '2026-01-01T00:00:00Z'],
  ])('cannot set %s to %j', async (field, value) => {
    const { status, body } = await w.post('credits/tiers', tierTerms({ [field]: value }));
    expect([status, body.code, (body.errors as { field: string }[])[0]?.field]).toEqual([
      422,
      'invalid_request',
      field,
    ]);
    if (field === 'tier' || value === null) return; // in an update, null means omitted
    const patched = await w.t.call('credits/tiers/starter', {
      method: 'PATCH',
      token: w.admin,
      body: { [field]: value },
    });
    expect(patched).toMatchObject({ status: 422, body: { errors: [{ field }] } });
  });

  it('cannot delete a plan that an account has or is scheduled for, or that new users start with', async () => {
    const { tier } = await w.done('credits/tiers', tierTerms());
    const remove = (code: unknown) => w.t.call(`credits/tiers/${String(code)}`, { method: 'DELETE', token: w.admin });
    const user_id = await w.user();
    await w.switch(user_id, tier as string);
    expect(await remove(tier)).toMatchObject({ status: 409, body: { code: 'tier_in_use' } });
    await w.switch(user_id, 'professional');
    await w.done('credits/tiers/switch', { new_tier: 'starter' }, { token: await w.as(user_id) });
    expect(await remove('starter')).toMatchObject({ status: 409, body: { code: 'tier_in_use' } });
    expect(await remove('trial')).toMatchObject({ status: 409, body: { code: 'tier_in_use' } });
    expect((await remove(tier)).status).toBe(204);
  });

  it('change what accounts get in their next period, not immediately', async () => {
    const { tier } = await w.done('credits/tiers', tierTerms());
    const user_id = await w.user();
    await w.switch(user_id, tier as string);
    await w.t.call(`credits/tiers/${String(tier)}`, {
      method: 'PATCH',
      token: w.admin,
      body: { credits_monthly: 9, monthly_cap: 9 },
    });
    expect(await w.balance(user_id)).toMatchObject({ balance: '2.000000', monthly_cap: null });
    await w.age(user_id, 31);
    expect(await w.balance(user_id)).toMatchObject({ balance: '9.000000', monthly_cap: '9.000000' });
  });
});
