import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DAY_MS } from '../../../src/platform/values/calendar.js';
import { concurrently, type Json, statuses, TestEnv } from '../../support/factories.js';

describe('tracking', () => {
  let w: TestEnv;
  beforeAll(async () => {
    w = await TestEnv.start();
  });
  afterAll(() => w.close());

  const track = (body: object, options: object = {}) => w.post('credits/usage/track', body, options);
  const events = (user_id: string): Promise<Json[]> =>
    w.sql('SELECT * FROM usage_events WHERE user_id = $1 ORDER BY id', [user_id]);

  it('records work and charges nothing, unless asked to', async () => {
    const user_id = await w.user();
    const body = { user_id, service: 'tts', cost: '0.25', request_id: 'a', session_id: 's', duration_seconds: 1.5 };
    const answer = await track(body);
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({
      id: expect.any(String),
      user_id,
      service: 'tts',
      model: null,
      tokens_used: 0,
      provider_cost: expect.any(String),
      platform_markup: expect.any(String),
      total_cost: '0.250000',
      is_free_tier: false,
      is_rated: true,
      transaction_id: null,
      created_at: expect.any(String),
    });
    expect((await w.balance(user_id)).balance).toBe('5.000000');
    const [event] = await events(user_id);
    expect(event).toMatchObject({ source: 'api', request_id: 'a', session_id: 's', duration_seconds: '1.5000000000' });
    expect((event as { occurred_at: Date }).occurred_at).toEqual((event as { created_at: Date }).created_at);
  });

  it('shows the whole event to its user, and to no other user', async () => {
    const user_id = await w.user();
    const metadata = { note: 'x' };
    const pools = { input_tokens: 10, output_tokens: 5, cache_read_tokens: 3 };
    const { body } = await track({
      user_id,
      service: 'openrouter',
      model: 'm',
      cost: 0.1,
      tokens: 20,
      metadata,
      ...pools,
    });
    const seen = await w.get(`credits/usage/events/${body.id as string}`, {}, await w.as(user_id));
    expect(seen.body).toMatchObject({ ...pools, tokens_used: 20, metadata, request_id: body.id, succeeded: true });
    expect(seen.body).not.toHaveProperty('recorded_xid');
    const other = await w.get(`credits/usage/events/${body.id as string}`, {}, await w.as('somebody-else'));
    expect(other.status).toBe(404);
  });

  it('creates the account of a new user', async () => {
    const user_id = `new-${String(Math.random())}`;
    expect((await track({ user_id, service: 'tts', cost: 0 })).status).toBe(200);
    expect(await w.ledger(user_id)).toHaveLength(1);
  });

  it('records one event of many concurrent ones with the same name, with and without a charge', async () => {
    for (const more of [{}, { charge: true }, { settle: true }]) {
      const user_id = await w.user();
      const answers = await concurrently(20, () =>
        track({ user_id, service: 'tts', cost: 1, request_id: 'same', ...more }),
      );
      expect(statuses(answers)).toEqual({ 200: 20 });
      expect(new Set(answers.map(({ body }) => JSON.stringify(body))).size).toBe(1);
      expect(answers.filter(({ headers }) => headers['idempotency-hit'] === 'true')).toHaveLength(19);
      expect(await events(user_id)).toHaveLength(1);
      expect((await w.balance(user_id)).balance).toBe('charge' in more || 'settle' in more ? '4.000000' : '5.000000');
      await w.verify(user_id);
    }
  });

  it.each([
    ['tokens below the sum of the pools', { tokens: 10, input_tokens: 9, cache_read_tokens: 2 }, 'tokens'],
    ['more tokens than can be counted', { input_tokens: 2_000_000_000, output_tokens: 2_000_000_000 }, 'tokens'],
    ['negative tokens', { input_tokens: -1 }, 'input_tokens'],
    ['a quantity without a unit', { quantity: 3 }, 'unit'],
    ['a unit without a quantity', { unit: 'second' }, 'quantity'],
    ['free work that costs something', { is_free: true, cost: '1' }, 'is_free'],
    ['an hour ahead', { occurred_at: new Date(Date.now() + 3_600_000).toISOString() }, 'occurred_at'],
    ['35 days back', { occurred_at: new Date(Date.now() - 35 * DAY_MS).toISOString() }, 'occurred_at'],
    ['an instant that is none', { occurred_at: 'noon' }, 'occurred_at'],
    ['an empty request_id', { request_id: '' }, 'request_id'],
    ['a negative cost', { cost: -1 }, 'cost'],
  ])('refuses %s', async (_, more, field) => {
    const answer = await track({ user_id: 'nobody', service: 'tts', ...more });
    expect(answer.status).toBe(422);
    expect(answer.body.errors).toEqual([{ field, message: expect.any(String) }]);
  });

  it('accepts late events and counts them on the day of the work', async () => {
    const user_id = await w.user();
    const late = new Date(Date.now() - 33 * DAY_MS).toISOString();
    const ahead = new Date(Date.now() + 200_000).toISOString();
    for (const occurred_at of [late, ahead]) {
      for (const charge of [false, true])
        await w.done('credits/usage/track', { user_id, service: 'tts', cost: 0.1, charge, occurred_at });
    }
    const days = (await events(user_id)).map(({ occurred_at }) => (occurred_at as Date).toISOString());
    expect(days).toEqual([late, late, ahead, ahead]);
  });

  describe('by a user', () => {
    it("is possible only for the user's account", async () => {
      const [user_id, other] = [await w.user(), await w.user()];
      const token = await w.as(user_id);
      expect((await track({ service: 'tts' }, { token })).body).toMatchObject({ user_id });
      expect((await track({ service: 'tts', user_id: other }, { token })).status).toBe(403);
    });

    it.each([{ cost: 0 }, { cost: '3' }, { is_free: true }, { billable: false }, { settle: true }])(
      'cannot set the fields of services: %j',
      async (more) => {
        const user_id = await w.user();
        const answer = await track({ service: 'tts', ...more }, { token: await w.as(user_id) });
        expect(answer.status).toBe(403);
        expect(answer.body.detail).toContain(Object.keys(more)[0]);
        expect(await events(user_id)).toEqual([]);
      },
    );

    it('never uses the name of work that a system will charge', async () => {
      const user_id = await w.user();
      await track({ service: 'tts', request_id: 'r' }, { token: await w.as(user_id) });
      await w.done('credits/usage/track', { user_id, service: 'tts', cost: 1, charge: true, request_id: 'r' });
      expect((await w.balance(user_id)).balance).toBe('4.000000');
    });
  });
});

