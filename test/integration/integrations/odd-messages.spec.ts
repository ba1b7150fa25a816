import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createHmac } from 'node:crypto';
import { Shop } from '../../support/services/shop.js';
import { WEBHOOK_SECRET } from '../../support/services/stripe-stand-in.js';

let s: Shop;
beforeAll(async () => {
  s = await Shop.start();
});
afterAll(() => s.close());

const snapshot = (changes: object): object => ({
  id: `evt_${Math.random()}`,
  object: 'event',
  type: 'invoice.paid',
  created: 1_800_000_000,
  data: { object: { id: 'in_1' } },
  ...changes,
});
const kept = (event_id: unknown) => s.w.sql('SELECT * FROM payment_events WHERE event_id = $1', [event_id]);

describe('a signed event of an unknown shape', () => {
  const thin = {
    id: 'evt_2',
    object: 'v2.core.event',
    type: 'v1.billing.meter.error_report_triggered',
    livemode: false,
    created: '2026-11-29T10:00:00Z',
    related_object: null,
  };

  it.each([
    ['a thin event', thin],
    ['null', null],
    ['a list', []],
    ['a number', 42],
    ['an object', {}],
    ['no data', snapshot({ data: undefined })],
    ['no object', snapshot({ data: { object: null } })],
    ['a timestamp as a string', snapshot({ created: '2026-11-29T10:00:00Z' })],
    ['no timestamp', snapshot({ created: undefined })],
    ['a timestamp out of range', snapshot({ created: 1e15 })],
    ['a long id', snapshot({ id: 'e'.repeat(300) })],
    ['no lines', snapshot({})],
    ['null metadata', snapshot({ type: 'payment_intent.succeeded', data: { object: { id: 'pi_1', metadata: null } } })],
    ['NUL in an id', snapshot({ type: 'charge.refunded', data: { object: { id: 'ch\0', amount_refunded: 1 } } })],
  ])('is ignored: %s', async (_what, event) => {
    expect(await s.deliver(event)).toMatchObject({ status: 200, body: { state: 'ignored' } });
  });

  it('is stored if it concerns money', async () => {
    const unknown = snapshot({
      type: 'charge.settled_by_pigeon',
      data: { object: { id: 'ch_1', amount: 500, currency: 'usd' } },
    });
    const odd = snapshot({ data: { object: { id: 'in_2', amount_paid: 1900, currency: 'usd' } } });
    for (const event of [unknown, odd] as { id: string }[]) {
      expect(await s.deliver(event)).toMatchObject({ status: 200, body: { event_id: event.id, state: 'ignored' } });
      expect(await kept(event.id)).toMatchObject([{ state: 'ignored', facts: { kind: 'unread', currency: 'usd' } }]);
    }
  });

  it('returns 400 if it is not JSON', async () => {
    const { body, headers } = (await import('../../support/services/stripe-stand-in.js')).StripeStandIn.signed('x');
    expect(
      (await s.w.t.call('integrations/stripe/webhook', { method: 'POST', body: `${body} `, headers })).status,
    ).toBe(400);
  });
});

describe('a signature', () => {
  const now = Math.floor(Date.now() / 1000);
  const send = (header: string) =>
    s.w.t.call('integrations/stripe/webhook', { method: 'POST', body: '{}', headers: { 'stripe-signature': header } });

  it.each([
    't=1,v1=',
    `t=${now},v1=`,
    `t=${now}`,
    'v1=00',
    '',
    'x',
    `t=${now},t=${now},v1=00`,
    `t=NaN,v1=00`,
    't=,v1=00',
  ])('that is malformed is refused with 400: %j', async (header) => {
    expect(await send(header)).toMatchObject({ status: 400, body: { code: 'invalid_signature' } });
  });

  it.each([String(now + 3600), String(now - 3600), 'NaN', '1e3', ''])(
    'with the timestamp %j is refused, even with the right secret',
    async (time) => {
      const digest = createHmac('sha256', WEBHOOK_SECRET).update(`${time}.{}`).digest('hex');
      expect(await send(`t=${time},v1=${digest}`)).toMatchObject({ status: 400, body: { code: 'invalid_signature' } });
    },
  );

  it('with the current time is accepted', async () => {
    const digest = createHmac('sha256', WEBHOOK_SECRET).update(`${now}.{}`).digest('hex');
    expect((await send(`t=${now},v1=${digest}`)).status).toBe(200);
  });
});

describe('a delayed payment', () => {
  it('that failed is failed, whatever the order of events', async () => {
    for (const isFirst of [false, true]) {
      const user_id = await s.w.user();
      const payment = await s.checkout(user_id, { package_code: 'small' });
      const [completed] = await s.pay(payment, { payment_status: 'unpaid' });
      const failed = s.stripe.event('checkout.session.async_payment_failed', completed!.data.object);
      await s.tell(...(isFirst ? [failed, completed!] : [completed!, failed]));
      expect(await s.payment(payment.id)).toMatchObject({ status: 'failed', detail: 'The payment did not arrive.' });
    }
  });

  it('that arrived is granted, whatever the order of events', async () => {
    const user_id = await s.w.user();
    const payment = await s.checkout(user_id, { package_code: 'small' });
    const [completed] = await s.pay(payment, { payment_status: 'unpaid' });
    const paid = { ...completed!.data.object, payment_status: 'paid' };
    await s.tell(s.stripe.event('checkout.session.async_payment_succeeded', paid), completed!);
    expect(await s.payment(payment.id)).toMatchObject({ status: 'paid' });
    expect(await s.purchases(user_id)).toHaveLength(1);
  });
});
