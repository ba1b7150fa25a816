import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { PlansService } from '../../../src/payments/plans/plans.service.js';
import { DAY_MS } from '../../../src/platform/values/calendar.js';
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

const renewals = async (user_id: string): Promise<unknown[]> =>
  (await s.w.ledger(user_id))
    .filter((line) => ['monthly_reset', 'plan_paid'].includes((line.metadata as Json).reason as string))
    .map((line) => line.amount);
/** Days from now. */
const ahead = (instant: unknown): number => (Date.parse(instant as string) - Date.now()) / DAY_MS;

describe('a plan', () => {
  it('starts for 30 days when its first invoice is paid, whatever the order of events', async () => {
    for (const reverse of [false, true]) {
      const user_id = await s.w.user();
      await s.w.deduct(user_id, '2');
      const payment = await s.checkout(user_id, { tier: 'starter' });
      expect(payment).toMatchObject({ kind: 'plan', tier: 'starter', amount: '19.000000' });
      const [asked] = s.stripe.calls('POST', /^\/checkout\/sessions$/).slice(-1);
      expect(asked?.form).toMatchObject({
        mode: 'subscription',
        'line_items[0][price_data][recurring][interval]': 'day',
        'line_items[0][price_data][recurring][interval_count]': '30',
        'subscription_data[metadata][payment_id]': payment.id,
      });
      const events = await s.pay(payment);
      await s.tell(...(reverse ? events.toReversed() : events));
      const balance = await s.w.balance(user_id);
      expect(balance).toMatchObject({ tier: 'starter', balance: '20.000000', used_this_period: '0.000000' });
      expect(ahead(balance.reset_date)).toBeCloseTo(30, 1);
      expect(balance.paid_until).toBe(balance.reset_date);
      expect(await s.subscription(user_id)).toMatchObject({ tier: 'starter', status: 'active', amount: '19.000000' });
      expect(await s.payment(payment.id)).toMatchObject({ status: 'paid', credits: '20.0000000000' });
      await s.verify(user_id);
    }
  });

  it('renews once when its invoice is paid, and not before', async () => {
    const user_id = await s.w.user();
    const subscription = await s.subscribe(user_id);
    await s.w.deduct(user_id, '15');
    await s.age(user_id, 30.1);
    const waiting = await s.w.balance(user_id);
    expect(waiting).toMatchObject({ balance: '5.000000', tier: 'starter' });
    expect(ahead(waiting.reset_date)).toBeCloseTo(6.9, 1);
    const paid = s.stripe.renew(subscription);
    await concurrently(20, () => s.deliver(paid));
    const balance = await s.w.balance(user_id);
    expect(balance).toMatchObject({ balance: '20.000000', used_this_period: '0.000000' });
    expect(ahead(balance.reset_date)).toBeCloseTo(29.9, 1);
    expect(await renewals(user_id)).toHaveLength(2);
    expect((await s.history(user_id)).map((payment) => payment.kind)).toEqual(['renewal', 'plan']);
    await s.verify(user_id);
  });

  it('that is paid before its period ends renews at its end', async () => {
    const user_id = await s.w.user();
    const subscription = await s.subscribe(user_id);
    await s.w.deduct(user_id, '15');
    await s.age(user_id, 29.9);
    await s.tell(s.stripe.renew(subscription));
    expect(await s.w.balance(user_id)).toMatchObject({ balance: '5.000000' });
    await s.age(user_id, 0.2);
    expect(await s.w.balance(user_id)).toMatchObject({ balance: '20.000000' });
    expect(await renewals(user_id)).toHaveLength(2);
    await s.verify(user_id);
  });

  it('whose renewal fails lasts for the grace period, and then falls back to the free tier', async () => {
    const user_id = await s.w.user();
    const subscription = await s.subscribe(user_id);
    await s.age(user_id, 30.1);
    await s.tell(s.stripe.renew(subscription, 'failed'));
    expect(await s.w.audit(user_id, 'payment.renewal_failed')).toMatchObject([{ result: 'failure' }]);
    const state = await s.subscription(user_id);
    expect(state).toMatchObject({ status: 'past_due' });
    expect(ahead(state.grace_until)).toBeCloseTo(6.9, 1);
    expect((await s.history(user_id))[0]).toMatchObject({ kind: 'renewal', status: 'failed' });
    expect(await s.w.balance(user_id)).toMatchObject({ tier: 'starter', balance: '20.000000' });
    await s.age(user_id, 7);
    expect(await s.w.balance(user_id)).toMatchObject({ tier: 'free', balance: '0.000000', paid_until: null });
    expect(await renewals(user_id)).toHaveLength(1);
    await s.verify(user_id);
  });

  it('whose overdue payment arrives within the grace period continues', async () => {
    const user_id = await s.w.user();
    const subscription = await s.subscribe(user_id);
    await s.age(user_id, 32);
    const paid = s.stripe.renew(subscription);
    const failed = { ...paid, id: `${paid.id}_failed`, type: 'invoice.payment_failed' };
    expect(await s.tell(failed, paid, { ...failed, id: `${paid.id}_late` })).toEqual(['applied', 'applied', 'ignored']);
    expect(await s.w.balance(user_id)).toMatchObject({ tier: 'starter', balance: '20.000000' });
    expect(await s.subscription(user_id)).toMatchObject({ status: 'active', grace_until: null });
    expect((await s.history(user_id)).map((payment) => payment.status)).toEqual(['paid', 'paid']);
    await s.verify(user_id);
  });

  it('renewed by an invoice over another amount is held for review', async () => {
    const user_id = await s.w.user();
    const subscription = await s.subscribe(user_id);
    await s.age(user_id, 30.1);
    await s.tell(s.stripe.renew(subscription, 'paid', { amount_paid: 1 }));
    expect((await s.history(user_id))[0]).toMatchObject({ kind: 'renewal', status: 'held' });
    expect(await renewals(user_id)).toHaveLength(1);
  });

  it('cannot be paid twice: a second subscription is held and canceled at Stripe', async () => {
    const user_id = await s.w.user();
    const first = await s.pay(await s.checkout(user_id, { tier: 'starter' }));
    await s.w.sql(`UPDATE payments SET session_id = NULL, status = 'processing' WHERE user_id = $1`, [user_id]);
    const other = await s.checkout(user_id, { tier: 'starter' });
    const second = await s.pay(other);
    await s.tell(...first, ...second);
    expect(await renewals(user_id)).toHaveLength(1);
    expect(await s.payment(other.id)).toMatchObject({ status: 'held' });
    await s.w.t.app.get(PlansService).pushToProvider();
    expect(s.stripe.calls('DELETE', /^\/subscriptions\//)).toHaveLength(1);
    expect(await s.subscription(user_id)).toMatchObject({ status: 'active' });
    await s.verify(user_id);
  });

  it('has at most one open page', async () => {
    const user_id = await s.w.user();
    const first = await s.checkout(user_id, { tier: 'starter' });
    const second = await s.checkout(user_id, { tier: 'professional' });
    expect(await s.payment(first.id)).toMatchObject({ status: 'expired' });
    expect(s.stripe.sessions.get(await s.sessionOf(first))).toMatchObject({ status: 'expired' });
    await s.pay(second);
    const refused = await s.w.post('payments/checkout', { user_id, tier: 'starter' });
    expect(refused).toMatchObject({ status: 409, body: { code: 'payment_in_progress' } });
  });

  it('uses a discount only for its first payment', async () => {
    const user_id = await s.w.user();
    const { code } = await s.w.done('credits/coupons/create', { coupon_type: 'fixed_discount', value: 4 });
    await s.w.done('credits/coupons/redeem', { code }, { token: await s.w.as(user_id) });
    const subscription = await s.subscribe(user_id);
    expect((await s.history(user_id))[0]).toMatchObject({ amount: '15.000000', discount: '4.000000', status: 'paid' });
    await s.age(user_id, 30.1);
    await s.tell(s.stripe.renew(subscription));
    expect((await s.history(user_id))[0]).toMatchObject({ amount: '19.000000', status: 'paid' });
    await s.verify(user_id);
  });

  it('that is refunded ends, and leaves no credits to the next one', async () => {
    const user_id = await s.w.user();
    await s.subscribe(user_id);
    await s.w.deduct(user_id, '6');
    const [row] = await s.w.sql('SELECT id, invoice_id FROM payments WHERE user_id = $1', [user_id]);
    await s.tell(s.stripe.refund(s.stripe.intentOf(row?.invoice_id as string), 1900));
    expect(await s.w.balance(user_id)).toMatchObject({ tier: 'free', balance: '0.000000', debt: '6.000000' });
    await s.tell(...(await s.pay(await s.checkout(user_id, { tier: 'professional' }))));
    expect(await s.w.balance(user_id)).toMatchObject({ tier: 'professional', balance: '54.000000', debt: '0.000000' });
    await s.verify(user_id);
  });
});

describe('a free month of a billed plan', () => {
  it('postpones the next payment by 30 days', async () => {
    const user_id = await s.w.user();
    const subscription = await s.subscribe(user_id);
    const { code } = await s.w.done('credits/coupons/create', { coupon_type: 'free_month', value: 1 });
    await s.w.done('credits/coupons/redeem', { code }, { token: await s.w.as(user_id) });
    const balance = await s.w.balance(user_id);
    expect(balance).toMatchObject({ balance: '40.000000', tier: 'starter' });
    expect(ahead(balance.paid_until)).toBeCloseTo(60, 1);
    const plans = s.w.t.app.get(PlansService);
    await plans.postpone();
    await plans.pushToProvider();
    const { current_period_end } = s.stripe.subscriptions.get(subscription)!;
    expect(ahead(new Date((current_period_end as number) * 1000).toISOString())).toBeCloseTo(60, 1);
    await s.age(user_id, 60.1);
    expect(await s.w.balance(user_id)).toMatchObject({ tier: 'starter', balance: '20.000000' });
    await s.tell(s.stripe.renew(subscription));
    expect(await s.w.balance(user_id)).toMatchObject({ tier: 'starter', balance: '20.000000' });
    expect(await renewals(user_id)).toHaveLength(2);
  });
});

describe('an account without a subscription', () => {
  it('renews automatically on a tier assigned by an admin', async () => {
    const user_id = await s.w.user();
    await s.w.switch(user_id, 'starter');
    await s.age(user_id, 30.1);
    expect(await s.w.balance(user_id)).toMatchObject({ tier: 'starter', balance: '20.000000', paid_until: null });
  });

  it('can subscribe again after a subscription ended, and retains the paid period', async () => {
    const user_id = await s.w.user();
    const subscription = await s.subscribe(user_id);
    await s.w.deduct(user_id, '5');
    await s.tell(s.stripe.subscriptionEvent(subscription, { status: 'canceled' }));
    expect(await s.w.balance(user_id)).toMatchObject({ tier: 'starter', next_tier: 'free', balance: '15.000000' });
    await s.subscribe(user_id, 'professional');
    expect(await s.w.balance(user_id)).toMatchObject({ tier: 'professional', next_tier: null, balance: '75.000000' });
    await s.w.deduct(user_id, '75');
    await s.verify(user_id);
  });
});
