import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { concurrently, statuses, TestEnv } from '../../support/factories.js';

let w: TestEnv;
beforeAll(async () => {
  w = await TestEnv.start();
});
afterAll(() => w.close());

describe('a hold', () => {
  it('sets credits aside without a ledger line', async () => {
    const user_id = await w.user('10');
    const more = { service: 'openrouter', model: 'x/y', metadata: { a: 1 } };
    const { status, body } = await w.post('credits/holds', { user_id, amount: '4', ...more }, { token: w.service });
    expect(status).toBe(201);
    expect(body).toEqual({
      id: expect.any(String),
      user_id,
      amount: '4.000000',
      captured_amount: '0.000000',
      status: 'active',
      ...more,
      api_key_id: null,
      member_id: null,
      tags: [],
      expires_at: expect.stringMatching(/Z$/),
      created_at: expect.stringMatching(/Z$/),
      resolved_at: null,
    });
    expect(Date.parse(body.expires_at as string) - Date.parse(body.created_at as string)).toBe(600_000);
    expect(await w.balance(user_id)).toMatchObject({ balance: '10.000000', held: '4.000000', available: '6.000000' });
    expect((await w.get(`credits/holds/${String(body.id)}`)).body).toEqual(body);
    expect(await w.ledger(user_id)).toHaveLength(2);
    await w.verify(user_id);
  });

  it('of 1 from a balance of 10 is created exactly 10 times when 30 are concurrent', async () => {
    const user_id = await w.user('10');
    const answers = await concurrently(30, () => w.post('credits/holds', { user_id, amount: 1, service: 'tts' }));
    expect(statuses(answers)).toEqual({ 201: 10, 402: 20 });
    for (const { status, body } of answers) if (status === 402) expect(body.code).toBe('credits_on_hold');
    expect(await w.balance(user_id)).toMatchObject({ balance: '10.000000', held: '10.000000', available: '0.000000' });
    await w.verify(user_id);
  });

  it('and concurrent deductions never spend more than the balance together', async () => {
    const user_id = await w.user('20');
    const order = { user_id, amount: 1, service: 'tts' };
    const answers = await concurrently(60, (i) => w.post(i % 2 ? 'credits/holds' : 'credits/deduct', order));
    expect(answers.filter(({ status }) => status < 300)).toHaveLength(20);
    const { balance, held, available } = await w.balance(user_id);
    expect([Number(balance) - Number(held), available]).toEqual([0, '0.000000']);
    await w.verify(user_id);
  });

  it('that cannot be afforded is refused because credits are missing or held', async () => {
    const user_id = await w.user('10');
    await w.hold(user_id, '8');
    const busy = await w.post('credits/holds', { user_id, amount: '5', service: 'tts' });
    expect(busy).toMatchObject({
      status: 402,
      body: { code: 'credits_on_hold', required: '5.000000', available: '2.000000' },
    });
    expect(Number(busy.headers['retry-after'])).toBeGreaterThan(0);
    expect((await w.post('credits/deduct', { user_id, amount: '5', service: 'tts' })).body.code).toBe(
      'credits_on_hold',
    );
    const empty = await w.post('credits/holds', { user_id, amount: '10.5', service: 'tts' });
    expect(empty).toMatchObject({
      status: 402,
      body: { code: 'insufficient_credits', required: '10.500000', available: '2.000000' },
    });
    expect((await w.get('credits/check', { user_id, amount: '5' })).body).toMatchObject({
      sufficient: false,
      reason: 'credits_on_hold',
    });
  });

  it.each([0, -1, 86_401, 1.5, '600', true, []])('cannot have a TTL of %j seconds', async (ttl_seconds) => {
    const { status, body } = await w.post('credits/holds', { user_id: 'u', amount: 1, service: 'tts', ttl_seconds });
    expect([status, body.errors]).toEqual([422, [expect.objectContaining({ field: 'ttl_seconds' })]]);
  });

  it('has a TTL from one second to one day', async () => {
    const user_id = await w.user('10');
    for (const ttl_seconds of [1, 86_400]) {
      const { created_at, expires_at } = await w.done('credits/holds', {
        user_id,
        amount: 1,
        service: 'tts',
        ttl_seconds,
      });
      expect(Date.parse(expires_at as string) - Date.parse(created_at as string)).toBe(ttl_seconds * 1000);
    }
  });

  it('that does not exist, or whose id is invalid, is not found', async () => {
    for (const id of [randomUUID(), 'nonsense', '%00', "' OR 1=1"]) {
      const path = `credits/holds/${encodeURIComponent(id)}`;
      expect((await w.get(path)).status).toBe(404);
      expect((await w.post(`${path}/capture`, { amount: 1 })).status).toBe(404);
      expect((await w.post(`${path}/release`, {})).status).toBe(404);
      expect((await w.post(`${path}/extend`, { ttl_seconds: 5 })).status).toBe(404);
    }
  });
});

