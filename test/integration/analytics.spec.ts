import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { addDays, daysBetween, weekday, DAY_MS } from '../../src/platform/calendar.js';
import { bucketsOf } from '../../src/analytics/buckets.js';
import { amount, units } from '../../src/platform/amount.js';
import { type EventSeed, type Json, World } from '../support/factories.js';

let w: World;
beforeAll(async () => {
  w = await World.start();
});
afterAll(() => w.close());

/** Noon of UTC so many days ago: the same day in every time zone the tests use. */
const noon = (days_ago: number): string =>
  `${new Date(Date.now() - days_ago * DAY_MS).toISOString().slice(0, 10)}T12:00:00Z`;
const dayOf = (timestamp: string): string => timestamp.slice(0, 10);

const point = async (query: Record<string, string>, date: string): Promise<Json | undefined> =>
  (await w.list('usage/trends', query)).body.find((one) => one.date === date);

const NO_USAGE = {
  ...{ sessions: 0, minutes: 0, hours: 0, transcriptions: 0, exports: 0, cost: '0.000000', tokens: 0, events: 0 },
  ...{ utilization: 0, success_rate: 0, avg_duration: 0 },
};

describe('an account without usage', () => {
  it('has a point of zeros for every day', async () => {
    const { status, body } = await w.list('usage/trends', { user_id: await w.user(), period: '7d' });
    expect(status).toBe(200);
    expect(body).toHaveLength(7);
    const first = body[0]?.date as string;
    expect(body).toEqual(body.map((_, n) => ({ date: addDays(first, n), ...NO_USAGE })));
  });

  it('has no history, no prediction, and one insight that says how to begin', async () => {
    const user_id = await w.user();
    expect((await w.list('usage/history', { user_id })).body).toEqual([]);
    expect((await w.get('usage/predictions', { user_id })).body).toMatchObject({
      ...{ predicted_cost: '0.000000', confidence: 0, estimated_limit_date: null, current_trend: 'stable' },
      interval: { low: '0.000000', high: '0.000000' },
    });
    const insights = await w.list('usage/insights', { user_id });
    expect(insights.body.map(({ title }) => title)).toEqual(['Nothing used yet']);
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

  it('is opened by the first look at it', async () => {
    const user_id = `user-${randomUUID()}`;
    await w.get('usage/analytics', { user_id });
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

  it('say what happened on a day, to the last decimal', async () => {
    const user_id = await w.user();
    await w.events(user_id, ...seeds(noon(3)));
    expect(await point({ user_id }, dayOf(noon(3)))).toEqual({
      date: dayOf(noon(3)),
      ...{ sessions: 2, minutes: 2, hours: 0.0333, transcriptions: 1, exports: 1, cost: '1.0000000001', tokens: 1000 },
      ...{ events: 4, utilization: 0.2, success_rate: 0.75, avg_duration: 60 },
    });
    expect(await point({ user_id }, dayOf(noon(4)))).toEqual({ date: dayOf(noon(4)), ...NO_USAGE });
  });

  it('are the same rolled up, partly rolled up, and not rolled up', async () => {
    const user_id = await w.user();
    await w.events(user_id, ...seeds(noon(3)), ...seeds(noon(20)));
    const ask = async (group_by: string) => (await w.list('usage/trends', { user_id, period: '3m', group_by })).body;
    const groups = ['day', 'week', 'month'];
    const raw = await Promise.all(groups.map(ask));
    await w.rollUp();
    expect(await Promise.all(groups.map(ask))).toEqual(raw);
    await w.events(user_id, { occurred_at: noon(3), session_id: 'a', total_cost: '0.0000000001' });
    const after = (await point({ user_id }, dayOf(noon(3)))) as Json;
    expect(after).toMatchObject({ sessions: 2, events: 5, cost: '1.0000000002' });
    expect(await point({ user_id, tz: 'Europe/Berlin' }, dayOf(noon(3)))).toEqual(after);
  });

  it('count a session of several days once a week, and once a day', async () => {
    const user_id = await w.user();
    const monday = [10, 11, 12, 13, 14, 15, 16].find((n) => weekday(dayOf(noon(n))) === 0)!;
    const days = [monday, monday - 1, monday - 2].map(noon);
    await w.events(user_id, ...days.slice(0, 2).map((occurred_at) => ({ occurred_at, session_id: 'long' })));
    await w.rollUp();
    await w.events(user_id, { occurred_at: days[2]!, session_id: 'long' });
    expect(await point({ user_id, group_by: 'week' }, dayOf(days[0]!))).toMatchObject({ sessions: 1, events: 3 });
    expect(await point({ user_id }, dayOf(days[2]!))).toMatchObject({ sessions: 1, events: 1 });
  });

  it.each(['7d', '30d', '3m', '12m'] as const)('of %s have every day, week and month', async (period) => {
    const user_id = await w.user();
    for (const group_by of ['day', 'week', 'month'] as const) {
      const { body } = await w.list('usage/trends', { user_id, period, group_by });
      const dates = body.map(({ date }) => date as string);
      expect(dates).toEqual(bucketsOf(group_by, { from: dates[0]!, until: addDays(dates.at(-1)!, 1) }));
    }
  });

  it('add up to the same, whatever they are grouped by', async () => {
    const user_id = await w.user();
    const seeds = Array.from({ length: 80 }, (_, n) => ({
      occurred_at: noon(n),
      total_cost: `0.${n + 1}`,
      tokens_used: n,
    }));
    await w.events(user_id, ...seeds);
    const sumOf = async (group_by: string, tz: string) => {
      const { body } = await w.list('usage/trends', { user_id, period: '12m', group_by, tz });
      return amount(body.reduce((sum, { cost }) => sum + units(cost as string), 0n));
    };
    const expected = amount(seeds.reduce((sum, { total_cost }) => sum + units(total_cost), 0n));
    for (const tz of ['UTC', 'Asia/Kolkata']) {
      for (const group_by of ['day', 'week', 'month']) expect(await sumOf(group_by, tz)).toBe(expected);
    }
  });

  it('refuse a time zone that is none', async () => {
    for (const tz of ['Mars/Olympus', '+05:30', "UTC'--"]) {
      const { status, body } = await w.get('usage/trends', { user_id: 'someone', tz });
      expect([status, body.code]).toEqual([422, 'invalid_request']);
    }
  });
});

const history = async (query: Record<string, string>) => (await w.list('usage/history', query)).body;

describe('history', () => {
  it('has a record of every day with usage, newest first', async () => {
    const user_id = await w.user();
    await w.events(
      user_id,
      { occurred_at: '2026-02-28T23:59:59.999Z', total_cost: '0.3', tokens_used: 10, session_id: 's' },
      { occurred_at: '2026-02-28T00:00:00Z', model: 'anthropic/claude', total_cost: '0.1', duration_seconds: '6' },
      { occurred_at: '2026-03-01T00:00:00Z', service: 'tts', model: 'tts-1', is_free_tier: true, succeeded: false },
    );
    const days = await history({ user_id, from_date: '2026-02-01', to_date: '2026-03-31' });
    expect(days).toHaveLength(2);
    expect(days[1]).toEqual({
      id: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/),
      recorded_at: '2026-03-01T00:00:00.000Z',
      period_type: 'daily',
      period_start: '2026-02-28T00:00:00.000Z',
      period_end: '2026-03-01T00:00:00.000Z',
      usage_metrics: {
        ...{ events: 2, sessions: 1, tokens: 10, free_events: 0, paid_events: 2, minutes: 0.1 },
        ...{ transcriptions: 0, exports: 0 },
      },
      plan_context: {
        ...{ tier: 'trial', allocated_monthly: '5.000000', monthly_cap: '5.000000', utilization: 0.08 },
        reset_date: expect.any(String),
      },
      cost_metrics: {
        ...{ total_cost: '0.400000', provider_cost: '0.400000', platform_markup: '0.000000', avg_cost: '0.200000' },
      },
      provider_breakdown: [
        { provider: 'openai', events: 1, tokens: 10, cost: '0.300000', share: 0.75 },
        { provider: 'anthropic', events: 1, tokens: 0, cost: '0.100000', share: 0.25 },
      ],
      performance_metrics: { success_rate: 1, failed_events: 0, avg_duration: 6 },
    });
    expect(days[0]).toMatchObject({
      period_start: '2026-03-01T00:00:00.000Z',
      provider_breakdown: [{ provider: 'tts', events: 1, share: 0 }],
      performance_metrics: { success_rate: 0, failed_events: 1 },
    });
  });

  it('gives the same period the same id, and others another', async () => {
    const user_id = await w.user();
    await w.events(user_id, { occurred_at: '2026-05-05T10:00:00Z' }, { occurred_at: '2026-05-06T10:00:00Z' });
    const range = { user_id, from_date: '2026-05-01', to_date: '2026-05-31' };
    const ids = (await history(range)).map(({ id }) => id);
    expect((await history({ ...range, from_date: '2026-05-05' })).map(({ id }) => id)).toEqual(ids);
    const monthly = (await history({ ...range, period_type: 'monthly' })).map(({ id }) => id);
    expect(new Set([...ids, ...monthly]).size).toBe(3);
  });

  it('has whole months', async () => {
    const user_id = await w.user();
    await w.events(
      user_id,
      ...['2026-01-31T23:30:00Z', '2026-02-01T00:30:00Z', '2026-02-28T12:00:00Z'].map((occurred_at) => ({
        occurred_at,
      })),
    );
    const query = { user_id, period_type: 'monthly', from_date: '2026-01-15', to_date: '2026-02-02' };
    expect((await history(query)).map((month) => [month.period_start, (month.usage_metrics as Json).events])).toEqual([
      ['2026-02-01T00:00:00.000Z', 2],
      ['2026-01-01T00:00:00.000Z', 1],
    ]);
    expect((await history({ ...query, tz: 'Europe/Berlin' })).map((month) => month.period_start)).toEqual([
      '2026-01-31T23:00:00.000Z',
    ]);
  });

  it('knows days of 23 and 25 hours', async () => {
    const user_id = await w.user();
    await w.events(user_id, { occurred_at: '2026-03-29T12:00:00Z' }, { occurred_at: '2026-10-25T12:00:00Z' });
    const days = await history({ user_id, tz: 'Europe/Berlin', from_date: '2026-03-01', to_date: '2026-11-01' });
    expect(days.map((day) => [day.period_start, day.period_end])).toEqual([
      ['2026-10-24T22:00:00.000Z', '2026-10-25T23:00:00.000Z'],
      ['2026-03-28T23:00:00.000Z', '2026-03-29T22:00:00.000Z'],
    ]);
  });

  it('counts events of the hour that comes twice over midnight on their own day', async () => {
    const user_id = await w.user();
    // Havana put its clock back from 1:00 to 0:00 on 1 November 2026: midnight came twice
    await w.events(user_id, { occurred_at: '2026-11-01T04:30:00Z' }, { occurred_at: '2026-11-01T05:30:00Z' });
    const query = { user_id, tz: 'America/Havana', from_date: '2026-11-01', to_date: '2026-11-01' };
    expect((await history(query)).map((day) => (day.usage_metrics as Json).events)).toEqual([2]);
    expect(await history({ ...query, from_date: '2026-10-31', to_date: '2026-10-31' })).toEqual([]);
  });

  it('has hours that begin where the time zone has them, the repeated one twice', async () => {
    const user_id = await w.user();
    await w.events(
      user_id,
      ...['2026-10-25T00:15:00Z', '2026-10-25T01:15:00Z', '2026-10-25T01:45:00Z'].map((occurred_at) => ({
        occurred_at,
      })),
    );
    const hours = async (tz: string) =>
      (await history({ user_id, tz, period_type: 'hourly', from_date: '2026-10-25', to_date: '2026-10-25' })).map(
        ({ period_start, period_end, usage_metrics }) => [period_start, period_end, (usage_metrics as Json).events],
      );
    expect(await hours('Europe/Berlin')).toEqual([
      ['2026-10-25T01:00:00.000Z', '2026-10-25T02:00:00.000Z', 2],
      ['2026-10-25T00:00:00.000Z', '2026-10-25T01:00:00.000Z', 1],
    ]);
    expect(await hours('Asia/Kolkata')).toEqual([
      ['2026-10-25T01:30:00.000Z', '2026-10-25T02:30:00.000Z', 1],
      ['2026-10-25T00:30:00.000Z', '2026-10-25T01:30:00.000Z', 1],
      ['2026-10-24T23:30:00.000Z', '2026-10-25T00:30:00.000Z', 1],
    ]);
  });

  it('comes in pages, by cursor and by offset', async () => {
    const user_id = await w.user();
    const days = ['2026-04-01', '2026-04-02', '2026-04-03', '2026-04-04', '2026-04-05'];
    await w.events(user_id, ...days.map((day) => ({ occurred_at: `${day}T08:00:00Z` })));
    const range = { user_id, from_date: '2026-04-01', to_date: '2026-04-30', limit: '2' };
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await w.list('usage/history', { ...range, ...(cursor === undefined ? {} : { cursor }) });
      expect(page.headers['x-total-count']).toBe('5');
      seen.push(...page.body.map(({ period_start }) => dayOf(period_start as string)));
      cursor = page.headers['x-next-cursor'];
    } while (cursor !== undefined);
    expect(seen).toEqual(days.toReversed());
    const skipped = await history({ ...range, offset: '3' });
    expect(skipped.map(({ period_start }) => dayOf(period_start as string))).toEqual(['2026-04-02', '2026-04-01']);
  });

  it('takes timestamps as the days they fall on', async () => {
    const user_id = await w.user();
    await w.events(user_id, { occurred_at: '2026-06-10T23:30:00Z' });
    const query = { user_id, from_date: '2026-06-10T23:00:00Z', to_date: '2026-06-10T23:00:00Z' };
    expect(await history(query)).toHaveLength(1);
    expect((await history({ ...query, tz: 'Asia/Tokyo' })).map(({ period_start }) => period_start)).toEqual([
      '2026-06-10T15:00:00.000Z',
    ]);
  });

  it.each([
    [{ from_date: '2026-06-02', to_date: '2026-06-01' }, 'from_date: must not be after to_date'],
    [{ period_type: 'hourly', period: '12m' }, 'period: must not reach back more than 31 days'],
    [{ from_date: '2020-01-01', to_date: '2026-01-01' }, 'from_date: must not reach back more than 366 days'],
    [{ from_date: '2026-02-30' }, 'from_date: must be a day'],
    [{ to_date: '9999-12-31' }, 'of the years 1900 to 2999'],
    [{ period: '1y' }, 'period: must be one of'],
  ])('refuses %j', async (query, detail) => {
    const { status, body } = await w.get('usage/history', { user_id: 'someone', ...(query as Record<string, string>) });
    expect(status).toBe(422);
    expect(body.detail).toContain(detail);
  });
});

describe('predictions and insights', () => {
  it('see what the account spends and when its credits end', async () => {
    const user_id = await w.user('20');
    await w.events(
      user_id,
      ...Array.from({ length: 40 }, (_, n) => ({ occurred_at: noon(n + 1), total_cost: '1', tokens_used: 100 })),
    );
    await w.rollUp();
    const { body } = await w.get('usage/predictions', { user_id });
    expect(body).toMatchObject({ predicted_cost: '30.000000', predicted_tokens: 3000, confidence: 1 });
    const today = (await w.list('usage/trends', { user_id, period: '7d' })).body.at(-1)?.date as string;
    expect(daysBetween(today, body.estimated_limit_date as string)).toBe(19);
    const insights = (await w.list('usage/insights', { user_id })).body;
    expect(insights[0]).toMatchObject({ title: 'Credits run out soon', priority: 'high', action: 'upgrade' });
    expect(insights[0]?.suggestion).toContain('professional');
  });

  it('are in the analytics, with trends and a summary that agree', async () => {
    const user_id = await w.user();
    await w.events(
      user_id,
      ...Array.from({ length: 20 }, (_, n) => ({ occurred_at: noon(n), total_cost: '0.01', succeeded: n % 4 !== 0 })),
      { occurred_at: noon(2), service: 'tts', model: null, total_cost: '0.5' },
      { occurred_at: noon(40), total_cost: '9' },
    );
    const { body } = await w.get('usage/analytics', { user_id });
    expect(body.summary).toEqual({
      ...{ total_events: 21, total_tokens: 0, total_cost: '0.700000', free_tier_events: 0, paid_tier_events: 21 },
      ...{ active_days: 20, success_rate: 0.7619, avg_duration: 0 },
      services: [
        { service: 'tts', event_count: 1, total_tokens: 0, total_cost: '0.500000' },
        { service: 'openrouter', event_count: 20, total_tokens: 0, total_cost: '0.200000' },
      ],
    });
    const trends = body.trends as Json[];
    expect(amount(trends.reduce((sum, { cost }) => sum + units(cost as string), 0n))).toBe('0.700000');
    expect(body.predictions).toEqual((await w.get('usage/predictions', { user_id })).body);
    expect(body.insights).toEqual((await w.list('usage/insights', { user_id })).body);
  });
});

describe('whose usage', () => {
  const PATHS = [
    'usage/trends',
    'usage/history',
    'usage/predictions',
    'usage/insights',
    'usage/analytics',
    'usage/export',
  ];

  it.each(PATHS)('%s shows users their own alone', async (path) => {
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
