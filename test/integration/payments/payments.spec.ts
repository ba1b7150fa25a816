import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { concurrently, type Json, statuses, TestEnv } from '../../support/factories.js';
import { Shop } from '../../support/services/shop.js';

let s: Shop;
beforeAll(async () => {
  s = await Shop.start();
});
afterAll(() => s.close());
afterEach(() => {
  s.stripe.isAway = false;
});

describe('packages', () => {
  it('are listed for buyers by rank while they are for sale', async () => {
    const token = await s.w.as('a-buyer');
    const codes = async () => (await s.w.list('payments/packages', {}, token)).body.map((row) => row.package_code);
    expect(await codes()).toEqual(['large', 'small']);
    await s.w.done('payments/packages', { package_code: 'gone', name: 'Gone', credits: 1, price: 1, rank: 9 });
    expect(await codes()).toEqual(['large', 'small', 'gone']);
    const change = { method: 'PATCH', token: s.w.admin, body: { is_active: false } } as const;
    expect((await s.w.t.call('payments/packages/gone', change)).status).toBe(200);
    expect(await codes()).toEqual(['large', 'small']);
    expect(await s.w.post('payments/checkout', { package_code: 'gone' }, { token })).toMatchObject({ status: 404 });
    expect((await s.w.list('payments/packages/all')).body).toHaveLength(3);
    expect((await s.w.t.call('payments/packages/gone', { method: 'DELETE', token: s.w.admin })).status).toBe(204);
  });

  it.each([
    ['price', '0.49'],
    ['price', '1.005'],
    ['credits', 0],
    ['package_code', 'Not So'],
  ])('cannot have the %s %j', async (field, value) => {
    const terms = { package_code: 'odd', name: 'Odd', credits: 1, price: 1, [field]: value };
    expect(await s.w.post('payments/packages', terms)).toMatchObject({ status: 422, body: { errors: [{ field }] } });
  });
});

describe('a checkout', () => {
  it('opens a page with the offered price and grants nothing yet', async () => {
    const user_id = await s.w.user();
    const payment = await s.checkout(user_id, { package_code: 'small' });
    expect(payment).toMatchObject({ kind: 'package', status: 'open', amount: '9.000000', credits: '10.000000' });
    expect(payment.checkout_url).toMatch(/^https:\/\/checkout\.stripe\.example\/cs_/);
    const [asked] = s.stripe.calls('POST', /^\/checkout\/sessions$/).slice(-1);
    expect(asked?.form).toMatchObject({
      'metadata[user_id]': user_id,
      'metadata[payment_id]': payment.id,
      'line_items[0][price_data][unit_amount]': '900',
      'payment_intent_data[metadata][payment_id]': payment.id,
    });
    expect(await s.w.balance(user_id)).toMatchObject({ balance: '5.000000' });
  });

  it('creates one page and one customer when requested 10 times concurrently and once more', async () => {
    const user_id = await s.w.user();
    const before = s.stripe.sessions.size;
    const pages = await concurrently(10, () => s.checkout(user_id, { package_code: 'small' }));
    pages.push(await s.checkout(user_id, { package_code: 'small' }));
    expect(new Set(pages.map((page) => page.checkout_url)).size).toBe(1);
    expect(s.stripe.sessions.size).toBe(before + 1);
    expect(await s.w.sql('SELECT customer_id FROM payment_customers WHERE user_id = $1', [user_id])).toHaveLength(1);
    expect(await s.history(user_id)).toHaveLength(1);
  });

  it('requires exactly one of package_code and tier', async () => {
    const token = await s.w.as('a-buyer');
    for (const body of [{}, { package_code: 'small', tier: 'starter' }, { tier: 'trial' }]) {
      expect(await s.w.post('payments/checkout', body, { token })).toMatchObject({ status: 422 });
    }
    expect(await s.w.post('payments/checkout', { tier: 'nothing' }, { token })).toMatchObject({ status: 404 });
  });

  it('returns 503 while Stripe is down, and works once it is back', async () => {
    const user_id = await s.w.user();
    s.stripe.isAway = true;
    const refused = await s.w.post('payments/checkout', { user_id, package_code: 'small' });
    expect(refused).toMatchObject({ status: 503, body: { code: 'payment_provider_unavailable' } });
    expect(refused.headers['retry-after']).toBe('30');
    s.stripe.isAway = false;
    expect(await s.checkout(user_id, { package_code: 'small' })).toMatchObject({ status: 'open' });
  });

  it('uses a discount once, and releases it if the page expires unpaid', async () => {
    const user_id = await s.w.user();
    const coupon = { coupon_type: 'percentage_discount', value: 50 };
    const { code } = await s.w.done('credits/coupons/create', coupon);
    await s.w.done('credits/coupons/redeem', { code }, { token: await s.w.as(user_id) });
    const first = await s.checkout(user_id, { package_code: 'small' });
    expect(first).toMatchObject({ amount: '4.500000', discount: '4.500000', credits: '10.000000' });
    expect(await s.checkout(user_id, { package_code: 'large' })).toMatchObject({ amount: '45.000000' });
    const session = s.stripe.sessions.get(await s.sessionOf(first))!;
    await s.tell(s.stripe.event('checkout.session.expired', { ...session, status: 'expired' }));
    const again = await s.checkout(user_id, { package_code: 'small' });
    expect(again).toMatchObject({ amount: '4.500000', status: 'open' });
    await s.tell(...(await s.pay(again)));
    expect(await s.w.balance(user_id)).toMatchObject({ balance: '15.000000' });
    expect(await s.checkout(user_id, { package_code: 'small' })).toMatchObject({ amount: '9.000000' });
    await s.verify(user_id);
  });

  it('is granted immediately without a page if a discount covers the whole price', async () => {
    const user_id = await s.w.user();
    const { code } = await s.w.done('credits/coupons/create', { coupon_type: 'percentage_discount', value: 100 });
    await s.w.done('credits/coupons/redeem', { code }, { token: await s.w.as(user_id) });
    const payment = await s.checkout(user_id, { package_code: 'small' });
    expect(payment).toMatchObject({ status: 'paid', amount: '0.000000', checkout_url: null });
    expect(await s.w.balance(user_id)).toMatchObject({ balance: '15.000000' });
    await s.verify(user_id);
  });
});

