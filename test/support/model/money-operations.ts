import { expect } from '@jest/globals';
import { TopupRunner } from '../../../src/payments/topups/topup-runner.js';
import { amount, units } from '../../../src/platform/values/amount.js';
import type { Json, JsonAnswer } from '../factories.js';
import type { Shop } from '../services/shop.js';
import type { StripeEvent } from '../services/stripe-stand-in.js';

type Reply = Pick<JsonAnswer, 'status' | 'text'>;

/** An account for concurrent operations, and a unique text. */
export interface Place {
  readonly s: Shop;
  readonly user_id: string;
  readonly mark: string;
}

/** A prepared operation: run twice, it has one effect, or none if it was refused. */
export interface Ready {
  act(): Promise<Reply>;
  /** Asserts that the effect exists once if any response reports it, and not at all otherwise. */
  check(answers: Reply[], other: string): Promise<void>;
}

export type Operation = (place: Place) => Promise<Ready>;

const isDone = (answers: Reply[]): boolean => answers.some(({ status }) => status < 300);

/** Returns the sum of ledger lines, on any account. */
async function sumOf({ s }: Place, where: string, value: string): Promise<string> {
  const [row] = await s.w.sql(`SELECT coalesce(sum(amount), 0)::text AS sum FROM credit_transactions WHERE ${where}`, [
    value,
  ]);
  return amount(units(row?.sum as string));
}

async function countOf({ s }: Place, from: string, ...values: unknown[]): Promise<number> {
  const [row] = await s.w.sql(`SELECT count(*)::int AS count FROM ${from}`, values);
  return row?.count as number;
}

const post = ({ s, mark }: Place, path: string, body: object): Promise<Reply> => s.w.post(path, body, { key: mark });

/** A POST with a key: the sum of its lines is that of one effect or of none. */
const posted =
  (path: string, body: (place: Place) => object, effect: string, where = `metadata->>'mark' = $1`): Operation =>
  async (place) => ({
    act: () => post(place, path, { user_id: place.user_id, metadata: { mark: place.mark }, ...body(place) }),
    check: async (answers) => expect(await sumOf(place, where, place.mark)).toBe(isDone(answers) ? effect : '0.000000'),
  });

/** Two charges in one request: each has its effect once, or none if it was refused. */
const charges: Operation = async (place) => {
  const { user_id, mark } = place;
  const amounts = ['0.2', '0.3'];
  const records = amounts.map((charged, i) => {
    return { user_id, amount: charged, service: 'tts', metadata: { mark }, idempotency_key: `${mark}-${i}` };
  });
  return {
    act: () => post(place, 'credits/deduct/batch', records),
    check: async (answers) => {
      const lists = answers.filter(({ status }) => status < 300).map(({ text }) => JSON.parse(text) as Json[]);
      const booked = amounts.filter((_, i) => lists.some((list) => list[i]?.['status'] !== 'error'));
      const sum = booked.reduce((total, charged) => total - units(charged), 0n);
      expect(await sumOf(place, `metadata->>'mark' = $1`, mark)).toBe(amount(sum));
    },
  };
};

/** Operations that end a hold of 1 credit. */
const ended =
  (how: string, body: object, effect: string): Operation =>
  async (place) => {
    const id = await place.s.w.hold(place.user_id, '1');
    return {
      act: () => post(place, `credits/holds/${id}/${how}`, body),
      check: async (answers) =>
        expect(await sumOf(place, 'hold_id = $1::uuid', id)).toBe(isDone(answers) ? effect : '0.000000'),
    };
  };

/** A payment event about a purchased package, delivered twice. */
const afterPaymentEvent =
  (event: (s: Shop, intent: string) => StripeEvent, taken: string): Operation =>
  async (place) => {
    const { s, user_id } = place;
    const { id } = await s.buy(user_id, 'large');
    const message = event(s, s.stripe.intentOf(id as string));
    return {
      act: () => s.deliver(message),
      check: async () => expect(amount(units((await s.payment(id)).taken_back as string))).toBe(taken),
    };
  };

/** A read, which books what is due. */
const touched =
  (prepare: (place: Place) => Promise<unknown>, check: (place: Place, other: string) => Promise<void>): Operation =>
  async (place) => {
    await prepare(place);
    const { s, user_id } = place;
    return { act: () => s.w.get('credits/balance', { user_id }), check: (_answers, other) => check(place, other) };
  };

