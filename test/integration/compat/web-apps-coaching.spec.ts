import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DAY_MS } from '../../../src/platform/values/calendar.js';
import { type Json, TestEnv } from '../../support/factories.js';

/* What the usage page of a coaching app and the clients of its interface send, and the fields that they read. */

let w: TestEnv;
let user_id: string;
beforeAll(async () => {
  w = await TestEnv.start();
  user_id = await w.userOf('starter');
  await w.events(
    user_id,
    { occurred_at: daysAgo(2), service: 'stt', total_cost: '1', session_id: 'a', duration_seconds: '600' },
    { occurred_at: daysAgo(2), service: 'stt', total_cost: '0.5', session_id: 'b', duration_seconds: '300' },
    { occurred_at: daysAgo(9), service: 'stt', total_cost: '0.5', session_id: 'c', succeeded: false },
    { occurred_at: daysAgo(2), service: 'export', total_cost: '0' },
  );
});
afterAll(() => w.close());

const daysAgo = (days: number): Date => new Date(Date.now() - days * DAY_MS);
const dayOf = (instant: Date): string => instant.toISOString().slice(0, 10);
const read = async (path: string, query: Record<string, string> = {}, user = user_id): Promise<Json & Json[]> => {
  const { status, body, text } = await w.get(path, query, await w.as(user));
  if (status !== 200) throw new Error(`${path}: ${status} ${text}`);
  return body as Json & Json[];
};

describe('the usage page', () => {
  it.each([
    ['7d', 7],
    ['30d', 30],
    ['3m', 89],
    ['12m', 365],
  ] as const)('draws numbers of every day of %s: shares in percent, durations in minutes', async (period, least) => {
    const trends = await read('usage/trends', { period, group_by: 'day' });
    expect(trends.length).toBeGreaterThanOrEqual(least);
    const numbers = ['sessions', 'minutes', 'hours', 'transcriptions', 'exports', 'cost', 'utilization'];
    for (const day of trends) {
      for (const field of [...numbers, 'success_rate', 'avg_duration']) expect(typeof day[field]).toBe('number');
    }
    const totalCost = trends.reduce((sum, { cost }) => sum + (cost as number), 0);
    expect(totalCost.toFixed(2)).toBe(period === '7d' ? '1.50' : '2.00');
    expect(trends.find(({ date }) => date === dayOf(daysAgo(2)))).toMatchObject({
      sessions: 2,
      minutes: 15,
      hours: 0.25,
      transcriptions: 2,
      exports: 1,
      cost: 1.5,
      total_cost: '1.500000',
      utilization: 7.5,
      success_rate: 100,
      avg_duration: 7.5,
    });
  });

  it('shows zeros for a user without usage', async () => {
    const trends = await read('usage/trends', { period: '7d' }, await w.user());
    expect(trends.reduce((sum, { cost }) => sum + (cost as number), 0).toFixed(2)).toBe('0.00');
  });

  it('shows predictions in whole sessions and minutes, with growth in percent', async () => {
    const prediction = await read('usage/predictions');
    for (const field of ['predicted_sessions', 'predicted_minutes']) {
      expect(Number.isInteger(prediction[field])).toBe(true);
    }
    expect(prediction).toMatchObject({
      confidence: expect.any(Number),
      recommendation: expect.any(String),
      growth_rate: expect.any(Number),
      predicted_cost: expect.any(Number),
      current_trend: expect.stringMatching(/^(growing|stable|declining)$/),
    });
    expect(prediction).toHaveProperty('estimated_limit_date');
  });

  it('shows insights', async () => {
    for (const insight of await read('usage/insights')) {
      const KEYS = ['type', 'title', 'message', 'suggestion', 'priority', 'action', 'next_step'];
      expect(Object.keys(insight)).toEqual(KEYS);
    }
  });

  it.each(['xlsx', 'txt', 'json'])('saves a file: %s', async (format) => {
    const { status, headers } = await w.get('usage/export', { format, period: '30d' }, await w.as(user_id));
    expect([status, headers['content-disposition']]).toEqual([200, expect.stringContaining(`.${format}`)]);
  });
});

describe('a history record', () => {
  it('has the fields of the coaching app in addition to the current ones', async () => {
    const [record] = await read('usage/history', { period: '7d', period_type: 'daily' });
    expect(record).toMatchObject({
      user_id,
      period_type: 'daily',
      export_activity: { formats: {}, total: 1 },
      usage_metrics: {
        sessions_created: 2,
        audio_minutes_processed: 15,
        transcriptions_completed: 2,
        exports_generated: 1,
      },
      cost_metrics: { total_cost: '1.500000', total_cost_usd: 1.5 },
      plan_context: { plan_name: 'starter', utilization: 7.5, utilization_percentage: 7.5 },
      performance_metrics: { success_rate: 100, avg_session_duration_minutes: 7.5 },
    });
    expect([record?.created_at, record?.updated_at]).toEqual([record?.recorded_at, record?.recorded_at]);
  });

  it('is found by a custom range', async () => {
    const [from_date, to_date] = [dayOf(daysAgo(9)), dayOf(daysAgo(3))];
    const records = await read('usage/history', { period: 'custom', from_date, to_date, period_type: 'daily' });
    expect(records).toHaveLength(1);
    expect(records).toMatchObject([{ performance_metrics: { avg_session_duration_minutes: 0, success_rate: 0 } }]);
  });
});

describe('the analytics', () => {
  it('sum up the last week and the period', async () => {
    const { trends, current_period, summary, predictions, insights } = (await read('usage/analytics')) as Record<
      string,
      Json & Json[]
    >;
    expect(current_period).toMatchObject({
      total_sessions: 2,
      total_minutes: 15,
      total_transcriptions: 2,
      avg_daily_usage: 2.1429,
      period_start: dayOf(daysAgo(6)),
      period_end: dayOf(new Date()),
    });
    expect(summary).toMatchObject({
      data_points: 30,
      date_range: `${dayOf(daysAgo(29))} to ${dayOf(new Date())}`,
      total_cost: '2.000000',
      avg_utilization: 0.3333,
      peak_usage_day: dayOf(daysAgo(2)),
      insights_count: insights?.length,
      prediction_confidence: predictions?.confidence,
    });
    expect(trends).toHaveLength(30);
  });

  it.each([
    ['7d', 7, '1.500000'],
    ['30d', 30, '2.000000'],
    ['12m', 365, '2.000000'],
  ] as const)('are those of the period asked for: %s', async (period, least, total_cost) => {
    const { trends, summary } = (await read('usage/analytics', { period })) as Record<string, Json & Json[]>;
    expect(trends?.length).toBeGreaterThanOrEqual(least);
    expect(summary).toMatchObject({ total_cost, data_points: trends?.length });
  });
});
