import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { DiscountsService } from '../../../src/coupons/discounts/discounts.service.js';
import { DAY_MS } from '../../../src/platform/values/calendar.js';
import { Database } from '../../../src/platform/database/database.js';
import { couponsOf } from '../../support/coupons.js';
import { concurrently, TestEnv } from '../../support/factories.js';
import { verificationOf } from '../../support/faults/verification.js';

const PERIOD_MS = 30 * DAY_MS;
const HOUR_MS = 3_600_000;

let w: TestEnv;
beforeAll(async () => {
  w = await TestEnv.start();
});
afterAll(async () => {
  // after all redemptions, the ledger must balance
  expect((await verificationOf(w.t.app).verify(null)).faults).toEqual([]);
  await w.close();
});

const { coupon, redeem, redeemed, validate, show } = couponsOf(() => w);
const soon = (ms: number): string => new Date(Date.now() + ms).toISOString();
/** Moves the attempts of a user into the past. */
const later = (user_id: string, ms: number) =>
  w.sql(`UPDATE coupon_attempts SET attempted_at = attempted_at - $2 * interval '1 ms' WHERE user_id = $1`, [
    user_id,
    ms,
  ]);

describe('a redemption', () => {
  it('of a credit bonus adds a coupon grant, whatever the case of the code', async () => {
    const user_id = await w.user('5');
    const { code } = await coupon({ value: '12.5' });
    const answer = await redeem(user_id, ` ${code.toLowerCase()} `, { metadata: { from: 'a banner' } });
    expect(answer).toMatchObject({ status: 200 });
    expect(answer.body).toEqual({
      code,
      coupon_type: 'credit_bonus',
      value: '12.500000',
      credits_awarded: '12.500000',
      credits_added: 12.5,
      new_balance: 17.5,
      message: '12.5 credits were added to your account.',
      redeemed_at: expect.any(String),
    });
    expect((await w.grants(user_id)).at(-1)).toMatchObject({ source: 'coupon', amount: '12.500000', expires_at: null });
    expect((await w.ledger(user_id)).at(-1)).toMatchObject({
      transaction_type: 'bonus',
      metadata: { from: 'a banner', reason: 'coupon_redemption', code, coupon_type: 'credit_bonus' },
    });
    expect(await w.audit(user_id, 'coupon.redeem')).toMatchObject([{ result: 'success', resource_id: code }]);
    expect(await show(code)).toMatchObject({ used_count: 1 });
    await w.verify(user_id);
  });

  it('opens the account of a new user', async () => {
    const { code } = await coupon({ value: 1 });
    const user_id = `new-${randomUUID()}`;
    const answer = await w.t.call('credits/coupons/redeem', {
      method: 'POST',
      token: await w.as(user_id),
      body: { code },
    });
    expect(answer.body).toMatchObject({ new_balance: 6 });
  });

  it('pays debt first and returns the rest', async () => {
    const user_id = await w.user('5');
    await w.settle(user_id, '9');
    const { code } = await coupon({ value: 10 });
    expect(await redeemed(user_id, code)).toMatchObject({
      credits_awarded: '10.000000',
      credits_added: 6,
      new_balance: 6,
    });
    expect(await w.balance(user_id)).toMatchObject({ debt: '0.000000', balance: '6.000000' });
  });

  it('for another user is forbidden for users', async () => {
    const { code } = await coupon();
    const token = await w.as('somebody');
    expect((await w.post('credits/coupons/redeem', { code, user_id: 'another' }, { token })).status).toBe(403);
  });

  it('with the same key is replayed and uses no attempt', async () => {
    const user_id = await w.user('5');
    const { code } = await coupon({ value: 3 });
    const first = await redeem(user_id, code, {}, 'once');
    await w.deduct(user_id, '1');
    for (let i = 0; i < 8; i += 1) {
      const again = await redeem(user_id, i % 2 === 0 ? code : code.toLowerCase(), {}, 'once');
      expect(again.headers['idempotency-hit']).toBe('true');
      expect(again.body).toEqual(first.body);
    }
    expect(await redeem(user_id, 'OTHER', {}, 'once')).toMatchObject({ body: { code: 'idempotency_conflict' } });
    expect(await w.balance(user_id)).toMatchObject({ balance: '7.000000' });
    const discount = await coupon({ coupon_type: 'fixed_discount', value: 2 });
    const given = await redeem(user_id, discount.code, {}, 'a-discount');
    expect((await redeem(user_id, discount.code, {}, 'a-discount')).body).toEqual(given.body);
  });
});

