import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { concurrently, type Json } from '../../support/factories.js';
import { Shop } from '../../support/services/shop.js';
import type { StripeEvent } from '../../support/services/stripe-stand-in.js';

let s: Shop;
beforeAll(async () => {
  s = await Shop.start();
});
afterAll(() => s.close());
afterEach(() => {
  s.stripe.isAway = false;
});

const events = (state: string): Promise<Json[]> =>
  s.w.sql('SELECT * FROM payment_events WHERE state = $1::payment_event_state', [state]);

describe('an event', () => {
  it('with a wrong or an old signature is refused and not stored', async () => {
    const user_id = await s.w.user();
    const [event] = await s.pay(await s.checkout(user_id, { package_code: 'small' }));
    const now = Math.floor(Date.now() / 1000);
    for (const options of [{ secret: 'whsec_of_a_stranger' }, { timestamp: now - 400 }]) {
      expect(await s.deliver(event!, options)).toMatchObject({ status: 400, body: { code: 'invalid_signature' } });
    }
    const forged = { method: 'POST', body: JSON.stringify(event), headers: {} } as const;
    expect((await s.w.t.call('integrations/stripe/webhook', forged)).status).toBe(400);
    expect(await s.w.sql('SELECT * FROM payment_events WHERE event_id = $1', [event!.id])).toEqual([]);
    expect(await s.purchases(user_id)).toEqual([]);
  });

  it('that was tampered with is refused', async () => {
    const user_id = await s.w.user();
    const [event] = await s.pay(await s.checkout(user_id, { package_code: 'small' }));
    const { StripeStandIn } = await import('../../support/services/stripe-stand-in.js');
    const { body, headers } = StripeStandIn.signed(event!);
    const answer = await s.w.t.call('integrations/stripe/webhook', {
      method: 'POST',
      body: body.replace(' ', '  ').replace('}', ' }'),
      headers,
    });
    expect(answer).toMatchObject({ status: 400, body: { code: 'invalid_signature' } });
  });

  it('that is irrelevant is not stored', async () => {
    const event = s.stripe.event('customer.created', { id: 'cus_x' });
    expect(await s.tell(event)).toEqual(['ignored']);
    expect(await s.w.sql('SELECT * FROM payment_events WHERE event_id = $1', [event.id])).toEqual([]);
  });

  it('for an unknown checkout is stored, and applied once the checkout is known', async () => {
    const user_id = await s.w.user();
    const payment = await s.checkout(user_id, { package_code: 'small' });
    const [event] = await s.pay(payment);
    const row = await s.w.sql('DELETE FROM payments WHERE id = $1 RETURNING to_jsonb(payments.*) AS row', [payment.id]);
    expect(await s.tell(event!, event!)).toEqual(['waiting', 'waiting']);
    expect((await s.w.list('payments/events', { state: 'waiting' })).body).toContainEqual(
      expect.objectContaining({ event_id: event!.id, attempts: 2 }),
    );
    await s.w.sql('INSERT INTO payments SELECT * FROM jsonb_populate_record(NULL::payments, $1)', [row[0]!.row]);
    await s.w.sql(`UPDATE payment_events SET next_try_at = now() - interval '1 second' WHERE event_id = $1`, [
      event!.id,
    ]);
    const { PaymentEventInbox } = await import('../../../src/payments/inbox/inbox.service.js');
    await s.w.t.app.get(PaymentEventInbox).retryDue();
    expect(await s.purchases(user_id)).toHaveLength(1);
    expect((await events('waiting')).map((waiting) => waiting.event_id)).not.toContain(event!.id);
    await s.verify(user_id);
  });

  it('that never matches a record fails with a log line, and an admin can retry it', async () => {
    const object = { id: 'cs_foreign', metadata: { user_id: 'nobody', payment_id: 'nothing' }, payment_status: 'paid' };
    const event = s.stripe.event('checkout.session.completed', { ...object, currency: 'usd', amount_total: 1 });
    await s.tell(event);
    await s.w.sql('UPDATE payment_events SET attempts = 12 WHERE event_id = $1', [event.id]);
    expect(await s.tell(event)).toEqual(['failed']);
    expect(
      await s.w.sql(`SELECT * FROM audit_logs WHERE action = 'payment.event_given_up' AND resource_id = $1`, [
        event.id,
      ]),
    ).toHaveLength(1);
    expect(await s.w.done(`payments/events/${event.id}/retry`, {})).toMatchObject({ state: 'waiting', attempts: 1 });
    expect(await s.w.sql(`SELECT user_id FROM user_credits WHERE user_id = 'nobody'`)).toEqual([]);
  });

  it('is stored without personal and card data', async () => {
    const user_id = await s.w.user();
    const details = { customer_details: { email: 'a.person@example.com', name: 'A. Person' } };
    await s.tell(...(await s.pay(await s.checkout(user_id, { package_code: 'small' }), details)));
    const [row] = await s.w.sql(`SELECT count(*)::int AS n FROM payment_events WHERE facts::text LIKE '%erson%'`);
    expect(row).toEqual({ n: 0 });
  });
});

