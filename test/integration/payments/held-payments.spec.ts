import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { concurrently, type Json, statuses } from '../../support/factories.js';
import { Shop } from '../../support/services/shop.js';

let s: Shop;
beforeAll(async () => {
  s = await Shop.start();
  await s.w.done('payments/packages', { package_code: 'mid', name: '25 for 25', credits: '25', price: '25' });
});
afterAll(() => s.close());

/** Returns a payment for 25 credits that is held because too little was paid. */
async function held(changes: Record<string, unknown> = { amount_total: 2400 }): Promise<Json> {
  const user_id = await s.w.user('0');
  const payment = await s.checkout(user_id, { package_code: 'mid' });
  await s.tell(...(await s.pay(payment, changes)));
  return s.payment(payment.id);
}
const act = (payment: Json, what: 'accept' | 'refuse', body: object = {}, token?: string) =>
  s.w.post(`payments/${String(payment.id)}/${what}`, body, token === undefined ? {} : { token });

describe('the settled amount', () => {
  it.each([
    [
      'converted from another currency',
      { currency: 'eur', amount_total: 2345, currency_conversion: { amount_total: 2500, source_currency: 'usd' } },
    ],
    [
      'presented in another currency',
      { presentment_details: { presentment_amount: 2345, presentment_currency: 'eur' } },
    ],
    ['paid with tax on top', { amount_subtotal: 2500, total_details: { amount_tax: 475 }, amount_total: 2975 }],
  ])('is accepted if it was %s', async (_what, changes) => {
    const { user_id, status } = await held(changes);
    expect(status).toBe('paid');
    expect(await s.w.balance(user_id as string)).toMatchObject({ balance: '25.000000' });
  });

  it('is held if it was too low, with or without tax', async () => {
    expect(await held()).toMatchObject({ status: 'held', settled: '24.0000000000' });
    const taxed = { total_details: { amount_tax: 475 }, amount_total: 2500 };
    expect(await held(taxed)).toMatchObject({ status: 'held' });
  });
});

describe('a held payment', () => {
  it('is listed for admins, oldest first, and can be read', async () => {
    const payment = await held();
    const { body, headers } = await s.w.list('payments/held', { limit: '500' });
    expect(body.at(-1)).toMatchObject({ id: payment.id, status: 'held' });
    expect(Number(headers['x-total-count'])).toBe(body.length);
    expect((await s.w.get(`payments/${String(payment.id)}`)).body).toMatchObject({ refunds: [], disputes: [] });
    const token = await s.w.as(payment.user_id as string);
    expect(statuses([await s.w.get('payments/held', {}, token), await act(payment, 'accept', {}, token)])).toEqual({
      403: 2,
    });
  });

  it('grants the offer once when accepted, and a refund claws it back', async () => {
    const payment = await held();
    const user_id = payment.user_id as string;
    expect(statuses(await concurrently(8, () => act(payment, 'accept', { note: 'Short by a fee' })))).toEqual({
      200: 8,
    });
    expect(await s.w.balance(user_id)).toMatchObject({ balance: '25.000000' });
    expect(await s.w.audit(user_id, 'payment.accepted')).toMatchObject([{ metadata: { note: 'Short by a fee' } }]);
    expect((await s.history(user_id))[0]).toMatchObject({ status: 'paid', reviewed_by: 'an-admin', detail: null });
    expect(await act(payment, 'refuse')).toMatchObject({ status: 409, body: { code: 'payment_not_held' } });
    const intent = s.stripe.intentOf(payment.id as string);
    await s.tell(s.stripe.refund(intent, 1200));
    expect(await s.w.balance(user_id)).toMatchObject({ balance: '12.500000' });
    await s.tell(s.stripe.refund(intent, 2400));
    expect(await s.w.balance(user_id)).toMatchObject({ balance: '0.000000', debt: '0.000000' });
    await s.verify(user_id);
  });

  it('grants nothing for money refunded before it is accepted', async () => {
    const payment = await held();
    await s.tell(s.stripe.refund(s.stripe.intentOf(payment.id as string), 1200));
    expect(await act(payment, 'accept')).toMatchObject({ status: 200, body: { taken_back: '12.500000' } });
    expect(await s.w.balance(payment.user_id as string)).toMatchObject({ balance: '12.500000' });
  });

  it('can be accepted for another number of credits', async () => {
    const payment = await held();
    expect(await act(payment, 'accept', { credits: '24' })).toMatchObject({
      status: 200,
      body: { credits: '24.000000' },
    });
    expect(await s.w.balance(payment.user_id as string)).toMatchObject({ balance: '24.000000' });
  });

  it('grants nothing when refused, and its refund claws back nothing', async () => {
    const payment = await held();
    const user_id = payment.user_id as string;
    expect(statuses(await concurrently(8, () => act(payment, 'refuse', { note: 'Paid back' })))).toEqual({ 200: 8 });
    expect(await s.w.audit(user_id, 'payment.refused')).toHaveLength(1);
    expect(await act(payment, 'accept')).toMatchObject({ status: 409, body: { code: 'payment_not_held' } });
    await s.tell(s.stripe.refund(s.stripe.intentOf(payment.id as string), 2400));
    expect((await s.history(user_id))[0]).toMatchObject({
      status: 'refused',
      detail: 'Paid back',
      taken_back: '0.000000',
    });
    expect(await s.w.balance(user_id)).toMatchObject({ balance: '0.000000', debt: '0.000000' });
    await s.verify(user_id);
  });

  it('for an offer that was paid twice requires the number of credits', async () => {
    const user_id = await s.w.user('0');
    const payment = await s.checkout(user_id, { package_code: 'mid' });
    const [paid] = await s.pay(payment);
    const other = { ...paid!.data.object, payment_intent: 'pi_other' };
    const again = s.stripe.event('checkout.session.completed', other);
    await s.tell(paid!, again, s.stripe.event('checkout.session.async_payment_succeeded', other));
    const [surplus, ...rest] = (await s.w.list('payments/held', { limit: '500' })).body.filter(
      (row) => row.user_id === user_id,
    );
    expect([surplus, rest]).toMatchObject([{ kind: 'other', amount: '25.000000', credits: '0.000000' }, []]);
    expect((await act(surplus!, 'accept')).status).toBe(422);
    expect((await act(surplus!, 'accept', { credits: '25' })).status).toBe(200);
    expect(await s.w.balance(user_id)).toMatchObject({ balance: '50.000000' });
    await s.verify(user_id);
  });

  it('returns 404 if it does not exist', async () => {
    expect((await act({ id: '0198c0de-0000-7000-8000-000000000000' }, 'accept')).status).toBe(404);
    expect((await act({ id: 'x' }, 'refuse')).status).toBe(404);
  });
});
