import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { type Json, type JsonAnswer, TestEnv } from '../../support/factories.js';

const DAY_MS = 24 * 60 * 60 * 1000;
const DAY_LIMIT = 100;
const MODEL = 'a-maker/a-model';

let w: TestEnv;
beforeAll(async () => {
  w = await TestEnv.start();
  await w.done('pricing/models', { model: MODEL, input_per_million: '2', output_per_million: '4' });
});
afterAll(() => w.close());

const daysAgo = (days: number): string => new Date(Date.now() - days * DAY_MS).toISOString();
const call = (user_id: string, more: object = {}): Promise<JsonAnswer> =>
  w.post('credits/usage/track', { user_id, service: 'tts', cost: '0.01', charge: true, ...more });
const current = async (user_id: string): Promise<Json> => (await w.get('usage/current', { user_id })).body;
const fillDay = (user_id: string): Promise<unknown> =>
  w.sql(
    `UPDATE user_credits SET calls_today = calls_per_day, free_calls_today = free_calls_per_day,
       calls_reset_at = date_trunc('day', now(), 'UTC') + interval '1 day' WHERE user_id = $1`,
    [user_id],
  );

describe('late work', () => {
  it("does not use today's calls, and is not refused when they are used up", async () => {
    const user_id = await w.user();
    for (const settle of [false, true]) await call(user_id, { occurred_at: daysAgo(1), settle });
    await call(user_id, { occurred_at: new Date().toISOString() });
    await call(user_id);
    expect(await current(user_id)).toMatchObject({ calls_today: 2, calls_this_period: 4 });
    await fillDay(user_id);
    expect((await call(user_id)).body.code).toBe('call_limit_exceeded');
    expect((await call(user_id, { occurred_at: daysAgo(1) })).status).toBe(200);
    expect(await current(user_id)).toMatchObject({ calls_today: DAY_LIMIT, calls_this_period: 5 });
    expect((await w.balance(user_id)).balance).toBe('4.950000');
    await w.verify(user_id);
  });

  it("does not use today's free calls", async () => {
    const user_id = await w.user();
    const free = { cost: undefined, model: `${MODEL}:free`, input_tokens: 1_000_000 };
    await fillDay(user_id);
    expect((await call(user_id, free)).body.code).toBe('free_call_limit_exceeded');
    expect((await call(user_id, { ...free, occurred_at: daysAgo(1) })).status).toBe(200);
    expect((await current(user_id)).free_calls_today).toBe(50);
  });

  it('is treated the same in batches and as CloudEvents, next to any other records', async () => {
    const user_id = await w.user();
    const record = (request_id: string, occurred_at: string): object => ({
      user_id,
      service: 'tts',
      cost: '0.01',
      settle: true,
      request_id,
      occurred_at,
    });
    const now = new Date().toISOString();
    await w.post('credits/usage/track/batch', [record('a', now), record('b', daysAgo(2)), record('c', now)]);
    const event = {
      specversion: '1.0',
      source: '/tts',
      type: 'tts',
      subject: user_id,
      data: { cost: '0.01', settle: true },
    };
    await w.post('credits/usage/events', [
      { ...event, id: '1', time: daysAgo(3) },
      { ...event, id: '2', time: now },
    ]);
    expect(await current(user_id)).toMatchObject({ calls_today: 3, calls_this_period: 5 });
    expect((await w.balance(user_id)).balance).toBe('4.950000');
  });

  it('of an earlier period is charged, and does not count toward the current one', async () => {
    const user_id = await w.userOf('starter');
    await w.age(user_id, 30);
    const { balance } = await w.balance(user_id);
    const { period_start } = await current(user_id);
    await w.sql('UPDATE user_credits SET calls_this_period = calls_per_month WHERE user_id = $1', [user_id]);
    expect((await call(user_id)).body.limit_source).toBe('plan');
    const free = { cost: undefined, model: `${MODEL}:free`, input_tokens: 1_000_000 };
    expect((await call(user_id, { occurred_at: daysAgo(2) })).status).toBe(200);
    expect((await call(user_id, { ...free, occurred_at: daysAgo(2) })).status).toBe(200);
    expect(await current(user_id)).toMatchObject({
      calls_this_period: 1000,
      calls_today: 0,
      used_this_period: '0.000000',
      free_tier_used: '0.000000',
      period_start,
    });
    expect(Number(balance) - Number((await w.balance(user_id)).balance)).toBeCloseTo(0.01, 9);
    await w.verify(user_id);
  });

  it('that creates the account counts toward its first period', async () => {
    const user_id = `user-${randomUUID()}`;
    expect((await call(user_id, { occurred_at: daysAgo(3) })).status).toBe(200);
    expect(await current(user_id)).toMatchObject({
      calls_today: 0,
      calls_this_period: 1,
      used_this_period: '0.010000',
    });
  });
});

describe('past usage', () => {
  const record = (user_id: string, request_id: string, more: object = {}): object => ({
    user_id,
    service: 'openrouter',
    model: MODEL,
    input_tokens: 1_000_000,
    request_id,
    ...more,
  });

  it('of any age is priced and reported on the day of the work, never charged, and counts toward no limit', async () => {
    const user_id = await w.user();
    const records = [
      record(user_id, 'old', { occurred_at: '2024-02-29T12:00:00Z', settle: true, cost: '0.5' }),
      record(user_id, 'older', { occurred_at: '2019-01-01T00:00:00Z' }),
    ];
    const path = 'credits/usage/track/batch?history=true';
    const first = (await w.post(path, records)).body as unknown as Json[];
    expect(first.map(({ status }) => status)).toEqual(['recorded', 'recorded']);
    const again = (await w.post(path, records)).body as unknown as Json[];
    expect(again.map(({ status }) => status)).toEqual(['duplicate', 'duplicate']);
    for (const isRolledUp of [false, true]) {
      if (isRolledUp) await w.rollUp();
      const daily = await w.get('credits/usage/daily', { user_id, date: '2024-02-29' });
      expect(daily.body).toMatchObject({ total_events: 1, total_cost: '0.500000' });
      expect((await w.get('credits/usage/daily', { user_id, date: '2019-01-01' })).body.total_events).toBe(1);
    }
    expect(await current(user_id)).toMatchObject({
      calls_today: 0,
      calls_this_period: 0,
      used_this_period: '0.000000',
    });
    expect((await w.balance(user_id)).balance).toBe('5.000000');
  });

  it('needs a date, and can be imported only by admins', async () => {
    const user_id = await w.user();
    const path = 'credits/usage/track/batch?history=true';
    const [undated, early] = (
      await w.post(path, [record(user_id, 'a'), record(user_id, 'b', { occurred_at: '1969-12-31T23:59:59Z' })])
    ).body as unknown as Json[];
    expect(undated).toMatchObject({ status: 'error', error: expect.stringContaining('occurred_at: must be given') });
    expect(early).toMatchObject({ status: 'error', error: expect.stringContaining('before 1970') });
    const refused = await w.post(path, [record(user_id, 'a')], { token: w.service });
    expect([refused.status, refused.body.code]).toEqual([403, 'forbidden']);
  });
});
