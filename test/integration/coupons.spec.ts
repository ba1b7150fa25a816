import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { DiscountsService } from '../../src/coupons/discounts.service.js';
import { DAY_MS } from '../../src/platform/calendar.js';
import { Database } from '../../src/platform/database.js';
import { atOnce, statuses, World, type Json, type JsonAnswer } from '../support/factories.js';
import { verificationOf } from '../support/verification.js';

const PERIOD_MS = 30 * DAY_MS;
const HOUR_MS = 3_600_000;

let w: World;
beforeAll(async () => {
  w = await World.start();
});
afterAll(async () => {
  // whatever coupons did to accounts, the books add up
  expect((await verificationOf(w.t.app).verify(null)).faults).toEqual([]);
  await w.close();
});

let made = 0;
const coupon = async (terms: object = {}): Promise<Json & { code: string }> => {
  made += 1;
  const body = { coupon_type: 'credit_bonus', value: 10, code: `CODE-${made}`, ...terms };
  return (await w.done('credits/coupons/create', body)) as Json & { code: string };
};
const redeem = (user_id: string, code: string, more: object = {}, key?: string): Promise<JsonAnswer> =>
  w.post('credits/coupons/redeem', { user_id, code, ...more }, key === undefined ? {} : { key });
const redeemed = async (user_id: string, code: string): Promise<Json> => {
  const answer = await redeem(user_id, code);
  if (answer.status !== 200) throw new Error(`redeem ${code}: ${answer.text}`);
  return answer.body;
};
const validate = async (user_id: string, code: string): Promise<Json> =>
  (await w.get(`credits/coupons/validate/${code}`, { user_id })).body;
const show = async (code: string): Promise<Json> => (await w.get(`credits/coupons/${code}`)).body;
const remove = (code: string) => w.t.call(`credits/coupons/${code}`, { method: 'DELETE', token: w.admin });
const soon = (ms: number): string => new Date(Date.now() + ms).toISOString();
/** Lets the tries of a user, and thereby their hour, lie further back. */
const later = (user_id: string, ms: number) =>
  w.sql(`UPDATE coupon_attempts SET attempted_at = attempted_at - $2 * interval '1 ms' WHERE user_id = $1`, [
    user_id,
    ms,
  ]);

