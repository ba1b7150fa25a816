import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { Logger } from '@nestjs/common';
import { RollupRepository } from '../../../src/metering/rollup.repository.js';
import { ADVANCE, TAKE } from '../../../src/metering/rollup.sql.js';
import { Rollup } from '../../../src/metering/rollup.js';
import { usageInBuckets, usageParameters, usageRows } from '../../../src/metering/usage.sql.js';
import { DAY_MS } from '../../../src/platform/values/calendar.js';
import { eventually } from '../../support/eventually.js';
import { concurrently, type EventSeed, recordEvents, TestEnv } from '../../support/factories.js';

const YEAR = { start: new Date('2026-01-01T00:00:00Z'), end: new Date('2027-01-01T00:00:00Z') };

let w: TestEnv;
let rollup: Rollup;
let repository: RollupRepository;
beforeAll(async () => {
  w = await TestEnv.start();
  rollup = w.t.app.get(Rollup);
  repository = w.t.app.get(RollupRepository);
});
afterAll(() => w.close());

const someone = (): string => `user-${randomUUID()}`;
const catchUp = (): Promise<void> => rollup.catchUp({ signal: new AbortController().signal, log: new Logger('test') });

/** Rolls up until nothing is left: transactions of other test databases can delay it. */
const rollUpAll = (): Promise<unknown> =>
  eventually(async () => {
    await catchUp();
    const [left] = await w.sql(
      `SELECT count(*)::int AS n FROM usage_events, usage_rollups WHERE name <> 'unrated_usage' AND recorded_xid >= watermark`,
    );
    return left?.n === 0;
  });

/** Makes hours of an account, as if it were busy. */
const makeHours = (user_id: string): Promise<unknown> =>
  eventually(async () => {
    await catchUp();
    await repository.makeHours(user_id);
    return (await w.sql('SELECT FROM usage_by_hour WHERE user_id = $1', [user_id])).length > 0;
  });

/** Returns the same sums from the report's query and from the events alone, in one snapshot. */
async function bothSums(user_id: string, span: { start: Date; end: Date } = YEAR): Promise<[unknown, unknown]> {
  const sums = (rows: string): string =>
    `(SELECT jsonb_build_object('events', count_all, 'tokens', tokens, 'cost', cost) FROM (
       SELECT COALESCE(sum(event_count), 0) AS count_all, COALESCE(sum(tokens_used), 0) AS tokens,
         COALESCE(sum(total_cost), 0)::numeric(20, 10)::text AS cost FROM (${rows}) AS r) AS s)`;
  const raw = `SELECT 1 AS event_count, tokens_used, total_cost FROM usage_events
    WHERE user_id = $1 AND occurred_at >= $2 AND occurred_at < $7`;
  const [row] = await w.sql(
    `SELECT ${sums(usageRows(['event_count', 'tokens_used', 'total_cost']))} AS reported, ${sums(raw)} AS raw`,
    usageParameters({ user_id, ...span }),
  );
  return [row?.reported, row?.raw];
}

const rolledUp = (user_id: string): Promise<Record<string, unknown>[]> =>
  w.sql(
    `SELECT day::text, service, model, event_count::int, free_events::int, failed_events::int, tokens_used::int,
       free_tokens::int, total_cost::text, timed_events::int, duration_seconds::text
     FROM usage_daily WHERE user_id = $1 ORDER BY day, service, model`,
    [user_id],
  );

const faultsOf = async (user_id: string): Promise<unknown[]> => {
  const compared = await repository.compare('', 10_000);
  return (compared?.faults ?? []).filter((fault) => fault.user_id === user_id);
};

