import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import type { TestApp } from '../../support/app.js';
import { concurrently, type Json, statuses, TestEnv } from '../../support/factories.js';
import { expectCleanBooks } from '../../support/model/posting.js';

const PATH = 'credits/deduct/batch';
/** The members of a problem that describe the request; a result of a batch has the others. */
const OF_REQUEST = new Set(['type', 'title', 'status', 'detail', 'instance', 'request_id']);

let w: TestEnv;
let other: TestApp;
beforeAll(async () => {
  w = await TestEnv.start();
  other = await w.another();
});
afterAll(() => w.close());

const record = (user_id: string, more: Json = {}): Json => ({
  user_id,
  amount: '1',
  service: 'tts',
  idempotency_key: randomUUID(),
  ...more,
});
const batch = async (records: unknown, token = w.service): Promise<Json[]> =>
  (await w.done(PATH, records as object, { token })) as unknown as Json[];
const outcomes = (results: Json[]): unknown[] => results.map(({ index, status, code }) => [index, status, code]);
const charges = async (user_id: string): Promise<Json[]> =>
  (await w.ledger(user_id)).filter((line) => line.transaction_type === 'usage');

describe('a batch of charges', () => {
  it('books each record, with its details, and answers in the order of the request', async () => {
    const [a, b] = [await w.user('10'), await w.user('10')];
    const first = record(a, { amount: '1.5', model: 'm', metadata: { job: 1 } });
    const results = await batch([
      first,
      record(b, { amount: '2', cost_breakdown: { provider_cost: '1.8', markup: '0.2' } }),
      record(a, { amount: 0.5 }),
    ]);
    const [[line, last], [of_b]] = [await charges(a), await charges(b)];
    expect(results).toEqual([
      { index: 0, status: 'charged', transaction_id: line!.id, amount: '-1.500000', balance_after: '8.500000' },
      { index: 1, status: 'charged', transaction_id: of_b!.id, amount: '-2.000000', balance_after: '8.000000' },
      { index: 2, status: 'charged', transaction_id: last!.id, amount: '-0.500000', balance_after: '8.000000' },
    ]);
    expect(line).toMatchObject({ model: 'm', metadata: { job: 1 }, description: 'tts: m', actor: 'a-service' });
    expect(of_b).toMatchObject({
      cost_breakdown: { provider_cost: '1.800000', markup: '0.200000', total: '2.000000' },
    });
    await w.verify(a);
  });

  it('can be an object with the records, or empty', async () => {
    const user_id = await w.user();
    expect(await batch({ records: [record(user_id)] })).toMatchObject([{ status: 'charged' }]);
    expect(await batch([])).toEqual([]);
  });

  it('creates the accounts of new users, once each', async () => {
    const [a, b] = [randomUUID(), randomUUID()];
    const results = await batch([record(a), record(b), record(a, { amount: '6' }), record(b)]);
    expect(outcomes(results)).toEqual([
      [0, 'charged', undefined],
      [1, 'charged', undefined],
      [2, 'error', 'insufficient_credits'],
      [3, 'charged', undefined],
    ]);
    expect(await w.balance(a)).toMatchObject({ balance: '4.000000' });
    expect(await w.balance(b)).toMatchObject({ balance: '3.000000' });
  });

  it('books the records of one account in order, so that an affordable one follows a refused one', async () => {
    const [user_id, rich] = [await w.user('5'), await w.user('100')];
    const amounts = ['2', '4', '2', '1.5', '1', '0.0000000001'];
    const results = await batch(amounts.flatMap((amount) => [record(user_id, { amount }), record(rich, { amount })]));
    const own = results.filter((_, i) => i % 2 === 0);
    expect(own.map(({ status, balance_after, available }) => [status, balance_after ?? available])).toEqual([
      ['charged', '3.000000'],
      ['error', '3.000000'],
      ['charged', '1.000000'],
      ['error', '1.000000'],
      ['charged', '0.000000'],
      ['error', '0.000000'],
    ]);
    expect((await charges(user_id)).map(({ id }) => id)).toEqual(
      own.flatMap(({ transaction_id }) => transaction_id ?? []),
    );
    expect(results.filter((_, i) => i % 2 === 1).every(({ status }) => status === 'charged')).toBe(true);
    await w.verify(user_id);
  });

  it('of a thousand records is booked in one or two transactions, and is charged once when it is repeated', async () => {
    const users = await concurrently(50, () => w.user('100'));
    const records = Array.from({ length: 1000 }, (_, i) => record(users[i % 50]!, { amount: '0.01' }));
    const first = await batch(records);
    expect(new Set(first.map(({ status }) => status))).toEqual(new Set(['charged']));
    expect(first.map(({ index }) => index)).toEqual(records.map((_, i) => i));
    const again = await batch(records);
    expect(again).toEqual(first.map((result) => ({ ...result, status: 'duplicate' })));
    const [sum] = await w.sql(
      `SELECT count(*)::int AS lines, sum(amount)::text AS sum, count(DISTINCT xmin::text) <= 2 AS few_transactions
       FROM credit_transactions
       WHERE user_id = ANY ($1) AND transaction_type = 'usage'`,
      [users],
    );
    expect(sum).toEqual({ lines: 1000, sum: '-10.0000000000', few_transactions: true });
    for (const user_id of users.slice(0, 5)) await w.verify(user_id);
    await expectCleanBooks(w);
  });

  it('sent five times concurrently to two services is charged once, and all receive the outcome', async () => {
    const users = await concurrently(20, () => w.user('100'));
    const records = Array.from({ length: 200 }, (_, i) => record(users[i % 20]!));
    const answers = await concurrently(5, (i) =>
      (i % 2 ? w.t : other).call(PATH, { method: 'POST', token: w.service, body: records }),
    );
    expect(statuses(answers)).toEqual({ 200: 5 });
    const lists = answers.map(({ body }) => body as Json[]);
    for (const [i] of records.entries()) {
      const ends = lists.map((list) => list[i]!);
      expect(ends.filter(({ status }) => status === 'charged')).toHaveLength(1);
      expect(ends.filter(({ status }) => status === 'duplicate')).toHaveLength(4);
      const told = ends.map(
        ({ transaction_id, balance_after }) => `${String(transaction_id)} ${String(balance_after)}`,
      );
      expect(new Set(told).size).toBe(1);
    }
    for (const user_id of users) expect(await w.balance(user_id)).toMatchObject({ balance: '90.000000' });
    await expectCleanBooks(w);
  });

  it('of which a part was charged before charges the rest', async () => {
    const users = await concurrently(8, () => w.user('10'));
    const records = users.flatMap((user_id) => [record(user_id), record(user_id)]);
    const first = await batch(records.slice(3, 9));
    const all = await batch(records);
    expect(all.map(({ status }) => status)).toEqual(records.map((_, i) => (i >= 3 && i < 9 ? 'duplicate' : 'charged')));
    expect(all.slice(3, 9).map(({ transaction_id }) => transaction_id)).toEqual(
      first.map(({ transaction_id }) => transaction_id),
    );
    for (const user_id of users) expect(await w.balance(user_id)).toMatchObject({ balance: '8.000000' });
  });
});

