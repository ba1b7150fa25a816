import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DAY_MS } from '../../../src/platform/values/calendar.js';
import { Shop } from '../../support/services/shop.js';

let s: Shop;
beforeAll(async () => {
  s = await Shop.start();
});
afterAll(() => s.close());

const DAY_S = 86_400;
const seconds = (days = 0): number => Math.floor(Date.now() / 1000) + days * DAY_S;
/** Days from now. */
const ahead = (instant: unknown): number => (Date.parse(instant as string) - Date.now()) / DAY_MS;
const patch = async (path: string, body: object): Promise<void> => {
  expect((await s.w.t.call(path, { method: 'PATCH', token: s.w.admin, body })).status).toBe(200);
};
let plans = 0;
/** A plan of 60 credits for 48.00, only for this test. */
async function plan(): Promise<string> {
  plans += 1;
  const tier = `plan-${plans}`;
  const terms = { name: 'Plan', price_monthly: '48', credits_monthly: '60', cost_per_1k_tokens: '0.001' };
  await s.w.done('credits/tiers', {
    tier,
    ...terms,
    monthly_cap: '60',
    renews: true,
    is_public: true,
    rank: 50 + plans,
  });
  return tier;
}

describe('a purchase is granted as sold', () => {
  it.each([
    ['a plan with fewer credits', { credits_monthly: '30', monthly_cap: '30' }],
    ['a plan without credits', { credits_monthly: '0', is_public: false }],
    ['a more expensive plan', { price_monthly: '59' }],
    ['a plan that does not renew', { renews: false }],
  ])('even if the tier became %s while its page was open, also at every renewal', async (_what, changes) => {
    const tier = await plan();
    const user_id = await s.w.user('0');
    const payment = await s.checkout(user_id, { tier });
    await patch(`credits/tiers/${tier}`, changes);
    await s.tell(...(await s.pay(payment)));
    expect(await s.w.balance(user_id)).toMatchObject({ balance: '60.000000', monthly_cap: '60.000000', tier });
    expect(await s.payment(payment.id)).toMatchObject({ status: 'paid', credits: '60.0000000000' });
    const [row] = await s.w.sql('SELECT subscription_id FROM subscriptions WHERE user_id = $1', [user_id]);
    for (const early of [29.9, 30.1]) {
      await s.w.deduct(user_id, '60');
      await s.age(user_id, early);
      await s.tell(s.stripe.renew(row?.subscription_id as string));
      if (early < 30) await s.age(user_id, 0.2);
      expect(await s.w.balance(user_id)).toMatchObject({ balance: '60.000000' });
    }
    expect((await s.history(user_id)).map(({ status }) => status)).toEqual(['paid', 'paid', 'paid']);
    await s.verify(user_id);
  });

  it('even if the package was withdrawn in the meantime', async () => {
    await s.w.done('payments/packages', { package_code: 'gone', name: 'Gone', credits: '25', price: '25' });
    const user_id = await s.w.user('0');
    const payment = await s.checkout(user_id, { package_code: 'gone' });
    await patch('payments/packages/gone', { credits: '1', is_active: false });
    await s.tell(...(await s.pay(payment)));
    expect(await s.w.balance(user_id)).toMatchObject({ balance: '25.000000' });
  });
});

describe('an invoice for a plan', () => {
  const line = (amount: number, days: number, type: string) => ({
    amount,
    period: { start: seconds(), end: seconds(days) },
    parent: { type },
  });
  const own = line(1900, 30, 'subscription_item_details');

  async function renewed(changes: Record<string, unknown>) {
    const user_id = await s.w.user('0');
    const subscription = await s.subscribe(user_id);
    await s.w.deduct(user_id, '20');
    await s.age(user_id, 30.1);
    await s.tell(s.stripe.renew(subscription, 'paid', changes));
    const balance = await s.w.balance(user_id);
    await s.verify(user_id);
    return { user_id, subscription, balance };
  }

  it.each([
    ['a free yearly line', { lines: { data: [line(0, 365, 'invoice_item_details'), own] } }],
    [
      'an unnamed yearly line',
      {
        lines: {
          data: [
            { ...line(0, 365, ''), parent: null },
            { ...own, parent: null },
          ],
        },
      },
    ],
    ['a one-off line of 5.00', { amount_paid: 2400, lines: { data: [line(500, 0, 'invoice_item_details'), own] } }],
    ['tax on top', { amount_paid: 2261, total: 2261, total_taxes: [{ amount: 361, tax_behavior: 'exclusive' }] }],
    ['customer balance', { amount_paid: 500, total: 1900, starting_balance: -1400, ending_balance: 0 }],
    ['a coupon', { amount_paid: 950, total: 950, total_discount_amounts: [{ amount: 950 }] }],
  ])('with %s renews it for 30 days', async (_what, changes) => {
    const { user_id, subscription, balance } = await renewed(changes);
    expect(balance).toMatchObject({ tier: 'starter', balance: '20.000000' });
    expect(ahead(balance.paid_until)).toBeCloseTo(30, 0);
    await s.w.deduct(user_id, '20');
    await s.age(user_id, 30.1);
    await s.tell(s.stripe.renew(subscription));
    expect(await s.w.balance(user_id)).toMatchObject({ balance: '20.000000' });
  });

  it('that customer balance settled in part is forfeited in proportion to the total', async () => {
    const { user_id } = await renewed({ amount_paid: 950, total: 1900, starting_balance: -950, ending_balance: 0 });
    const [row] = await s.w.sql(`SELECT invoice_id FROM payments WHERE user_id = $1 AND kind = 'renewal'`, [user_id]);
    await s.tell(s.stripe.refund(s.stripe.intentOf(row?.invoice_id as string), 950));
    expect(await s.w.balance(user_id)).toMatchObject({ tier: 'starter', balance: '10.000000' });
  });
});

