import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { callsOf } from '../../../src/compat/current-usage.js';
import { DAY_MS } from '../../../src/platform/values/calendar.js';
import type { CurrentUsageView, UsageMetricsView } from '../../../src/usage/reports/reports.views.js';
import { type Json, TestEnv } from '../../support/factories.js';

/* What the charts of an earlier platform and its pages about subscriptions send, and the fields that they read. */

let w: TestEnv;
beforeAll(async () => {
  w = await TestEnv.start();
});
afterAll(() => w.close());

const read = async (user_id: string, path: string, query: Record<string, string> = {}): Promise<Json> => {
  const { status, body, text } = await w.get(path, query, await w.as(user_id));
  if (status !== 200) throw new Error(`${path}: ${status} ${text}`);
  return body;
};
const daysAgo = (days: number): Date => new Date(Date.now() - days * DAY_MS);
const dayOf = (instant: Date): string => instant.toISOString().slice(0, 10);

describe('the usage charts', () => {
  it.each(['24h', '7d', '30d', '90d'])('have numbers for one range: %s', async (range) => {
    const user_id = await w.user('5');
    await w.done('credits/usage/track', { user_id, service: 'litellm', model: 'a', tokens: 100, cost: '1.1' });
    await w.done('credits/usage/track', { user_id, service: 'litellm', model: 'b:free', tokens: 7, is_free: true });
    const metrics = (await read(user_id, 'credits/usage/metrics', { range })) as unknown as UsageMetricsView;
    const { daily_trend, by_service, by_model, free_vs_paid, cost_breakdown } = metrics;
    const { values, labels } = daily_trend;
    expect(values.every((value) => typeof value === 'number')).toBe(true);
    expect(values).toHaveLength(labels.length);
    expect(values.reduce((sum, value) => sum + value)).toBeCloseTo(1.1, 9);
    expect(by_service).toEqual({ labels: ['litellm'], values: [1.1] });
    expect(by_model).toEqual([
      { model_name: 'a', cost: 1.1, total_tokens: 100, request_count: 1, is_free: false },
      { model_name: 'b:free', cost: 0, total_tokens: 7, request_count: 1, is_free: true },
    ]);
    expect(free_vs_paid).toEqual({ free: 0, paid: 1.1 });
    expect(cost_breakdown.provider_cost).toBeGreaterThan(0);
    expect(cost_breakdown.provider_cost + cost_breakdown.markup).toBeCloseTo(1.1, 9);
  });

  it('are empty without usage', async () => {
    expect(await read(await w.user(), 'credits/usage/metrics', { range: '7d' })).toMatchObject({
      by_model: [],
      by_service: { labels: [], values: [] },
      free_vs_paid: { free: 0, paid: 0 },
      cost_breakdown: { provider_cost: 0, markup: 0 },
    });
  });
});

describe('the subscription page', () => {
  it('shows the calls in the period against their limit, as numbers', async () => {
    const user_id = await w.userOf('starter');
    await w.done('credits/usage/track', { user_id, service: 'tts', cost: '0.1', charge: true });
    const { success, data, reset_date } = await read(user_id, 'usage/current');
    expect([success, data]).toEqual([
      true,
      {
        user_id,
        tier: 'starter',
        status: 'active',
        usage: { used: 1, limit: 1000, remaining: 999, percentage: 0.1 },
        daily: { used: 1, limit: -1 },
        reset: { date: reset_date, days_until: 29 },
      },
    ]);
  });

  it('shows the calls today if only days are limited', async () => {
    const { data } = await read(await w.user(), 'usage/current');
    expect(data).toMatchObject({ tier: 'trial', usage: { used: 0, limit: 100, remaining: 100, percentage: 0 } });
  });

  it('shows no limit as -1', () => {
    const now = new Date();
    const period = {
      user_id: 'u',
      tier: 'enterprise',
      status: 'active',
      calls_per_day: null,
      calls_per_month: null,
      calls_today: 3,
      calls_this_period: 40,
      reset_date: new Date(now.getTime() - 1),
    } as CurrentUsageView;
    expect(callsOf(period, now)).toMatchObject({
      usage: { used: 40, limit: -1, remaining: -1, percentage: 0 },
      daily: { used: 3, limit: -1 },
      reset: { days_until: 0 },
    });
  });

  it.each([
    ['daily', 1],
    ['weekly', 7],
    ['monthly', 30],
  ] as const)('draws the calls of each day, oldest first: %s', async (period, days) => {
    const user_id = await w.user();
    const [last, before] = [daysAgo(days - 1), daysAgo(days)];
    await w.events(
      user_id,
      { occurred_at: before, total_cost: '9' },
      { occurred_at: last, total_cost: '0.25', tokens_used: 40 },
      { occurred_at: last, total_cost: '0.5', tokens_used: 2 },
      ...(days > 1 ? [{ total_cost: '0.125', tokens_used: 1 }] : []),
    );
    const day = { date: dayOf(last), calls: 2, tokens: 42, cost: 0.75 };
    const today = { date: dayOf(new Date()), calls: 1, tokens: 1, cost: 0.125 };
    expect(await read(user_id, 'usage/history', { period })).toEqual({
      success: true,
      data: {
        history: days > 1 ? [day, today] : [day],
        summary:
          days > 1
            ? { total_calls: 3, total_tokens: 43, total_cost: 0.875 }
            : { total_calls: 2, total_tokens: 42, total_cost: 0.75 },
      },
    });
  });

  it('gets the usual error for an invalid time zone or period', async () => {
    const token = await w.as(await w.user());
    for (const query of [{ period: 'weekly', tz: 'Mars/Olympus' }, { period: 'yearly' }, { period: 'constructor' }]) {
      expect((await w.get('usage/history', query as Record<string, string>, token)).status).toBe(422);
    }
  });

  it.each(['week', 'month', 'year'])('exports the usage of a %s as CSV', async (period) => {
    const user_id = await w.user();
    await w.events(user_id, { occurred_at: daysAgo(period === 'week' ? 6 : 20), service: 'tts' });
    const { status, headers, text } = await w.get('usage/export', { period }, await w.as(user_id));
    expect([status, headers['content-type']]).toEqual([200, expect.stringContaining('text/csv')]);
    expect(text.trim().split('\r\n')).toHaveLength(2);
  });

  it('shows the calls per service', async () => {
    const user_id = await w.user();
    await w.events(user_id, { service: 'tts' }, { service: 'tts' });
    expect(await read(user_id, 'credits/usage/by-service')).toMatchObject([{ service: 'tts', event_count: 2 }]);
  });
});

describe('the billing page', () => {
  it('shows the calls, the end of the period and the credits', async () => {
    const user_id = await w.userOf('professional');
    const { data } = (await read(user_id, 'usage/current')) as { data?: { usage: Json; reset: Json } };
    expect(data?.usage).toMatchObject({ used: 0, limit: 10_000 });
    expect(Date.parse(data?.reset.date as string)).toBeGreaterThan(Date.now());
    expect(await read(user_id, 'credits/balance')).toMatchObject({
      balance: '60.000000',
      allocated_monthly: '60.000000',
      tier: 'professional',
    });
  });
});
