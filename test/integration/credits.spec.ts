import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { atOnce, statuses, World } from '../support/factories.js';

let w: World;
beforeAll(async () => {
  w = await World.start();
});
afterAll(() => w.close());

describe('deductions', () => {
  it('of 1 from 100, 200 of them at once, succeed exactly 100 times', async () => {
    const user_id = await w.user('100');
    const body = { user_id, amount: 1, service: 'openrouter' };
    const answers = await atOnce(200, () => w.post('credits/deduct', body, { token: w.service }));
    expect(statuses(answers)).toEqual({ 200: 100, 402: 100 });
    for (const { status, body } of answers) {
      if (status === 402)
        expect(body).toMatchObject({ code: 'insufficient_credits', required: '1.000000', available: '0.000000' });
      else expect(body).toMatchObject({ amount: '-1.000000', transaction_id: expect.any(String) });
    }
    const charged = answers.filter(({ status }) => status === 200).map(({ body }) => body.balance_after);
    expect(new Set(charged).size).toBe(100);
    expect(await w.balance(user_id)).toMatchObject({
      balance: '0.000000',
      available: '0.000000',
      used_this_period: '100.000000',
    });
    expect(await w.audit(user_id, 'credit.deduct_failed')).toHaveLength(100);
    await w.verify(user_id);
  });

  it('of different sizes at once never overdraw and refuse only what does not fit', async () => {
    const user_id = await w.user('20');
    const sizes = Array.from({ length: 60 }, (_, i) => (i % 3) + 1);
    const answers = await atOnce(sizes.length, (i) =>
      w.post('credits/deduct', { user_id, amount: sizes[i], service: 'tts' }),
    );
    const charged = answers.reduce((sum, { status }, i) => sum + (status === 200 ? sizes[i]! : 0), 0);
    const left = Number((await w.balance(user_id)).balance);
    expect(charged + left).toBe(20);
    const refused = sizes.filter((_, i) => answers[i]!.status === 402);
    expect(Math.min(...refused)).toBeGreaterThan(left);
    await w.verify(user_id);
  });

  it('of many users at once do not mix', async () => {
    const users = await Promise.all(Array.from({ length: 20 }, (_, i) => w.user(String(i + 1))));
    await Promise.all(
      users.flatMap((user_id, i) =>
        Array.from({ length: i + 2 }, () => w.post('credits/deduct', { user_id, amount: '1', service: 'tts' })),
      ),
    );
    for (const user_id of users) {
      expect(await w.balance(user_id)).toMatchObject({ balance: '0.000000' });
      expect(await w.audit(user_id, 'credit.deduct_failed')).toHaveLength(1);
      await w.verify(user_id);
    }
  });

  it('answer with the account and the line, and keep what the caller attached', async () => {
    const user_id = await w.user('5');
    const more = {
      ...{ service: 'openrouter', model: 'openai/gpt-4o-mini', metadata: { job: { id: 7, tags: ['a'] } } },
      cost_breakdown: { provider_cost: '2', markup: '0.5', total: 2.5 },
    };
    const body = await w.deduct(user_id, '2.5', more);
    expect(body).toMatchObject({
      user_id,
      balance: '2.500000',
      available: '2.500000',
      amount: '-2.500000',
      balance_after: '2.500000',
    });
    const [line] = (await w.list('credits/transactions', { user_id, limit: '1' })).body;
    expect(line).toEqual({
      ...{
        id: body.transaction_id,
        user_id,
        amount: '-2.500000',
        balance_after: '2.500000',
        transaction_type: 'usage',
      },
      ...{
        service: 'openrouter',
        model: 'openai/gpt-4o-mini',
        description: expect.any(String),
        created_at: expect.stringMatching(/Z$/),
      },
      ...{
        metadata: more.metadata,
        cost_breakdown: { provider_cost: '2.000000', markup: '0.500000', total: '2.500000' },
      },
    });
  });

  it('that do not fit are refused in the words of the contract', async () => {
    const user_id = await w.user('1');
    const { status, body, headers } = await w.post('credits/deduct', { user_id, amount: '2.5', service: 'tts' });
    expect(status).toBe(402);
    expect(headers['content-type']).toContain('application/problem+json');
    expect(body).toMatchObject({
      ...{ code: 'insufficient_credits', status: 402, required: '2.500000', available: '1.000000' },
      detail: 'Insufficient credits. Required: 2.50, Available: 1.00',
    });
    expect(await w.audit(user_id, 'credit.deduct_failed')).toMatchObject([{ result: 'failure', actor: 'an-admin' }]);
    expect(await w.balance(user_id)).toMatchObject({ balance: '1.000000' });
  });

  it('agree with what a check said', async () => {
    const user_id = await w.user('3');
    expect((await w.get('credits/check', { user_id, amount: '3' })).body).toEqual({
      sufficient: true,
      available: '3.000000',
      required: '3.000000',
      reason: null,
    });
    expect((await w.get('credits/check', { user_id, amount: '3.0000000001' })).body).toEqual({
      ...{ sufficient: false, available: '3.000000', required: '3.0000000001', reason: 'insufficient_credits' },
    });
  });
});