describe('a plan changed at Stripe', () => {
  it('to a more expensive one grants the difference immediately and the full credits from the next period on, in any order of events', async () => {
    for (const isFirst of [true, false]) {
      const user_id = await s.w.user('0');
      const subscription = await s.subscribe(user_id);
      const [changed, paid] = s.stripe.changePlan(subscription, 4900, 3000);
      await s.tell(...(isFirst ? [changed!, paid!] : [paid!, changed!]), paid!);
      expect(await s.w.balance(user_id)).toMatchObject({ tier: 'professional', balance: '60.000000' });
      await s.age(user_id, 30.1);
      await s.tell(s.stripe.renew(subscription));
      expect(await s.w.balance(user_id)).toMatchObject({ tier: 'professional', balance: '60.000000' });
      expect((await s.history(user_id)).map(({ kind, status }) => [kind, status])).toEqual([
        ['renewal', 'paid'],
        ['upgrade', 'paid'],
        ['plan', 'paid'],
      ]);
      await s.verify(user_id);
    }
  });

  it('late in the period grants the paid share of the difference', async () => {
    const user_id = await s.w.user('0');
    const subscription = await s.subscribe(user_id);
    await s.tell(...s.stripe.changePlan(subscription, 4900, 300));
    expect(await s.w.balance(user_id)).toMatchObject({ tier: 'professional', balance: '24.000000' });
    await s.age(user_id, 30.1);
    await s.tell(s.stripe.renew(subscription));
    expect(await s.w.balance(user_id)).toMatchObject({ balance: '60.000000' });
    await s.verify(user_id);
  });

  it('to a cheaper one takes effect in the next period', async () => {
    const user_id = await s.w.user('0');
    const subscription = await s.subscribe(user_id, 'professional');
    await s.tell(s.stripe.changePlan(subscription, 1900, 0)[0]!);
    expect(await s.w.balance(user_id)).toMatchObject({ tier: 'professional', next_tier: 'starter' });
    await s.age(user_id, 30.1);
    await s.tell(s.stripe.renew(subscription));
    expect(await s.w.balance(user_id)).toMatchObject({ tier: 'starter', balance: '20.000000' });
  });

  it('in quantity is recorded, and its payment is held until an admin accepts it', async () => {
    const user_id = await s.w.user('0');
    const subscription = await s.subscribe(user_id);
    await s.tell(s.stripe.changePlan(subscription, 1900, 0, 3)[0]!);
    expect(await s.w.audit(user_id, 'payment.plan_unknown')).toHaveLength(1);
    await s.age(user_id, 30.1);
    await s.tell(s.stripe.renew(subscription));
    const [held] = await s.history(user_id);
    expect(held).toMatchObject({ kind: 'renewal', status: 'held', settled: '57.000000' });
    await s.w.done(`payments/${String(held?.id)}/accept`, {});
    expect(await s.w.balance(user_id)).toMatchObject({ tier: 'starter', balance: '20.000000' });
    expect(ahead((await s.w.balance(user_id)).paid_until)).toBeCloseTo(29.9, 0);
    await s.verify(user_id);
  });

  it('by an unexplained invoice is held and recorded', async () => {
    const user_id = await s.w.user('0');
    const subscription = await s.subscribe(user_id);
    const [customer] = await s.w.sql('SELECT customer_id FROM payment_customers WHERE user_id = $1', [user_id]);
    const lines = { data: [line1(1200)] };
    const byHand = { id: 'in_by_hand', billing_reason: 'manual', customer: customer?.customer_id, currency: 'usd' };
    await s.tell(
      s.stripe.event('invoice.paid', { ...byHand, amount_paid: 1200, lines }),
      s.stripe.changePlan(subscription, 1900, 700)[1]!,
    );
    expect((await s.history(user_id)).slice(0, 2)).toMatchObject([
      { kind: 'upgrade', status: 'held', amount: '7.000000' },
      { kind: 'other', status: 'held', amount: '12.000000' },
    ]);
    expect(await s.w.audit(user_id, 'payment.held')).toHaveLength(2);
    await s.verify(user_id);
  });
});

const line1 = (amount: number) => ({ amount, period: { start: seconds(), end: seconds() } });