describe('the key of a record', () => {
  it('twice in one batch charges once; with another body it is a conflict', async () => {
    const user_id = await w.user('10');
    const one = record(user_id);
    const results = await batch([one, one, { ...one, amount: '2' }, record(user_id), { ...one, amount: '1.0' }]);
    expect(outcomes(results)).toEqual([
      [0, 'charged', undefined],
      [1, 'duplicate', undefined],
      [2, 'error', 'idempotency_conflict'],
      [3, 'charged', undefined],
      [4, 'duplicate', undefined],
    ]);
    expect(results[1]).toEqual({ ...results[0], index: 1, status: 'duplicate' });
    expect(await charges(user_id)).toHaveLength(2);
    await w.verify(user_id);
  });

  it('is the key of a single charge as well', async () => {
    const user_id = await w.user('10');
    const { idempotency_key: key, ...body } = record(user_id, { metadata: { a: 1 } }) as Json & {
      idempotency_key: string;
    };
    const single = await w.post('credits/deduct', body, { key, token: w.service });
    const { transaction_id, amount, balance_after } = single.body;
    expect(await batch([{ ...body, idempotency_key: key }])).toEqual([
      { index: 0, status: 'duplicate', transaction_id, amount, balance_after },
    ]);
    const later = record(user_id) as Json & { idempotency_key: string };
    const [result] = await batch([later]);
    const { idempotency_key, ...same } = later;
    const repeated = await w.post('credits/deduct', same, { key: idempotency_key, token: w.service });
    expect(repeated.headers['idempotency-hit']).toBe('true');
    expect(repeated.body.transaction_id).toBe(result!.transaction_id);
  });

  it('belongs to its account, and a refusal leaves it unused', async () => {
    const [a, b] = [await w.user('10'), await w.user('1')];
    const records = [record(a, { amount: '3' }), record(b, { amount: '3' })];
    for (const one of records) one.idempotency_key = 'shared';
    expect(outcomes(await batch(records))).toEqual([
      [0, 'charged', undefined],
      [1, 'error', 'insufficient_credits'],
    ]);
    await w.bonus(b, '5');
    expect(outcomes(await batch(records))).toEqual([
      [0, 'duplicate', undefined],
      [1, 'charged', undefined],
    ]);
  });

  it('is required, and the header does not replace it', async () => {
    const user_id = await w.user('10');
    const { idempotency_key: _, ...unnamed } = record(user_id);
    const keys = [undefined, null, '', 'a b', 'x'.repeat(256), 7];
    const records = keys.map((key) => (key === undefined ? unnamed : { ...unnamed, idempotency_key: key }));
    const answer = await w.post(PATH, [...records, record(user_id)], { key: 'of-the-request', token: w.service });
    const results = answer.body as unknown as Json[];
    for (const [index] of keys.entries()) {
      expect(results[index]).toEqual({
        index,
        status: 'error',
        code: 'invalid_request',
        error: 'idempotency_key: must have 1 to 255 visible ASCII characters',
        errors: [{ field: 'idempotency_key', message: 'must have 1 to 255 visible ASCII characters' }],
      });
    }
    expect(results.at(-1)).toMatchObject({ status: 'charged' });
    expect(await w.balance(user_id)).toMatchObject({ balance: '9.000000' });
  });
});

