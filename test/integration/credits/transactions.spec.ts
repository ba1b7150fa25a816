import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { TestEnv, type Json, type ListAnswer } from '../../support/factories.js';

let w: TestEnv;
beforeAll(async () => {
  w = await TestEnv.start();
});
afterAll(() => w.close());

const list = (query: Record<string, string>): Promise<ListAnswer> => w.list('credits/transactions', query);

/** A user with lines of several types, services and models. */
async function busyUser(): Promise<string> {
  const user_id = await w.user('100');
  await w.deduct(user_id, '1', { service: 'openrouter', model: 'openai/gpt-4o-mini' });
  await w.deduct(user_id, '2', { service: 'tts', model: '100%_sure' });
  await w.deduct(user_id, '3', { service: 'stt', model: '100 percent' });
  await w.done('credits/refund', { user_id, amount: 1, reason: 'Sorry' });
  await w.done('credits/allocate', { user_id, amount: 4, source: 'purchase' });
  return user_id;
}

describe('the list of transactions', () => {
  it('is sorted newest first, and each line has the documented fields', async () => {
    const user_id = await busyUser();
    const { status, body, headers } = await list({ user_id });
    expect(status).toBe(200);
    expect(body.map((line) => line.amount)).toEqual([
      '4.000000',
      '1.000000',
      '-3.000000',
      '-2.000000',
      '-1.000000',
      '95.000000',
      '5.000000',
    ]);
    for (const line of body) {
      expect(Object.keys(line).toSorted()).toEqual([
        'amount',
        'api_key_id',
        'balance_after',
        'cost_breakdown',
        'created_at',
        'description',
        'id',
        'member_id',
        'metadata',
        'model',
        'service',
        'tags',
        'transaction_type',
        'user_id',
      ]);
    }
    expect(headers['x-next-cursor']).toBeUndefined();
    expect(headers['link']).toBeUndefined();
    expect(headers['x-total-count']).toBeUndefined();
  });

  it.each<[Record<string, string>, number[]]>([
    [{ transaction_type: 'usage' }, [-3, -2, -1]],
    [{ type: 'usage' }, [-3, -2, -1]],
    [{ type: 'purchase' }, [4, 5]],
    [{ type: 'adjustment' }, []],
    [{ service: 'tts' }, [-2]],
    [{ service: 'nothing' }, []],
    [{ search: '%' }, [-2]],
    [{ search: '0_' }, []],
    [{ search: '%_' }, [-2]],
    [{ search: '100' }, [-3, -2]],
    [{ search: 'GPT-4O' }, [-1]],
    [{ search: 'sorry' }, [1]],
    [{ search: '\\' }, []],
    [{ search: "'" }, []],
    [{ search: 'tts', type: 'refund' }, []],
    [{ service: 'openrouter', type: 'usage', search: 'mini' }, [-1]],
  ])('filtered by %j contains only the matching lines', async (filter, amounts) => {
    const user_id = await busyUser();
    const { body, headers } = await list({ user_id, ...filter, count: 'true' });
    expect(body.map((line) => Number(line.amount))).toEqual(amounts);
    expect(headers['x-total-count']).toBe(String(amounts.length));
  });

  it('accepts bounds as whole UTC days or as timestamps', async () => {
    const user_id = await w.user('5');
    const at = ['2027-01-30T23:59:59.999Z', '2027-01-31T00:00:00Z', '2027-01-31T23:59:59.999Z', '2027-02-01T00:00:00Z'];
    for (const [i, instant] of at.entries()) {
      await w.sql(
        `INSERT INTO credit_transactions (id, user_id, amount, balance_after, transaction_type, metadata, actor, created_at)
         VALUES (tollgate_uuid7($2::timestamptz, $3), $1, $3 + 1, 0, 'bonus', '{}', 'x', $2)`,
        [user_id, instant, i],
      );
    }
    const found = async (query: Record<string, string>) =>
      (await list({ user_id, type: 'bonus', ...query })).body.map((line) => Number(line.amount));
    expect(await found({ date_from: '2027-01-31', date_to: '2027-01-31' })).toEqual([3, 2]);
    expect(await found({ date_from: '2027-01-31' })).toEqual([4, 3, 2]);
    expect(await found({ date_to: '2027-01-30' })).toEqual([1]);
    expect(await found({ date_from: '2027-01-31T00:00:00Z', date_to: '2027-02-01T00:00:00Z' })).toEqual([3, 2]);
    expect(await found({ date_from: '2027-02-01T01:00:00+01:00' })).toEqual([4]);
    expect(await found({ date_from: '2027-02-02', date_to: '2027-01-01' })).toEqual([]);
  });

  it.each<[string, string]>([
    ['limit', '0'],
    ['limit', '501'],
    ['limit', '-1'],
    ['limit', 'x'],
    ['limit', '1.5'],
    ['limit', ''],
    ['offset', '-1'],
    ['offset', 'x'],
    ['type', 'charge'],
    ['transaction_type', ''],
    ['date_from', 'yesterday'],
    ['date_from', '2027-02-30'],
    ['cursor', 'x'],
    ['cursor', ''],
    ['cursor', 'MTc5NTIyMjgxMDA4Ni54'],
    ['count', 'yes'],
    ['search', 'x'.repeat(201)],
    ['search', 'a\u0000b'],
    ['service', 'x'.repeat(65)],
    ['include', 'all'],
  ])('refuses %s=%j with the name of the parameter', async (field, value) => {
    const { status, body } = (await list({ [field]: value })) as unknown as { status: number; body: Json };
    expect([status, body.code, (body.errors as { field: string }[])[0]?.field]).toEqual([
      422,
      'invalid_request',
      field,
    ]);
  });

  it('refuses a repeated parameter', async () => {
    for (const query of ['limit=1&limit=2', 'search=a&search=b', 'type=usage&type=bonus', 'user_id=a&user_id=b']) {
      expect((await w.t.call(`credits/transactions?${query}`, { token: w.admin })).status).toBe(422);
    }
  });

  it('has 50 lines by default, and up to 500', async () => {
    const user_id = await w.user('5');
    await Promise.all(Array.from({ length: 510 }, () => w.deduct(user_id, '0.001')));
    expect((await list({ user_id })).body).toHaveLength(50);
    expect((await list({ user_id, limit: '500' })).body).toHaveLength(500);
    const { body } = await w.get('credits/balance', { user_id, include_history: 'true', limit: '3' });
    expect(body.transactions).toEqual((await list({ user_id, limit: '3' })).body);
    expect((await w.get('credits/balance', { user_id })).body.transactions).toBeUndefined();
  });
});