describe('returned money', () => {
  const intentOf = (payment: Json): string => s.stripe.intentOf(payment.id as string);

  it('claws back unspent credits, and spent ones as debt', async () => {
    const user_id = await s.w.user();
    const payment = await s.buy(user_id);
    await s.w.deduct(user_id, '11');
    const event = s.stripe.refund(intentOf(payment), 900);
    await concurrently(10, () => s.deliver(event));
    expect(await s.w.balance(user_id)).toMatchObject({ balance: '0.000000', debt: '6.000000' });
    const taken = (await s.w.ledger(user_id)).filter((line) => (line.metadata as Json).reason === 'payment_returned');
    expect(taken.map(({ amount, transaction_type }) => [amount, transaction_type])).toEqual([
      ['-4.0000000000', 'adjustment'],
      ['-6.0000000000', 'adjustment'],
    ]);
    expect((await s.history(user_id))[0]).toMatchObject({ refunded: '9.000000', taken_back: '10.000000' });
    expect(await s.w.audit(user_id, 'payment.refunded')).toHaveLength(1);
    await s.verify(user_id);
  });

  it('in parts claws back parts, in any order of events', async () => {
    for (const order of [
      [300, 900],
      [900, 300],
    ]) {
      const user_id = await s.w.user();
      const payment = await s.buy(user_id);
      for (const cents of order) await s.tell(s.stripe.refund(intentOf(payment), cents));
      expect(await s.w.balance(user_id)).toMatchObject({ balance: '5.000000', debt: '0.000000' });
      await s.verify(user_id);
    }
    const user_id = await s.w.user();
    const payment = await s.buy(user_id);
    await s.tell(s.stripe.refund(intentOf(payment), 450));
    expect(await s.w.balance(user_id)).toMatchObject({ balance: '10.000000' });
  });

  it('claws back everything if it is reported before the payment', async () => {
    const user_id = await s.w.user();
    const payment = await s.checkout(user_id, { package_code: 'small' });
    const paid: StripeEvent[] = await s.pay(payment);
    const dispute = s.stripe.dispute(intentOf(payment), 'lost');
    expect(await s.tell(dispute)).toEqual(['waiting']);
    expect(await s.tell(s.stripe.refund(intentOf(payment), 450), ...paid)).toEqual(['applied', 'applied']);
    expect(await s.payment(payment.id)).toMatchObject({ status: 'paid', dispute: 'lost', taken_back: '10.0000000000' });
    expect(await s.w.balance(user_id)).toMatchObject({ balance: '5.000000', debt: '0.000000' });
    await s.verify(user_id);
  });

  it('in a dispute is clawed back while the dispute is open, and restored when it is won', async () => {
    const user_id = await s.w.user();
    const payment = await s.buy(user_id);
    await s.w.deduct(user_id, '12');
    const opened = s.stripe.dispute(intentOf(payment), 'needs_response');
    await s.tell(opened);
    expect(await s.w.balance(user_id)).toMatchObject({ balance: '0.000000', debt: '7.000000' });
    await s.tell(s.stripe.dispute(intentOf(payment), 'won'), opened);
    expect(await s.w.balance(user_id)).toMatchObject({ balance: '3.000000', debt: '0.000000' });
    expect((await s.history(user_id))[0]).toMatchObject({ dispute: 'won', taken_back: '0.000000' });
    await s.verify(user_id);
  });

  it('in a lost dispute stays clawed back', async () => {
    const user_id = await s.w.user();
    const payment = await s.buy(user_id);
    await s.tell(s.stripe.dispute(intentOf(payment), 'lost'), s.stripe.dispute(intentOf(payment), 'needs_response'));
    expect(await s.w.balance(user_id)).toMatchObject({ balance: '5.000000' });
    await s.verify(user_id);
  });

  it('does not claw back held credits', async () => {
    const user_id = await s.w.user();
    const payment = await s.buy(user_id);
    const hold = await s.w.hold(user_id, '12');
    await s.tell(s.stripe.refund(intentOf(payment), 900));
    expect(await s.w.balance(user_id)).toMatchObject({ balance: '12.000000', held: '12.000000', debt: '7.000000' });
    await s.w.done(`credits/holds/${hold}/release`, {});
    expect(await s.w.balance(user_id)).toMatchObject({ balance: '5.000000', held: '0.000000', debt: '0.000000' });
    await s.verify(user_id);
  });
});