describe('a paid package', () => {
  it('is granted and appears in the ledger, the history and the audit log', async () => {
    const user_id = await s.w.user();
    const { id } = await s.buy(user_id);
    const [line] = await s.purchases(user_id);
    expect(line).toMatchObject({ amount: '10.0000000000', transaction_type: 'purchase', metadata: { payment_id: id } });
    expect((await s.w.grants(user_id)).map((grant) => grant.source)).toEqual(['trial', 'purchase']);
    const [shown] = await s.history(user_id);
    expect(shown).toMatchObject({ status: 'paid', transaction_id: line?.id, checkout_url: null });
    expect(Object.keys(shown!)).not.toContain('session_id');
    expect(await s.w.audit(user_id, 'payment.paid')).toHaveLength(1);
    await s.verify(user_id);
  });

  it('is granted once if its event arrives 20 times concurrently and again later', async () => {
    const user_id = await s.w.user();
    const [event] = await s.pay(await s.checkout(user_id, { package_code: 'small' }));
    const answers = await concurrently(20, () => s.deliver(event!));
    expect(statuses(answers)).toEqual({ 200: 20 });
    expect(await s.tell(event!)).toEqual(['applied']);
    expect(await s.purchases(user_id)).toHaveLength(1);
    expect(await s.w.sql('SELECT * FROM payment_events WHERE event_id = $1', [event!.id])).toHaveLength(1);
    await s.verify(user_id);
  });

  it('is granted once if two different events report it concurrently', async () => {
    const user_id = await s.w.user();
    const [event] = await s.pay(await s.checkout(user_id, { package_code: 'small' }));
    const other = s.stripe.event('checkout.session.async_payment_succeeded', event!.data.object);
    await concurrently(20, (i) => s.deliver(i % 2 ? event! : other));
    expect(await s.purchases(user_id)).toHaveLength(1);
    await s.verify(user_id);
  });

  it('is granted even if the payment arrives days after its page expired', async () => {
    const user_id = await s.w.user();
    const payment = await s.checkout(user_id, { package_code: 'small' });
    await s.tell(s.stripe.event('checkout.session.expired', s.stripe.sessions.get(await s.sessionOf(payment))!));
    expect(await s.payment(payment.id)).toMatchObject({ status: 'expired' });
    await s.w.sql(
      `UPDATE payments SET created_at = now() - interval '5 days', expires_at = now() - interval '4 days' WHERE id = $1`,
      [payment.id],
    );
    await s.tell(...(await s.pay(payment)));
    expect(await s.payment(payment.id)).toMatchObject({ status: 'paid' });
    expect(await s.purchases(user_id)).toHaveLength(1);
  });

  it('by a delayed payment method is granted when the money arrives, or not at all', async () => {
    for (const [outcome, count] of [
      ['succeeded', 1],
      ['failed', 0],
    ] as const) {
      const user_id = await s.w.user();
      const [event] = await s.pay(await s.checkout(user_id, { package_code: 'small' }), { payment_status: 'unpaid' });
      await s.tell(event!);
      expect(await s.purchases(user_id)).toEqual([]);
      expect((await s.history(user_id))[0]).toMatchObject({ status: 'processing' });
      const object = { ...event!.data.object, payment_status: outcome === 'failed' ? 'unpaid' : 'paid' };
      await s.tell(s.stripe.event(`checkout.session.async_payment_${outcome}`, object));
      expect(await s.purchases(user_id)).toHaveLength(count);
    }
  });

  it.each([
    ['amount', { amount_total: 1 }],
    ['amount', { amount_total: 90_000 }],
    ['currency', { currency: 'idr' }],
  ])('with a different %s than offered is held for review: %j', async (_what, changes) => {
    const user_id = await s.w.user();
    const payment = await s.checkout(user_id, { package_code: 'small' });
    const [event] = await s.pay(payment, changes);
    expect(await s.tell(event!, event!)).toEqual(['applied', 'applied']);
    expect(await s.payment(payment.id)).toMatchObject({ status: 'held', transaction_id: null });
    expect((await s.payment(payment.id)).detail).toContain('were due');
    expect(await s.purchases(user_id)).toEqual([]);
    expect(await s.w.audit(user_id, 'payment.held')).toMatchObject([{ result: 'failure' }]);
    await s.verify(user_id);
  });

  it('pays debt first', async () => {
    const user_id = await s.w.user();
    await s.w.settle(user_id, '8');
    await s.buy(user_id);
    expect(await s.w.balance(user_id)).toMatchObject({ balance: '7.000000', debt: '0.000000' });
    await s.verify(user_id);
  });
});

