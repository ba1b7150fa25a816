import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { EventTeller } from '../../../src/notifications/telling/event-teller.js';
import { concurrently, type Json, statuses, TestEnv } from '../../support/factories.js';
import { verificationOf } from '../../support/faults/verification.js';

let w: TestEnv;
beforeAll(async () => {
  w = await TestEnv.start();
});
afterAll(() => w.close());

const move = (from: string, to: string, key?: string) =>
  w.post(`admin/accounts/${encodeURIComponent(from)}/move`, { to }, key === undefined ? {} : { key });
const credits = async (...user_ids: string[]): Promise<unknown[]> =>
  Promise.all(user_ids.map(async (user_id) => (await w.balance(user_id)).balance));
const sourcesOf = (grants: Json[]) => grants.map(({ source, remaining }) => [source, remaining]);

describe('the inbox and the address of a moved account', () => {
  it('go on at the new id, where own choices stay', async () => {
    const [from, to] = [await w.user('5'), await w.user('5')];
    await w.sql(
      `INSERT INTO contacts (user_id, email, source, verified_at, language, muted_mails)
       VALUES ($1, 'ann@example.com', 'person', now(), 'de', '{welcome}'), ($2, 'old@example.com', 'token', now(), 'en', '{}')`,
      [from, to],
    );
    await w.t.app.get(EventTeller, { strict: false }).tellNew();
    const inbox = async (user_id: string) => (await w.list('me/notifications', {}, await w.as(user_id))).body.length;
    const before = (await inbox(from)) + (await inbox(to));
    await w.sql(`INSERT INTO notification_alerts (user_id, name, told_at) VALUES ($1, 'low_balance', now())`, [from]);
    expect((await move(from, to)).status).toBe(200);
    await w.t.app.get(EventTeller, { strict: false }).tellNew();
    expect([await inbox(from), await inbox(to)]).toEqual([0, before]);
    expect(await w.sql('SELECT email, source, language, muted_mails FROM contacts WHERE user_id = $1', [to])).toEqual([
      { email: 'ann@example.com', source: 'person', language: 'en', muted_mails: ['welcome'] },
    ]);
    expect(await w.sql('SELECT user_id FROM contacts WHERE user_id = $1', [from])).toEqual([]);
    expect(await w.sql('SELECT name FROM notification_alerts WHERE user_id = $1', [to])).toEqual([
      { name: 'low_balance' },
    ]);
  });
});

describe('an account moved to a new user', () => {
  it('transfers everything: credits with their terms, plan, period and counters', async () => {
    const [from, to] = [await w.userOf('starter'), randomUUID()];
    await w.bonus(from, '7', { expires_at: '2099-01-01T00:00:00Z' });
    await w.done('credits/allocate', { user_id: from, amount: '25', source: 'purchase' });
    await w.deduct(from, '4');
    const [before, grants] = [await w.balance(from), await w.grants(from)];
    expect(await move(from, to)).toMatchObject({
      status: 200,
      body: { user_id: to, moved_from: from, balance: before.balance, credits: before.balance, lapsed: '0.000000' },
    });
    const after = await w.balance(to);
    for (const member of ['tier', 'reset_date', 'monthly_cap', 'used_this_period', 'allocated_monthly', 'created_at']) {
      expect([member, after[member]]).toEqual([member, before[member]]);
    }
    const terms = (all: Json[]) =>
      all.map(({ source, remaining, priority, expires_at }) => [source, remaining, priority, expires_at]);
    expect(terms(await w.grants(to))).toEqual(terms(grants));
    expect(await w.balance(from)).toMatchObject({ balance: '0.000000', status: 'closed', moved_to: to });
    const line = (await w.ledger(to)).map(({ transaction_type, metadata }) => [
      transaction_type,
      (metadata as Json).moved_from,
    ]);
    expect(line).toEqual(grants.map(() => ['adjustment', from]));
    expect(await w.audit(from, 'account.move')).toMatchObject([{ metadata: { moved_to: to } }]);
    expect(await w.audit(to, 'account.move')).toMatchObject([{ metadata: { moved_from: from } }]);
    for (const user_id of [from, to]) await w.verify(user_id);
  });

  it('gets no second trial, under neither the old nor the new id', async () => {
    const [from, to] = [await w.user('5'), randomUUID()];
    await w.deduct(from, '3');
    await move(from, to);
    await w.get('credits/balance', {}, await w.as(from));
    await w.done('provisioning/register', { user_id: from });
    await w.done('provisioning/register', { user_id: to });
    expect(await credits(from, to)).toEqual(['0.000000', '2.000000']);
  });

  it('refuses new work and names its target; finished work is charged to the target', async () => {
    const [from, to, last] = [await w.user('5'), randomUUID(), randomUUID()];
    await move(from, to);
    const refused = await w.post('credits/deduct', { user_id: from, amount: '1', service: 'tts' });
    expect(refused).toMatchObject({ status: 403, body: { code: 'account_closed', moved_to: to } });
    expect(await w.post('credits/bonus', { user_id: from, amount: '1', reason: 'x' })).toMatchObject({ status: 403 });
    await move(to, last);
    await w.settle(from, '1.5');
    const work = { user_id: from, service: 'tts', request_id: randomUUID(), cost: '0.5', settle: true };
    const [first] = await concurrently(5, () => w.done('credits/usage/track', work));
    expect(first).toMatchObject({ user_id: last });
    expect(await credits(from, to, last)).toEqual(['0.000000', '0.000000', '3.000000']);
  });

  it('is restored when it is moved back', async () => {
    const [from, to] = [await w.userOf('starter'), randomUUID()];
    await move(from, to);
    await w.deduct(to, '1');
    expect(await move(to, from)).toMatchObject({
      status: 200,
      body: { balance: '19.000000', tier: 'starter', status: 'active' },
    });
    expect(await w.deduct(from, '1')).toMatchObject({ balance: '18.000000' });
    expect(await w.balance(to)).toMatchObject({ status: 'closed', moved_to: from });
  });

  it('transfers its debt', async () => {
    const [from, to] = [await w.user('5'), randomUUID()];
    await w.settle(from, '8');
    expect(await move(from, to)).toMatchObject({ status: 200, body: { debt: '3.000000', moved_debt: '3.000000' } });
    await w.bonus(to, '10');
    expect(await w.balance(to)).toMatchObject({ balance: '7.000000', debt: '0.000000' });
    for (const user_id of [from, to]) await w.verify(user_id);
  });

  it('stays suspended', async () => {
    const [from, to] = [await w.user('5'), randomUUID()];
    await w.done(`admin/accounts/${from}/suspend`, { reason: 'x' });
    expect(await move(from, to)).toMatchObject({ status: 200, body: { status: 'suspended', status_reason: 'x' } });
  });
});

