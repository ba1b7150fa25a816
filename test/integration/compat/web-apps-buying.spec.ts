import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { KeyRing } from '../../../src/platform/secrets/key-ring.js';
import { OpenRouterStandIn } from '../../stand-ins/openrouter/server.js';
import { type Json, TestEnv } from '../../support/factories.js';
import { Shop } from '../../support/services/shop.js';

/* What the page where credits are bought and the card of the own OpenRouter key send, and the fields that they read. */

const TIMESTAMP = expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);

describe('the credit shop', () => {
  let s: Shop;
  beforeAll(async () => {
    s = await Shop.start();
  });
  afterAll(() => s.close());

  const history = async (user_id: string): Promise<Json[]> =>
    (await s.w.list('billing/credits/history', { limit: '10' }, await s.w.as(user_id))).body;

  it('lists the packages for sale, with numbers', async () => {
    const { status, body } = await s.w.list('billing/credits/packages', {}, await s.w.as('a-buyer'));
    expect([status, body]).toEqual([
      200,
      expect.arrayContaining([
        {
          id: 'small',
          package_code: 'small',
          package_name: 'Package small',
          description: null,
          credits: 10,
          price_usd: 9,
          discount_percentage: 0,
          is_active: true,
        },
      ]),
    ]);
    const offers = (await s.w.list('payments/packages', {}, await s.w.as('a-buyer'))).body;
    expect(body.map(({ id }) => id)).toEqual(offers.map(({ package_code }) => package_code));
  });

  it('opens the same checkout page as the current API', async () => {
    const user_id = await s.w.user();
    const token = await s.w.as(user_id);
    const { status, body } = await s.w.post('billing/credits/purchase', { package_code: 'small' }, { token });
    expect([status, Object.keys(body)]).toEqual([200, ['checkout_url', 'session_id']]);
    expect(body.checkout_url).toMatch(/^https:\/\//);
    const checkout = await s.checkout(user_id, { package_code: 'small' });
    expect([checkout.id, checkout.checkout_url]).toEqual([body.session_id, body.checkout_url]);
    expect(await s.w.post('billing/credits/purchase', { package_code: 'none' }, { token })).toMatchObject({
      status: 404,
      body: { detail: expect.any(String) },
    });
  });

  it('lists purchases with their names, numbers and states', async () => {
    const user_id = await s.w.user();
    const payment = await s.checkout(user_id, { package_code: 'small' });
    const shown = { id: payment.id, package_name: 'Package small', amount_credits: 10, amount_paid: 9 };
    expect(await history(user_id)).toEqual([
      { ...shown, status: 'pending', created_at: TIMESTAMP, completed_at: null },
    ]);
    await s.tell(...(await s.pay(payment)));
    expect(await history(user_id)).toEqual([
      { ...shown, status: 'completed', created_at: TIMESTAMP, completed_at: TIMESTAMP },
    ]);
    expect((await s.w.balance(user_id)).balance).toBe('15.000000');
  });

  it('lists a paid plan by its name', async () => {
    const user_id = await s.w.user();
    await s.subscribe(user_id, 'starter');
    expect(await history(user_id)).toMatchObject([{ package_name: 'starter plan', status: 'completed' }]);
  });
});

describe("the user's OpenRouter key", () => {
  let openrouter: OpenRouterStandIn;
  let w: TestEnv;
  const api_key = `sk-or-v1-${'a'.repeat(32)}`;
  beforeAll(async () => {
    openrouter = await OpenRouterStandIn.start();
    w = await TestEnv.start({
      env: { OPENROUTER_BASE_URL: openrouter.base_url, ENCRYPTION_KEYS: KeyRing.make('test') },
    });
    openrouter.keys.set(api_key, { limit: 10, usage: 2.5 });
  });
  afterAll(async () => {
    await w.close();
    await openrouter.stop();
  });

  it('is shown with its e-mail address, the remaining limit as a number, and the time of the last sync', async () => {
    const token = await w.as(await w.user());
    const made = await w.post('credits/openrouter/create', { api_key, email: 'ann@example.com' }, { token });
    expect(made).toMatchObject({ status: 201, body: { email: 'ann@example.com' } });
    const { body } = await w.get('credits/openrouter/account', {}, token);
    expect(body).toMatchObject({ openrouter_email: 'ann@example.com', free_credits_remaining: 7.5 });
    expect(body.last_synced).toEqual(TIMESTAMP);
  });

  it('is synced and deleted without a body', async () => {
    const token = await w.as(await w.user());
    await w.done('credits/openrouter/create-account', { api_key }, { token });
    const synced = await w.t.call('credits/openrouter/sync', { method: 'POST', token });
    expect([synced.status, synced.body]).toEqual([200, { free_credits: 10, free_credits_remaining: 7.5 }]);
    const deleted = await w.t.call('credits/openrouter/delete', { method: 'DELETE', token });
    expect(deleted.status).toBe(200);
    expect((await w.get('credits/openrouter/account', {}, token)).body).toBeNull();
    const gone = await w.t.call('credits/openrouter/sync', { method: 'POST', token });
    expect([gone.status, gone.body]).toEqual([404, expect.objectContaining({ detail: expect.any(String) })]);
  });

  it('is explained in the error if it is missing', async () => {
    const answer = await w.t.call('credits/openrouter/create', { method: 'POST', token: await w.as(await w.user()) });
    expect([answer.status, answer.body]).toEqual([
      422,
      expect.objectContaining({ detail: expect.stringContaining('api_key') }),
    ]);
  });
});
