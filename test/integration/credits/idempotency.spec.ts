import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { concurrently, statuses, TestEnv, type Json, type JsonAnswer } from '../../support/factories.js';

let w: TestEnv;
beforeAll(async () => {
  w = await TestEnv.start();
});
afterAll(() => w.close());

/** Every POST that changes credits: a first request, a different one, and the ledger lines of the first. */
const POSTS: Record<
  string,
  { prepare?: (user_id: string) => Promise<Json>; body: Json; other: Json; lines: number; path?: string }
> = {
  deduct: { body: { amount: '1', service: 'tts' }, other: { amount: '2', service: 'tts' }, lines: 1 },
  allocate: { body: { amount: '1', source: 'purchase' }, other: { amount: '1', source: 'coupon' }, lines: 1 },
  bonus: { body: { amount: '1', reason: 'a' }, other: { amount: '1', reason: 'b' }, lines: 1 },
  refund: { body: { amount: '1', reason: 'a' }, other: { amount: '1', reason: 'b' }, lines: 1 },
  reset: { body: { new_tier: 'starter' }, other: { new_tier: 'trial' }, lines: 2 },
  cap: { body: { monthly_cap: '3' }, other: { monthly_cap: '4' }, lines: 0 },
  holds: { body: { amount: '1', service: 'tts' }, other: { amount: '1', service: 'stt' }, lines: 0 },
  'tiers/switch': { body: { new_tier: 'starter' }, other: { new_tier: 'professional' }, lines: 1 },
  'holds/:id/capture': { body: { amount: '0.5' }, other: { amount: '0.6' }, lines: 1 },
  'holds/:id/release': { body: {}, other: {}, lines: 0 },
  'holds/:id/extend': { body: { ttl_seconds: 900 }, other: { ttl_seconds: 901 }, lines: 0 },
};

describe.each(Object.entries(POSTS))('POST credits/%s', (route, { body, other, lines }) => {
  const onHold = route.includes(':id');
  async function start(): Promise<{
    user_id: string;
    post: (body: Json, key?: string) => Promise<JsonAnswer>;
    booked: number;
  }> {
    const user_id = await w.user('50');
    const path = `credits/${onHold ? route.replace(':id', await w.hold(user_id, '1')) : route}`;
    const post = (given: Json, key?: string): Promise<JsonAnswer> => {
      const sent = onHold ? given : { user_id, ...given };
      return w.post(path, sent, key === undefined ? {} : { key });
    };
    return { user_id, post, booked: (await w.ledger(user_id)).length };
  }

  it('takes effect once per key, even for concurrent requests', async () => {
    const { user_id, post, booked } = await start();
    const key = randomUUID();
    const answers = await concurrently(20, () => post(body, key));
    const success = route === 'holds' ? 201 : 200;
    expect(statuses(answers)).toEqual({ [success]: 20 });
    expect(answers.filter(({ headers }) => headers['idempotency-hit'] === 'true')).toHaveLength(19);
    const outcomes = new Set(
      answers.map(({ body: b }) => JSON.stringify([b.id, b.transaction_id, b.amount, b.balance_after, b.status])),
    );
    expect(outcomes.size).toBe(1);
    expect((await w.ledger(user_id)).length - booked).toBe(lines);
    await w.verify(user_id);
  });

  it('refuses a key that was used for a different request', async () => {
    const { user_id, post, booked } = await start();
    const key = randomUUID();
    expect((await post(body, key)).status).toBeLessThan(300);
    const clash =
      onHold && route.endsWith('release')
        ? await w.post('credits/deduct', { user_id, amount: 1, service: 'x' }, { key })
        : await post(other, key);
    expect([clash.status, clash.body.code]).toEqual([409, 'idempotency_conflict']);
    expect(clash.headers['idempotency-hit']).toBeUndefined();
    expect((await w.ledger(user_id)).length - booked).toBe(lines);
  });
});

