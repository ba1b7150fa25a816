import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { addDays, daysBetween, weekday, DAY_MS } from '../../../src/platform/values/calendar.js';
import { bucketsOf } from '../../../src/analytics/series/buckets.js';
import { amount, units } from '../../../src/platform/values/amount.js';
import { type EventSeed, type Json, TestEnv } from '../../support/factories.js';

let w: TestEnv;
beforeAll(async () => {
  w = await TestEnv.start();
});
afterAll(() => w.close());

/** Noon (UTC) some days ago: the same day in every time zone that the tests use. */
const noon = (days_ago: number): string =>
  `${new Date(Date.now() - days_ago * DAY_MS).toISOString().slice(0, 10)}T12:00:00Z`;
const dayOf = (timestamp: string): string => timestamp.slice(0, 10);

const point = async (query: Record<string, string>, date: string): Promise<Json | undefined> =>
  (await w.list('usage/trends', query)).body.find((one) => one.date === date);

const NO_USAGE = {
  sessions: 0,
  minutes: 0,
  hours: 0,
  transcriptions: 0,
  exports: 0,
  cost: 0,
  tokens: 0,
  events: 0,
  total_cost: '0.000000',
  utilization: 0,
  success_rate: 0,
  avg_duration: 0,
};

describe('an account without usage', () => {
  it('has a point of zeros for every day', async () => {
    const { status, body } = await w.list('usage/trends', { user_id: await w.user(), period: '7d' });
    expect(status).toBe(200);
    expect(body).toHaveLength(7);
    const first = body[0]?.date as string;
    expect(body).toEqual(body.map((_, n) => ({ date: addDays(first, n), ...NO_USAGE })));
  });

  it('has no history, no prediction, and one insight that says how to get started', async () => {
    const user_id = await w.user();
    expect((await w.list('usage/history', { user_id })).body).toEqual([]);
    expect((await w.get('usage/predictions', { user_id })).body).toMatchObject({
      predicted_cost: 0,
      confidence: 0,
      estimated_limit_date: null,
      current_trend: 'stable',
      interval: { low: 0, high: 0 },
    });
    const insights = await w.list('usage/insights', { user_id });
    expect(insights.body.map(({ title }) => title)).toEqual(['No usage yet']);
  });

  it('has analytics of zeros and empty lists', async () => {
    const { body } = await w.get('usage/analytics', { user_id: await w.user() });
    expect(body).toMatchObject({
      current_period: { tier: 'trial', balance: '5.000000', available: '5.000000', days_left: 30, utilization: 0 },
      summary: { total_events: 0, total_cost: '0.000000', active_days: 0, success_rate: 0, services: [] },
    });
    expect(body.trends).toHaveLength(30);
    expect(body.insights).toHaveLength(1);
  });

  it("is opened by its user's first read", async () => {
    const user_id = `user-${randomUUID()}`;
    await w.get('usage/analytics', {}, await w.as(user_id));
    expect(await w.ledger(user_id)).toHaveLength(1);
  });
});