describe('an admin', () => {
  it('makes a coupon with a random code', async () => {
    const { status, body } = await w.post('credits/coupons/create', { coupon_type: 'credit_bonus', value: '2.5' });
    expect(status).toBe(201);
    expect(body).toEqual({
      ...{ code: expect.stringMatching(/^UC-[2-9A-HJKMNP-Z]{8}$/), coupon_type: 'credit_bonus', value: '2.500000' },
      ...{ description: null, max_uses: null, used_count: 0, remaining_uses: null, tiers: [] },
      ...{ first_purchase_only: false, new_accounts_only: false, is_active: true, is_expired: false },
      ...{ valid_from: expect.any(String), expires_at: null, created_by: 'an-admin' },
      ...{ created_at: expect.any(String), updated_at: expect.any(String) },
    });
    expect(await w.audit('an-admin', 'coupon.create')).toContainEqual(
      expect.objectContaining({ resource_type: 'coupon', resource_id: body.code }),
    );
  });

  it('names a coupon, in any case and once', async () => {
    const terms = { coupon_type: 'fixed_discount', value: 5, code: 'welcome_5', max_uses: 3, description: 'Hello' };
    const body = await w.done('credits/coupons/create', terms);
    expect(body).toMatchObject({ code: 'WELCOME_5', max_uses: 3, remaining_uses: 3, description: 'Hello' });
    expect(await w.post('credits/coupons/create', { ...terms, code: 'Welcome_5' })).toMatchObject({
      status: 409,
      body: { code: 'already_exists' },
    });
    expect(await show('welcome_5')).toEqual(body);
  });

  it.each([
    ['a percentage beyond 100', { coupon_type: 'percentage_discount', value: 101 }, 'value'],
    ['a percentage below 1', { coupon_type: 'percentage_discount', value: '0.5' }, 'value'],
    ['a bonus of nothing', { value: 0 }, 'value'],
    ['a bonus below zero', { value: -1 }, 'value'],
    ['a bonus without a value', { value: undefined }, 'value'],
    ['three free months', { coupon_type: 'free_month', value: 3 }, 'value'],
    ['another type', { coupon_type: 'lottery' }, 'coupon_type'],
    ['no use at all', { max_uses: 0 }, 'max_uses'],
    ['half a use', { max_uses: 1.5 }, 'max_uses'],
    ['a code of strange letters', { code: 'grüße' }, 'code'],
    ['a code that is too short', { code: 'AB' }, 'code'],
    ['a window that is empty', { valid_from: soon(DAY_MS), expires_at: soon(DAY_MS / 2) }, 'expires_at'],
    ['a tier that there is none of', { tiers: ['starter', 'gold'] }, 'tiers'],
    ['a field that there is none of', { colour: 'red' }, 'colour'],
  ])('is refused %s', async (_what, terms, field) => {
    const body = { coupon_type: 'credit_bonus', value: 10, ...terms };
    const answer = await w.post('credits/coupons/create', body);
    expect(answer).toMatchObject({ status: 422, body: { errors: [{ field }] } });
  });

  it('lists coupons newest first, page by page, and those out of force only when asked', async () => {
    const codes = [];
    for (let i = 0; i < 3; i += 1) codes.unshift((await coupon()).code);
    const [gone, old] = [await coupon(), await coupon({ expires_at: '2020-01-01T00:00:00Z' })];
    await remove(gone.code);
    const listed = await w.list('credits/coupons', { limit: '2' });
    expect(listed.body.map(({ code }) => code)).toEqual(codes.slice(0, 2));
    const cursor = listed.headers['x-next-cursor']!;
    expect((await w.list('credits/coupons', { limit: '1', cursor })).body[0]?.code).toBe(codes[2]);
    expect((await w.list('credits/coupons', { limit: '1', offset: '2' })).body[0]?.code).toBe(codes[2]);
    const all = await w.list('credits/coupons', { active_only: 'false', limit: '2', count: 'true' });
    expect(all.body).toMatchObject([
      { code: old.code, is_active: true, is_expired: true },
      { code: gone.code, is_active: false, is_expired: false },
    ]);
    const [stored] = await w.sql('SELECT count(*)::text AS n FROM coupon_codes');
    expect(all.headers['x-total-count']).toBe(stored?.n);
    const [active] = await w.sql('SELECT count(*)::text AS n FROM active_coupons');
    expect((await w.list('credits/coupons', { count: 'true' })).headers['x-total-count']).toBe(active?.n);
  });

  it('deactivates a coupon, as often as it pleases', async () => {
    const { code } = await coupon();
    for (const typed of [code, code.toLowerCase()]) {
      expect(await remove(typed)).toMatchObject({
        status: 200,
        body: { message: `Coupon '${code}' deactivated successfully` },
      });
    }
    expect(await redeem(await w.user(), code)).toMatchObject({ status: 409, body: { code: 'coupon_inactive' } });
    expect(await w.audit('an-admin', 'coupon.deactivate')).toContainEqual(
      expect.objectContaining({ resource_id: code, result: 'success' }),
    );
  });

  it('hears of a code that there is none of', async () => {
    for (const answer of [
      await remove('NOWHERE'),
      await w.get('credits/coupons/NOWHERE'),
      await w.get('credits/coupons/NOWHERE/stats'),
    ]) {
      expect(answer).toMatchObject({ status: 404, body: { code: 'not_found', detail: 'Coupon code not found' } });
    }
  });

  it('is the only one who makes, lists and deactivates coupons', async () => {
    const { code } = await coupon();
    const [user, service] = [await w.as('a-user'), w.service];
    for (const token of [user, service]) {
      const calls = [
        w.t.call('credits/coupons', { token }),
        w.t.call(`credits/coupons/${code}`, { token }),
        w.t.call(`credits/coupons/${code}/stats`, { token }),
        w.t.call(`credits/coupons/${code}`, { token, method: 'DELETE' }),
        w.t.call('credits/coupons/create', { token, method: 'POST', body: { coupon_type: 'free_month' } }),
        w.t.call('credits/coupons/bulk', { token, method: 'POST', body: { coupon_type: 'free_month', count: 1 } }),
      ];
      expect(statuses(await Promise.all(calls))).toEqual({ 403: 6 });
    }
  });
});

