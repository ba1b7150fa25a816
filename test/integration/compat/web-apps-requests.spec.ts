import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { couponsOf } from '../../support/coupons.js';
import { type Json, TestEnv } from '../../support/factories.js';

/* What servers and admins of an earlier platform send: words, names and nulls that its documents and models have. */

let w: TestEnv;
beforeAll(async () => {
  w = await TestEnv.start();
});
afterAll(() => w.close());
const { show } = couponsOf(() => w);

describe('an allocation', () => {
  it.each(['manual', 'tier_upgrade', 'retention_bonus', 'test', 'promo_2025_q1'])(
    'from a platform-specific source is a bonus that records the source: %s',
    async (source) => {
      const user_id = await w.user('5');
      const { balance } = await w.done('credits/allocate', { user_id, amount: 2, source, metadata: { ticket: 7 } });
      expect(balance).toBe('7.000000');
      expect((await w.grants(user_id)).at(-1)).toMatchObject({ source: 'bonus', amount: '2.000000', expires_at: null });
      expect((await w.ledger(user_id)).at(-1)).toMatchObject({ metadata: { ticket: 7, source } });
    },
  );

  it('with a reason and no source is a bonus that records the reason', async () => {
    const user_id = await w.user('5');
    await w.done('credits/allocate', { user_id, amount: '1', reason: 'Goodwill' });
    expect((await w.grants(user_id)).at(-1)).toMatchObject({ source: 'bonus' });
    expect((await w.ledger(user_id)).at(-1)).toMatchObject({ metadata: { reason: 'Goodwill' } });
  });

  it('from a known source has that source', async () => {
    const user_id = await w.user('5');
    await w.done('credits/allocate', { user_id, amount: '1', source: 'purchase' });
    expect((await w.grants(user_id)).at(-1)).toMatchObject({ source: 'purchase' });
    expect((await w.ledger(user_id)).at(-1)?.metadata).not.toHaveProperty('source');
  });

  it.each(['', 'x'.repeat(65), 7])('with an invalid source is refused: %j', async (source) => {
    const refused = await w.post('credits/allocate', { user_id: 'u', amount: 1, source });
    expect(refused).toMatchObject({ status: 422, body: { errors: [{ field: 'source' }] } });
  });
});

describe('a charge', () => {
  const split = async (cost_breakdown: Json): Promise<unknown> => {
    const user_id = await w.user('5');
    await w.deduct(user_id, '0.0022', { service: 'manual_deduction', cost_breakdown });
    return (await w.list('credits/transactions', { user_id, limit: '1' })).body[0]?.cost_breakdown;
  };

  it('can call the markup platform_markup and omit the total', async () => {
    const whole = { provider_cost: '0.002000', markup: '0.000200', total: '0.002200' };
    expect(await split({ provider_cost: '0.002', platform_markup: 0.0002 })).toEqual(whole);
    expect(await split({ provider_cost: '0.002', markup: '0.0002' })).toEqual(whole);
    expect(await split({ provider_cost: '0.002', markup: '0.0002', total: '0.0022' })).toEqual(whole);
  });

  it('with both names of the markup is refused', async () => {
    const cost_breakdown = { provider_cost: 1, markup: 1, platform_markup: 1 };
    const body = { user_id: 'u', amount: 2, service: 'tts', cost_breakdown };
    expect(await w.post('credits/deduct', body)).toMatchObject({ status: 422 });
  });
});

describe('null for omitted fields', () => {
  it('is accepted as the metadata of every operation', async () => {
    const user_id = await w.user('5');
    for (const [path, body] of [
      ['credits/allocate', { amount: 1, source: 'bonus' }],
      ['credits/bonus', { amount: 1, reason: 'x' }],
      ['credits/deduct', { amount: 1, service: 'tts' }],
      ['credits/refund', { amount: 1, reason: 'x' }],
      ['credits/holds', { amount: 1, service: 'tts' }],
      ['credits/usage/track', { service: 'tts', cost: 1 }],
    ] as const) {
      const answer = await w.post(path, { ...body, user_id, metadata: null });
      expect([path, answer.status < 300]).toEqual([path, true]);
    }
    const record = { user_id, request_id: 'r-1', service: 'tts', cost: 1, metadata: null };
    const batch = await w.post('credits/usage/track/batch', { records: [record] });
    expect(batch.body).toMatchObject([{ status: 'recorded' }]);
  });

  it('creates coupons with random codes', async () => {
    const coupon = await w.done('credits/coupons/create', { coupon_type: 'credit_bonus', value: 1, code: null });
    expect(coupon.code).toMatch(/^UC-[A-Z0-9]{8}$/);
    const bulk = await w.post('credits/coupons/bulk', {
      coupon_type: 'credit_bonus',
      value: 1,
      count: 2,
      prefix: null,
    });
    expect([bulk.status, (bulk.body as unknown as Json[]).length]).toEqual([201, 2]);
    const dated = { coupon_type: 'credit_bonus', value: 1, expires_at: '2099-01-31T00:00:00' };
    const { code } = await w.done('credits/coupons/create', dated);
    expect(await show(code as string)).toMatchObject({ expires_at: '2099-01-31T00:00:00.000Z' });
  });
});
