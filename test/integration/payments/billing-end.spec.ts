import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { BillingTermination } from '../../../src/payments/plans/billing-termination.service.js';
import { systemActor } from '../../../src/platform/actor.js';
import { cliOn } from '../../support/cli.js';
import { Shop } from '../../support/services/shop.js';

let s: Shop;
beforeAll(async () => {
  s = await Shop.start();
});
afterAll(() => s.close());

/** Returns a user with a subscription and an automatic top-up. */
async function payer(): Promise<[string, string]> {
  const user_id = await s.w.user('0');
  const subscription = await s.subscribe(user_id);
  await s.put('payments/auto-topup', { user_id, threshold: '3', package_code: 'small', monthly_limit: '50' });
  return [user_id, subscription];
}
const atStripe = (subscription: string) => s.stripe.subscriptions.get(subscription);

describe('ending billing', () => {
  it('ends the subscription at the end of its period, and the top-up immediately', async () => {
    const [user_id, subscription] = await payer();
    const ended = await s.w.done('payments/billing/end', { user_id });
    expect(ended).toMatchObject({ user_id, topup_deleted: true, subscription: { cancel_at_period_end: true } });
    expect(atStripe(subscription)).toMatchObject({ cancel_at_period_end: true, status: 'active' });
    expect(await s.w.balance(user_id)).toMatchObject({ tier: 'starter', next_tier: 'free', balance: '20.000000' });
    expect(await s.w.audit(user_id, 'payment.billing_ended')).toMatchObject([{ metadata: { at: 'period_end' } }]);
    expect(await s.w.done('payments/billing/end', { user_id })).toMatchObject({ topup_deleted: false });
    await s.age(user_id, 30.1);
    expect(await s.w.balance(user_id)).toMatchObject({ tier: 'free', balance: '0.000000' });
    await s.verify(user_id);
  });

  it('with at=now cancels the subscription at Stripe, and the paid period lasts until its end', async () => {
    const [user_id, subscription] = await payer();
    await s.w.done('payments/billing/end', { user_id, at: 'now' });
    expect(atStripe(subscription)).toMatchObject({ status: 'canceled' });
    expect(await s.subscription(user_id)).toBeNull();
    expect(await s.w.balance(user_id)).toMatchObject({ tier: 'starter', next_tier: 'free', balance: '20.000000' });
  });

  it('is pushed to Stripe later if Stripe is down', async () => {
    const [user_id, subscription] = await payer();
    s.stripe.isAway = true;
    await s.w.t.app.get(BillingTermination).end(systemActor('erasure'), user_id);
    s.stripe.isAway = false;
    expect(atStripe(subscription)).toMatchObject({ cancel_at_period_end: false });
    await s.w.sql('UPDATE subscriptions SET sync_at = now() WHERE user_id = $1', [user_id]);
    await s.w.t.app.get((await import('../../../src/payments/plans/plans.service.js')).PlansService).pushToProvider();
    expect(atStripe(subscription)).toMatchObject({ cancel_at_period_end: true });
  });

  it('succeeds for a user without billing, and is forbidden for users', async () => {
    const user_id = await s.w.user();
    expect(await s.w.done('payments/billing/end', { user_id })).toMatchObject({ subscription: null });
    const token = await s.w.as(user_id);
    expect((await s.w.post('payments/billing/end', { user_id }, { token })).status).toBe(403);
  });
});

describe('the command line', () => {
  it('manages packages and reviews held payments', async () => {
    const cli = cliOn(s.w.t.database_url);
    const made = await cli(
      'packages',
      'set',
      'credits-10',
      '--name',
      'Ten',
      '--credits',
      '10',
      '--price',
      '10',
      '--json',
    );
    expect(made).toMatchObject({ code: 0, stderr: '' });
    expect((await cli('packages', 'set', 'credits-10', '--price', '9.5', '--json')).json()).toMatchObject({
      price: '9.500000',
    });
    expect((await cli('packages', 'list')).stdout).toMatch(/credits-10 +│ Ten +│ +10\.00 +│ +9\.50/);

    const user_id = await s.w.user('0');
    const payment = await s.checkout(user_id, { package_code: 'credits-10' });
    await s.tell(...(await s.pay(payment, { amount_total: 900 })));
    const id = payment.id as string;
    expect((await cli('payments', 'list', '--json')).json()).toMatchObject([{ id, status: 'held' }]);
    expect((await cli('payments', 'show', id)).stdout).toContain('were due');
    const accepted = await cli('payments', 'accept', id, '--credits', '9', '--note', 'Fee', '--json');
    expect(accepted.json()).toMatchObject({
      status: 'paid',
      credits: '9.000000',
      reviewed_by: expect.stringContaining('cli:'),
    });
    expect(await cli('payments', 'refuse', id)).toMatchObject({ code: 4 });
    expect(await s.w.balance(user_id)).toMatchObject({ balance: '9.000000' });
    expect((await cli('packages', 'delete', 'credits-10')).code).toBe(0);
  });

  it('ends billing', async () => {
    const cli = cliOn(s.w.t.database_url);
    const [user_id] = await payer();
    expect((await cli('payments', 'end', '--user', user_id, '--json')).json()).toMatchObject({ topup_deleted: true });
  });
});
