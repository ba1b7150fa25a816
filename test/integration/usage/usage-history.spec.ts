import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Json, TestEnv } from '../../support/factories.js';

let w: TestEnv;
beforeAll(async () => {
  w = await TestEnv.start();
});
afterAll(() => w.close());

const dayOf = (timestamp: string): string => timestamp.slice(0, 10);

const history = async (query: Record<string, string>) => (await w.list('usage/history', query)).body;

describe('history', () => {
  it('has a record for every day with usage, newest first', async () => {
    const user_id = await w.user();
    await w.events(
      user_id,
      { occurred_at: '2026-02-28T23:59:59.999Z', total_cost: '0.3', tokens_used: 10, session_id: 's' },
      { occurred_at: '2026-02-28T00:00:00Z', model: 'anthropic/claude', total_cost: '0.1', duration_seconds: '6' },
      { occurred_at: '2026-03-01T00:00:00Z', service: 'tts', model: 'tts-1', is_free_tier: true, succeeded: false },
    );
    const days = await history({ user_id, from_date: '2026-02-01', to_date: '2026-03-31' });
    expect(days).toHaveLength(2);
    expect(days[1]).toMatchObject({
      user_id,
      id: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/),
      recorded_at: '2026-03-01T00:00:00.000Z',
      period_type: 'daily',
      period_start: '2026-02-28T00:00:00.000Z',
      period_end: '2026-03-01T00:00:00.000Z',
      usage_metrics: {
        events: 2,
        sessions: 1,
        tokens: 10,
        free_events: 0,
        paid_events: 2,
        minutes: 0.1,
        transcriptions: 0,
        exports: 0,
      },
      plan_context: {
        tier: 'trial',
        allocated_monthly: '5.000000',
        monthly_cap: '5.000000',
        utilization: 8,
        reset_date: expect.any(String),
      },
      cost_metrics: {
        total_cost: '0.400000',
        provider_cost: '0.400000',
        platform_markup: '0.000000',
        avg_cost: '0.200000',
      },
      provider_breakdown: [
        { provider: 'openai', events: 1, tokens: 10, cost: '0.300000', share: 75 },
        { provider: 'anthropic', events: 1, tokens: 0, cost: '0.100000', share: 25 },
      ],
      performance_metrics: { success_rate: 100, failed_events: 0, avg_duration: 0.1 },
    });
    expect(days[0]).toMatchObject({
      period_start: '2026-03-01T00:00:00.000Z',
      provider_breakdown: [{ provider: 'tts', events: 1, share: 0 }],
      performance_metrics: { success_rate: 0, failed_events: 1 },
    });
  });

  it('has one stable id per period', async () => {
    const user_id = await w.user();
    await w.events(user_id, { occurred_at: '2026-05-05T10:00:00Z' }, { occurred_at: '2026-05-06T10:00:00Z' });
    const range = { user_id, from_date: '2026-05-01', to_date: '2026-05-31' };
    const ids = (await history(range)).map(({ id }) => id);
    expect((await history({ ...range, from_date: '2026-05-05' })).map(({ id }) => id)).toEqual(ids);
    const monthly = (await history({ ...range, period_type: 'monthly' })).map(({ id }) => id);
    expect(new Set([...ids, ...monthly]).size).toBe(3);
  });

  it('can be by calendar month', async () => {
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

  it('handles days of 23 and 25 hours', async () => {
    const user_id = await w.user();
    await w.events(user_id, { occurred_at: '2026-03-29T12:00:00Z' }, { occurred_at: '2026-10-25T12:00:00Z' });
    const days = await history({ user_id, tz: 'Europe/Berlin', from_date: '2026-03-01', to_date: '2026-11-01' });
    expect(days.map((day) => [day.period_start, day.period_end])).toEqual([
      ['2026-10-24T22:00:00.000Z', '2026-10-25T23:00:00.000Z'],
      ['2026-03-28T23:00:00.000Z', '2026-03-29T22:00:00.000Z'],
    ]);
  });

  it('counts the events of an hour repeated around midnight on their own day', async () => {
    const user_id = await w.user();
    // Havana sets its clocks back from 1:00 to 0:00 on 1 November 2026, so midnight occurs twice
    await w.events(user_id, { occurred_at: '2026-11-01T04:30:00Z' }, { occurred_at: '2026-11-01T05:30:00Z' });
    const query = { user_id, tz: 'America/Havana', from_date: '2026-11-01', to_date: '2026-11-01' };
    expect((await history(query)).map((day) => (day.usage_metrics as Json).events)).toEqual([2]);
    expect(await history({ ...query, from_date: '2026-10-31', to_date: '2026-10-31' })).toEqual([]);
  });

  it('has the hours of the time zone, a repeated one twice', async () => {
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

  it('has pages by cursor and by offset', async () => {
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

  it('reads timestamps as their day', async () => {
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
    [{ period_type: 'hourly', period: '12m' }, 'period: must not be more than 31 days back'],
    [{ from_date: '2020-01-01', to_date: '2026-01-01' }, 'from_date: must not be more than 366 days back'],
    [{ from_date: '2026-02-30' }, 'from_date: must be a day'],
    [{ to_date: '9999-12-31' }, 'in the years 1900 to 2999'],
    [{ period: '1y' }, 'period: must be one of'],
  ])('refuses %j', async (query, detail) => {
    const { status, body } = await w.get('usage/history', { user_id: 'someone', ...(query as Record<string, string>) });
    expect(status).toBe(422);
    expect(body.detail).toContain(detail);
  });
});
