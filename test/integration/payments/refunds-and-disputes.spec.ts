import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Json } from '../../support/factories.js';
import { Shop } from '../../support/services/shop.js';
import type { StripeEvent } from '../../support/services/stripe-stand-in.js';

let s: Shop;
beforeAll(async () => {
  s = await Shop.start();
  await s.w.done('payments/packages', { package_code: 'even', name: 'Ten for ten', credits: '10', price: '10' });
  await s.w.done('payments/packages', { package_code: 'mid', name: '25 for 25', credits: '25', price: '25' });
});
afterAll(() => s.close());

/** Returns a user without trial credits who bought a package. */
async function buyer(package_code = 'even', changes: Record<string, unknown> = {}): Promise<[string, string, Json]> {
  const user_id = await s.w.user('0');
  const payment = await s.checkout(user_id, { package_code });
  await s.tell(...(await s.pay(payment, changes)));
  return [user_id, s.stripe.intentOf(payment.id as string), payment];
}

/** Returns all permutations of some events. */
function orders<T>(things: readonly T[]): T[][] {
  if (things.length < 2) return [[...things]];
  return things.flatMap((first, i) =>
    orders([...things.slice(0, i), ...things.slice(i + 1)]).map((rest) => [first, ...rest]),
  );
}

describe('a refund', () => {
  it('that failed or was canceled restores the credits, whatever the order and type of its events', async () => {
    for (const [type, status] of [
      ['charge.refund.updated', 'failed'],
      ['refund.failed', 'failed'],
      ['refund.updated', 'canceled'],
    ] as const) {
      for (const isFirst of [false, true]) {
        const [user_id, intent, payment] = await buyer();
        await s.w.deduct(user_id, '2');
        const events = [s.stripe.refund(intent, 400), s.stripe.refundNamed(intent, 're_1', 400, status, type)];
        await s.tell(...(isFirst ? events.toReversed() : events), ...events);
        expect(await s.w.balance(user_id)).toMatchObject({ balance: '8.000000', debt: '0.000000' });
        expect(await s.payment(payment.id)).toMatchObject({ refunded: '0.0000000000', taken_back: '0.0000000000' });
        await s.verify(user_id);
      }
    }
  });

  it('of the whole price that failed leaves no debt', async () => {
    const [user_id, intent] = await buyer();
    await s.w.deduct(user_id, '2');
    await s.tell(s.stripe.refund(intent, 1000));
    expect(await s.w.balance(user_id)).toMatchObject({ balance: '0.000000', debt: '2.000000' });
    await s.tell(s.stripe.refundNamed(intent, 're_1', 1000, 'failed'));
    expect(await s.w.balance(user_id)).toMatchObject({ balance: '8.000000', debt: '0.000000' });
    await s.verify(user_id);
  });

  it('after a failed one counts separately', async () => {
    const eventsAbout = (intent: string): StripeEvent[] => [
      s.stripe.refund(intent, 400),
      s.stripe.refundNamed(intent, 're_1', 400, 'failed'),
      s.stripe.refund(intent, 300),
    ];
    for (const order of [0, 1, 2, 3, 4, 5]) {
      const [user_id, intent] = await buyer();
      await s.w.deduct(user_id, '2');
      await s.tell(...orders(eventsAbout(intent))[order]!);
      expect(await s.w.balance(user_id)).toMatchObject({ balance: '5.000000', debt: '0.000000' });
      await s.verify(user_id);
    }
  });

  it('is listed with its id and state, also among several', async () => {
    const [user_id, intent, payment] = await buyer();
    await s.tell(
      s.stripe.refundNamed(intent, 're_1', 100, 'pending', 'refund.created'),
      s.stripe.refundNamed(intent, 're_2', 200, 'succeeded', 'refund.created'),
      s.stripe.refundNamed(intent, 're_1', 100, 'succeeded'),
      s.stripe.refundNamed(intent, 're_1', 100, 'pending'),
    );
    const { body } = await s.w.get(`payments/${String(payment.id)}`);
    expect(body).toMatchObject({
      refunded: '3.000000',
      taken_back: '3.000000',
      refunds: [
        { refund_id: 're_1', status: 'succeeded', amount: '1.000000', currency: 'usd' },
        { refund_id: 're_2', status: 'succeeded', amount: '2.000000' },
      ],
    });
    expect(await s.w.balance(user_id)).toMatchObject({ balance: '7.000000' });
  });

  it('in another currency claws back the fraction of the payment', async () => {
    const eur = { currency: 'eur', amount: 2345 };
    for (const isFirst of [false, true]) {
      const user_id = await s.w.user('0');
      const payment = await s.checkout(user_id, { package_code: 'mid' });
      const paid = await s.pay(payment);
      const refunded = s.stripe.refund(s.stripe.intentOf(payment.id as string), 1172, eur);
      await s.tell(...(isFirst ? [refunded, ...paid] : [...paid, refunded]));
      expect(await s.w.balance(user_id)).toMatchObject({ balance: '12.5053304904' });
      expect(await s.payment(payment.id)).toMatchObject({ refunded: '12.4946695096', taken_back: '12.4946695096' });
      await s.verify(user_id);
    }
  });
});