describe('the portal', () => {
  it('returns a page for the customer', async () => {
    const user_id = await s.w.user();
    const { portal_url } = await s.w.done('payments/portal', { user_id });
    const [customer] = await s.w.sql('SELECT customer_id FROM payment_customers WHERE user_id = $1', [user_id]);
    expect(portal_url).toBe(`https://billing.stripe.example/${String(customer?.customer_id)}`);
  });
});

describe('without Stripe keys', () => {
  it('payments return 503 and name the setting; everything else works', async () => {
    const w = await TestEnv.start();
    const token = await w.as('a-user');
    const calls = [
      ['GET', 'payments/packages'],
      ['POST', 'payments/packages'],
      ['POST', 'payments/checkout'],
      ['POST', 'payments/portal'],
      ['GET', 'payments/history'],
      ['GET', 'payments/subscription'],
      ['GET', 'payments/auto-topup'],
      ['PUT', 'payments/auto-topup'],
      ['DELETE', 'payments/auto-topup'],
      ['GET', 'payments/events'],
      ['POST', 'integrations/stripe/webhook'],
    ] as const;
    for (const [method, path] of calls) {
      const answer = await w.t.call(path, { method, token: w.admin, ...(method === 'GET' ? {} : { body: {} }) });
      expect([path, answer.status, (answer.body as Json).code]).toEqual([path, 503, 'payments_not_configured']);
    }
    expect((await w.t.call('payments/history')).status).toBe(401);
    expect(await w.get('credits/balance', {}, token)).toMatchObject({ status: 200, body: { balance: '5.000000' } });
    const answer = await w.post('credits/tiers/switch', { new_tier: 'starter' }, { token });
    expect(answer).toMatchObject({ status: 403, body: { code: 'payment_required' } });
    await w.close();
  });
});