describe('coupons in bulk', () => {
  const terms = { coupon_type: 'credit_bonus', value: 1, count: 10_000 };

  it('are ten thousand different codes that work once each', async () => {
    const { status, body } = await w.post('credits/coupons/bulk', terms);
    expect(status).toBe(201);
    const codes = (body as unknown as Json[]).map(({ code }) => code as string);
    expect(new Set(codes).size).toBe(10_000);
    expect(codes.every((code) => /^UC-[2-9A-HJKMNP-Z]{8}$/.test(code))).toBe(true);
    const [user, other] = [await w.user(), await w.user()];
    expect(await redeemed(user, codes[5_000]!)).toMatchObject({ credits_added: '1.000000' });
    expect(await redeem(other, codes[5_000]!)).toMatchObject({ status: 409, body: { code: 'coupon_limit_reached' } });
    const [entry] = (await w.audit('an-admin', 'coupon.create')).filter(
      ({ metadata }) => (metadata as Json).count === 10_000,
    );
    expect(entry).toMatchObject({ metadata: { prefix: 'UC-', max_uses: 1 } });
  });

  it('are CSV when the caller prefers it, without formulas', async () => {
    const body = { ...terms, count: 3, prefix: 'summer', max_uses: null, description: '=1+1, "quoted"' };
    const wanted = { accept: 'text/csv' };
    const call = { method: 'POST' as const, token: w.admin, body };
    const answers = [
      await w.t.call('credits/coupons/bulk', { ...call, headers: wanted }),
      await w.t.call('credits/coupons/bulk', { ...call, query: { format: 'csv' } }),
    ];
    for (const answer of answers) {
      expect(answer.status).toBe(201);
      expect(answer.headers['content-type']).toContain('text/csv; charset=utf-8');
      const [head, ...rows] = answer.text.trimEnd().split('\r\n');
      expect(head).toMatch(/^code,coupon_type,value,description,max_uses,used_count,/);
      expect(rows).toHaveLength(3);
      for (const row of rows) expect(row).toMatch(/^SUMMER-\w{8},credit_bonus,1\.000000,"'=1\+1, ""quoted""",,0,/);
    }
    const json = await w.t.call('credits/coupons/bulk', { ...call, headers: wanted, query: { format: 'json' } });
    expect(json.body).toHaveLength(3);
  });

  it('are at most ten thousand', async () => {
    for (const count of [0, 10_001, 1.5]) {
      expect((await w.post('credits/coupons/bulk', { ...terms, count })).status).toBe(422);
    }
  });
});

