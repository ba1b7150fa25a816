import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { amount, units } from '../../../src/platform/values/amount.js';
import { dayOf, addDays, startOfDay } from '../../../src/platform/values/calendar.js';
import type { UsageMetricsView } from '../../../src/usage/reports/reports.views.js';
import { eventually } from '../../support/eventually.js';
import { type Json, TestEnv } from '../../support/factories.js';

let w: TestEnv;
beforeAll(async () => {
  w = await TestEnv.start();
});
afterAll(() => w.close());

const someone = (): string => `user-${randomUUID()}`;

/** Rolls up all recorded events, so that reports combine the roll-up with later events. */
const rollUp = (): Promise<unknown> =>
  eventually(async () => {
    await w.rollUp();
    const [left] = await w.sql(
      `SELECT count(*)::int AS n FROM usage_events, usage_rollups WHERE name <> 'unrated_usage' AND recorded_xid >= watermark`,
    );
    return left?.n === 0;
  });

const usage = async (report: string, query: Record<string, string>): Promise<Json> =>
  (await w.get(`credits/usage/${report}`, query)).body;
const usageList = async (report: string, query: Record<string, string>): Promise<Json[]> =>
  (await w.list(`credits/usage/${report}`, query)).body;

const sum = (items: unknown[]): string =>
  amount(items.reduce<bigint>((total, item) => total + units(item as string), 0n));