const administered =
  (path: string, body: (place: Place) => object): Operation =>
  async (place) => ({
    act: () => post(place, path.replace(':id', place.user_id), body(place)),
    check: () => Promise.resolve(), // only the invariants of all accounts are checked
  });

const coupon =
  (terms: object): Operation =>
  async (place) => {
    const { s, user_id, mark: code } = place;
    await s.w.done('credits/coupons/create', { code, max_uses: 1, ...terms });
    return {
      act: () => s.w.post('credits/coupons/redeem', { user_id, code }),
      check: async (answers) => {
        const redemptions = await countOf(place, 'coupon_redemptions WHERE upper(code) = upper($1)', code);
        const uses = await countOf(place, 'coupon_codes WHERE upper(code) = upper($1) AND used_count = 1', code);
        expect([redemptions, uses]).toEqual(isDone(answers) ? [1, 1] : [0, 0]);
      },
    };
  };

const refund: Operation = async (place) => {
  const { s, user_id } = place;
  const { transaction_id } = await s.w.deduct(user_id, '2');
  return {
    act: () => post(place, 'credits/refund', { user_id, amount: '2', reason: 'r', transaction_id }),
    check: async (answers) =>
      expect(await sumOf(place, 'refund_of = $1::uuid', transaction_id as string)).toBe(
        isDone(answers) ? '2.000000' : '0.000000',
      ),
  };
};

const hold: Operation = async (place) => ({
  act: () =>
    post(place, 'credits/holds', {
      user_id: place.user_id,
      service: 'tts',
      amount: '1',
      metadata: { mark: place.mark },
    }),
  check: async (answers) =>
    expect(await countOf(place, `credit_holds WHERE metadata->>'mark' = $1`, place.mark)).toBe(isDone(answers) ? 1 : 0),
});

const work: Operation = async (place) => {
  const { user_id, mark: request_id } = place;
  return {
    act: () =>
      post(place, 'credits/usage/track', {
        user_id,
        request_id,
        service: 'tts',
        cost: '0.3',
        charge: true,
        settle: true,
      }),
    check: async (answers) => {
      const lines = 'id IN (SELECT id FROM usage_events WHERE request_id = $1)';
      expect(await sumOf(place, lines, request_id)).toBe(isDone(answers) ? '-0.300000' : '0.000000');
    },
  };
};

const purchase: Operation = async (place) => {
  const { s, user_id } = place;
  const payment = await s.checkout(user_id, { package_code: 'small' });
  const events = await s.pay(payment);
  return {
    act: async () => {
      const answers = [];
      for (const event of events) answers.push(await s.deliver(event));
      return answers.find(({ status }) => status >= 300) ?? (answers[0] as Reply);
    },
    check: async () => {
      expect(await s.payment(payment.id)).toMatchObject({ status: 'paid' });
      const given = `metadata->>'payment_id' = $1 AND metadata->>'reason' = 'package_purchase'`;
      expect(await sumOf(place, given, payment.id as string)).toBe('10.000000');
    },
  };
};

const topUp: Operation = async (place) => {
  const { s, user_id } = place;
  await s.w.done('payments/portal', { user_id });
  const [row] = await s.w.sql('SELECT customer_id FROM payment_customers WHERE user_id = $1', [user_id]);
  s.stripe.cards.set(row?.customer_id as string, { declines: false });
  await s.put('payments/auto-topup', { user_id, threshold: '1000', package_code: 'small', monthly_limit: '9' });
  return {
    act: async () => {
      await s.w.t.app.get(TopupRunner).run();
      return { status: 200, text: '' };
    },
    check: async () => {
      await s.w.sql('DELETE FROM auto_topups');
      const charged = s.stripe
        .calls('POST', /^\/payment_intents$/)
        .filter(({ form }) => form['metadata[user_id]'] === user_id).length;
      expect(charged).toBeLessThanOrEqual(1);
      const accounts = `user_id IN ($1::text, $1::text || '-moved')`;
      const given = await sumOf(place, `${accounts} AND metadata->>'reason' = 'auto_topup'`, user_id);
      expect(given).toBe(charged === 1 ? '10.000000' : '0.000000');
    },
  };
};