describe('an account merged into another one', () => {
  it('leaves the plan of the target unchanged, and only one trial', async () => {
    const [from, to] = [await w.user('12'), await w.user('5')];
    await w.deduct(from, '1');
    expect(await move(from, to)).toMatchObject({
      status: 200,
      body: { tier: 'trial', lapsed: '4.000000', balance: '12.000000' },
    });
    expect(sourcesOf(await w.grants(to))).toEqual([
      ['trial', '5.000000'],
      ['bonus', '7.000000'],
    ]);
    for (const user_id of [from, to]) await w.verify(user_id);
  });

  it('cannot redeem a coupon a second time', async () => {
    const [from, to, both] = [await w.user('5'), await w.user('5'), await w.user('5')];
    const code = `ONCE-${randomUUID().slice(0, 8).toUpperCase()}`;
    await w.done('credits/coupons/create', { code, coupon_type: 'credit_bonus', value: '3' });
    for (const user_id of [from, both]) await w.done('credits/coupons/redeem', { code, user_id });
    await move(from, to);
    await move(to, both);
    for (const user_id of [to, both]) {
      expect((await w.post('credits/coupons/redeem', { code, user_id })).status).toBeGreaterThanOrEqual(403);
    }
    expect(await credits(both)).toEqual(['11.000000']);
  });

  it('waits until no work in progress holds credits', async () => {
    const [from, to] = [await w.user('5'), await w.user('5')];
    const hold = await w.hold(from, '1');
    expect(await move(from, to)).toMatchObject({ status: 409, body: { code: 'holds_open' } });
    expect(await credits(from, to)).toEqual(['5.000000', '5.000000']);
    await w.resolve(hold, 'release');
    expect(await move(from, to)).toMatchObject({ status: 200 });
  });
});

describe('concurrent moves', () => {
  it('of one account move it once', async () => {
    const [from, to] = [await w.user('9'), randomUUID()];
    const answers = await concurrently(50, (i) => move(from, to, i % 2 ? 'a-key' : undefined));
    expect(statuses(answers)).toEqual({ 200: 50 });
    for (const { body } of answers) expect(body).toMatchObject({ credits: '9.000000', moved_from: from });
    expect(answers.filter(({ headers }) => headers['idempotency-hit'] === 'true')).toHaveLength(49);
    expect(await credits(from, to)).toEqual(['0.000000', '9.000000']);
  });

  it('to different users move it to one of them', async () => {
    const from = await w.user('9');
    const targets = Array.from({ length: 8 }, () => randomUUID());
    const answers = await concurrently(8, (i) => move(from, targets[i] as string));
    expect(statuses(answers)).toEqual({ 200: 1, 403: 7 });
  });

  it('in a circle, while all accounts are charged, lose and create no credits', async () => {
    const ring = await concurrently(4, () => w.user('50'));
    const next = (i: number): string => ring[(i + 1) % ring.length] as string;
    const work = concurrently(40, (i) =>
      w.post('credits/deduct', { user_id: ring[i % 4], amount: '0.5', service: 'tts' }),
    );
    const moves = await concurrently(12, (i) => move(ring[i % 4] as string, next(i % 4)));
    for (const { status } of moves) expect([200, 403]).toContain(status);
    const charged = (await work).filter(({ status }) => status === 200).length;
    const left = (await credits(...ring)).reduce((sum: number, text) => sum + Number(text), 0);
    const lapsed = moves.reduce((sum, { headers, body }) => {
      return sum + (headers['idempotency-hit'] === 'true' ? 0 : Number(body.lapsed ?? 0));
    }, 0);
    expect(left).toBeCloseTo(200 - charged * 0.5 - lapsed, 6);
    for (const user_id of ring) await w.verify(user_id);
  });

  it('leave a consistent ledger', async () => {
    expect(await verificationOf(w.t.app).verify(null)).toMatchObject({ faults: [] });
  });
});

it('a move to itself, of an unknown account, or by a non-administrator is refused', async () => {
  const user_id = await w.user('5');
  expect(await move(user_id, user_id)).toMatchObject({ status: 422 });
  expect(await move(randomUUID(), user_id)).toMatchObject({ status: 404 });
  const asService = { token: w.service };
  expect(await w.post(`admin/accounts/${user_id}/move`, { to: 'x' }, asService)).toMatchObject({ status: 403 });
});