describe('the roll-up of usage', () => {
  test('counts each event on its UTC day, including late ones and those without a model', async () => {
    const user_id = someone();
    await w.events(
      user_id,
      { occurred_at: '2026-03-31T23:59:59.999Z', total_cost: '0.0000000001', tokens_used: 3, session_id: 's' },
      { occurred_at: '2026-04-01T00:00:00.000Z', total_cost: '0.0000000002', tokens_used: 4, duration_seconds: '1.5' },
      { occurred_at: '2026-04-01T12:00:00.000Z', model: null, service: 'tts', succeeded: false },
    );
    await rollUpAll();
    await w.events(user_id, { occurred_at: '2026-03-31T01:00:00Z', tokens_used: 10, is_free_tier: true });
    await rollUpAll();
    expect(await rolledUp(user_id)).toEqual([
      {
        day: '2026-03-31',
        service: 'openrouter',
        model: 'openai/gpt-4o-mini',
        event_count: 2,
        free_events: 1,
        failed_events: 0,
        tokens_used: 13,
        free_tokens: 10,
        total_cost: '0.0000000001',
        timed_events: 0,
        duration_seconds: '0.0000000000',
      },
      {
        day: '2026-04-01',
        service: 'openrouter',
        model: 'openai/gpt-4o-mini',
        event_count: 1,
        free_events: 0,
        failed_events: 0,
        tokens_used: 4,
        free_tokens: 0,
        total_cost: '0.0000000002',
        timed_events: 1,
        duration_seconds: '1.5000000000',
      },
      {
        day: '2026-04-01',
        service: 'tts',
        model: '',
        event_count: 1,
        free_events: 0,
        failed_events: 1,
        tokens_used: 0,
        free_tokens: 0,
        total_cost: '0.0000000000',
        timed_events: 0,
        duration_seconds: '0.0000000000',
      },
    ]);
    expect(await w.sql('SELECT day::text, session_id FROM usage_sessions WHERE user_id = $1', [user_id])).toEqual([
      { day: '2026-03-31', session_id: 's' },
    ]);
    expect(await faultsOf(user_id)).toEqual([]);
  });

  test('counts an event at its watermark once', async () => {
    const user_id = someone();
    await rollUpAll();
    await w.events(user_id, { tokens_used: 7, occurred_at: '2026-05-02T10:00:00Z' });
    await w.sql(
      'UPDATE usage_events SET recorded_xid = (SELECT max(watermark) FROM usage_rollups) WHERE user_id = $1',
      [user_id],
    );
    expect(await bothSums(user_id)).toMatchObject([{ events: 1, tokens: 7 }, { events: 1 }]);
    await rollUpAll();
    expect(await bothSums(user_id)).toMatchObject([{ events: 1, tokens: 7 }, { events: 1 }]);
    expect(await faultsOf(user_id)).toEqual([]);
  });

  test('skips no event whose transaction is still open', async () => {
    const user_id = someone();
    const slow = await w.pool.connect();
    try {
      await slow.query('BEGIN');
      await recordEvents(slow, user_id, [{ tokens_used: 1, occurred_at: '2026-05-01T10:00:00Z' }]);
      await w.events(user_id, { tokens_used: 2, occurred_at: '2026-05-01T10:00:00Z' });
      await catchUp();
      expect((await bothSums(user_id))[0]).toMatchObject({ events: 1, tokens: 2 });
      await slow.query('COMMIT');
    } finally {
      slow.release();
    }
    expect((await bothSums(user_id))[0]).toMatchObject({ events: 2, tokens: 3 });
    await rollUpAll();
    expect(await rolledUp(user_id)).toMatchObject([{ event_count: 2, tokens_used: 3 }]);
  });

  test('keeps reports exact at every moment, with many writers and several workers', async () => {
    const users = [someone(), someone()] as const;
    let isOver = false;
    const worker = async (): Promise<void> => {
      while (!isOver) await catchUp();
    };
    const watcher = async (user_id: string): Promise<number> => {
      let looks = 0;
      for (; !isOver; looks += 1) {
        const [reported, raw] = await bothSums(user_id);
        expect(reported).toEqual(raw);
      }
      return looks;
    };
    const seed = (n: number): EventSeed => ({
      occurred_at: new Date(YEAR.start.getTime() + (n % 40) * DAY_MS),
      total_cost: `0.00000${String(n % 7)}0001`,
      tokens_used: n,
      session_id: `s${String(n % 5)}`,
      model: `model-${String(n % 3)}`,
    });
    const background = [worker(), worker(), worker(), watcher(users[0]), watcher(users[1])];
    await concurrently(8, async (writer) => {
      for (let n = 0; n < 25; n += 1) await w.events(users[n % 2] ?? '', seed(n), seed(n * writer));
    });
    isOver = true;
    await Promise.all(background);
    await rollUpAll();
    for (const user_id of users) {
      const [reported, raw] = await bothSums(user_id);
      expect(reported).toEqual(raw);
      expect(await faultsOf(user_id)).toEqual([]);
    }
    expect(
      (await w.sql('SELECT sum(event_count)::int AS n FROM usage_daily WHERE user_id = ANY ($1)', [users]))[0]?.n,
    ).toBe(400);
  });

  test.each([true, false])('gives the same sums for any span and buckets (hours: %s)', async (has_hours) => {
    const user_id = someone();
    const minute_ms = 60_000;
    const begin = Date.UTC(2026, 2, 27);
    const some = (n: number): EventSeed => ({
      occurred_at: new Date(begin + n * 17 * minute_ms),
      total_cost: `0.0000${String(n)}`,
      tokens_used: n,
    });
    await w.events(user_id, ...Array.from({ length: 400 }, (_, n) => some(n)));
    await rollUpAll();
    if (has_hours) await makeHours(user_id);
    await w.events(user_id, ...Array.from({ length: 100 }, (_, n) => some(n * 4)));
    const inMinutes = fc.integer({ min: -100, max: 7_000 });
    const buckets = (rows: string): string => `SELECT COALESCE(jsonb_agg(b ORDER BY bucket), '[]') AS sums FROM (
      SELECT bucket, sum(event_count)::int, sum(tokens_used)::int, sum(total_cost)::text FROM (${rows}) AS r GROUP BY 1) AS b`;
    const raw = `SELECT width_bucket(occurred_at, $4::timestamptz[]) AS bucket, 1 AS event_count, tokens_used, total_cost
      FROM usage_events WHERE user_id = $1 AND occurred_at >= $2 AND occurred_at < $3`;
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(inMinutes, { minLength: 2, maxLength: 6 }), async (minutes) => {
        const bounds = minutes.toSorted((a, b) => a - b).map((n) => new Date(begin + n * minute_ms));
        const [start, end] = [bounds[0] as Date, bounds.at(-1) as Date];
        const [reported, all] = await bothSums(user_id, { start, end });
        expect(reported).toEqual(all);
        const values = [user_id, start, end, bounds];
        const inBuckets = buckets(usageInBuckets(['event_count', 'tokens_used', 'total_cost']));
        const [split] = await w.sql(inBuckets, values);
        expect(split).toEqual((await w.sql(buckets(raw), values))[0]);
      }),
      { numRuns: 40 },
    );
  });

  test('fills the hours up to the days, as after a release that moves the days alone', async () => {
    const user_id = someone();
    await w.events(user_id, { tokens_used: 1 });
    await rollUpAll();
    await makeHours(user_id);
    const hours = 'SELECT * FROM usage_by_hour WHERE user_id = $1';
    const progress = `SELECT watermark, tail_id, noted_id, noted_xid FROM usage_rollups WHERE name = 'usage_by_hour'`;
    const [[then], [row]] = [await w.sql(progress), await w.sql(hours, [user_id])];
    await w.events(user_id, { tokens_used: 2 });
    await rollUpAll();
    await w.sql(
      `UPDATE usage_rollups SET (watermark, tail_id, noted_id, noted_xid) = ($1, $2, $3, $4) WHERE name = 'usage_by_hour'`,
      [then?.watermark, then?.tail_id, then?.noted_id, then?.noted_xid],
    );
    await w.sql(`UPDATE usage_by_hour SET event_count = $2, tokens_used = $3 WHERE user_id = $1`, [
      user_id,
      row?.event_count,
      row?.tokens_used,
    ]);
    expect((await bothSums(user_id))[0]).toEqual((await bothSums(user_id))[1]);
    await w.events(user_id, { tokens_used: 4 });
    await rollUpAll();
    expect(await faultsOf(user_id)).toEqual([]);
    const [day] = await w.sql('SELECT sum(tokens_used)::int AS n FROM usage_by_hour WHERE user_id = $1', [user_id]);
    expect(day?.n).toBe(7);
  });

  test('makes the hours of an account that becomes busy, and keeps none of others', async () => {
    const [busy, quiet] = [someone(), someone()];
    const occurred_at = '2026-08-02T10:30:00Z';
    await w.events(busy, ...Array.from({ length: 290 }, () => ({ tokens_used: 1, occurred_at })));
    await w.events(quiet, { tokens_used: 1, occurred_at });
    await rollUpAll();
    const hours = 'SELECT hour, event_count::int FROM usage_by_hour WHERE user_id = ANY ($1)';
    expect(await w.sql(hours, [[busy, quiet]])).toEqual([]);
    await w.events(busy, ...Array.from({ length: 20 }, () => ({ tokens_used: 1, occurred_at })));
    await rollUpAll();
    expect(await w.sql(hours, [[busy, quiet]])).toEqual([{ hour: new Date('2026-08-02T10:00:00Z'), event_count: 310 }]);
    await w.events(busy, { tokens_used: 1, occurred_at: '2026-08-02T11:00:00Z' });
    await rollUpAll();
    expect(await w.sql(hours, [[busy, quiet]])).toHaveLength(2);
    expect([await faultsOf(busy), await faultsOf(quiet)]).toEqual([[], []]);
    await repository.rebuild();
    expect(await w.sql(hours, [[busy, quiet]])).toHaveLength(2);
    expect(await faultsOf(busy)).toEqual([]);
  });

  test('survives a killed worker: nothing is half done, and another worker continues', async () => {
    const user_id = someone();
    await rollUpAll();
    await w.events(user_id, { tokens_used: 5 }, { tokens_used: 6 });
    const doomed = await w.pool.connect();
    doomed.on('error', () => undefined);
    await doomed.query('BEGIN');
    await doomed.query(TAKE);
    await doomed.query(ADVANCE, [1000]);
    expect(await repository.advance(1000)).toBeNull();
    const [pid] = (await doomed.query<{ pid: number }>('SELECT pg_backend_pid() AS pid')).rows;
    await w.sql('SELECT pg_terminate_backend($1)', [pid?.pid]);
    doomed.release(true);
    expect(await rolledUp(user_id)).toEqual([]);
    await rollUpAll();
    expect(await rolledUp(user_id)).toMatchObject([{ event_count: 2, tokens_used: 11 }]);
  });

  test('catches up in batches, and processes the events of one transaction together', async () => {
    const user_id = someone();
    await rollUpAll();
    await w.events(user_id, ...Array.from({ length: 30 }, () => ({ tokens_used: 1 })));
    for (let n = 0; n < 10; n += 1) await w.events(user_id, { tokens_used: 1 });
    const batches: number[] = [];
    await eventually(async () => {
      const pass = await repository.advance(4);
      if (pass && pass.events > 0) batches.push(pass.events);
      return batches.reduce((sum, n) => sum + n, 0) === 40;
    });
    expect(batches[0]).toBe(30);
    expect(Math.max(...batches.slice(1))).toBeLessThanOrEqual(5);
    expect(await faultsOf(user_id)).toEqual([]);
  });

  test('is rebuilt after a restore, which resets transaction ids', async () => {
    const user_id = someone();
    await w.events(user_id, { tokens_used: 1 }, { tokens_used: 2 });
    await rollUpAll();
    await w.events(user_id, { tokens_used: 4 });
    await w.sql('UPDATE usage_events SET recorded_xid = recorded_xid + 1000000000000');
    await w.sql('UPDATE usage_rollups SET watermark = watermark + 1000000000000');
    await catchUp();
    await w.events(user_id, { tokens_used: 8 });
    await rollUpAll();
    expect(await rolledUp(user_id)).toMatchObject([{ event_count: 4, tokens_used: 15 }]);
  });

  test('is combined with current events in the SQL views, which show days and the months of the ledger', async () => {
    const user_id = await w.user('7');
    await w.deduct(user_id, '0.5');
    await w.events(user_id, { occurred_at: '2026-07-01T00:00:00Z', tokens_used: 1, total_cost: '0.25' });
    await rollUpAll();
    await w.events(user_id, { occurred_at: '2026-07-01T23:59:59Z', tokens_used: 2, model: null });
    await w.events(user_id, { occurred_at: '2026-07-01T12:00:00Z', tokens_used: 4 });
    expect(
      await w.sql(
        `SELECT day::text, model, event_count::int, tokens_used::int, total_cost::float FROM v_daily_usage
         WHERE user_id = $1 ORDER BY model NULLS FIRST`,
        [user_id],
      ),
    ).toEqual([
      { day: '2026-07-01', model: null, event_count: 1, tokens_used: 2, total_cost: 0 },
      { day: '2026-07-01', model: 'openai/gpt-4o-mini', event_count: 2, tokens_used: 5, total_cost: 0.25 },
    ]);
    expect(
      await w.sql(
        `SELECT sum(charged)::float AS charged, sum(purchased)::float AS purchased, sum(bonus)::float AS bonus,
           sum(net)::float AS net, sum(lines)::int AS lines FROM v_monthly_credits WHERE user_id = $1`,
        [user_id],
      ),
    ).toEqual([{ charged: 0.5, purchased: 5, bonus: 2, net: 6.5, lines: 3 }]);
  });

  test('accepts sums that are larger than a single event can have', async () => {
    const user_id = someone();
    const dear = { total_cost: '9999999999.9999999999', duration_seconds: '999999999' };
    await w.events(user_id, ...Array.from({ length: 12 }, () => dear));
    await rollUpAll();
    expect(await rolledUp(user_id)).toMatchObject([{ total_cost: '119999999999.9999999988' }]);
  });
});