describe('paging', () => {
  async function walk(start: string, onPage: () => Promise<unknown>): Promise<Json[]> {
    const seen: Json[] = [];
    for (let url: string | undefined = start; url !== undefined;) {
      const answer = (await w.t.call(url, { token: w.admin })) as ListAnswer;
      expect(answer.status).toBe(200);
      seen.push(...answer.body);
      const link: string | undefined = answer.headers['link'];
      url = link === undefined ? undefined : /^<([^>]+)>; rel="next"$/.exec(link)?.[1];
      expect(link === undefined).toBe(answer.headers['x-next-cursor'] === undefined);
      await onPage();
    }
    return seen;
  }

  it('by cursor returns every line once, also those of one instant, while new ones are added', async () => {
    const user_id = await w.user('100');
    for (let i = 0; i < 5; i += 1) await Promise.all(Array.from({ length: 9 }, () => w.deduct(user_id, '0.1')));
    const before = (await w.ledger(user_id)).map((line) => line.id as string).toReversed();
    const seen = await walk(`/api/v1/credits/transactions?user_id=${user_id}&limit=4`, () => w.deduct(user_id, '0.01'));
    expect(seen.map((line) => line.id)).toEqual(before);
  });

  it('by cursor applies the filters', async () => {
    const user_id = await busyUser();
    const seen = await walk(
      `/api/v1/credits/transactions?user_id=${user_id}&limit=1&type=usage&search=100`,
      async () => undefined,
    );
    expect(seen.map((line) => line.amount)).toEqual(['-3.000000', '-2.000000']);
  });

  it('by cursor is correct when all lines have the same timestamp', async () => {
    const user_id = await w.user('5');
    await w.sql(
      `INSERT INTO credit_transactions (id, user_id, amount, balance_after, transaction_type, metadata, actor, created_at)
       SELECT gen_random_uuid(), $1, n, 0, 'bonus', '{}', 'x', '2027-01-01T00:00:00Z' FROM generate_series(1, 25) n`,
      [user_id],
    );
    const seen = await walk(
      `/api/v1/credits/transactions?user_id=${user_id}&limit=3&type=bonus`,
      async () => undefined,
    );
    expect(seen.map((line) => Number(line.amount)).toSorted((a, b) => a - b)).toEqual(
      Array.from({ length: 25 }, (_, i) => i + 1),
    );
  });

  it('by offset returns every line once', async () => {
    const user_id = await busyUser();
    const pages = [];
    for (let offset = 0; offset < 8; offset += 2)
      pages.push(...(await list({ user_id, limit: '2', offset: String(offset) })).body);
    expect(pages.map((line) => line.id)).toEqual((await list({ user_id })).body.map((line) => line.id));
  });

  it('does not return lines of another user for a cursor of this one', async () => {
    const [user_id, other] = [await busyUser(), await busyUser()];
    const { headers } = await list({ user_id, limit: '1' });
    const { body } = await list({ user_id: other, cursor: headers['x-next-cursor']! });
    for (const line of body) expect(line.user_id).toBe(other);
  });
});

describe('a receipt', () => {
  it('explains an amount', async () => {
    const user_id = await w.user('10');
    const id = await w.hold(user_id, '4', { service: 'openrouter', model: 'x/y' });
    await w.done(`credits/holds/${id}/capture`, { amount: '2.5' });
    const [line] = (await list({ user_id, limit: '1' })).body;
    const { status, body } = await w.get(`credits/transactions/${String(line?.id)}/receipt`, { user_id }, w.service);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      ...line,
      balance_before: '10.000000',
      hold_id: id,
      refund_of: null,
      refunds: [],
      refundable: '2.500000',
    });
    expect(body.explanation).toEqual(
      expect.arrayContaining([expect.stringContaining('2.500000 credits were charged')]),
    );
  });
});
