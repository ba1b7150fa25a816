import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { StaleCheckouts } from '../../../src/payments/provider/stale-checkouts.js';
import { concurrently, type Json } from '../../support/factories.js';
import { Shop } from '../../support/services/shop.js';

let s: Shop;
beforeAll(async () => {
  s = await Shop.start();
});
afterAll(() => s.close());
afterEach(() => {
  s.stripe.isAway = false;
});

const customerOf = async (user_id: string): Promise<string> => {
  const [row] = await s.w.sql('SELECT customer_id FROM payment_customers WHERE user_id = $1', [user_id]);
  return row?.customer_id as string;
};
const send = (method: 'PUT' | 'PATCH' | 'DELETE', path: string, body?: object) =>
  s.w.t.call(path, { method, token: s.w.admin, ...(body ? { body } : {}) });

describe('a customer deleted at Stripe', () => {
  it('is recreated once by the next checkout', async () => {
    const user_id = await s.w.user('0');
    await s.buy(user_id);
    const before = await customerOf(user_id);
    s.stripe.gone.add(before);
    const pages = await concurrently(5, () => s.checkout(user_id, { package_code: 'small' }));
    expect(new Set(pages.map((page) => page.checkout_url)).size).toBe(1);
    expect(await customerOf(user_id)).not.toBe(before);
    await s.tell(...(await s.pay(pages[0]!)));
    expect(await s.w.balance(user_id)).toMatchObject({ balance: '20.000000' });
  });

  it('gets a final error from the portal; the recreated customer gets a page', async () => {
    const user_id = await s.w.user();
    await s.buy(user_id);
    s.stripe.gone.add(await customerOf(user_id));
    const gone = await s.w.post('payments/portal', { user_id });
    expect(gone).toMatchObject({ status: 409, body: { code: 'payment_customer_gone' } });
    expect((await s.w.post('payments/portal', { user_id })).status).toBe(200);
  });

  it('has no card on file', async () => {
    const user_id = await s.w.user('0');
    await s.buy(user_id);
    await s.w.deduct(user_id, '9');
    s.stripe.gone.add(await customerOf(user_id));
    await send('PUT', 'payments/auto-topup', { user_id, threshold: '3', package_code: 'small', monthly_limit: '50' });
    await s.w.t.app.get((await import('../../../src/payments/topups/topup-runner.js')).TopupRunner).run();
    const { body } = await s.w.get('payments/auto-topup', { user_id });
    expect(body).toMatchObject({ declines: 1, detail: 'There is no card on file.' });
  });
});

describe('a request that Stripe refuses', () => {
  it('permanently is not reported as transient', async () => {
    const w = await Shop.start({ STRIPE_SECRET_KEY: 'sk_test_revoked' });
    const answer = await w.w.post('payments/checkout', { user_id: 'somebody', package_code: 'small' });
    expect(answer).toMatchObject({ status: 502, body: { code: 'payment_provider_refused' } });
    expect(answer.headers['retry-after']).toBeUndefined();
    await w.close();
  });
});

describe('an unpaid page', () => {
  /** Returns a user with a discount of 5 USD and a page over 45 USD that was opened 25 hours ago. */
  async function abandoned(): Promise<[string, Json]> {
    const user_id = await s.w.user();
    const { code } = await s.w.done('credits/coupons/create', { coupon_type: 'fixed_discount', value: 5 });
    await s.w.done('credits/coupons/redeem', { code }, { token: await s.w.as(user_id) });
    const payment = await s.checkout(user_id, { package_code: 'large' });
    expect(payment).toMatchObject({ amount: '40.000000' });
    await s.w.sql(
      `UPDATE payments SET created_at = now() - interval '25 hours', expires_at = now() - interval '2 hours' WHERE id = $1`,
      [payment.id],
    );
    return [user_id, payment];
  }

  it('releases its discount to the next page, even without an expiry event', async () => {
    const [user_id, payment] = await abandoned();
    expect(await s.checkout(user_id, { package_code: 'large' })).toMatchObject({ amount: '40.000000', status: 'open' });
    expect(await s.payment(payment.id)).toMatchObject({ status: 'expired' });
  });

  it('is closed without another purchase, but not while Stripe is down', async () => {
    const [, payment] = await abandoned();
    s.stripe.isAway = true;
    await s.w.t.app.get(StaleCheckouts).closeStale();
    expect(await s.payment(payment.id)).toMatchObject({ status: 'open' });
    s.stripe.isAway = false;
    await s.w.t.app.get(StaleCheckouts).closeStale();
    expect(await s.payment(payment.id)).toMatchObject({ status: 'expired' });
  });

  it('is not closed if it was paid in time: it retains its discount until its event arrives', async () => {
    const [user_id, payment] = await abandoned();
    const paid = await s.pay(payment);
    expect(await s.checkout(user_id, { package_code: 'large' })).toMatchObject({ amount: '45.000000' });
    expect(await s.payment(payment.id)).toMatchObject({ status: 'processing' });
    await s.tell(...paid);
    expect(await s.w.balance(user_id)).toMatchObject({ balance: '55.000000' });
  });
});

describe('null', () => {
  it('is treated as omitted', async () => {
    const token = await s.w.as('null-user');
    const body = { package_code: 'small', tier: null };
    expect(await s.w.post('payments/checkout', body, { token })).toMatchObject({ status: 200 });
    for (const nothing of [{ package_code: null }, { tier: null }, { package_code: null, tier: null }]) {
      expect(await s.w.post('payments/checkout', nothing, { token })).toMatchObject({ status: 422 });
    }
    const terms = { user_id: null, threshold: '3', package_code: 'small', monthly_limit: '50' };
    expect((await send('PUT', 'payments/auto-topup', terms)).status).toBe(200);
  });
});

describe('two admins editing one package', () => {
  it('get 404 if the other admin deleted it', async () => {
    const terms = { package_code: 'race', name: 'R', credits: '10', price: '9' };
    for (const [method, body] of [
      ['DELETE', undefined],
      ['PATCH', { name: 'x' }],
    ] as const) {
      await s.w.done('payments/packages', terms);
      const answers = await concurrently(8, (i) =>
        i % 2 ? send('DELETE', 'payments/packages/race') : send(method, 'payments/packages/race', body),
      );
      for (const { status } of answers) expect([200, 204, 404]).toContain(status);
      expect(answers.filter(({ status }) => status === 204)).toHaveLength(1);
    }
  });
});
