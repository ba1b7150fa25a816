import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { TopupRunner } from '../../../src/payments/topups/topup-runner.js';
import { couponsOf } from '../../support/coupons.js';
import type { Json } from '../../support/factories.js';
import { Shop } from '../../support/services/shop.js';

let s: Shop;
beforeAll(async () => {
  s = await Shop.start();
});
afterAll(() => s.close());

const { coupon, redeemed } = couponsOf(() => s.w);

interface Told {
  type: string;
  data: { object: Json; previous?: Json };
}
/** The data is compared with openapi.json when the service is closed. */
const told = async (user_id: string, types: string): Promise<Told[]> =>
  (await s.w.list('events', { user_id, types })).body.map(({ type, data }) => ({ type, data }) as Told);

describe('the events of a payment', () => {
  it('tell that it succeeded, was refunded and is disputed, each once, however often Stripe says so', async () => {
    const user_id = await s.w.user('0');
    const payment = await s.checkout(user_id, { package_code: 'small' });
    const paid = await s.pay(payment);
    await s.tell(...paid, ...paid);
    const intent = s.stripe.intentOf(payment.id as string);
    const [refund, dispute] = [s.stripe.refund(intent, 400), s.stripe.dispute(intent, 'needs_response')];
    await s.tell(refund, refund, dispute, dispute);
    const events = await told(user_id, 'payment.*');
    expect(events.map(({ type }) => type)).toEqual(['payment.succeeded', 'payment.refunded', 'payment.disputed']);
    expect(events[0]?.data.object).toMatchObject({ id: payment.id, status: 'paid', amount: '9.000000' });
    expect(events[1]?.data).toMatchObject({ object: { refunded: '4.000000' }, previous: { refunded: '0.000000' } });
    expect(events[2]?.data).toMatchObject({ object: { dispute: 'open' }, previous: { dispute: 'none' } });
  });

  it('tell each declined top-up, and once that no more is tried', async () => {
    const user_id = await s.w.user('2');
    await s.w.done('payments/portal', { user_id });
    const [row] = await s.w.sql('SELECT customer_id FROM payment_customers WHERE user_id = $1', [user_id]);
    s.stripe.cards.set(row?.customer_id as string, { declines: true });
    await s.put('payments/auto-topup', { user_id, threshold: '3', package_code: 'small', monthly_limit: '100' });
    for (let n = 0; n < 4; n += 1) {
      await s.w.sql(`UPDATE auto_topups SET next_try_at = now() - interval '1 second' WHERE user_id = $1`, [user_id]);
      await s.w.t.app.get(TopupRunner).run();
    }
    const events = await told(user_id, 'payment.*,topup.*');
    expect(events.map(({ type }) => type)).toEqual(['payment.failed', 'payment.failed', 'topup.stopped']);
    expect(events[2]?.data.object).toMatchObject({ state: 'stopped', declines: 2, detail: 'Your card was declined.' });
  });

  it('tell that a coupon was redeemed, with the credits of the same transaction', async () => {
    const user_id = await s.w.user('5');
    const { code } = await coupon();
    await redeemed(user_id, code);
    const events = await told(user_id, 'coupon.*,credits.granted');
    expect(
      events
        .map(({ type }) => type)
        .slice(-2)
        .toSorted(),
    ).toEqual(['coupon.redeemed', 'credits.granted']);
    expect(events.find(({ type }) => type === 'coupon.redeemed')?.data.object).toMatchObject({
      code,
      credits_added: '10.000000',
      new_balance: '15.000000',
    });
  });
});