describe('grants', () => {
  it('of 1, 50 of them at once, all arrive', async () => {
    const user_id = await w.user('5');
    const answers = await atOnce(50, () => w.post('credits/allocate', { user_id, amount: 1, source: 'purchase' }));
    expect(statuses(answers)).toEqual({ 200: 50 });
    expect(await w.balance(user_id)).toMatchObject({ balance: '55.000000' });
    await w.verify(user_id);
  });

  it('and deductions at once add up', async () => {
    const user_id = await w.user('5');
    const answers = await atOnce(60, (i) =>
      i % 2
        ? w.post('credits/deduct', { user_id, amount: '0.1', service: 'tts' })
        : w.post('credits/bonus', { user_id, amount: '0.2', reason: 'x' }),
    );
    expect(statuses(answers)).toEqual({ 200: 60 });
    expect(await w.balance(user_id)).toMatchObject({
      balance: '8.000000',
      used_this_period: '3.000000',
      bonus_credits: '6.000000',
    });
    await w.verify(user_id);
  });

  it('are booked by the type that their source has, with their reason', async () => {
    const user_id = await w.user('5');
    const types = {
      purchase: 'purchase',
      plan: 'purchase',
      coupon: 'bonus',
      referral: 'bonus',
      adjustment: 'adjustment',
      refund: 'refund',
    };
    for (const [source, type] of Object.entries(types)) {
      const { transaction_id } = await w.done('credits/allocate', {
        user_id,
        amount: 1,
        source,
        metadata: { order: 7 },
      });
      const [line] = await w.sql('SELECT * FROM credit_transactions WHERE id = $1', [transaction_id]);
      expect(line).toMatchObject({ transaction_type: type, amount: '1.0000000000', metadata: { order: 7 } });
      expect(await w.sql('SELECT source FROM credit_grants WHERE transaction_id = $1', [transaction_id])).toEqual([
        { source },
      ]);
    }
    const bonus = await w.bonus(user_id, '2', { reason: 'for patience' });
    const [line] = await w.sql('SELECT * FROM credit_transactions WHERE id = $1', [bonus.transaction_id]);
    expect(line).toMatchObject({ transaction_type: 'bonus', metadata: { reason: 'for patience' } });
    expect(await w.audit(user_id, 'credit.allocate')).toHaveLength(6);
    expect(await w.audit(user_id, 'credit.bonus')).toHaveLength(1);
  });

  it('burn by priority, then by soonest expiry, then by age', async () => {
    const user_id = await w.user('5');
    const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString();
    await w.done('credits/allocate', { user_id, amount: 1, source: 'purchase', expires_at: inDays(1) });
    await w.bonus(user_id, '2');
    await w.bonus(user_id, '3', { expires_at: inDays(20) });
    await w.bonus(user_id, '4', { expires_at: inDays(10) });
    await w.bonus(user_id, '6');
    const order = async () => (await w.grants(user_id)).map((grant) => [grant.source, grant.remaining]);
    expect(await order()).toEqual([
      ...[
        ['trial', '5.000000'],
        ['bonus', '4.000000'],
        ['bonus', '3.000000'],
      ],
      ...[
        ['bonus', '2.000000'],
        ['bonus', '6.000000'],
        ['purchase', '1.000000'],
      ],
    ]);
    await w.deduct(user_id, '5.5');
    expect(await order()).toEqual([
      ...[
        ['bonus', '3.500000'],
        ['bonus', '3.000000'],
        ['bonus', '2.000000'],
        ['bonus', '6.000000'],
        ['purchase', '1.000000'],
      ],
    ]);
    await w.deduct(user_id, '9');
    expect(await order()).toEqual([
      ['bonus', '5.500000'],
      ['purchase', '1.000000'],
    ]);
    await w.verify(user_id);
  });

  it('can not have expired before they begin', async () => {
    const user_id = await w.user('5');
    for (const expires_at of ['2020-01-01T00:00:00Z', 'tomorrow', '2027-01-31', '2027-02-30T00:00:00Z', 7]) {
      const { status, body } = await w.post('credits/bonus', { user_id, amount: 1, reason: 'x', expires_at });
      expect([status, body.errors]).toEqual([422, [expect.objectContaining({ field: 'expires_at' })]]);
    }
    expect(await w.balance(user_id)).toMatchObject({ balance: '5.000000' });
  });

  it('beyond what an account can hold are refused without effect', async () => {
    const user_id = await w.user('5');
    const { status, body } = await w.post('credits/bonus', { user_id, amount: '9999999999', reason: 'x' });
    expect([status, body.code]).toEqual([422, 'amount_too_large']);
    expect(await w.balance(user_id)).toMatchObject({ balance: '5.000000' });
    await w.verify(user_id);
  });
});

