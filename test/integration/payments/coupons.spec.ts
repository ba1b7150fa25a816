import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DAY_MS } from '../../../src/platform/values/calendar.js';
import { couponsOf } from '../../support/coupons.js';
import { statuses, TestEnv, type Json } from '../../support/factories.js';
import { verificationOf } from '../../support/faults/verification.js';

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

const { coupon, redeem, redeemed, validate, show, remove } = couponsOf(() => w);
const soon = (ms: number): string => new Date(Date.now() + ms).toISOString();

describe('an admin', () => {
  it('creates a coupon with a random code', async () => {
    const { status, body } = await w.post('credits/coupons/create', { coupon_type: 'credit_bonus', value: '2.5' });
    expect(status).toBe(201);
    expect(body).toEqual({
      code: expect.stringMatching(/^UC-[2-9A-HJKMNP-Z]{8}$/),
      coupon_type: 'credit_bonus',
      value: '2.500000',
      description: null,
      max_uses: null,
      used_count: 0,
      remaining_uses: null,
      tiers: [],
      first_purchase_only: false,
      new_accounts_only: false,
      is_active: true,
      is_expired: false,
      valid_from: expect.any(String),
      expires_at: null,
      created_by: 'an-admin',
      created_at: expect.any(String),
      updated_at: expect.any(String),
    });
    expect(await w.audit('an-admin', 'coupon.create')).toContainEqual(
      expect.objectContaining({ resource_type: 'coupon', resource_id: body.code }),
    );
  });

  it('can choose a code, in any case and only once', async () => {
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
    ['a percentage above 100', { coupon_type: 'percentage_discount', value: 101 }, 'value'],
    ['a percentage below 1', { coupon_type: 'percentage_discount', value: '0.5' }, 'value'],
    ['a bonus of zero', { value: 0 }, 'value'],
    ['a negative bonus', { value: -1 }, 'value'],
    ['a bonus without a value', { value: undefined }, 'value'],
    ['three free months', { coupon_type: 'free_month', value: 3 }, 'value'],
    ['an unknown type', { coupon_type: 'lottery' }, 'coupon_type'],
    ['zero uses', { max_uses: 0 }, 'max_uses'],
    ['half a use', { max_uses: 1.5 }, 'max_uses'],
    ['a code with invalid letters', { code: 'grüße' }, 'code'],
    ['a code that is too short', { code: 'AB' }, 'code'],
    ['an empty window', { valid_from: soon(DAY_MS), expires_at: soon(DAY_MS / 2) }, 'expires_at'],
    ['an unknown tier', { tiers: ['starter', 'gold'] }, 'tiers'],
    ['an unknown field', { colour: 'red' }, 'colour'],
  ])('cannot create %s', async (_what, terms, field) => {
    const body = { coupon_type: 'credit_bonus', value: 10, ...terms };
    const answer = await w.post('credits/coupons/create', body);
    expect(answer).toMatchObject({ status: 422, body: { errors: [{ field }] } });
  });

  it('lists coupons newest first, in pages, and inactive ones only on request', async () => {
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

  it('can deactivate a coupon repeatedly', async () => {
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

  it('gets 404 for an unknown code', async () => {
    for (const answer of [
      await remove('NOWHERE'),
      await w.get('credits/coupons/NOWHERE'),
      await w.get('credits/coupons/NOWHERE/stats'),
    ]) {
      expect(answer).toMatchObject({ status: 404, body: { code: 'not_found', detail: 'Coupon code not found' } });
    }
  });

  it('is the only role that creates, lists and deactivates coupons', async () => {
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

  it('are ten thousand different codes that each work once', async () => {
    const { status, body } = await w.post('credits/coupons/bulk', terms);
    expect(status).toBe(201);
    const codes = (body as unknown as Json[]).map(({ code }) => code as string);
    expect(new Set(codes).size).toBe(10_000);
    expect(codes.every((code) => /^UC-[2-9A-HJKMNP-Z]{8}$/.test(code))).toBe(true);
    const [user, other] = [await w.user(), await w.user()];
    expect(await redeemed(user, codes[5_000]!)).toMatchObject({ credits_added: 1 });
    expect(await redeem(other, codes[5_000]!)).toMatchObject({ status: 409, body: { code: 'coupon_limit_reached' } });
    const [entry] = (await w.audit('an-admin', 'coupon.create')).filter(
      ({ metadata }) => (metadata as Json).count === 10_000,
    );
    expect(entry).toMatchObject({ metadata: { prefix: 'UC-', max_uses: 1 } });
  });

  it('are CSV if the caller prefers it, without formulas', async () => {
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

describe('a coupon is refused', () => {
  const refused = async (user_id: string, code: string, status: number, problem: string, reason: string) => {
    expect(await validate(user_id, code)).toEqual({ valid: false, reason });
    expect(await redeem(user_id, code)).toMatchObject({ status, body: { code: problem, detail: reason } });
  };

  it('if the code does not exist', async () => {
    await refused(await w.user(), 'NO-SUCH-CODE', 404, 'not_found', 'Coupon code not found');
  });

  it('if it was deactivated', async () => {
    const { code } = await coupon();
    await remove(code);
    await refused(await w.user(), code, 409, 'coupon_inactive', 'Coupon code is inactive');
  });

  it('before and after its validity', async () => {
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

  it('if its redemption limit is reached', async () => {
    const { code } = await coupon({ max_uses: 1 });
    const [first, second] = [await w.user(), await w.user()];
    await redeemed(first, code);
    expect(await show(code)).toMatchObject({ used_count: 1, remaining_uses: 0 });
    await refused(second, code, 409, 'coupon_limit_reached', 'Coupon redemption limit reached');
    await refused(first, code, 409, 'coupon_already_redeemed', 'You have already redeemed this coupon');
  });

  it('on a tier that it excludes', async () => {
    const { code } = await coupon({ tiers: ['starter', 'professional'] });
    const user_id = await w.user();
    await refused(user_id, code, 409, 'coupon_not_applicable', 'This coupon is not available for your tier');
    await w.switch(user_id, 'starter');
    await redeemed(user_id, code);
  });

  it('after a first purchase if it is only valid for that', async () => {
    const { code } = await coupon({ first_purchase_only: true });
    const [buyer, visitor] = [await w.user('7'), await w.user('7')];
    await w.done('credits/allocate', { user_id: buyer, amount: 5, source: 'purchase' });
    await refused(buyer, code, 409, 'coupon_not_applicable', 'This coupon is only valid for a first purchase');
    await redeemed(visitor, code);
  });

  it('for old accounts if it is only valid for new ones', async () => {
    const { code } = await coupon({ new_accounts_only: true });
    const [old, fresh] = [await w.user(), await w.user()];
    await w.sql(`UPDATE user_credits SET created_at = created_at - interval '31 days' WHERE user_id = $1`, [old]);
    await refused(old, code, 409, 'coupon_not_applicable', 'This coupon is only valid for new accounts');
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

describe('a validation', () => {
  it('shows the terms of the coupon, but no internal fields', async () => {
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