describe('redeeming', () => {
  it('a credit bonus adds a coupon grant, in any case of the code', async () => {
    const user_id = await w.user('5');
    const { code } = await coupon({ value: '12.5' });
    const answer = await redeem(user_id, ` ${code.toLowerCase()} `, { metadata: { from: 'a banner' } });
    expect(answer).toMatchObject({ status: 200 });
    expect(answer.body).toEqual({
      ...{ code, coupon_type: 'credit_bonus', value: '12.500000' },
      ...{ credits_awarded: '12.500000', credits_added: '12.500000', new_balance: '17.500000' },
      ...{ message: '12.5 credits were added to your account.', redeemed_at: expect.any(String) },
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

  it('opens the account of a user never seen before', async () => {
    const { code } = await coupon({ value: 1 });
    const user_id = `new-${randomUUID()}`;
    const answer = await w.t.call('credits/coupons/redeem', {
      method: 'POST',
      token: await w.as(user_id),
      body: { code },
    });
    expect(answer.body).toMatchObject({ new_balance: '6.000000' });
  });

  it('pays debt first and says what is left', async () => {
    const user_id = await w.user('5');
    await w.settle(user_id, '9');
    const { code } = await coupon({ value: 10 });
    expect(await redeemed(user_id, code)).toMatchObject({
      credits_awarded: '10.000000',
      credits_added: '6.000000',
      new_balance: '6.000000',
    });
    expect(await w.balance(user_id)).toMatchObject({ debt: '0.000000', balance: '6.000000' });
  });

  it('for another user is refused to a plain user', async () => {
    const { code } = await coupon();
    const token = await w.as('somebody');
    expect((await w.post('credits/coupons/redeem', { code, user_id: 'another' }, { token })).status).toBe(403);
  });

  it('again with the same key answers what it answered, and takes no try', async () => {
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
  it('of a renewing tier gives its monthly credits and puts the end of the period off by 30 days', async () => {
    const user_id = await w.user('5');
    await w.switch(user_id, 'starter');
    const before = await w.balance(user_id);
    const { code } = await coupon({ coupon_type: 'free_month', value: undefined });
    expect(await redeemed(user_id, code)).toMatchObject({
      value: '1.000000',
      credits_awarded: '20.000000',
      credits_added: '20.000000',
      new_balance: '40.000000',
    });
    const after = await w.balance(user_id);
    expect(Date.parse(after.reset_date as string) - Date.parse(before.reset_date as string)).toBe(PERIOD_MS);
    expect((await w.grants(user_id)).map(({ source, expires_at }) => [source, expires_at])).toEqual([
      ['plan', after.reset_date],
      ['trial', null],
      ['coupon', after.reset_date],
    ]);
    await w.verify(user_id);
    // the renewal comes 30 days later than it would have, and then as ever
    await w.age(user_id, 31);
    expect((await w.balance(user_id)).balance).toBe('40.000000');
    await w.age(user_id, 30);
    expect(await w.grants(user_id)).toMatchObject([{ source: 'plan', remaining: '20.000000' }]);
    await w.verify(user_id);
  });

  it('of a trial lets it last 30 days longer', async () => {
    const user_id = await w.user('5');
    const { reset_date } = await w.balance(user_id);
    const { code } = await coupon({ coupon_type: 'free_month', value: 1 });
    expect(await redeemed(user_id, code)).toMatchObject({ credits_added: '5.000000', new_balance: '10.000000' });
    const after = await w.balance(user_id);
    expect(Date.parse(after.reset_date as string) - Date.parse(reset_date as string)).toBe(PERIOD_MS);
  });

  it('puts a scheduled downgrade off as well', async () => {
    const user_id = await w.user('5');
    await w.switch(user_id, 'professional');
    await w.post('credits/tiers/switch', { new_tier: 'starter' }, { token: await w.as(user_id) });
    await redeemed(user_id, (await coupon({ coupon_type: 'free_month', value: 1 })).code);
    await w.age(user_id, 31);
    expect(await w.balance(user_id)).toMatchObject({ tier: 'professional', next_tier: 'starter' });
    await w.age(user_id, 30);
    expect(await w.balance(user_id)).toMatchObject({ tier: 'starter', next_tier: null });
  });

  it('of a tier without monthly credits is not taken', async () => {
    const user_id = await w.user('5');
    await w.switch(user_id, 'free');
    const { code } = await coupon({ coupon_type: 'free_month', value: 1 });
    const reason = 'This coupon gives nothing on your tier';
    expect(await validate(user_id, code)).toEqual({ valid: false, reason });
    expect(await redeem(user_id, code)).toMatchObject({
      status: 409,
      body: { code: 'coupon_not_applicable', detail: reason },
    });
    expect(await show(code)).toMatchObject({ used_count: 0 });
  });
});

describe('a discount', () => {
  it('waits on the account, and says so', async () => {
    const user_id = await w.user('5');
    const lines = (await w.ledger(user_id)).length;
    const percent = await coupon({ coupon_type: 'percentage_discount', value: 20, expires_at: soon(DAY_MS) });
    const fixed = await coupon({ coupon_type: 'fixed_discount', value: '7.5' });
    expect(await redeemed(user_id, percent.code)).toMatchObject({
      ...{ credits_awarded: '0.000000', credits_added: '0.000000', new_balance: '5.000000' },
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
      ...['code', 'coupon_type', 'created_at', 'expires_at', 'id', 'status', 'used_at', 'used_for', 'user_id', 'value'],
    ]);
    const page = await w.list('payments/discounts', { limit: '1', count: 'true' }, token);
    expect(page.headers['x-total-count']).toBe('2');
    const rest = await w.list('payments/discounts', { cursor: page.headers['x-next-cursor']! }, token);
    expect(rest.body.map(({ code }) => code)).toEqual([percent.code]);
  });

  it('is used once, the one that ends first, and again when its payment came to nothing', async () => {
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
    const taken = await atOnce(6, (i) => take(`payment-${i}`));
    expect(taken.filter((code) => code === ending.code)).toHaveLength(1);
    expect(taken).not.toContain(over.code);
    await take('payment-x');
    expect(await take('payment-y')).toBeNull();
    const stands = async () =>
      (await w.list('payments/discounts', { user_id })).body.map(({ code, status }) => [code, status]);
    expect(await stands()).toEqual([
      ...[
        [over.code, 'expired'],
        [ending.code, 'used'],
        [endless.code, 'used'],
      ],
    ]);
    const used_for = `payment-${taken.indexOf(ending.code)}`;
    await db.transaction((tx) => discounts.giveBack(tx, user_id, used_for));
    expect((await stands())[1]).toEqual([ending.code, 'unused']);
    expect(await take('payment-z')).toBe(ending.code);
  });
});

describe('a coupon is refused', () => {
  const refused = async (user_id: string, code: string, status: number, problem: string, reason: string) => {
    expect(await validate(user_id, code)).toEqual({ valid: false, reason });
    expect(await redeem(user_id, code)).toMatchObject({ status, body: { code: problem, detail: reason } });
  };

  it('when there is none of that code', async () => {
    await refused(await w.user(), 'NO-SUCH-CODE', 404, 'not_found', 'Coupon code not found');
  });

  it('when it was deactivated', async () => {
    const { code } = await coupon();
    await remove(code);
    await refused(await w.user(), code, 409, 'coupon_inactive', 'Coupon code is inactive');
  });

  it('before and after its time', async () => {
    const [user, early, late] = [
      await w.user(),
      await coupon({ valid_from: soon(HOUR_MS) }),
      await coupon({ expires_at: soon(HOUR_MS) }),
    ];
    await refused(user, early.code, 409, 'coupon_not_yet_valid', 'Coupon code is not valid yet');
    expect(await validate(user, late.code)).toMatchObject({ valid: true });
    await w.sql(`UPDATE coupon_codes SET expires_at = now() WHERE code = $1`, [late.code]);
    await refused(user, late.code, 409, 'coupon_expired', 'Coupon code has expired');
    await w.sql(`UPDATE coupon_codes SET valid_from = now() WHERE code = $1`, [early.code]);
    await redeemed(user, early.code);
  });

  it('when it was redeemed as often as it may be', async () => {
    const { code } = await coupon({ max_uses: 1 });
    const [first, second] = [await w.user(), await w.user()];
    await redeemed(first, code);
    expect(await show(code)).toMatchObject({ used_count: 1, remaining_uses: 0 });
    await refused(second, code, 409, 'coupon_limit_reached', 'Coupon redemption limit reached');
    await refused(first, code, 409, 'coupon_already_redeemed', 'You have already redeemed this coupon');
  });

  it('on a tier that it is not for', async () => {
    const { code } = await coupon({ tiers: ['starter', 'professional'] });
    const user_id = await w.user();
    await refused(user_id, code, 409, 'coupon_not_applicable', 'This coupon is not for your tier');
    await w.switch(user_id, 'starter');
    await redeemed(user_id, code);
  });

  it('after a first purchase, when it is for that alone', async () => {
    const { code } = await coupon({ first_purchase_only: true });
    const [buyer, visitor] = [await w.user('7'), await w.user('7')];
    await w.done('credits/allocate', { user_id: buyer, amount: 5, source: 'purchase' });
    await refused(buyer, code, 409, 'coupon_not_applicable', 'This coupon is only for a first purchase');
    await redeemed(visitor, code);
  });

  it('to old accounts, when it is for new ones alone', async () => {
    const { code } = await coupon({ new_accounts_only: true });
    const [old, fresh] = [await w.user(), await w.user()];
    await w.sql(`UPDATE user_credits SET created_at = created_at - interval '31 days' WHERE user_id = $1`, [old]);
    await refused(old, code, 409, 'coupon_not_applicable', 'This coupon is only for new accounts');
    await redeemed(fresh, code);
  });

  it('with an entry in the audit log', async () => {
    const user_id = await w.user();
    await redeem(user_id, 'no-such-thing');
    expect(await w.audit(user_id, 'coupon.redeem_failed')).toMatchObject([
      { result: 'failure', resource_id: 'NO-SUCH-THING', metadata: { code: 'not_found' } },
    ]);
  });
});

describe('validating', () => {
  it('shows what the coupon gives and nothing of its making', async () => {
    const { code } = await coupon({ description: 'A gift', max_uses: 9 });
    const token = await w.as(await w.user());
    const { body } = await w.get(`credits/coupons/validate/${code.toLowerCase()}`, {}, token);
    expect(body).toEqual({
      valid: true,
      coupon: { code, coupon_type: 'credit_bonus', value: '10.000000', description: 'A gift', expires_at: null },
    });
    expect(await show(code)).toMatchObject({ used_count: 0 });
  });
});

describe('tries', () => {
  it('are five an hour, and the sixth says when to come back', async () => {
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

  it('count when they succeed, for each user apart', async () => {
    const [user, other] = [await w.user(), await w.user()];
    const codes = await Promise.all(Array.from({ length: 6 }, async () => (await coupon({ value: 1 })).code));
    for (const code of codes.slice(0, 5)) await redeemed(user, code);
    expect((await redeem(user, codes[5]!)).status).toBe(429);
    await redeemed(other, codes[5]!);
  });

  it('are not used up by validating codes that exist', async () => {
    const { code } = await coupon();
    const user_id = await w.user();
    for (let i = 0; i < 7; i += 1) expect(await validate(user_id, code)).toMatchObject({ valid: true });
    await redeemed(user_id, code);
  });
});

describe('statistics', () => {
  it('count uses and credits, in all and by day', async () => {
    const { code } = await coupon({ value: '2.5', max_uses: 10 });
    const users = await atOnce(3, () => w.user());
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
      ...{ used_count: 0, credits_awarded: '0.000000', by_day: [] },
    });
  });
});