describe('a captured hold', () => {
  it.each([
    ['less than its size, returns the rest', '3', '7.000000', 1],
    ['its size', '4', '6.000000', 1],
    ['nothing, books nothing', '0', '10.000000', 0],
  ])('charged with %s', async (_name, amount, balance, lines) => {
    const user_id = await w.user('10');
    const id = await w.hold(user_id, '4');
    const { status, body } = await w.resolve(id, 'capture', { amount });
    expect(status).toBe(200);
    expect(body).toMatchObject({ id, status: 'captured', amount: '4.000000', captured_amount: `${amount}.000000` });
    for (const at of ['resolved_at', 'expires_at', 'created_at'])
      expect(body[at]).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
    expect(await w.balance(user_id)).toMatchObject({ balance, held: '0.000000', available: balance });
    const charged = (await w.ledger(user_id)).filter((line) => line.hold_id === id);
    expect(charged).toHaveLength(lines);
    await w.verify(user_id);
  });

  it('charged with more than its amount settles the excess as a separate line', async () => {
    const user_id = await w.user('10');
    const id = await w.hold(user_id, '4');
    expect((await w.resolve(id, 'capture', { amount: '5.5' })).body).toMatchObject({
      status: 'captured',
      captured_amount: '5.500000',
    });
    expect((await w.ledger(user_id)).slice(-2)).toMatchObject([
      { amount: '-4.0000000000', balance_after: '6.0000000000', hold_id: id, transaction_type: 'usage' },
      { amount: '-1.5000000000', balance_after: '4.5000000000', hold_id: id, transaction_type: 'usage' },
    ]);
    expect(await w.balance(user_id)).toMatchObject({ balance: '4.500000', held: '0.000000', debt: '0.000000' });
    await w.verify(user_id);
  });

  it('charged with more than the balance leaves debt, and does not affect other holds', async () => {
    const user_id = await w.user('10');
    const [id, other] = [await w.hold(user_id, '4'), await w.hold(user_id, '5')];
    await w.resolve(id, 'capture', { amount: '9' });
    expect(await w.balance(user_id)).toMatchObject({
      balance: '5.000000',
      held: '5.000000',
      debt: '4.000000',
      available: '0.000000',
    });
    expect((await w.resolve(other, 'capture', { amount: '5' })).status).toBe(200);
    expect(await w.balance(user_id)).toMatchObject({ balance: '0.000000', held: '0.000000', debt: '4.000000' });
    await w.verify(user_id);
  });

  it('is charged once, even with concurrent captures and releases', async () => {
    const user_id = await w.user('10');
    for (let round = 0; round < 5; round += 1) {
      const id = await w.hold(user_id, '2');
      const answers = await concurrently(10, (i) =>
        i % 2 ? w.resolve(id, 'capture', { amount: '1' }) : w.resolve(id, 'release'),
      );
      expect(statuses(answers)).toEqual({ 200: 1, 409: 9 });
      for (const { status, body } of answers) if (status === 409) expect(body.code).toBe('hold_already_resolved');
      const won = answers.find(({ status }) => status === 200)?.body.status;
      expect((await w.get(`credits/holds/${id}`)).body.status).toBe(won);
      expect((await w.ledger(user_id)).filter((line) => line.hold_id === id)).toHaveLength(won === 'captured' ? 1 : 0);
    }
    expect(await w.balance(user_id)).toMatchObject({ held: '0.000000' });
    await w.verify(user_id);
  });

  it('is not changed by later captures, releases and extensions', async () => {
    const user_id = await w.user('10');
    const id = await w.hold(user_id, '4');
    const { body } = await w.resolve(id, 'capture', { amount: '1' });
    for (const [how, sent] of [
      ['capture', { amount: 1 }],
      ['release', {}],
      ['extend', { ttl_seconds: 60 }],
    ] as const) {
      const again = await w.resolve(id, how, sent);
      expect([again.status, again.body.code]).toEqual([409, 'hold_already_resolved']);
    }
    expect((await w.get(`credits/holds/${id}`)).body).toEqual(body);
  });

  it('among many concurrent holds of one user is charged its own amount', async () => {
    const user_id = await w.user('100');
    const ids = await concurrently(20, () => w.hold(user_id, '2'));
    const answers = await concurrently(20, (i) =>
      i % 4 === 3 ? w.resolve(ids[i]!, 'release') : w.resolve(ids[i]!, 'capture', { amount: i % 4 }),
    );
    expect(statuses(answers)).toEqual({ 200: 20 });
    for (const [i, { body }] of answers.entries()) {
      expect(body).toMatchObject({
        id: ids[i],
        status: i % 4 === 3 ? 'released' : 'captured',
        captured_amount: `${i % 4 === 3 ? 0 : i % 4}.000000`,
      });
    }
    expect(await w.balance(user_id)).toMatchObject({ balance: '85.000000', held: '0.000000' });
    await w.verify(user_id);
  });
});

describe('a released hold', () => {
  it('gives back its credits', async () => {
    const user_id = await w.user('10');
    const id = await w.hold(user_id, '4');
    expect((await w.resolve(id, 'release')).body).toMatchObject({
      id,
      status: 'released',
      captured_amount: '0.000000',
    });
    expect(await w.balance(user_id)).toMatchObject({ balance: '10.000000', held: '0.000000', available: '10.000000' });
    expect(await w.ledger(user_id)).toHaveLength(2);
  });

  it('pays debt first', async () => {
    const user_id = await w.user('10');
    const id = await w.hold(user_id, '6');
    await w.settle(user_id, '7');
    expect(await w.balance(user_id)).toMatchObject({ balance: '6.000000', held: '6.000000', debt: '3.000000' });
    await w.resolve(id, 'release');
    expect(await w.balance(user_id)).toMatchObject({
      balance: '3.000000',
      held: '0.000000',
      debt: '0.000000',
      available: '3.000000',
    });
    await w.verify(user_id);
  });
});