describe('a free month', () => {
  it('of a renewing tier grants its monthly credits and extends the period by 30 days', async () => {
    const user_id = await w.user('5');
    await w.switch(user_id, 'starter');
    const before = await w.balance(user_id);
    const { code } = await coupon({ coupon_type: 'free_month', value: undefined });
    expect(await redeemed(user_id, code)).toMatchObject({
      value: '1.000000',
      credits_awarded: '20.000000',
      credits_added: 20,
      new_balance: 40,
    });
    const after = await w.balance(user_id);
    expect(Date.parse(after.reset_date as string) - Date.parse(before.reset_date as string)).toBe(PERIOD_MS);
    expect((await w.grants(user_id)).map(({ source, expires_at }) => [source, expires_at])).toEqual([
      ['trial', expect.any(String)],
      ['plan', after.reset_date],
      ['coupon', after.reset_date],
    ]);
    await w.verify(user_id);
    // the next renewal is 30 days later, and later ones follow as usual
    await w.age(user_id, 31);
    expect((await w.balance(user_id)).balance).toBe('35.000000');
    await w.age(user_id, 30);
    expect(await w.grants(user_id)).toMatchObject([{ source: 'plan', remaining: '20.000000' }]);
    await w.verify(user_id);
  });

  it('of a trial extends it by 30 days', async () => {
    const user_id = await w.user('5');
    const { reset_date } = await w.balance(user_id);
    const { code } = await coupon({ coupon_type: 'free_month', value: 1 });
    expect(await redeemed(user_id, code)).toMatchObject({ credits_added: 5, new_balance: 10 });
    const after = await w.balance(user_id);
    expect(Date.parse(after.reset_date as string) - Date.parse(reset_date as string)).toBe(PERIOD_MS);
  });

  it('also postpones a scheduled downgrade', async () => {
    const user_id = await w.user('5');
    await w.switch(user_id, 'professional');
    await w.post('credits/tiers/switch', { new_tier: 'starter' }, { token: await w.as(user_id) });
    await redeemed(user_id, (await coupon({ coupon_type: 'free_month', value: 1 })).code);
    await w.age(user_id, 31);
    expect(await w.balance(user_id)).toMatchObject({ tier: 'professional', next_tier: 'starter' });
    await w.age(user_id, 30);
    expect(await w.balance(user_id)).toMatchObject({ tier: 'starter', next_tier: null });
  });

  it('of a tier without monthly credits is refused', async () => {
    const user_id = await w.user('5');
    await w.switch(user_id, 'free');
    const { code } = await coupon({ coupon_type: 'free_month', value: 1 });
    const reason = 'This coupon has no effect on your tier';
    expect(await validate(user_id, code)).toEqual({ valid: false, reason });
    expect(await redeem(user_id, code)).toMatchObject({
      status: 409,
      body: { code: 'coupon_not_applicable', detail: reason },
    });
    expect(await show(code)).toMatchObject({ used_count: 0 });
  });
});

describe('the list of redeemed coupons', () => {
  it("contains a user's own redemptions, newest first", async () => {
    const [user_id, other] = [await w.user('5'), await w.user('5')];
    const bonus = await coupon({ value: '12.5', description: 'Welcome gift' });
    const percent = await coupon({ coupon_type: 'percentage_discount', value: 20 });
    await redeemed(user_id, bonus.code);
    await redeemed(user_id, percent.code);
    const token = await w.as(user_id);
    const { body } = await w.list('credits/redemptions', {}, token);
    const awarded = { code: bonus.code, coupon_type: 'credit_bonus', value: '12.500000', description: 'Welcome gift' };
    expect(body).toMatchObject([
      { code: percent.code, coupon_type: 'percentage_discount', value: '20.000000', credits_awarded: '0.000000' },
      { ...awarded, credits_awarded: '12.500000', redeemed_at: expect.any(String) },
    ]);
    const page = await w.list('credits/redemptions', { limit: '1', count: 'true' }, token);
    expect(page.headers['x-total-count']).toBe('2');
    const rest = await w.list('credits/redemptions', { cursor: page.headers['x-next-cursor']! }, token);
    expect([...page.body, ...rest.body]).toEqual(body);
    expect((await w.list('credits/redemptions', { user_id: other })).body).toEqual([]);
    expect((await w.get('credits/redemptions', { user_id }, await w.as(other))).status).toBe(403);
    expect((await w.get('credits/redemptions', { cursor: 'bm90aGluZw' }, token)).status).toBe(422);
  });
});

