import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Answer, TestApp } from '../../support/app.js';
import { concurrently, statuses, TestEnv, type Json, type JsonAnswer } from '../../support/factories.js';
import { verificationOf } from '../../support/faults/verification.js';

let w: TestEnv;
let others: TestApp[];
beforeAll(async () => {
  w = await TestEnv.start();
  others = await concurrently(2, () => w.another());
});
afterAll(async () => {
  expect((await verificationOf(w.t.app).verify(null)).faults).toEqual([]);
  await w.close();
});

const coupon = async (terms: object): Promise<string> =>
  (await w.done('credits/coupons/create', { coupon_type: 'credit_bonus', value: 10, ...terms })).code as string;
const redeem = (user_id: string, code: string, key?: string): Promise<JsonAnswer> =>
  w.post('credits/coupons/redeem', { user_id, code }, key === undefined ? {} : { key });

/** Retries a call until it is served. A busy machine returns 503, which has no effect. */
async function served(call: () => Promise<Answer>): Promise<JsonAnswer> {
  for (;;) {
    const answer = await call();
    if (answer.status !== 503) return answer as JsonAnswer;
  }
}
const usesOf = async (code: string): Promise<Json> => {
  const [row] = await w.sql(
    `SELECT used_count, (SELECT count(*)::int FROM coupon_redemptions r WHERE r.code = c.code) AS redemptions,
       (SELECT count(*)::int FROM credit_transactions WHERE metadata->>'code' = c.code) AS lines,
       (SELECT count(*)::int FROM audit_logs WHERE action = 'coupon.redeem' AND resource_id = c.code) AS entries
     FROM coupon_codes c WHERE code = $1`,
    [code],
  );
  return row!;
};

describe('concurrently', () => {
  it('a hundred new users redeem a coupon with five uses five times', async () => {
    const code = await coupon({ max_uses: 5 });
    const answers = await concurrently(100, () => {
      const user_id = `new-${randomUUID()}`;
      return served(() => redeem(user_id, code));
    });
    expect(statuses(answers)).toEqual({ 200: 5, 409: 95 });
    const refusals = new Set(answers.filter(({ status }) => status === 409).map(({ body }) => body.code));
    expect([...refusals]).toEqual(['coupon_limit_reached']);
    expect(await usesOf(code)).toEqual({ used_count: 5, redemptions: 5, lines: 5, entries: 5 });
    const balances = await w.sql('SELECT sum(balance)::text AS sum FROM user_credits');
    expect(balances).toEqual([{ sum: '550.0000000000' }]);
  });

  it('one user redeems a coupon once with fifty requests', async () => {
    const code = await coupon({ max_uses: 50 });
    const user_id = await w.user('5');
    const answers = await concurrently(50, () => served(() => redeem(user_id, code)));
    expect(statuses(answers)).toEqual({ 200: 1, 409: 4, 429: 45 });
    expect(await usesOf(code)).toEqual({ used_count: 1, redemptions: 1, lines: 1, entries: 1 });
    expect(await w.balance(user_id)).toMatchObject({ balance: '15.000000' });
  });

  it('one user gets the same outcome for fifty requests with one key', async () => {
    const code = await coupon({ max_uses: 50 });
    const user_id = await w.user('5');
    const answers = await concurrently(50, () => served(() => redeem(user_id, code, 'the-key')));
    expect(statuses(answers)).toEqual({ 200: 50 });
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
    expect(await usesOf(code)).toEqual({ used_count: 1, redemptions: 1, lines: 1, entries: 1 });
  });

  it('three instances enforce one limit per coupon, and one limit on the attempts of a user', async () => {
    const code = await coupon({ max_uses: 7 });
    const services = [w.t, ...others];
    const call = (i: number, user_id: string, typed: string) =>
      served(() =>
        services[i % 3]!.call('credits/coupons/redeem', {
          method: 'POST',
          token: w.admin,
          body: { user_id, code: typed },
        }),
      );
    const answers = await concurrently(30, (i) => call(i, `spread-${i}`, code));
    expect(statuses(answers)).toEqual({ 200: 7, 409: 23 });
    expect(await usesOf(code)).toMatchObject({ used_count: 7, redemptions: 7 });
    const guesses = await concurrently(15, (i) => call(i, 'a-guesser', `GUESS-${i}`));
    expect(statuses(guesses)).toEqual({ 404: 5, 429: 10 });
  });

  it('twenty guesses of one user make five attempts, whether redeemed or only validated', async () => {
    const [guesser, asker] = [await w.user(), await w.user()];
    const guesses = await concurrently(20, (i) => served(() => redeem(guesser, `GUESS-${i}`)));
    expect(statuses(guesses)).toEqual({ 404: 5, 429: 15 });
    const ask = (i: number) => w.get(`credits/coupons/validate/GUESS-${i}`, { user_id: asker });
    const asked = await concurrently(20, (i) => served(() => ask(i)));
    expect(statuses(asked)).toEqual({ 200: 5, 429: 15 });
  });

  it('users who redeem several coupons in any order while being charged get all of them', async () => {
    const codes = await concurrently(4, () => coupon({ value: 1 }));
    const users = await concurrently(8, () => w.user('5'));
    const answers = await Promise.all(
      users.flatMap((user_id, n) => [
        ...codes.map((_, i) => served(() => redeem(user_id, codes[(i * (n % 2 === 0 ? 1 : 3) + n) % 4]!))),
        ...codes.map(() => w.post('credits/deduct', { user_id, amount: '0.5', service: 'tts' })),
      ]),
    );
    expect(statuses(answers)).toEqual({ 200: 64 });
    for (const user_id of users) expect(await w.balance(user_id)).toMatchObject({ balance: '7.000000' });
    for (const code of codes) expect(await usesOf(code)).toMatchObject({ used_count: 8, redemptions: 8 });
  });
});

