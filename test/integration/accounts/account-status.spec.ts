import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { concurrently, statuses, TestEnv } from '../../support/factories.js';

let w: TestEnv;
beforeAll(async () => {
  w = await TestEnv.start();
});
afterAll(() => w.close());

const at = (user_id: string, act: string): string => `admin/accounts/${encodeURIComponent(user_id)}/${act}`;
const suspend = (user_id: string, key?: string) =>
  w.post(at(user_id, 'suspend'), { reason: 'a chargeback' }, key === undefined ? {} : { key });
const resume = (user_id: string) => w.post(at(user_id, 'resume'), {});
const charge = (user_id: string, credits = '0.1') =>
  w.post('credits/deduct', { user_id, amount: credits, service: 'tts' });

async function suspended(credits = '5'): Promise<string> {
  const user_id = await w.user(credits);
  expect(await suspend(user_id)).toMatchObject({ status: 200, body: { status: 'suspended', balance: '5.000000' } });
  return user_id;
}

describe('a suspended account', () => {
  it('cannot pay for new work, whatever its cost and route', async () => {
    const user_id = await suspended();
    const work = { user_id, service: 'tts', request_id: randomUUID() };
    const doors = [
      charge(user_id),
      w.post('credits/holds', { user_id, amount: '0.1', service: 'tts' }),
      w.post('credits/usage/track', { ...work, cost: '0.1', charge: true }),
      w.post('credits/usage/track', { ...work, request_id: randomUUID(), is_free: true, charge: true }),
    ];
    for (const answer of await Promise.all(doors)) {
      expect(answer).toMatchObject({ status: 403, body: { code: 'account_suspended' } });
    }
    const record = { ...work, request_id: randomUUID(), cost: '0.1', charge: true };
    const batch = await w.post('credits/usage/track/batch', [record], { token: w.service });
    expect(batch.body).toMatchObject([{ index: 0, status: 'error', error: expect.stringContaining('suspended') }]);
    const one = { user_id, amount: '0.1', service: 'tts', idempotency_key: randomUUID() };
    const charges = await w.post('credits/deduct/batch', [one], { token: w.service });
    expect(charges.body).toMatchObject([{ index: 0, status: 'error', code: 'account_suspended' }]);
    expect(await w.balance(user_id)).toMatchObject({ balance: '5.000000', held: '0.000000', status: 'suspended' });
    await w.verify(user_id);
  });

  it('is charged for finished work, and its holds can be captured', async () => {
    const user_id = await w.user('5');
    const hold = await w.hold(user_id, '1');
    await suspend(user_id);
    expect(await w.resolve(hold, 'extend', { ttl_seconds: 900 })).toMatchObject({ status: 200 });
    expect(await w.resolve(hold, 'capture', { amount: '0.4' })).toMatchObject({ status: 200 });
    await w.settle(user_id, '0.6');
    await w.done('credits/usage/track', {
      user_id,
      service: 'tts',
      request_id: randomUUID(),
      cost: '0.5',
      settle: true,
    });
    expect(await w.balance(user_id)).toMatchObject({ balance: '3.500000', held: '0.000000' });
    await w.verify(user_id);
  });

  it('can be read by its user, is distinguished from an account without credits, and can receive credits', async () => {
    const user_id = await suspended();
    const token = await w.as(user_id);
    expect(await w.get('credits/balance', {}, token)).toMatchObject({ status: 200, body: { status: 'suspended' } });
    expect((await w.get('credits/balance', {}, token)).body).not.toHaveProperty('status_reason');
    expect((await w.get('credits/check', { amount: '1' }, token)).body).toMatchObject({
      sufficient: false,
      reason: 'account_suspended',
    });
    expect(await w.bonus(user_id, '1')).toMatchObject({ balance: '6.000000' });
  });

  it('replays outcomes of known idempotency keys', async () => {
    const user_id = await w.user('5');
    const key = randomUUID();
    const body = { user_id, amount: '1', service: 'tts' };
    const first = await w.post('credits/deduct', body, { key });
    await suspend(user_id);
    expect(await w.post('credits/deduct', body, { key })).toMatchObject({
      status: 200,
      body: { transaction_id: first.body.transaction_id },
    });
  });

  it('can spend again once it is resumed', async () => {
    const user_id = await suspended();
    expect(await resume(user_id)).toMatchObject({ status: 200, body: { status: 'active', status_reason: null } });
    expect(await charge(user_id)).toMatchObject({ status: 200, body: { balance: '4.900000' } });
    expect(await w.audit(user_id, 'account.suspend')).toMatchObject([{ metadata: { reason: 'a chargeback' } }]);
    expect(await w.audit(user_id, 'account.resume')).toMatchObject([{ metadata: { reason: 'a chargeback' } }]);
  });

  it('is not charged for requests after the response, however many are in progress', async () => {
    const user_id = await w.user('100');
    const charges = concurrently(60, () => charge(user_id));
    await suspend(user_id);
    const { balance } = await w.balance(user_id);
    expect(statuses(await concurrently(20, () => charge(user_id)))).toEqual({ 403: 20 });
    const answers = statuses(await charges);
    expect((answers[200] ?? 0) + (answers[403] ?? 0)).toBe(60);
    expect((await w.balance(user_id)).balance).toBe(balance);
    await w.verify(user_id);
  });
});

describe('the routes', () => {
  it('are restricted to administrators, and open no account', async () => {
    const user_id = `nobody-${randomUUID()}`;
    expect(await suspend(user_id)).toMatchObject({ status: 404, body: { code: 'not_found' } });
    expect(await resume(user_id)).toMatchObject({ status: 404 });
    expect(await w.sql('SELECT 1 FROM user_credits WHERE user_id = $1', [user_id])).toEqual([]);
    expect(await w.post(at(user_id, 'suspend'), { reason: 'x' }, { token: w.service })).toMatchObject({ status: 403 });
    expect(await w.post(at('a\u0000', 'suspend'), { reason: 'x' })).toMatchObject({ status: 422 });
  });

  it('accept ids with every allowed character', async () => {
    const user_id = await w.open(`a/b ?&#%+ž-${randomUUID()}`);
    expect(await suspend(user_id)).toMatchObject({ status: 200, body: { user_id, status: 'suspended' } });
  });

  it('take effect once per key', async () => {
    const user_id = await w.user('5');
    const answers = await concurrently(20, () => suspend(user_id, 'a-key'));
    expect(statuses(answers)).toEqual({ 200: 20 });
    expect(answers.filter(({ headers }) => headers['idempotency-hit'] === 'true')).toHaveLength(19);
    expect(await w.audit(user_id, 'account.suspend')).toHaveLength(1);
  });
});
