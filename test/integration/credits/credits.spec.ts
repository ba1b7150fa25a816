import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { concurrently, statuses, TestEnv } from '../../support/factories.js';

let w: TestEnv;
beforeAll(async () => {
  w = await TestEnv.start();
});
afterAll(() => w.close());

describe('deductions', () => {
  it('of 1 from a balance of 100 succeed exactly 100 times when 200 are concurrent', async () => {
    const user_id = await w.user('100');
    const body = { user_id, amount: 1, service: 'openrouter' };
    const answers = await concurrently(200, () => w.post('credits/deduct', body, { token: w.service }));
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

  it('of different sizes, concurrent, never overdraw and refuse only amounts that cannot be afforded', async () => {
    const user_id = await w.user('20');
    const sizes = Array.from({ length: 60 }, (_, i) => (i % 3) + 1);
    const answers = await concurrently(sizes.length, (i) =>
      w.post('credits/deduct', { user_id, amount: sizes[i], service: 'tts' }),
    );
    const charged = answers.reduce((sum, { status }, i) => sum + (status === 200 ? sizes[i]! : 0), 0);
    const left = Number((await w.balance(user_id)).balance);
    expect(charged + left).toBe(20);
    const refused = sizes.filter((_, i) => answers[i]!.status === 402);
    expect(Math.min(...refused)).toBeGreaterThan(left);
    await w.verify(user_id);
  });

  it('of many concurrent users do not mix', async () => {
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

  it("return the account and the line, and store the caller's metadata", async () => {
    const user_id = await w.user('5');
    const more = {
      service: 'openrouter',
      model: 'openai/gpt-4o-mini',
      metadata: { job: { id: 7, tags: ['a'] } },
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
      id: body.transaction_id,
      user_id,
      amount: '-2.500000',
      balance_after: '2.500000',
      transaction_type: 'usage',
      service: 'openrouter',
      model: 'openai/gpt-4o-mini',
      description: expect.any(String),
      created_at: expect.stringMatching(/Z$/),
      metadata: more.metadata,
      api_key_id: null,
      member_id: null,
      tags: [],
      cost_breakdown: { provider_cost: '2.000000', markup: '0.500000', total: '2.500000' },
    });
  });

  it('that cannot be afforded are refused with the documented error', async () => {
    const user_id = await w.user('1');
    const { status, body, headers } = await w.post('credits/deduct', { user_id, amount: '2.5', service: 'tts' });
    expect(status).toBe(402);
    expect(headers['content-type']).toContain('application/problem+json');
    expect(body).toMatchObject({
      code: 'insufficient_credits',
      status: 402,
      required: '2.500000',
      available: '1.000000',
      detail: 'Insufficient credits. Required: 2.50, Available: 1.00',
    });
    expect(await w.audit(user_id, 'credit.deduct_failed')).toMatchObject([{ result: 'failure', actor: 'an-admin' }]);
    expect(await w.balance(user_id)).toMatchObject({ balance: '1.000000' });
  });

  it('agree with the result of a check', async () => {
    const user_id = await w.user('3');
    expect((await w.get('credits/check', { user_id, amount: '3' })).body).toEqual({
      sufficient: true,
      available: '3.000000',
      required: '3.000000',
      reason: null,
    });
    expect((await w.get('credits/check', { user_id, amount: '3.0000000001' })).body).toEqual({
      sufficient: false,
      available: '3.000000',
      required: '3.0000000001',
      reason: 'insufficient_credits',
    });
  });
});

describe('amounts', () => {
  it.each(['0.0000000531', '9999999999.9999999999', '0.0000000001', '1234567890.0123456789'])(
    '%s is stored and returned unchanged',
    async (amount) => {
      const user_id = await w.user('0');
      await w.age(user_id, 31); // a new period without usage
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

  it('1,000 charges of 0.000053 sum to 0.053', async () => {
    const user_id = await w.user('5');
    await concurrently(1000, () => w.deduct(user_id, '0.000053'));
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
  it.each(BAD)('as JSON %s are refused with the name of the field', async (json) => {
    for (const path of ['credits/deduct', 'credits/holds']) {
      const body = `{"user_id":"strict","service":"tts","amount":${json}}`;
      const answer = await w.t.call(path, { method: 'POST', token: w.admin, body });
      expect(answer).toMatchObject({ status: 422, body: { code: 'invalid_request', errors: [{ field: 'amount' }] } });
    }
    expect(await w.sql(`SELECT FROM user_credits WHERE user_id = 'strict'`)).toEqual([]);
  });

  it('that are not valid JSON are malformed, and a missing one is an error of the field', async () => {
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
  it('with unknown fields are refused with their names', async () => {
    const { status, body } = await w.post('credits/deduct', { user_id: 'u', amount: 1, service: 'tts', balance: 5 });
    expect([status, body.errors]).toEqual([422, [{ field: 'balance', message: 'is not a known field' }]]);
  });

  it('accept null for an omitted optional field, but not for a required one', async () => {
    const user_id = await w.user('50');
    await w.deduct(user_id, '1', { model: null, cost_breakdown: null });
    const hold = await w.done('credits/holds', { user_id, amount: 1, service: 'tts', model: null, ttl_seconds: null });
    expect(Date.parse(hold.expires_at as string) - Date.parse(hold.created_at as string)).toBe(600_000);
    await w.bonus(user_id, '1', { expires_at: null });
    await w.done('credits/refund', { user_id, amount: 1, reason: 'x', transaction_id: null });
    await w.done('credits/reset', { user_id, new_tier: null });
    for (const field of ['user_id', 'amount', 'service']) {
      const sent = { user_id, amount: 1, service: 'tts', metadata: {}, [field]: null };
      const { status, body } = await w.post('credits/holds', sent);
      expect([status, body.errors]).toEqual([422, [expect.objectContaining({ field })]]);
    }
    await w.verify(user_id);
  });
});