/** The expiry has been due since yesterday. */
const lapsing =
  (table: 'credit_holds' | 'credit_grants', make: (place: Place) => Promise<unknown>, lapsed: string): Operation =>
  async (place) => {
    const { s, user_id } = place;
    await make(place);
    const [row] = await s.w.sql(`SELECT id FROM ${table} WHERE user_id = $1 ORDER BY id DESC LIMIT 1`, [user_id]);
    const earlier = table === 'credit_holds' ? 'created_at' : 'effective_at';
    await s.w.sql(
      `UPDATE ${table} SET ${earlier} = ${earlier} - interval '1 day', expires_at = expires_at - interval '1 day' WHERE id = $1`,
      [row?.id],
    );
    await s.w.sql('UPDATE user_credits SET due_at = LEAST(due_at, now()) WHERE user_id = $1', [user_id]);
    return {
      act: () => s.w.get('credits/balance', { user_id }),
      check: async () => expect(await countOf(place, lapsed, row?.id)).toBe(1),
    };
  };

const lapsedHold = lapsing(
  'credit_holds',
  ({ s, user_id }) => s.w.hold(user_id, '1'),
  `credit_holds WHERE id = $1 AND status = 'expired'`,
);

const lapsedGrant = lapsing(
  'credit_grants',
  ({ s, user_id }) => s.w.bonus(user_id, '3', { expires_at: new Date(Date.now() + 3_600_000).toISOString() }),
  `credit_transactions WHERE metadata->>'grant_id' = $1::text AND metadata->>'reason' = 'grant_expired'`,
);

const NEW_PERIODS = new Set(['reset', 'period roll']);
const periodRoll = touched(
  async ({ s, user_id }) => {
    await s.w.switch(user_id, 'starter');
    await s.w.age(user_id, 31);
  },
  async (place, other) => {
    const begun = `user_id = $1 AND metadata->>'reason' = 'monthly_reset' AND amount > 0`;
    const count = await countOf(place, `credit_transactions WHERE ${begun}`, place.user_id);
    expect(count).toBeLessThanOrEqual(NEW_PERIODS.has(other) ? 2 : 1);
    if (!['switch', 'free month'].includes(other)) expect(count).toBeGreaterThanOrEqual(1);
  },
);

/** All operations that change the credits of an account. */
export const OPERATIONS: Readonly<Record<string, Operation>> = {
  deduct: posted('credits/deduct', () => ({ amount: '0.7', service: 'tts' }), '-0.700000'),
  'batch of charges': charges,
  work,
  hold,
  capture: ended('capture', { amount: '0.4' }, '-0.400000'),
  release: ended('release', {}, '0.000000'),
  refund,
  bonus: posted('credits/bonus', () => ({ amount: '1.5', reason: 'r' }), '1.500000'),
  allocate: posted('credits/allocate', () => ({ amount: '2.5', source: 'purchase' }), '2.500000'),
  coupon: coupon({ coupon_type: 'credit_bonus', value: '4' }),
  'free month': coupon({ coupon_type: 'free_month' }),
  discount: coupon({ coupon_type: 'fixed_discount', value: '1' }),
  switch: administered('credits/tiers/switch', ({ user_id }) => ({ user_id, new_tier: 'professional' })),
  reset: administered('credits/reset', ({ user_id }) => ({ user_id })),
  suspend: administered('admin/accounts/:id/suspend', () => ({ reason: 'r' })),
  resume: administered('admin/accounts/:id/resume', () => ({})),
  move: administered('admin/accounts/:id/move', ({ user_id }) => ({ to: `${user_id}-moved` })),
  erase: administered('admin/accounts/:id/erase', () => ({})),
  purchase,
  'top-up': topUp,
  'money back': afterPaymentEvent((s, intent) => s.stripe.refund(intent, 450), '5.000000'),
  dispute: afterPaymentEvent(
    (s, intent) => s.stripe.dispute(intent, 'needs_response', {}, 'funds_withdrawn'),
    '50.000000',
  ),
  'period roll': periodRoll,
  'lapsed hold': lapsedHold,
  'lapsed grant': lapsedGrant,
};