describe('tracking a batch', () => {
  let w: TestEnv;
  beforeAll(async () => {
    w = await TestEnv.start();
  });
  afterAll(() => w.close());

  const batch = async (records: unknown): Promise<Json[]> =>
    (await w.done('credits/usage/track/batch', records as object)) as unknown as Json[];

  it('records the valid records and reports the errors of the invalid ones', async () => {
    const user_id = await w.user('1');
    const fresh = `new-${String(Math.random())}`;
    const good = { user_id, service: 'tts', cost: '0.1' };
    const results = await batch([
      { ...good, request_id: 'a', charge: true },
      { ...good, request_id: 'a', charge: true },
      { ...good, request_id: 'b', cost: 'much' },
      'nonsense',
      null,
      { ...good, request_id: 'c', charge: true, cost: '5' },
      { ...good, request_id: 'd', settle: true, cost: '5' },
      { ...good, request_id: 'e' },
      { ...good, user_id: fresh, request_id: 'f', charge: true },
      { ...good, user_id: fresh, request_id: 'g' },
      { service: 'tts', request_id: 'h' },
    ]);
    expect(results.map(({ index, status, code }) => [index, status, code])).toEqual([
      [0, 'recorded', undefined],
      [1, 'duplicate', undefined],
      [2, 'error', 'invalid_request'],
      [3, 'error', 'invalid_request'],
      [4, 'error', 'invalid_request'],
      [5, 'error', 'insufficient_credits'],
      [6, 'recorded', undefined],
      [7, 'recorded', undefined],
      [8, 'recorded', undefined],
      [9, 'recorded', undefined],
      [10, 'error', 'invalid_request'],
    ]);
    expect(results[0]!.id).toBe(results[1]!.id);
    expect(results[2]!.error).toContain('cost');
    expect(await w.balance(user_id)).toMatchObject({ balance: '0.000000', debt: '4.100000' });
    expect(await w.balance(fresh)).toMatchObject({ balance: '4.900000' });
    await w.verify(user_id);
  });

  it('of a thousand is accepted, and can be repeated without an effect', async () => {
    const users = await concurrently(20, () => w.user('100'));
    const records = Array.from({ length: 1000 }, (_, i) => ({
      user_id: users[i % users.length],
      request_id: `r${i}`,
      service: 'tts',
      cost: '0.01',
      ...(i % 4 === 0 ? {} : { charge: true }),
    }));
    const first = await batch({ records });
    expect(new Set(first.map(({ status }) => status))).toEqual(new Set(['recorded']));
    const again = await batch(records);
    expect(new Set(again.map(({ status }) => status))).toEqual(new Set(['duplicate']));
    expect(again.map(({ id }) => id)).toEqual(first.map(({ id }) => id));
    const [sum] = await w.sql(
      `SELECT count(*)::int AS lines, (-sum(amount))::text AS charged FROM credit_transactions
      WHERE service = 'tts' AND transaction_type = 'usage' AND user_id = ANY ($1)`,
      [users],
    );
    expect(sum).toEqual({ lines: 750, charged: '7.5000000000' });
    for (const user_id of users) await w.verify(user_id);
  });

  it('can be larger than other bodies', async () => {
    const user_id = await w.user();
    const metadata = { note: 'x'.repeat(10_000) };
    const record = (i: number) => ({ user_id, service: 'tts', request_id: `large-${i}`, metadata });
    const results = await batch(Array.from({ length: 300 }, (_, i) => record(i)));
    expect(results.filter(({ status }) => status === 'recorded')).toHaveLength(300);
  });

  it('that is too long, or not a list, is refused', async () => {
    const many = Array.from({ length: 1001 }, () => ({}));
    for (const body of [many, { records: many }, { records: 7 }, {}]) {
      expect((await w.post('credits/usage/track/batch', body)).status).toBe(422);
    }
    const token = await w.as('somebody');
    expect((await w.post('credits/usage/track/batch', [], { token })).status).toBe(403);
    expect(await batch([])).toEqual([]);
  });
});