describe('a redemption whose connection is cut', () => {
  /** Terminates the connections of the instances that wait for the table, until `call` is answered. */
  async function cutWaiting(table: string, call: Promise<JsonAnswer>): Promise<JsonAnswer> {
    const answers: JsonAnswer[] = [];
    void call.then((answer) => answers.push(answer));
    while (answers.length === 0) {
      await w.sql(
        `SELECT pg_terminate_backend(pid) FROM pg_locks JOIN pg_stat_activity USING (pid)
         WHERE datname = current_database() AND relation = $1::regclass AND NOT granted AND application_name = 'tollgate'`,
        [table],
      );
      await sleep(5);
    }
    return answers[0]!;
  }

  const TABLES = [
    'coupon_attempts',
    'coupon_codes',
    'user_credits',
    'credit_transactions',
    'credit_grants',
    'account_discounts',
    'coupon_redemptions',
    'idempotency_keys',
    'audit_logs',
  ];
  const state = async (user_id: string): Promise<Json[]> => {
    const counts = TABLES.filter((table) => table !== 'coupon_codes' && table !== 'user_credits').map(
      (table) => `(SELECT count(*)::int FROM ${table} WHERE user_id = a.user_id) AS ${table}`,
    );
    return w.sql(
      `SELECT balance, reset_date, last_updated, ${counts.join(', ')} FROM user_credits a WHERE user_id = $1`,
      [user_id],
    );
  };

  it.each(TABLES)('while writing %s has no effect, and a repeat with its key completes it', async (table) => {
    const isDiscount = table === 'account_discounts';
    const terms = { coupon_type: isDiscount ? 'fixed_discount' : 'free_month', value: 1, max_uses: 1 };
    const code = await coupon(terms);
    const user_id = await w.user('5');
    const before = await state(user_id);
    const blocker = await w.pool.connect();
    await blocker.query('BEGIN');
    await blocker.query(`LOCK TABLE ${table} IN SHARE MODE`);
    expect((await cutWaiting(table, redeem(user_id, code, 'cut'))).status).toBe(503);
    await blocker.query('ROLLBACK');
    blocker.release();
    expect(await state(user_id)).toEqual(before);
    expect(await usesOf(code)).toMatchObject({ used_count: 0, redemptions: 0 });

    const again = await redeem(user_id, code, 'cut');
    expect(again).toMatchObject({ status: 200, body: { new_balance: isDiscount ? 5 : 10 } });
    expect(again.headers['idempotency-hit']).toBeUndefined();
    expect(await usesOf(code)).toMatchObject({ used_count: 1, redemptions: 1 });
  });
});