describe('a discount', () => {
  it('is stored on the account and listed', async () => {
    const user_id = await w.user('5');
    const lines = (await w.ledger(user_id)).length;
    const percent = await coupon({ coupon_type: 'percentage_discount', value: 20, expires_at: soon(DAY_MS) });
    const fixed = await coupon({ coupon_type: 'fixed_discount', value: '7.5' });
    expect(await redeemed(user_id, percent.code)).toMatchObject({
      credits_awarded: '0.000000',
      credits_added: null,
      new_balance: 5,
      message: 'You get 20% off your next payment.',
    });
    await redeemed(user_id, fixed.code);
    expect(await w.ledger(user_id)).toHaveLength(lines);
    const token = await w.as(user_id);
    const { status, body } = await w.list('payments/discounts', {}, token);
    expect(status).toBe(200);
    expect(body).toMatchObject([
      { code: fixed.code, coupon_type: 'fixed_discount', value: '7.500000', status: 'unused', expires_at: null },
      { code: percent.code, coupon_type: 'percentage_discount', value: '20.000000', status: 'unused', used_at: null },
    ]);
    expect(Object.keys(body[0]!).toSorted()).toEqual([
      'code',
      'coupon_type',
      'created_at',
      'expires_at',
      'id',
      'status',
      'used_at',
      'used_for',
      'user_id',
      'value',
    ]);
    const page = await w.list('payments/discounts', { limit: '1', count: 'true' }, token);
    expect(page.headers['x-total-count']).toBe('2');
    const rest = await w.list('payments/discounts', { cursor: page.headers['x-next-cursor']! }, token);
    expect(rest.body.map(({ code }) => code)).toEqual([percent.code]);
  });

  it('is used once, earliest expiry first, and becomes available again if its payment fails', async () => {
    const user_id = await w.user('5');
    const [endless, ending, over] = [
      await coupon({ coupon_type: 'percentage_discount', value: 10 }),
      await coupon({ coupon_type: 'fixed_discount', value: 3, expires_at: soon(DAY_MS) }),
      await coupon({ coupon_type: 'fixed_discount', value: 4, expires_at: soon(DAY_MS) }),
    ];
    for (const { code } of [endless, ending, over]) await redeemed(user_id, code);
    await w.sql(`UPDATE account_discounts SET expires_at = now() WHERE code = $1`, [over.code]);
    const [discounts, db] = [w.t.app.get(DiscountsService, { strict: false }), w.t.app.get(Database)];
    const take = (payment: string) =>
      db.transaction((tx) => discounts.take(tx, user_id, payment, new Date())).then((row) => row?.code ?? null);
    const taken = await concurrently(6, (i) => take(`payment-${i}`));
    expect(taken.filter((code) => code === ending.code)).toHaveLength(1);
    expect(taken).not.toContain(over.code);
    await take('payment-x');
    expect(await take('payment-y')).toBeNull();
    const stands = async () =>
      (await w.list('payments/discounts', { user_id })).body.map(({ code, status }) => [code, status]);
    expect(await stands()).toEqual([
      [over.code, 'expired'],
      [ending.code, 'used'],
      [endless.code, 'used'],
    ]);
    const used_for = `payment-${taken.indexOf(ending.code)}`;
    await db.transaction((tx) => discounts.giveBack(tx, user_id, used_for));
    expect((await stands())[1]).toEqual([ending.code, 'unused']);
    expect(await take('payment-z')).toBe(ending.code);
  });
});

