import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { PaymentEventInbox } from '../../../src/payments/inbox/inbox.service.js';
import { PlansService } from '../../../src/payments/plans/plans.service.js';
import { concurrently, statuses } from '../../support/factories.js';
import { Shop } from '../../support/services/shop.js';

let s: Shop;
beforeAll(async () => {
  s = await Shop.start();
});
afterAll(() => s.close());
afterEach(() => {
  s.stripe.isAway = false;
});

describe('a switch by a user', () => {
  it('to a higher tier returns 402 with a checkout page, the same one for 10 requests', async () => {
    const user_id = await s.w.user();
    const answers = await concurrently(10, () => s.switch(user_id, 'starter'));
    expect(statuses(answers)).toEqual({ 402: 10 });
    expect(new Set(answers.map((answer) => answer.body.checkout_url)).size).toBe(1);
    expect(answers[0]?.body).toMatchObject({ code: 'payment_required' });
    expect(await s.w.balance(user_id)).toMatchObject({ tier: 'trial', balance: '5.000000' });
  });

  it('to a more expensive plan costs the price difference, grants the credit difference immediately, and does not change the period', async () => {
    const user_id = await s.w.user();
    const subscription = await s.subscribe(user_id);
    await s.w.deduct(user_id, '8');
    await s.age(user_id, 20);
    const { reset_date } = await s.w.balance(user_id);
    const { body } = await s.switch(user_id, 'professional');
    const payment = await s.payment(body.payment_id);
    expect(payment).toMatchObject({ kind: 'upgrade', amount: '30.0000000000', from_tier: 'starter' });
    const [event] = await s.pay(payment);
    await concurrently(10, () => s.deliver(event!));
    expect(await s.w.balance(user_id)).toMatchObject({ tier: 'professional', balance: '52.000000', reset_date });
    await s.w.t.app.get(PlansService).pushToProvider();
    expect(s.stripe.subscriptions.get(subscription)).toMatchObject({
      items: { data: [{ price: { unit_amount: 4900 } }] },
      metadata: { tier: 'professional' },
    });
    await s.age(user_id, 10.1);
    await s.tell(s.stripe.renew(subscription));
    expect(await s.w.balance(user_id)).toMatchObject({ tier: 'professional', balance: '60.000000' });
    await s.verify(user_id);
  });

  it('is held for review if the account has left the plan that the upgrade was offered from', async () => {
    const user_id = await s.w.user();
    const subscription = await s.subscribe(user_id);
    const payment = await s.checkout(user_id, { tier: 'professional' });
    await s.tell(s.stripe.subscriptionEvent(subscription, { status: 'canceled' }));
    await s.age(user_id, 30.1);
    await s.tell(...(await s.pay(payment)));
    expect(await s.payment(payment.id)).toMatchObject({ status: 'held' });
    expect(await s.w.balance(user_id)).toMatchObject({ tier: 'free', balance: '0.000000' });
    await s.verify(user_id);
  });

  it('to a lower tier takes effect with the next payment, at the lower price', async () => {
    const user_id = await s.w.user();
    const subscription = await s.subscribe(user_id, 'professional');
    expect(await s.switch(user_id, 'starter')).toMatchObject({
      status: 200,
      body: { tier: 'professional', next_tier: 'starter', balance: '60.000000' },
    });
    expect(s.stripe.subscriptions.get(subscription)).toMatchObject({
      items: { data: [{ price: { unit_amount: 1900 } }] },
    });
    await s.age(user_id, 30.1);
    expect(await s.w.balance(user_id)).toMatchObject({ tier: 'professional', balance: '60.000000' });
    await s.tell(s.stripe.renew(subscription));
    expect(await s.w.balance(user_id)).toMatchObject({ tier: 'starter', next_tier: null, balance: '20.000000' });
    await s.verify(user_id);
  });

  it('to a lower tier can be canceled', async () => {
    const user_id = await s.w.user();
    const subscription = await s.subscribe(user_id, 'professional');
    for (const tier of ['starter', 'free']) {
      await s.switch(user_id, tier);
      expect(await s.switch(user_id, 'professional')).toMatchObject({ status: 200, body: { next_tier: null } });
      expect(s.stripe.subscriptions.get(subscription)).toMatchObject({
        items: { data: [{ price: { unit_amount: 4900 } }] },
        cancel_at_period_end: false,
      });
    }
    expect(await s.subscription(user_id)).toMatchObject({ tier: 'professional', amount: '49.000000' });
  });

  it('to the free tier ends the subscription at the end of the paid period', async () => {
    const user_id = await s.w.user();
    const subscription = await s.subscribe(user_id);
    await s.switch(user_id, 'free');
    expect(s.stripe.subscriptions.get(subscription)).toMatchObject({ cancel_at_period_end: true });
    expect(await s.w.balance(user_id)).toMatchObject({ tier: 'starter', next_tier: 'free', balance: '20.000000' });
    await s.age(user_id, 30.1);
    await s.tell(s.stripe.subscriptionEvent(subscription, { status: 'canceled' }));
    expect(await s.w.balance(user_id)).toMatchObject({ tier: 'free', balance: '0.000000', paid_until: null });
    expect(await s.w.get('payments/subscription', { user_id })).toMatchObject({ body: null });
    await s.verify(user_id);
  });

  it('is pushed to Stripe later if Stripe is down', async () => {
    const user_id = await s.w.user();
    const subscription = await s.subscribe(user_id, 'professional');
    s.stripe.isAway = true;
    expect(await s.switch(user_id, 'starter')).toMatchObject({ status: 200, body: { next_tier: 'starter' } });
    s.stripe.isAway = false;
    expect(s.stripe.subscriptions.get(subscription)).toMatchObject({
      items: { data: [{ price: { unit_amount: 4900 } }] },
    });
    await s.w.sql(`UPDATE subscriptions SET sync_at = now() - interval '1 second' WHERE user_id = $1`, [user_id]);
    expect(await s.w.t.app.get(PlansService).pushToProvider()).toBe(1);
    expect(s.stripe.subscriptions.get(subscription)).toMatchObject({
      items: { data: [{ price: { unit_amount: 1900 } }] },
    });
    expect(await s.w.t.app.get(PlansService).pushToProvider()).toBe(0);
  });
});