describe('finished work', () => {
  it('is booked beyond the balance as debt', async () => {
    const user_id = await w.user('3');
    await w.settle(user_id, '10');
    expect(await w.balance(user_id)).toMatchObject({ balance: '0.000000', debt: '7.000000', available: '0.000000' });
    expect((await w.ledger(user_id)).at(-1)).toMatchObject({
      amount: '-10.0000000000',
      balance_after: '-7.0000000000',
    });
    await w.verify(user_id);
  });

  it('that was settled 50 times at once is booked 50 times', async () => {
    const user_id = await w.user('10');
    await atOnce(50, () => w.settle(user_id, '1'));
    expect(await w.balance(user_id)).toMatchObject({
      balance: '0.000000',
      debt: '40.000000',
      used_this_period: '50.000000',
    });
    await w.verify(user_id);
  });

  it('leaves an account in debt with nothing available until it is paid', async () => {
    const user_id = await w.user('5');
    await w.settle(user_id, '8');
    for (const path of ['credits/deduct', 'credits/holds']) {
      const { status, body } = await w.post(path, { user_id, amount: '0.0000000001', service: 'tts' });
      expect([status, body.code, body.available]).toEqual([402, 'insufficient_credits', '0.000000']);
    }
    expect(await w.bonus(user_id, '2')).toMatchObject({
      balance: '0.000000',
      debt: '1.000000',
      amount: '2.000000',
      balance_after: '-1.000000',
    });
    expect(await w.bonus(user_id, '4')).toMatchObject({
      balance: '3.000000',
      debt: '0.000000',
      available: '3.000000',
      balance_after: '3.000000',
    });
    expect(await w.grants(user_id)).toMatchObject([{ amount: '4.000000', remaining: '3.000000' }]);
    await w.verify(user_id);
  });
});