describe('attempts', () => {
  it('are limited to five per hour, and the sixth returns when to retry', async () => {
    const user_id = await w.user();
    const token = await w.as(user_id);
    const attempt = (code: string) => w.post('credits/coupons/redeem', { code }, { token });
    const { code } = await coupon();
    for (let i = 0; i < 5; i += 1) expect((await attempt(`WRONG-${i}`)).status).toBe(404);
    const refusal = await attempt(code);
    expect(refusal).toMatchObject({ status: 429, body: { code: 'rate_limited' } });
    expect(Number(refusal.headers['retry-after'])).toBeGreaterThan(3_500);
    expect(refusal.headers['ratelimit-policy']).toBe('"coupon-tries";q=5;w=3600');
    expect(refusal.headers['ratelimit']).toBe(`"coupon-tries";r=0;t=${refusal.headers['retry-after'] ?? ''}`);
    expect((await w.get(`credits/coupons/validate/${code}`, {}, token)).status).toBe(429);
    expect((await w.balance(user_id)).balance).toBe('5.000000');

    await later(user_id, HOUR_MS - 60_000);
    const still = await attempt(code);
    expect(still.status).toBe(429);
    expect(Number(still.headers['retry-after'])).toBeLessThanOrEqual(60);
    await later(user_id, 60_000);
    expect((await attempt(code)).status).toBe(200);
    expect(await w.sql('SELECT FROM coupon_attempts WHERE user_id = $1', [user_id])).toHaveLength(1);
  });

  it('are not used by malformed codes', async () => {
    const user_id = await w.user();
    const { code } = await coupon();
    for (let n = 0; n < 6; n += 1) {
      expect(await redeem(user_id, `https://example.com/${code}`)).toMatchObject({
        status: 422,
        body: { errors: [{ field: 'code', message: expect.stringContaining('must be 3 to 64 letters') }] },
      });
      expect(await validate(user_id, 'no%2Fcode')).toMatchObject({
        valid: false,
        reason: expect.stringContaining('64'),
      });
    }
    const pasted = `\u201C\u200B${code.replace('-', '\u2011')}\u00A0\u201D`;
    expect(await validate(user_id, encodeURIComponent(pasted))).toMatchObject({ valid: true });
    expect(await redeem(user_id, pasted)).toMatchObject({ status: 200, body: { code } });
  });

  it('count when they succeed, separately for each user', async () => {
    const [user, other] = [await w.user(), await w.user()];
    const codes = await Promise.all(Array.from({ length: 6 }, async () => (await coupon({ value: 1 })).code));
    for (const code of codes.slice(0, 5)) await redeemed(user, code);
    expect((await redeem(user, codes[5]!)).status).toBe(429);
    await redeemed(other, codes[5]!);
  });

  it('are not used by validating existing codes', async () => {
    const { code } = await coupon();
    const user_id = await w.user();
    for (let i = 0; i < 7; i += 1) expect(await validate(user_id, code)).toMatchObject({ valid: true });
    await redeemed(user_id, code);
  });
});

describe('statistics', () => {
  it('count uses and credits, in total and by day', async () => {
    const { code } = await coupon({ value: '2.5', max_uses: 10 });
    const users = await concurrently(3, () => w.user());
    for (const user_id of users) await redeemed(user_id, code);
    const back = `UPDATE coupon_redemptions SET redeemed_at = '2026-01-31T23:30:00Z' WHERE code = $1 AND user_id = $2`;
    await w.sql(back, [code, users[0]]);
    const { body } = await w.get(`credits/coupons/${code}/stats`);
    expect(body).toMatchObject({ code, used_count: 3, remaining_uses: 7, credits_awarded: '7.500000' });
    expect(body.by_day).toMatchObject([
      { date: '2026-01-31', used_count: 1, credits_awarded: '2.500000' },
      { used_count: 2, credits_awarded: '5.000000' },
    ]);
    const unused = await coupon();
    expect((await w.get(`credits/coupons/${unused.code}/stats`)).body).toMatchObject({
      used_count: 0,
      credits_awarded: '0.000000',
      by_day: [],
    });
  });
});