describe('the list of disputed payments', () => {
  it('has open and decided disputes, newest first, and nothing else', async () => {
    const [, first] = await buyer();
    const [, second] = await buyer();
    await buyer();
    await s.tell(s.stripe.dispute(first, 'needs_response'), s.stripe.dispute(second, 'won'));
    const { body, headers } = await s.w.get('payments/disputed', { limit: '2' });
    const states = (body as unknown as Json[]).map(({ dispute }) => dispute);
    expect([states, Number(headers['x-total-count']) >= 2]).toEqual([['won', 'open'], true]);
    const { status } = await s.w.get('payments/disputed', {}, await s.w.as('somebody'));
    expect(status).toBe(403);
  });
});

describe('a dispute', () => {
  it('in the payer currency claws back the fraction of the charged amount', async () => {
    const conversion = { currency_conversion: { amount_total: 2500, source_currency: 'usd' } };
    const shown = { presentment_details: { presentment_amount: 2345, presentment_currency: 'eur' } };
    for (const changes of [{ currency: 'eur', amount_total: 2345, ...conversion }, shown]) {
      const [user_id, intent] = await buyer('mid', changes);
      expect(await s.w.balance(user_id)).toMatchObject({ balance: '25.000000' });
      await s.tell(s.stripe.dispute(intent, 'needs_response', { currency: 'eur', amount: 2345 }));
      expect(await s.w.balance(user_id)).toMatchObject({ balance: '0.000000', debt: '0.000000' });
      await s.verify(user_id);
    }
  });

  it('that is only an inquiry changes nothing', async () => {
    const [user_id, intent] = await buyer();
    await s.tell(
      s.stripe.dispute(intent, 'warning_needs_response'),
      s.stripe.dispute(intent, 'warning_under_review', {}, 'updated'),
      s.stripe.dispute(intent, 'warning_closed'),
    );
    expect(await s.w.balance(user_id)).toMatchObject({ balance: '10.000000' });
    expect((await s.history(user_id))[0]).toMatchObject({ dispute: 'inquiry', disputed: '0.000000' });
  });

  it('that was prevented changes nothing except for its refund', async () => {
    const [user_id, intent] = await buyer();
    await s.tell(s.stripe.dispute(intent, 'prevented'), s.stripe.refundNamed(intent, 're_1', 400, 'succeeded'));
    expect(await s.w.balance(user_id)).toMatchObject({ balance: '6.000000' });
  });

  it('that was won restores everything, in every order of its four events', async () => {
    for (const order of Array.from({ length: 24 }, (_, i) => i).filter((i) => i % 5 === 0)) {
      const [user_id, intent] = await buyer();
      const steps = [
        s.stripe.dispute(intent, 'needs_response'),
        s.stripe.dispute(intent, 'needs_response', {}, 'funds_withdrawn'),
        s.stripe.dispute(intent, 'won'),
        s.stripe.dispute(intent, 'won', {}, 'funds_reinstated'),
      ];
      await s.tell(...orders(steps)[order]!, steps[0]!);
      expect(await s.w.balance(user_id)).toMatchObject({ balance: '10.000000', debt: '0.000000' });
      await s.verify(user_id);
    }
  });

  it('that was first an inquiry claws back credits when the money is withdrawn', async () => {
    const [user_id, intent] = await buyer();
    const withdrawn = s.stripe.dispute(intent, 'needs_response', {}, 'funds_withdrawn');
    await s.tell(withdrawn, s.stripe.dispute(intent, 'warning_needs_response'));
    expect(await s.w.balance(user_id)).toMatchObject({ balance: '0.000000' });
  });

  it('of a part claws back a part, also among several', async () => {
    const [user_id, intent] = await buyer();
    await s.tell(
      s.stripe.dispute(intent, 'needs_response', { id: 'dp_1', amount: 300 }),
      s.stripe.dispute(intent, 'lost', { id: 'dp_2', amount: 200 }),
    );
    expect(await s.w.balance(user_id)).toMatchObject({ balance: '5.000000' });
    await s.tell(s.stripe.dispute(intent, 'won', { id: 'dp_1', amount: 300 }));
    expect(await s.w.balance(user_id)).toMatchObject({ balance: '8.000000' });
    expect((await s.history(user_id))[0]).toMatchObject({ dispute: 'lost', disputed: '2.000000' });
    await s.verify(user_id);
  });
});