describe('refunds', () => {
  const charge = async (credits: string) => {
    const user_id = await w.user('50');
    return { user_id, transaction_id: (await w.deduct(user_id, credits)).transaction_id as string };
  };

  it('give back no more than is left of the charge', async () => {
    const ref = await charge('10');
    await w.done('credits/refund', { ...ref, amount: 4, reason: 'partly' });
    const { status, body } = await w.post('credits/refund', { ...ref, amount: '6.0000000001', reason: 'too much' });
    expect([status, body.code, body.refundable]).toEqual([409, 'refund_exceeds_charge', '6.000000']);
    await w.done('credits/refund', { ...ref, amount: 6, reason: 'the rest' });
    expect(await w.balance(ref.user_id)).toMatchObject({ balance: '50.000000' });
    const receipt = (await w.get(`credits/transactions/${ref.transaction_id}/receipt`, { user_id: ref.user_id })).body;
    expect(receipt).toMatchObject({
      refundable: '0.000000',
      refunds: [{ amount: '4.000000' }, { amount: '6.000000' }],
    });
    await w.verify(ref.user_id);
  });

  it('of one charge, 20 of them at once, give it back once', async () => {
    const ref = await charge('10');
    const answers = await atOnce(20, () => w.post('credits/refund', { ...ref, amount: 10, reason: 'once' }));
    expect(statuses(answers)).toEqual({ 200: 1, 409: 19 });
    expect(await w.balance(ref.user_id)).toMatchObject({ balance: '50.000000' });
    await w.verify(ref.user_id);
  });

  it("of another user's transaction find nothing", async () => {
    const { transaction_id } = await charge('10');
    const user_id = await w.user('5');
    for (const id of [transaction_id, randomUUID()]) {
      const { status, body } = await w.post('credits/refund', { user_id, transaction_id: id, amount: 1, reason: 'x' });
      expect([status, body.code]).toEqual([404, 'not_found']);
    }
    expect(await w.balance(user_id)).toMatchObject({ balance: '5.000000' });
  });

  it('restore a grant, and are a grant of their own without a charge', async () => {
    const ref = await charge('50');
    const refunded = await w.done('credits/refund', { ...ref, amount: 7, reason: 'broken' });
    expect(await w.grants(ref.user_id)).toMatchObject([
      { source: 'refund', remaining: '7.000000', transaction_id: refunded.transaction_id },
    ]);
    await w.done('credits/refund', { user_id: ref.user_id, amount: 1, reason: 'goodwill' });
    expect(await w.balance(ref.user_id)).toMatchObject({ balance: '8.000000' });
    expect((await w.ledger(ref.user_id)).filter((line) => line.transaction_type === 'refund')).toHaveLength(2);
  });

  it('are for charges only', async () => {
    const user_id = await w.user('5');
    const { transaction_id } = await w.bonus(user_id, '5');
    const { status } = await w.post('credits/refund', { user_id, transaction_id, amount: 1, reason: 'x' });
    expect(status).toBe(422);
  });
});