describe('trends', () => {
  const seeds = (occurred_at: string): EventSeed[] => [
    { occurred_at, total_cost: '0.1000000001', tokens_used: 700, session_id: 'a', duration_seconds: '90' },
    { occurred_at, total_cost: '0.2', tokens_used: 300, session_id: 'a', duration_seconds: '30', succeeded: false },
    { occurred_at, service: 'stt', model: null, total_cost: '0.7', session_id: 'b' },
    { occurred_at, service: 'export', model: null, is_free_tier: true },
  ];

  it('are exact to the last decimal', async () => {
    const user_id = await w.user();
    await w.events(user_id, ...seeds(noon(3)));
    expect(await point({ user_id }, dayOf(noon(3)))).toEqual({
      date: dayOf(noon(3)),
      sessions: 2,
      minutes: 2,
      hours: 0.0333,
      transcriptions: 1,
      exports: 1,
      cost: 1.0000000001,
      tokens: 1000,
      total_cost: '1.0000000001',
      events: 4,
      utilization: 20,
      success_rate: 75,
      avg_duration: 1,
    });
    expect(await point({ user_id }, dayOf(noon(4)))).toEqual({ date: dayOf(noon(4)), ...NO_USAGE });
  });

  it('are the same whether events are rolled up, partly rolled up or not rolled up', async () => {
    const user_id = await w.user();
    await w.events(user_id, ...seeds(noon(3)), ...seeds(noon(20)));
    const ask = async (group_by: string) => (await w.list('usage/trends', { user_id, period: '3m', group_by })).body;
    const groups = ['day', 'week', 'month'];
    const raw = await Promise.all(groups.map(ask));
    await w.rollUp();
    expect(await Promise.all(groups.map(ask))).toEqual(raw);
    await w.events(user_id, { occurred_at: noon(3), session_id: 'a', total_cost: '0.0000000001' });
    const after = (await point({ user_id }, dayOf(noon(3)))) as Json;
    expect(after).toMatchObject({ sessions: 2, events: 5, total_cost: '1.0000000002' });
    expect(await point({ user_id, tz: 'Europe/Berlin' }, dayOf(noon(3)))).toEqual(after);
  });

  it('count a session of several days once per week and once per day', async () => {
    const user_id = await w.user();
    const monday = [10, 11, 12, 13, 14, 15, 16].find((n) => weekday(dayOf(noon(n))) === 0)!;
    const days = [monday, monday - 1, monday - 2].map(noon);
    await w.events(user_id, ...days.slice(0, 2).map((occurred_at) => ({ occurred_at, session_id: 'long' })));
    await w.rollUp();
    await w.events(user_id, { occurred_at: days[2]!, session_id: 'long' });
    expect(await point({ user_id, group_by: 'week' }, dayOf(days[0]!))).toMatchObject({ sessions: 1, events: 3 });
    expect(await point({ user_id }, dayOf(days[2]!))).toMatchObject({ sessions: 1, events: 1 });
  });

  it.each(['7d', '30d', '3m', '12m'] as const)('of %s contain every day, week and month', async (period) => {
    const user_id = await w.user();
    for (const group_by of ['day', 'week', 'month'] as const) {
      const { body } = await w.list('usage/trends', { user_id, period, group_by });
      const dates = body.map(({ date }) => date as string);
      expect(dates).toEqual(bucketsOf(group_by, { from: dates[0]!, until: addDays(dates.at(-1)!, 1) }));
    }
  });

  it('have the same sum for every grouping', async () => {
    const user_id = await w.user();
    const seeds = Array.from({ length: 80 }, (_, n) => ({
      occurred_at: noon(n),
      total_cost: `0.${n + 1}`,
      tokens_used: n,
    }));
    await w.events(user_id, ...seeds);
    const sumOf = async (group_by: string, tz: string) => {
      const { body } = await w.list('usage/trends', { user_id, period: '12m', group_by, tz });
      return amount(body.reduce((sum, { total_cost }) => sum + units(total_cost as string), 0n));
    };
    const expected = amount(seeds.reduce((sum, { total_cost }) => sum + units(total_cost), 0n));
    for (const tz of ['UTC', 'Asia/Kolkata']) {
      for (const group_by of ['day', 'week', 'month']) expect(await sumOf(group_by, tz)).toBe(expected);
    }
  });

  it('reject an invalid time zone', async () => {
    for (const tz of ['Mars/Olympus', '+05:30', "UTC'--"]) {
      const { status, body } = await w.get('usage/trends', { user_id: 'someone', tz });
      expect([status, body.code]).toEqual([422, 'invalid_request']);
    }
  });
});