describe('a refused record', () => {
  const cases: Record<string, () => Promise<Json>> = {
    insufficient_credits: async () => record(await w.user('1'), { amount: '2.5' }),
    credits_on_hold: async () => {
      const user_id = await w.user('5');
      await w.hold(user_id, '4');
      return record(user_id, { amount: '2' });
    },
    monthly_cap_exceeded: async () => {
      const user_id = await w.user('5');
      await w.done('credits/cap', { user_id, monthly_cap: '1' });
      return record(user_id, { amount: '2' });
    },
    account_suspended: async () => {
      const user_id = await w.user('5');
      await w.done(`admin/accounts/${user_id}/suspend`, { reason: 'r' });
      return record(user_id);
    },
    account_closed: async () => {
      const user_id = await w.user('5');
      await w.done(`admin/accounts/${user_id}/move`, { to: `${user_id}-moved` });
      return record(user_id);
    },
    budget_exceeded: async () => {
      const user_id = await w.user('5');
      const { id } = await w.done('budgets', { user_id, limit: '0.5', window: 'month', scope: { service: 'tts' } });
      await w.done('budgets', { user_id, limit: '0.9', window: 'month' });
      return record(user_id, { metadata: { tightest: id } });
    },
    idempotency_conflict: async () => {
      const one = record(await w.user('5'));
      await batch([one]);
      return { ...one, amount: '2' };
    },
    invalid_request: async () => record(await w.user('5'), { amount: '-1', service: 7, colour: 'red' }),
  };

  it.each(Object.entries(cases))('has the members that the single charge has: %s', async (code, prepare) => {
    const refused = await prepare();
    const { idempotency_key: key, ...body } = refused as Json & { idempotency_key: string };
    const single = await w.post('credits/deduct', body, { key, token: w.service });
    const { detail } = single.body;
    const particulars = Object.entries(single.body).filter(([name]) => !OF_REQUEST.has(name));
    expect(single.body.code).toBe(code);
    expect(single.body.budget_id).toBe((refused.metadata as Json | undefined)?.tightest);

    const fine = record(await w.user('5'));
    const results = await batch([record(fine.user_id as string), refused, fine]);
    expect(results[1]).toEqual({ index: 1, status: 'error', error: detail, ...Object.fromEntries(particulars) });
    expect(outcomes(results)).toEqual([
      [0, 'charged', undefined],
      [1, 'error', code],
      [2, 'charged', undefined],
    ]);
  });

  it('among others of its account undoes none of them, and is audited', async () => {
    const user_id = await w.user('5');
    const results = await batch([
      record(user_id),
      record(user_id, { amount: '50' }),
      null,
      'text',
      [],
      record(user_id, { user_id: '' }),
      record(user_id),
    ]);
    expect(results.map(({ code }) => code ?? null)).toEqual([
      null,
      'insufficient_credits',
      'invalid_request',
      'invalid_request',
      'invalid_request',
      'invalid_request',
      null,
    ]);
    expect(await w.audit(user_id, 'credit.deduct_failed')).toHaveLength(1);
    expect(await w.balance(user_id)).toMatchObject({ balance: '3.000000' });
    await w.verify(user_id);
  });
});

describe('a batch as a whole', () => {
  it.each([
    ['an object without records', {}, 'records'],
    ['records that are no list', { records: 'all' }, 'records'],
    ['a thousand and one records', Array.from({ length: 1001 }, () => ({})), 'records'],
  ])('is refused when it is %s', async (_, body, field) => {
    const answer = await w.post(PATH, body);
    expect(answer).toMatchObject({ status: 422, body: { code: 'invalid_request', errors: [{ field }] } });
  });

  it('is refused when the caller is a user', async () => {
    const user_id = await w.user();
    const refused = await w.post(PATH, [record(user_id)], { token: await w.as(user_id) });
    expect(refused).toMatchObject({ status: 403, body: { code: 'forbidden' } });
    expect(await charges(user_id)).toEqual([]);
  });
});