describe('amounts', () => {
  it.each(['0.0000000531', '9999999999.9999999999', '0.0000000001', '1234567890.0123456789'])(
    '%s survives unchanged',
    async (amount) => {
      const user_id = await w.user('0');
      await w.age(user_id, 31); // a new period, in which nothing was used
      await w.done('credits/allocate', { user_id, amount, source: 'purchase' });
      expect(await w.balance(user_id)).toMatchObject({ balance: amount });
      expect(await w.deduct(user_id, amount)).toMatchObject({
        amount: `-${amount}`,
        balance: '0.000000',
        balance_after: '0.000000',
      });
      const { text } = await w.list('credits/transactions', { user_id, limit: '1' });
      expect(text).toContain(`"amount":"-${amount}"`);
      await w.verify(user_id);
    },
  );

  it('1,000 charges of 0.000053 come to 0.053', async () => {
    const user_id = await w.user('5');
    await atOnce(1000, () => w.deduct(user_id, '0.000053'));
    expect(await w.balance(user_id)).toMatchObject({ balance: '4.947000', used_this_period: '0.053000' });
    await w.verify(user_id);
  });

  it.each([
    ['5.31e-8', '-0.0000000531'],
    ['1e-10', '-0.0000000001'],
    ['0.1', '-0.100000'],
    ['1E0', '-1.000000'],
    ['"01.50"', '-1.500000'],
  ])('of JSON %s are %s', async (json, amount) => {
    const user_id = await w.user('5');
    const body = `{"user_id":"${user_id}","service":"tts","amount":${json}}`;
    const answer = await w.t.call('credits/deduct', { method: 'POST', token: w.admin, body });
    expect(answer).toMatchObject({ status: 200, body: { amount } });
  });

  const BAD = [
    '0.00000000001',
    '"0.12345678901"',
    '1e400',
    '-1e400',
    '"1e3"',
    '1e10',
    '"10000000000"',
    '-1',
    '"-0.5"',
    '0',
    '"0"',
    '-0',
  ];
  BAD.push(
    'true',
    'false',
    'null',
    '""',
    '" 1"',
    '"1 "',
    '"+1"',
    '"1,5"',
    '".5"',
    '"1."',
    '"0x1"',
    '"NaN"',
    '"Infinity"',
    '"١"',
    '[1]',
    '{}',
    '0.1e-10',
  );
  it.each(BAD)('of JSON %s are refused by name', async (json) => {
    for (const path of ['credits/deduct', 'credits/holds']) {
      const body = `{"user_id":"strict","service":"tts","amount":${json}}`;
      const answer = await w.t.call(path, { method: 'POST', token: w.admin, body });
      expect(answer).toMatchObject({ status: 422, body: { code: 'invalid_request', errors: [{ field: 'amount' }] } });
    }
    expect(await w.sql(`SELECT FROM user_credits WHERE user_id = 'strict'`)).toEqual([]);
  });

  it('that are no JSON are malformed, and a missing one is a fault of the field', async () => {
    const post = (body: string) => w.t.call('credits/deduct', { method: 'POST', token: w.admin, body });
    expect(await post('{"user_id":"u","service":"tts","amount":NaN}')).toMatchObject({
      status: 400,
      body: { code: 'malformed_json' },
    });
    expect(await post('{"user_id":"u","service":"tts"}')).toMatchObject({
      status: 422,
      body: { errors: [{ field: 'amount' }] },
    });
  });
});

describe('payloads', () => {
  it('with unknown fields are refused by name', async () => {
    const { status, body } = await w.post('credits/deduct', { user_id: 'u', amount: 1, service: 'tts', balance: 5 });
    expect([status, body.errors]).toEqual([422, [{ field: 'balance', message: 'is not a known field' }]]);
  });

  it('say null only where nothing is a value', async () => {
    const user_id = await w.user('50');
    await w.deduct(user_id, '1', { model: null, cost_breakdown: null });
    const hold = await w.done('credits/holds', { user_id, amount: 1, service: 'tts', model: null, ttl_seconds: null });
    expect(Date.parse(hold.expires_at as string) - Date.parse(hold.created_at as string)).toBe(600_000);
    await w.bonus(user_id, '1', { expires_at: null });
    await w.done('credits/refund', { user_id, amount: 1, reason: 'x', transaction_id: null });
    await w.done('credits/reset', { user_id, new_tier: null });
    for (const field of ['user_id', 'amount', 'service', 'metadata']) {
      const sent = { user_id, amount: 1, service: 'tts', metadata: {}, [field]: null };
      const { status, body } = await w.post('credits/holds', sent);
      expect([status, body.errors]).toEqual([422, [expect.objectContaining({ field })]]);
    }
    await w.verify(user_id);
  });
});