describe('reports on usage', () => {
  test('are zeros and empty lists for a user without usage', async () => {
    const user_id = someone();
    const summary = await usage('summary', { user_id });
    expect(summary).toEqual({
      total_events: 0,
      total_tokens: 0,
      total_cost: '0.000000',
      free_tier_events: 0,
      paid_tier_events: 0,
      this_month: '0.000000',
      projected_month_end: '0.000000',
      services: {},
      period: expect.anything(),
      top_service: null,
      average_daily: '0.000000',
    });
    expect(await usageList('by-model', { user_id })).toEqual([]);
    expect(await usageList('by-service', { user_id })).toEqual([]);
    expect(await usage('free-tier', { user_id })).toMatchObject({
      total_free_events: 0,
      total_free_tokens: 0,
      unique_free_models: 0,
      models: [],
    });
    expect(await usage('daily', { user_id, date: '2026-02-03' })).toEqual({
      date: '2026-02-03',
      total_events: 0,
      total_tokens: 0,
      total_cost: '0.000000',
      free_events: 0,
    });
    const metrics = await usage('metrics', { user_id, range: '7d' });
    expect(metrics).toMatchObject({
      daily_trend: { values: Array<number>(7).fill(0) },
      by_service: { labels: [], values: [] },
      by_model: [],
      free_vs_paid: { free: 0, paid: 0 },
      cost_breakdown: { provider_cost: 0, markup: 0 },
    });
  });

  test('add up to the last decimal: models, services and the summary, rolled up or not', async () => {
    const user_id = someone();
    const at = '2026-06-15T12:00:00Z';
    await w.events(
      user_id,
      { occurred_at: at, total_cost: '0.0000000001', tokens_used: 100 },
      { occurred_at: at, total_cost: '1.2345678901', tokens_used: 50, model: 'b' },
      { occurred_at: at, service: 'tts', model: null, total_cost: '0.3' },
    );
    await rollUp();
    await w.events(
      user_id,
      { occurred_at: at, is_free_tier: true, tokens_used: 7, model: 'b:free' },
      { occurred_at: at, total_cost: '0.0000000002', tokens_used: 101 },
    );
    const span = { user_id, start_date: '2026-06-01', end_date: '2026-06-30' };
    const [summary, models, services] = await Promise.all([
      usage('summary', span),
      usageList('by-model', span),
      usageList('by-service', span),
    ]);
    expect(summary).toMatchObject({
      total_events: 5,
      total_tokens: 258,
      total_cost: '1.5345678904',
      free_tier_events: 1,
      paid_tier_events: 4,
      services: {
        openrouter: { event_count: 4, tokens: 258, cost: '1.2345678904' },
        tts: { event_count: 1, tokens: 0, cost: '0.300000' },
      },
      period: { start: '2026-06-01T00:00:00.000Z', end: '2026-07-01T00:00:00.000Z' },
    });
    expect(models).toMatchObject([
      {
        service: 'openrouter',
        model: 'b',
        event_count: 1,
        total_tokens: 50,
        total_cost: '1.2345678901',
        avg_tokens: 50,
        free_events: 0,
      },
      {
        service: 'tts',
        model: null,
        event_count: 1,
        total_tokens: 0,
        total_cost: '0.300000',
        avg_tokens: 0,
        free_events: 0,
      },
      {
        service: 'openrouter',
        model: 'openai/gpt-4o-mini',
        event_count: 2,
        total_tokens: 201,
        total_cost: '0.0000000003',
        avg_tokens: 100.5,
        free_events: 0,
      },
      {
        service: 'openrouter',
        model: 'b:free',
        event_count: 1,
        total_tokens: 7,
        total_cost: '0.000000',
        avg_tokens: 7,
        free_events: 1,
      },
    ]);
    expect(services).toMatchObject([
      { service: 'openrouter', event_count: 4, unique_models: 3, free_events: 1, total_cost: '1.2345678904' },
      { service: 'tts', event_count: 1, unique_models: 0, total_cost: '0.300000' },
    ]);
    expect(sum(models.map((model) => model.total_cost))).toBe(summary.total_cost);
    expect(sum(services.map((service) => service.total_cost))).toBe(summary.total_cost);
  });

  test('include exactly the requested span, at midnight or in the middle of a day', async () => {
    const user_id = someone();
    const instants = [
      '2026-03-09T23:59:59.999Z',
      '2026-03-10T00:00:00Z',
      '2026-03-10T11:59:59.999Z',
      '2026-03-10T12:00:00Z',
    ];
    await w.events(
      user_id,
      ...[...instants, '2026-03-12T23:59:59.999Z', '2026-03-13T00:00:00Z'].map((occurred_at) => ({ occurred_at })),
    );
    await rollUp();
    const counted = async (start_date: string, end_date: string): Promise<unknown> =>
      (await usage('summary', { user_id, start_date, end_date })).total_events;
    expect(await counted('2026-03-10', '2026-03-10')).toBe(3);
    expect(await counted('2026-03-10', '2026-03-12')).toBe(4);
    expect(await counted('2026-03-10T12:00:00Z', '2026-03-13T00:00:00Z')).toBe(2);
    expect(await counted('2026-03-10T12:00:00Z', '2026-03-13T00:00:00.001Z')).toBe(3);
    expect(await counted('2026-03-10T11:00:00Z', '2026-03-10T12:00:00Z')).toBe(1);
    expect(await counted('2026-03-09T23:59:59.999Z', '2026-03-10T13:00:00+01:00')).toBe(3);
  });

  test('use the days of a time zone, also with offsets of half an hour and when clocks change', async () => {
    const user_id = someone();
    await w.events(
      user_id,
      { occurred_at: '2026-05-31T18:29:59Z' },
      { occurred_at: '2026-05-31T18:30:00Z' },
      { occurred_at: '2026-03-28T23:00:00Z' }, // a day of 23 hours in Berlin
      { occurred_at: '2026-03-29T21:59:59Z' },
      { occurred_at: '2026-03-29T22:00:00Z' },
    );
    await rollUp();
    const events = async (tz: string, date: string): Promise<unknown> =>
      (await usage('daily', { user_id, tz, date })).total_events;
    expect(await events('Asia/Kolkata', '2026-06-01')).toBe(1);
    expect(await events('Asia/Kolkata', '2026-05-31')).toBe(1);
    expect(await events('UTC', '2026-05-31')).toBe(2);
    expect(await events('Europe/Berlin', '2026-03-29')).toBe(2);
    expect(await events('UTC', '2026-03-29')).toBe(2);
    const june = { user_id, tz: 'Asia/Kolkata', start_date: '2026-06-01', end_date: '2026-06-30' };
    expect(await usage('summary', june)).toMatchObject({
      total_events: 1,
      period: { start: '2026-05-31T18:30:00.000Z', end: '2026-06-30T18:30:00.000Z' },
    });
  });

  test('of this month and the last 30 days include today and nothing older', async () => {
    const user_id = someone();
    const today = dayOf(new Date(), 'UTC');
    const first = startOfDay(addDays(today, -29), 'UTC');
    await w.events(
      user_id,
      { total_cost: '0.5', is_free_tier: false },
      { tokens_used: 9, is_free_tier: true, model: 'm:free' },
      { occurred_at: first, total_cost: '1' },
      { occurred_at: new Date(first.getTime() - 1), total_cost: '100' },
    );
    const summary = await usage('summary', { user_id });
    expect(summary).toMatchObject({ total_events: 3, total_cost: '1.500000', free_tier_events: 1 });
    const inMonth = addDays(today, -29).slice(0, 7) === today.slice(0, 7) ? '1.500000' : '0.500000';
    expect(summary.this_month).toBe(inMonth);
    expect(units(summary.projected_month_end as string)).toBeGreaterThanOrEqual(units(inMonth));
    expect(await usage('free-tier', { user_id })).toMatchObject({
      total_free_events: 1,
      total_free_tokens: 9,
      unique_free_models: 1,
      models: [{ model: 'm:free', event_count: 1, tokens: 9 }],
    });
  });

  test.each(['UTC', 'America/New_York', 'Asia/Kolkata'])(
    'charts in %s show every bucket and the same usage',
    async (tz) => {
      const user_id = someone();
      const today = dayOf(new Date(), tz);
      const seeds = Array.from({ length: 100 }, (_, n) => ({
        occurred_at: startOfDay(addDays(today, -n), tz),
        total_cost: `0.00000${String(n)}1`,
        model: n % 3 === 0 ? null : `model-${String(n % 3)}`,
        service: n % 2 === 0 ? 'litellm' : 'openrouter',
        is_free_tier: false,
      }));
      await w.events(user_id, ...seeds.slice(0, 50), { occurred_at: new Date(), is_free_tier: true });
      await rollUp();
      await w.events(user_id, ...seeds.slice(50));
      for (const [range, buckets] of [
        ['7d', 7],
        ['30d', 30],
        ['90d', 90],
      ] as const) {
        const metrics = (await usage('metrics', { user_id, tz, range })) as unknown as UsageMetricsView;
        const { daily_trend, by_service, by_model, free_vs_paid, cost_breakdown } = metrics;
        const spent = seeds.slice(0, buckets);
        expect(daily_trend.labels).toEqual(Array.from({ length: buckets }, (_, n) => addDays(today, n + 1 - buckets)));
        expect(daily_trend.values).toEqual(spent.map(({ total_cost }) => Number(total_cost)).toReversed());
        const total = Number(sum(spent.map(({ total_cost }) => total_cost)));
        expect(free_vs_paid).toEqual({ free: 0, paid: total });
        expect(cost_breakdown).toEqual({ provider_cost: total, markup: 0 });
        expect(by_service.values.reduce((a, b) => a + b)).toBeCloseTo(total, 9);
        expect(by_model.reduce((all, { cost }) => all + cost, 0)).toBeCloseTo(total, 9);
        expect(by_model.reduce((all, { request_count }) => all + request_count, 0)).toBe(buckets + 1);
      }
      const { daily_trend } = (await usage('metrics', { user_id, tz, range: '24h' })) as {
        daily_trend: { labels: string[] };
      };
      expect(daily_trend.labels).toHaveLength(24);
      expect(Date.parse(daily_trend.labels.at(-1) ?? '')).toBeLessThanOrEqual(Date.now());
    },
  );

  test("are about the caller's account; services and admins can name another", async () => {
    const user_id = someone();
    await w.events(user_id, {}, {});
    const [own, other] = [await w.as(user_id), await w.as(someone())];
    expect((await w.get('credits/usage/summary', {}, own)).body.total_events).toBe(2);
    expect((await w.get('credits/usage/summary', {}, other)).body.total_events).toBe(0);
    expect((await w.get('credits/usage/summary', { user_id }, w.service)).body.total_events).toBe(2);
    for (const report of ['summary', 'by-model', 'by-service', 'free-tier', 'daily', 'metrics']) {
      expect((await w.get(`credits/usage/${report}`, { user_id }, other)).status).toBe(403);
    }
    expect((await w.get('usage/current', { user_id }, other)).status).toBe(403);
  });

  test('refuse invalid time zones, days, ranges and spans', async () => {
    for (const [report, query] of [
      ['summary', { tz: 'Mars/Olympus' }],
      ['summary', { tz: "UTC'; DROP TABLE usage_events --" }],
      ['summary', { start_date: '2026-02-30' }],
      ['summary', { start_date: '2026-03-02', end_date: '2026-03-01' }],
      ['by-model', { start_date: 'yesterday' }],
      ['daily', { date: '2026-13-01' }],
      ['metrics', { range: '1y' }],
    ] as const) {
      const answer = await w.get(`credits/usage/${report}`, query);
      expect([report, query, answer.status]).toEqual([report, query, 422]);
    }
  });

  test('of the current period show counters and limits, and a new day begins at zero', async () => {
    const user_id = await w.user('5');
    await w.deduct(user_id, '0.25');
    await w.sql(
      `UPDATE user_credits SET calls_per_day = 100, calls_today = 3, calls_this_period = 7, calls_reset_at = '2100-01-01T00:00:00Z'
       WHERE user_id = $1`,
      [user_id],
    );
    const { body } = await w.get('usage/current', { user_id });
    expect(body).toMatchObject({
      user_id,
      tier: 'trial',
      used_this_period: '0.250000',
      allocated_monthly: '5.000000',
      available: '4.750000',
      monthly_cap: '5.000000',
      calls_today: 3,
      calls_per_day: 100,
      calls_this_period: 7,
      calls_per_month: null,
      calls_reset_at: '2100-01-01T00:00:00.000Z',
    });
    const length_ms = Date.parse(body.reset_date as string) - Date.parse(body.period_start as string);
    expect(Math.abs(length_ms - 30 * 24 * 60 * 60 * 1000)).toBeLessThan(1_000); // the row is a moment older than its first period
    await w.sql(`UPDATE user_credits SET calls_reset_at = '2020-01-01T00:00:00Z' WHERE user_id = $1`, [user_id]);
    const next = (await w.get('usage/current', { user_id })).body;
    expect(next.calls_today).toBe(0);
    expect(Date.parse(next.calls_reset_at as string)).toBeGreaterThan(Date.now() - 1000);
  });
});
