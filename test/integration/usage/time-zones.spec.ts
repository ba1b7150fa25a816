import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { mock } from 'node:test';
import fc from 'fast-check';
import pg from 'pg';
import { amount, units } from '../../../src/platform/values/amount.js';
import { addDays } from '../../../src/platform/values/calendar.js';
import { type Json, TestEnv } from '../../support/factories.js';

let w: TestEnv;
beforeAll(async () => {
  w = await TestEnv.start();
});
afterAll(() => w.close());
afterAll(() => {
  mock.timers.reset();
});

const REPORTS = [
  'credits/usage/summary',
  'credits/usage/by-model',
  'credits/usage/by-service',
  'credits/usage/free-tier',
  'credits/usage/daily',
  'credits/usage/metrics',
  'usage/trends',
  'usage/history',
  'usage/predictions',
  'usage/insights',
  'usage/analytics',
  'usage/export',
];
const OLD_NAMES = { 'Asia/Calcutta': 'Asia/Kolkata', 'Europe/Kiev': 'Europe/Kyiv', 'US/Eastern': 'America/New_York' };
const ZONES = [...Intl.supportedValuesOf('timeZone'), ...Object.keys(OLD_NAMES), 'America/Buenos_Aires'];

/** Sets the service's clock to an instant, without affecting timers. */
const clockAt = (now: string): void => {
  mock.timers.reset();
  mock.timers.enable({ apis: ['Date'], now: new Date(now) });
};

const eventsOf = (period: Json): number => (period.usage_metrics as Json).events as number;

describe('days of a time zone', () => {
  it('are computed without the database, which never receives the name of a zone', async () => {
    const user_id = await w.user();
    await w.events(user_id, { total_cost: '1' });
    const listen = jest.spyOn(pg.Client.prototype, 'query');
    for (const report of REPORTS) {
      for (const tz of ['Asia/Calcutta', 'Africa/Casablanca']) {
        expect([report, (await w.get(report, { user_id, tz })).status]).toEqual([report, 200]);
      }
    }
    const hourly = { user_id, tz: 'Asia/Calcutta', period_type: 'hourly', period: '7d' };
    expect((await w.get('usage/history', hourly)).status).toBe(200);
    const sent = (listen.mock.calls as unknown[][]).map(([query, values]) => {
      if (typeof query === 'string') return [query, values];
      const { text, values: own } = query as pg.QueryConfig;
      return [text, own ?? values];
    });
    listen.mockRestore();
    expect(sent.length).toBeGreaterThan(REPORTS.length);
    expect(JSON.stringify(sent)).not.toMatch(/Asia|Africa/);
  });

  it.each(Object.entries(OLD_NAMES))('are the same under the old name %s as under %s', async (old, name) => {
    const user_id = await w.user();
    await w.events(user_id, { total_cost: '1' });
    for (const report of REPORTS.filter((path) => !/analytics|predictions|history/.test(path))) {
      const [one, other] = await Promise.all([old, name].map((tz) => w.get(report, { user_id, tz })));
      expect(one?.text).toBe(other?.text);
    }
  });

  it('are refused for an invalid time zone, in every report', async () => {
    for (const report of REPORTS) {
      const { status, body } = await w.get(report, { user_id: 'someone', tz: 'Mars/Olympus' });
      expect([report, status, body.code]).toEqual([report, 422, 'invalid_request']);
    }
  });

  it('begin with their first instant, also when clocks are put back across midnight', async () => {
    const user_id = await w.user();
    const instants = ['2026-11-01T04:00:00Z', '2026-11-01T04:30:00Z', '2026-11-01T05:30:00Z', '2026-11-02T04:59:59Z'];
    await w.events(user_id, ...instants.map((occurred_at) => ({ occurred_at })));
    const query = { user_id, tz: 'America/Havana', from_date: '2026-11-01', to_date: '2026-11-01' };
    const [day, ...others] = (await w.list('usage/history', query)).body;
    expect(others).toEqual([]);
    expect(day).toMatchObject({ period_start: '2026-11-01T04:00:00.000Z', period_end: '2026-11-02T05:00:00.000Z' });
    expect(eventsOf(day as Json)).toBe(4);
    const daily = await w.get('credits/usage/daily', { user_id, tz: 'America/Havana', date: '2026-11-01' });
    expect(daily.body.total_events).toBe(4);
  });

  it('contain each event once, in the right period, and have the same sum as UTC days', async () => {
    const user_id = await w.user();
    const seeds = Array.from({ length: 300 }, (_, n) => ({
      // around every clock change in 2026, and everywhere else
      occurred_at: new Date(Date.UTC(2026, 0, 3) + n * 28.37 * 60 * 60 * 1000),
      total_cost: `0.${String(n + 1).padStart(10, '0')}`,
    }));
    await w.events(user_id, ...seeds);
    await w.rollUp();
    const total = amount(seeds.reduce((sum, { total_cost }) => sum + units(total_cost), 0n));
    const range = { user_id, from_date: '2026-01-01', to_date: '2026-12-31', limit: '500' };
    const check = async (tz: string): Promise<void> => {
      const days = (await w.list('usage/history', { ...range, tz })).body;
      const cost = (day: Json): bigint => units((day.cost_metrics as Json).total_cost as string);
      expect([tz, amount(days.reduce((sum, day) => sum + cost(day), 0n))]).toEqual([tz, total]);
      for (const day of days) {
        const [start, end] = [new Date(day.period_start as string), new Date(day.period_end as string)];
        const within = seeds.filter(({ occurred_at }) => start <= occurred_at && occurred_at < end);
        expect(eventsOf(day)).toBe(within.length);
      }
    };
    await check('UTC');
    await fc.assert(fc.asyncProperty(fc.constantFrom(...ZONES), check), { numRuns: 25 });
  });

  it("are the same in daily, history and export, regardless of the database's time zone rules", async () => {
    const user_id = await w.user();
    await w.events(user_id, { occurred_at: '2026-11-20T23:30:00Z', request_id: 'late' });
    const tz = 'Africa/Casablanca';
    for (const day of ['2026-11-20', '2026-11-21']) {
      const { total_events } = (await w.get('credits/usage/daily', { user_id, tz, date: day })).body;
      const range = { user_id, tz, from_date: day, to_date: day };
      expect((await w.list('usage/history', range)).body).toHaveLength(total_events as number);
      const exported = (await w.list('usage/export', { ...range, format: 'json' })).body;
      expect(exported).toHaveLength(total_events as number);
    }
  });
});