describe('money returned for a plan', () => {
  const paymentOf = async (user_id: string, kind = 'plan'): Promise<Json> =>
    (await s.w.sql('SELECT * FROM payments WHERE user_id = $1 AND kind = $2::payment_kind', [user_id, kind]))[0]!;
  const intentOf = async (user_id: string) => s.stripe.intentOf((await paymentOf(user_id)).invoice_id as string);

  it('ends the plan and the subscription', async () => {
    const user_id = await s.w.user('0');
    const subscription = await s.subscribe(user_id, 'enterprise');
    await s.tell(s.stripe.refund(await intentOf(user_id), 9900));
    expect(await s.w.balance(user_id)).toMatchObject({ tier: 'free', balance: '0.000000', paid_until: null });
    expect(await s.subscription(user_id)).toBeNull();
    const { PlansService } = await import('../../../src/payments/plans/plans.service.js');
    await s.w.t.app.get(PlansService).pushToProvider();
    expect(s.stripe.subscriptions.get(subscription)).toMatchObject({ status: 'canceled' });
    await s.verify(user_id);
  });

  it('restores the plan if the refund fails', async () => {
    const user_id = await s.w.user('0');
    await s.subscribe(user_id);
    const intent = await intentOf(user_id);
    await s.tell(s.stripe.refund(intent, 1900), s.stripe.refundNamed(intent, 're_1', 1900, 'failed'));
    expect(await s.w.balance(user_id)).toMatchObject({ tier: 'starter', balance: '20.000000', next_tier: 'free' });
    await s.age(user_id, 30.1);
    expect(await s.w.balance(user_id)).toMatchObject({ tier: 'free', balance: '0.000000' });
    await s.verify(user_id);
  });

  it('limits a free month to the credits still paid for', async () => {
    const user_id = await s.w.user('0');
    await s.subscribe(user_id, 'enterprise');
    const { code } = await s.w.done('credits/coupons/create', { coupon_type: 'free_month', value: 1 });
    const token = await s.w.as(user_id);
    await s.tell(s.stripe.dispute(await intentOf(user_id), 'needs_response'));
    expect((await s.w.post('credits/coupons/redeem', { code }, { token })).status).toBe(409);
    await s.tell(s.stripe.dispute(await intentOf(user_id), 'won', { amount: 9900 }));
    await s.tell(s.stripe.refund(await intentOf(user_id), 4950));
    const redeemed = await s.w.post('credits/coupons/redeem', { code }, { token });
    expect(redeemed).toMatchObject({ status: 200, body: { credits_awarded: '499999.995000' } });
    await s.verify(user_id);
  });

  it('reverts only the upgrade if only the upgrade was refunded', async () => {
    const user_id = await s.w.user('0');
    await s.subscribe(user_id);
    const upgrade = await s.checkout(user_id, { tier: 'professional' });
    await s.tell(...(await s.pay(upgrade)));
    expect(await s.w.balance(user_id)).toMatchObject({ tier: 'professional', balance: '60.000000' });
    await s.tell(s.stripe.refund(s.stripe.intentOf(upgrade.id as string), 3000));
    expect(await s.w.balance(user_id)).toMatchObject({ tier: 'starter', balance: '20.000000' });
    expect(await s.subscription(user_id)).toMatchObject({ tier: 'starter', amount: '19.000000', status: 'active' });
    await s.verify(user_id);
  });
});