describe('a subscription update from Stripe', () => {
  it('can cancel the plan at the end of the period, and undo that', async () => {
    const user_id = await s.w.user();
    const subscription = await s.subscribe(user_id);
    await s.tell(s.stripe.subscriptionEvent(subscription, { cancel_at_period_end: true }));
    expect(await s.w.balance(user_id)).toMatchObject({ tier: 'starter', next_tier: 'free' });
    await s.tell(s.stripe.subscriptionEvent(subscription, { cancel_at_period_end: false }));
    expect(await s.w.balance(user_id)).toMatchObject({ tier: 'starter', next_tier: null });
  });

  it('is applied in order of occurrence, whatever the order of arrival', async () => {
    const user_id = await s.w.user();
    const subscription = await s.subscribe(user_id);
    const now = Math.floor(Date.now() / 1000);
    const first = s.stripe.subscriptionEvent(subscription, { cancel_at_period_end: true }, now + 1);
    const second = s.stripe.subscriptionEvent(subscription, { cancel_at_period_end: false }, now + 2);
    expect(await s.tell(second, first)).toEqual(['applied', 'ignored']);
    expect(await s.w.balance(user_id)).toMatchObject({ next_tier: null });
  });

  it('that arrives before its first invoice waits for it', async () => {
    const user_id = await s.w.user();
    const events = await s.pay(await s.checkout(user_id, { tier: 'starter' }));
    const subscription = [...s.stripe.subscriptions.keys()].at(-1)!;
    const cancelled = s.stripe.subscriptionEvent(subscription, { status: 'canceled' });
    const renewed = s.stripe.renew(subscription);
    expect(await s.tell(cancelled, renewed)).toEqual(['waiting', 'waiting']);
    await s.tell(...events);
    expect(await s.w.balance(user_id)).toMatchObject({ tier: 'starter', next_tier: 'free', balance: '20.000000' });
    await s.w.t.app.get(PaymentEventInbox).retryDue();
    await s.verify(user_id);
  });

  it('that ends it within the grace period ends the plan immediately', async () => {
    const user_id = await s.w.user();
    const subscription = await s.subscribe(user_id);
    await s.age(user_id, 31);
    await s.tell(
      s.stripe.renew(subscription, 'failed'),
      s.stripe.subscriptionEvent(subscription, { status: 'canceled' }),
    );
    expect(await s.w.balance(user_id)).toMatchObject({ tier: 'free', balance: '0.000000', paid_until: null });
    await s.verify(user_id);
  });
});