describe('predictions and insights', () => {
  /** Marks the recorded events as charged when the work was done, with a ledger line for each. */
  const charge = (user_id: string): Promise<unknown> =>
    w.sql(
      `WITH charged AS (
         UPDATE usage_events SET transaction_id = id, created_at = occurred_at WHERE user_id = $1 RETURNING *)
       INSERT INTO credit_transactions (id, user_id, amount, balance_after, transaction_type, service, model, actor, created_at)
       SELECT id, user_id, -total_cost, 0, 'usage', service, model, 'a-test', occurred_at FROM charged`,
      [user_id],
    );

  it('show what the account spends and when its credits run out', async () => {
    const user_id = await w.user('20');
    await w.events(
      user_id,
      ...Array.from({ length: 40 }, (_, n) => ({ occurred_at: noon(n + 1), total_cost: '1', tokens_used: 100 })),
    );
    await charge(user_id);
    await w.rollUp();
    const { body } = await w.get('usage/predictions', { user_id });
    expect(body).toMatchObject({ predicted_cost: 30, predicted_tokens: 3000, confidence: 1 });
    const today = (await w.list('usage/trends', { user_id, period: '7d' })).body.at(-1)?.date as string;
    expect(daysBetween(today, body.estimated_limit_date as string)).toBe(19);
    const insights = (await w.list('usage/insights', { user_id })).body;
    expect(insights[0]).toMatchObject({ title: 'Credits run out soon', priority: 'high', action: 'upgrade' });
    expect(insights[0]?.suggestion).toContain('professional');
  });

  it('do not count work that was recorded without a charge towards the limit date', async () => {
    const user_id = await w.user('20');
    await w.events(user_id, ...Array.from({ length: 40 }, (_, n) => ({ occurred_at: noon(n + 1), total_cost: '1' })));
    const { body } = await w.get('usage/predictions', { user_id });
    expect(body).toMatchObject({ predicted_cost: 30, estimated_limit_date: null });
    await charge(user_id);
    expect((await w.get('usage/predictions', { user_id })).body.estimated_limit_date).not.toBeNull();
  });

  it('include charges without a usage event', async () => {
    const user_id = await w.user('20');
    const at = (n: number): string => `('${noon(n + 1)}'::timestamptz)`;
    await w.sql(
      `INSERT INTO credit_transactions (id, user_id, amount, balance_after, transaction_type, service, actor, created_at)
       SELECT tollgate_row_id($1, at), $1, -1.5, 0, 'usage', 'tts', 'a-test', at
       FROM (VALUES ${Array.from({ length: 40 }, (_, n) => at(n)).join(', ')}) AS days (at)`,
      [user_id],
    );
    const { body } = await w.get('usage/analytics', { user_id });
    expect(body.summary).toMatchObject({
      total_events: 0,
      total_cost: '43.500000',
      charged_without_usage: '43.500000',
    });
    const predictions = body.predictions as Json;
    expect(predictions).toMatchObject({ predicted_cost: 45, predicted_total_cost: '45.000000' });
    const { earliest, likely, latest } = predictions.run_out as Record<string, string>;
    expect([earliest, latest]).toEqual([likely, likely]);
    expect(daysBetween(dayOf(new Date().toISOString()), likely!)).toBe(13);
  });

  it('are part of the analytics, with matching trends and summary', async () => {
    const user_id = await w.user();
    await w.events(
      user_id,
      ...Array.from({ length: 20 }, (_, n) => ({ occurred_at: noon(n), total_cost: '0.01', succeeded: n % 4 !== 0 })),
      { occurred_at: noon(2), service: 'tts', model: null, total_cost: '0.5' },
      { occurred_at: noon(40), total_cost: '9' },
    );
    const { body } = await w.get('usage/analytics', { user_id });
    expect(body.summary).toMatchObject({
      total_events: 21,
      total_tokens: 0,
      total_cost: '0.700000',
      free_tier_events: 0,
      paid_tier_events: 21,
      active_days: 20,
      success_rate: 76.19,
      avg_duration: 0,
      services: [
        { service: 'tts', event_count: 1, total_tokens: 0, total_cost: '0.500000' },
        { service: 'openrouter', event_count: 20, total_tokens: 0, total_cost: '0.200000' },
      ],
    });
    const trends = body.trends as Json[];
    expect(amount(trends.reduce((sum, { total_cost }) => sum + units(total_cost as string), 0n))).toBe('0.700000');
    expect(body.predictions).toEqual((await w.get('usage/predictions', { user_id })).body);
    expect(body.insights).toEqual((await w.list('usage/insights', { user_id })).body);
  });
});

describe('access to usage', () => {
  const PATHS = [
    'usage/trends',
    'usage/history',
    'usage/predictions',
    'usage/insights',
    'usage/analytics',
    'usage/export',
  ];

  it.each(PATHS)('%s shows users only their own', async (path) => {
    const [mine, other] = [await w.user(), await w.user()];
    await w.events(other, { occurred_at: noon(1), total_cost: '0.123' });
    const token = await w.as(mine);
    expect((await w.get(path, { user_id: other }, token)).status).toBe(403);
    const { status, text } = await w.get(path, {}, token);
    expect(status).toBe(200);
    expect(text).not.toContain('0.123');
    expect((await w.t.call(path)).status).toBe(401);
  });
});
