import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { concurrently, statuses, TestEnv } from '../../support/factories.js';

let w: TestEnv;
beforeAll(async () => {
  w = await TestEnv.start();
});
afterAll(() => w.close());

describe('grants', () => {
  it('of 1 are all booked when 50 are concurrent', async () => {
    const user_id = await w.user('5');
    const answers = await concurrently(50, () =>
      w.post('credits/allocate', { user_id, amount: 1, source: 'purchase' }),
    );
    expect(statuses(answers)).toEqual({ 200: 50 });
    expect(await w.balance(user_id)).toMatchObject({ balance: '55.000000' });
    await w.verify(user_id);
  });

  it('and concurrent deductions add up', async () => {
    const user_id = await w.user('5');
    const answers = await concurrently(60, (i) =>
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

  it('are booked with the type of their source and their reason', async () => {
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

  it('burn by priority, then by earliest expiry, then by age', async () => {
    const user_id = await w.user('5');
    const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString();
    await w.done('credits/allocate', { user_id, amount: 1, source: 'purchase', expires_at: inDays(1) });
    await w.bonus(user_id, '2');
    await w.bonus(user_id, '3', { expires_at: inDays(20) });
    await w.bonus(user_id, '4', { expires_at: inDays(10) });
    await w.bonus(user_id, '6');
    const order = async () => (await w.grants(user_id)).map((grant) => [grant.source, grant.remaining]);
    expect(await order()).toEqual([
      ['trial', '5.000000'],
      ['bonus', '4.000000'],
      ['bonus', '3.000000'],
      ['bonus', '2.000000'],
      ['bonus', '6.000000'],
      ['purchase', '1.000000'],
    ]);
    await w.deduct(user_id, '5.5');
    expect(await order()).toEqual([
      ['bonus', '3.500000'],
      ['bonus', '3.000000'],
      ['bonus', '2.000000'],
      ['bonus', '6.000000'],
      ['purchase', '1.000000'],
    ]);
    await w.deduct(user_id, '9');
    expect(await order()).toEqual([
      ['bonus', '5.500000'],
      ['purchase', '1.000000'],
    ]);
    await w.verify(user_id);
  });

  it('cannot have an expiry in the past', async () => {
    const user_id = await w.user('5');
    for (const expires_at of ['2020-01-01T00:00:00Z', 'tomorrow', '2027-01-31', '2027-02-30T00:00:00Z', 7]) {
      const { status, body } = await w.post('credits/bonus', { user_id, amount: 1, reason: 'x', expires_at });
      expect([status, body.errors]).toEqual([422, [expect.objectContaining({ field: 'expires_at' })]]);
    }
    expect(await w.balance(user_id)).toMatchObject({ balance: '5.000000' });
  });

  it('beyond the largest balance are refused without effect', async () => {
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

  it('that is settled 50 times concurrently is booked 50 times', async () => {
    const user_id = await w.user('10');
    await concurrently(50, () => w.settle(user_id, '1'));
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

  it('give back at most the part of the charge that has not been refunded', async () => {
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

  it('of one charge give it back once when 20 are concurrent', async () => {
    const ref = await charge('10');
    const answers = await concurrently(20, () => w.post('credits/refund', { ...ref, amount: 10, reason: 'once' }));
    expect(statuses(answers)).toEqual({ 200: 1, 409: 19 });
    expect(await w.balance(ref.user_id)).toMatchObject({ balance: '50.000000' });
    await w.verify(ref.user_id);
  });

  it("of another user's transaction are not found", async () => {
    const { transaction_id } = await charge('10');
    const user_id = await w.user('5');
    for (const id of [transaction_id, randomUUID()]) {
      const { status, body } = await w.post('credits/refund', { user_id, transaction_id: id, amount: 1, reason: 'x' });
      expect([status, body.code]).toEqual([404, 'not_found']);
    }
    expect(await w.balance(user_id)).toMatchObject({ balance: '5.000000' });
  });

  it('create a grant, with or without a charge', async () => {
    const ref = await charge('50');
    const refunded = await w.done('credits/refund', { ...ref, amount: 7, reason: 'broken' });
    expect(await w.grants(ref.user_id)).toMatchObject([
      { source: 'refund', remaining: '7.000000', transaction_id: refunded.transaction_id },
    ]);
    await w.done('credits/refund', { user_id: ref.user_id, amount: 1, reason: 'goodwill' });
    expect(await w.balance(ref.user_id)).toMatchObject({ balance: '8.000000' });
    expect((await w.ledger(ref.user_id)).filter((line) => line.transaction_type === 'refund')).toHaveLength(2);
  });

  it('are possible only for charges', async () => {
    const user_id = await w.user('5');
    const { transaction_id } = await w.bonus(user_id, '5');
    const { status } = await w.post('credits/refund', { user_id, transaction_id, amount: 1, reason: 'x' });
    expect(status).toBe(422);
  });
});