describe('the projection of the month', () => {
  it('covers the month in the time zone', async () => {
    const user_id = await w.user();
    const days = Array.from({ length: 31 }, (_, n) => addDays('2026-12-01', n));
    await w.events(user_id, ...days.map((day) => ({ occurred_at: `${day}T12:00:00Z`, total_cost: '1' })));
    const summary = async (now: string, tz: string): Promise<unknown[]> => {
      clockAt(now);
      const token = await w.t.tokenFor('an-admin', 'admin');
      const { body } = await w.get('credits/usage/summary', { user_id, tz }, token);
      return [body.this_month, body.projected_month_end];
    };
    expect(await summary('2027-01-01T03:00:00Z', 'America/Los_Angeles')).toEqual(['31.000000', '31.000000']);
    expect(await summary('2026-12-31T16:00:00Z', 'Asia/Tokyo')).toEqual(['0.000000', '31.000000']);
    expect(await summary('2026-12-31T16:00:00Z', 'UTC')).toEqual(['31.000000', '31.000000']);
    mock.timers.reset();
  });
});

describe('dates', () => {
  it.each([
    ['credits/usage/summary', { end_date: '9999-12-31' }],
    ['credits/usage/by-model', { start_date: '0001-01-01' }],
    ['credits/usage/daily', { date: '9999-12-31' }],
    ['usage/history', { to_date: '9999-12-31' }],
    ['usage/export', { to_date: '9999-12-31' }],
    ['credits/transactions', { date_to: '9999-12-31' }],
    ['credits/transactions/export', { date_to: '9999-12-31' }],
  ])('beyond the calendar are refused in %s, with the accepted range', async (report, query) => {
    const { status, body } = await w.get(report, { user_id: 'someone', ...(query as Record<string, string>) });
    expect([status, body.code]).toEqual([422, 'invalid_request']);
    expect(body.detail).toContain('in the years 1900 to 2999');
  });
});