describe('an idempotency key', () => {
  const body = (user_id: string, amount: unknown = '1') => ({ user_id, amount, service: 'tts' });

  it('charges once for 50 concurrent requests, and all receive the outcome', async () => {
    const user_id = await w.user('100');
    const answers = await concurrently(50, () =>
      w.post('credits/deduct', body(user_id), { key: 'fifty', token: w.service }),
    );
    expect(statuses(answers)).toEqual({ 200: 50 });
    expect(answers.filter(({ headers }) => headers['idempotency-hit'] === 'true')).toHaveLength(49);
    const [line] = (await w.ledger(user_id)).slice(-1);
    for (const answer of answers) {
      expect(answer.body).toMatchObject({ transaction_id: line?.id, amount: '-1.000000', balance_after: '99.000000' });
    }
    expect(await w.balance(user_id)).toMatchObject({ balance: '99.000000' });
    await w.verify(user_id);
  });

  it('creates an account once, and charges it once, for 50 concurrent first requests', async () => {
    const user_id = randomUUID();
    const answers = await concurrently(50, () => w.post('credits/deduct', body(user_id), { key: 'first' }));
    expect(statuses(answers)).toEqual({ 200: 50 });
    expect(await w.ledger(user_id)).toHaveLength(2);
    await w.verify(user_id);
  });

  it('answers a replay with the original outcome, whatever happened since', async () => {
    const user_id = await w.user('10');
    const first = await w.post('credits/deduct', body(user_id, '4'), { key: 'k' });
    await w.deduct(user_id, '6');
    const again = await w.post('credits/deduct', body(user_id, '4'), { key: 'k' });
    const { transaction_id, amount, balance_after } = first.body;
    expect(again).toMatchObject({
      status: 200,
      headers: { 'idempotency-hit': 'true' },
      body: { transaction_id, amount, balance_after },
    });
    expect(first.headers['idempotency-hit']).toBeUndefined();
    expect(await w.balance(user_id)).toMatchObject({ balance: '0.000000' });
  });

  it('belongs to its account', async () => {
    const [a, b] = [await w.user('10'), await w.user('10')];
    const [first, second] = [
      await w.post('credits/deduct', body(a), { key: 'mine' }),
      await w.post('credits/deduct', body(b), { key: 'mine' }),
    ];
    expect(second.status).toBe(200);
    expect(second.headers['idempotency-hit']).toBeUndefined();
    expect(second.body.transaction_id).not.toBe(first.body.transaction_id);
  });

  it('of a refused request can be used again', async () => {
    const user_id = await w.user('1');
    expect((await w.post('credits/deduct', body(user_id, '3'), { key: 'retry' })).status).toBe(402);
    expect((await w.post('credits/deduct', body(user_id, 'x'), { key: 'retry' })).status).toBe(422);
    const missing = { user_id, amount: 1, reason: 'x', transaction_id: randomUUID() };
    expect((await w.post('credits/refund', missing, { key: 'retry' })).status).toBe(404);
    await w.bonus(user_id, '5');
    const retried = await w.post('credits/deduct', body(user_id, '3'), { key: 'retry' });
    expect(retried).toMatchObject({ status: 200, body: { balance: '3.000000' } });
    expect(retried.headers['idempotency-hit']).toBeUndefined();
    await w.verify(user_id);
  });

  it('identifies a request regardless of the notation of amounts and the order of members', async () => {
    const user_id = await w.user('10');
    const texts = [
      `{"user_id":"${user_id}","amount":1,"service":"tts","metadata":{"a":1,"b":{"c":2,"d":[1,2]}}}`,
      `{"metadata":{"b":{"d":[1,2],"c":2},"a":1},"service":"tts","amount":"1.0","user_id":"${user_id}"}`,
      `{"user_id":"${user_id}","amount":"1.0000000000","service":"tts","metadata":{"a":1,"b":{"c":2,"d":[1,2]}}}`,
    ];
    const post = (text: string) =>
      w.t.call('credits/deduct', {
        method: 'POST',
        token: w.admin,
        body: text,
        headers: { 'idempotency-key': 'same' },
      });
    const answers = [];
    for (const text of texts) answers.push(await post(text));
    expect(statuses(answers)).toEqual({ 200: 3 });
    expect((await post(texts[0]!.replace('[1,2]', '[2,1]'))).status).toBe(409);
    expect(await w.balance(user_id)).toMatchObject({ balance: '9.000000' });
  });

  it('used for one operation is refused for another one', async () => {
    const user_id = await w.user('10');
    await w.done('credits/deduct', body(user_id), { key: 'cross' });
    for (const [path, sent] of [
      ['credits/holds', body(user_id)],
      ['credits/bonus', { user_id, amount: '1', reason: 'x' }],
      ['credits/cap', { user_id, monthly_cap: '1' }],
    ] as const) {
      const { status, body: answer } = await w.post(path, sent, { key: 'cross' });
      expect([status, answer.code]).toEqual([409, 'idempotency_conflict']);
    }
    expect(await w.balance(user_id)).toMatchObject({ balance: '9.000000', held: '0.000000' });
  });

  it('used concurrently for two bodies accepts one of them', async () => {
    const user_id = await w.user('100');
    const answers = await concurrently(40, (i) =>
      w.post('credits/deduct', body(user_id, (i % 2) + 1), { key: 'either' }),
    );
    expect(statuses(answers)).toEqual({ 200: 20, 409: 20 });
    expect(await w.ledger(user_id)).toHaveLength(3);
    await w.verify(user_id);
  });

  it('used at one instance is known to another one on the same database', async () => {
    const other = await w.another();
    const user_id = await w.user('100');
    const headers = { 'idempotency-key': 'two' };
    const answers = await concurrently(40, (i) =>
      (i % 2 ? w.t : other).call('credits/deduct', { method: 'POST', token: w.admin, body: body(user_id), headers }),
    );
    expect(statuses(answers)).toEqual({ 200: 40 });
    expect(answers.filter(({ headers: h }) => h['idempotency-hit'] === 'true')).toHaveLength(39);
    expect(await w.balance(user_id)).toMatchObject({ balance: '99.000000' });

    const many = await concurrently(200, (i) =>
      (i % 2 ? w.t : other).call('credits/deduct', {
        method: 'POST',
        token: w.admin,
        body: body(user_id),
        headers: { 'idempotency-key': `k${i % 120}` },
      }),
    );
    expect(statuses(many)[200]).toBeGreaterThanOrEqual(99);
    const charged = (await w.ledger(user_id)).filter((line) => line.transaction_type === 'usage');
    expect(charged).toHaveLength(100);
    await w.verify(user_id);
  });

  it('has 1 to 255 visible characters', async () => {
    const user_id = await w.user('10');
    for (const key of ['', 'x'.repeat(256), 'a b', 'ä'.normalize('NFC')]) {
      const { status, body: answer } = await w.post('credits/deduct', body(user_id), { key });
      expect([status, answer.code]).toEqual([400, 'invalid_idempotency_key']);
    }
    expect((await w.post('credits/deduct', body(user_id), { key: '~'.repeat(255) })).status).toBe(200);
    expect(await w.balance(user_id)).toMatchObject({ balance: '9.000000' });
  });
});
