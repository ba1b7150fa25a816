import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { eventsBetween, inTime, late, newestEvents } from '../../../src/metering/events.sql.js';
import { HourlyRollup } from '../../../src/metering/hourly/hourly-rollup.js';
import { SPENDING_ROWS } from '../../../src/metering/hourly/hourly.sql.js';
import { NOT_ROLLED_UP_OF_ACCOUNT } from '../../../src/metering/usage.sql.js';
import { Database } from '../../../src/platform/database/database.js';
import { eventually } from '../../support/eventually.js';
import { recordEvents, TestEnv } from '../../support/factories.js';

const MINUTE_MS = 60_000;
const SPAN = { start: '$2::timestamptz', end: '$3::timestamptz' };

let w: TestEnv;
beforeAll(async () => {
  w = await TestEnv.start();
});
afterAll(() => w.close());

const someone = (): string => `user-${randomUUID()}`;

describe('events of a span', () => {
  const begin = Date.UTC(2026, 5, 1);
  const user_id = someone();
  beforeAll(async () => {
    // recorded before, at, soon after and long after the work, around every bound between fresh and late
    const minutes = [-90, -16, -15.00002, -15, -14.99998, -1, 0, 1, 14.99998, 15, 15.00002, 16, 90, 10_000];
    const times = Array.from({ length: 20 }, (_, n) => begin + n * 7 * MINUTE_MS);
    const rows = times.flatMap((at) => minutes.map((after) => [at, at + after * MINUTE_MS]));
    const iso = (n: 0 | 1): string[] => rows.map((row) => new Date(row[n] ?? 0).toISOString());
    await w.sql(
      `INSERT INTO usage_events (id, user_id, service, request_id, occurred_at, created_at)
       SELECT tollgate_row_id($1, recorded), $1, 'tts', gen_random_uuid()::text, occurred, recorded
       FROM unnest($2::timestamptz[], $3::timestamptz[]) AS e (occurred, recorded)`,
      [user_id, iso(0), iso(1)],
    );
  });

  const inMinutes = fc.integer({ min: -30, max: 170 });
  const spans = fc.tuple(inMinutes, inMinutes).map((ends) => {
    const [from = 0, to = 0] = ends.toSorted((a, b) => a - b);
    return [user_id, new Date(begin + from * MINUTE_MS), new Date(begin + to * MINUTE_MS)] as const;
  });
  const raw = (order: string): string =>
    `SELECT id FROM usage_events WHERE user_id = $1 AND occurred_at >= $2 AND occurred_at < $3 ORDER BY ${order}`;
  const agree = (text: string, expected: string): Promise<void> =>
    fc.assert(
      fc.asyncProperty(spans, async (values) => {
        expect(await w.sql(text, [...values])).toEqual(await w.sql(expected, [...values]));
      }),
      { numRuns: 40 },
    );

  test('are found once each, however late they were recorded', async () => {
    await agree(`SELECT id FROM (${eventsBetween(SPAN, '*')}) AS e ORDER BY id`, raw('id'));
    const apart = [inTime(SPAN), late(SPAN)].map(
      (when) => `SELECT id FROM usage_events WHERE user_id = $1 AND ${when}`,
    );
    await agree(`${apart.join(' UNION ALL ')} ORDER BY id`, raw('id'));
  });

  test('are paged by the time of the work', async () => {
    const page = { ...SPAN, columns: 'id', matching: 'user_id = $1', take: 7 };
    const newest = raw('occurred_at DESC, id DESC LIMIT 7');
    await agree(newestEvents({ ...page, skip: 0 }), newest);
    await agree(newestEvents({ ...page, skip: 11 }), `${newest} OFFSET 11`);
  });

  test('are read by an index of their own if they are late, and by their ids if they are not', async () => {
    const { pool } = w.t.app.get(Database);
    const plan = async (when: string): Promise<string> => {
      const span = { start: `'2026-06-01'::timestamptz`, end: `'2026-06-02'::timestamptz` };
      const text = `EXPLAIN SELECT FROM usage_events WHERE user_id = '${user_id}' AND ${when === 'late' ? late(span) : inTime(span)}`;
      return JSON.stringify((await pool.query(text)).rows);
    };
    expect(await plan('late')).toMatch(/usage_events_until_\d+_\d+_late_idx/);
    expect(await plan('in time')).toMatch(/usage_events_until_\d+_\d+_pkey/);
  });
});

describe('events that are not rolled up', () => {
  const EVENT = 'SELECT id, recorded_xid FROM usage_events WHERE user_id = $1';
  const progress = async (): Promise<{ tail_id: string; noted_xid: string }> => {
    const [row] = await w.sql(`SELECT tail_id, noted_xid FROM usage_rollups WHERE name = 'usage_daily'`);
    return row as { tail_id: string; noted_xid: string };
  };
  const tailOf = async (user_id: string): Promise<number> => {
    const text = `SELECT count(*)::int AS n FROM usage_events WHERE ${NOT_ROLLED_UP_OF_ACCOUNT}`;
    return (await w.sql(text, [user_id]))[0]?.n as number;
  };
  /** Passes of the worker until `tail_id` has moved twice: everything noted before has been used. */
  const passes = async (): Promise<void> => {
    for (let moved = 0, { tail_id } = await progress(); moved < 2;) {
      await w.events(someone(), {});
      await w.rollUp();
      const now = (await progress()).tail_id;
      if (now !== tail_id) [moved, tail_id] = [moved + 1, now];
    }
  };

  test('are found from an id on that rises with the watermark', async () => {
    const before = await progress();
    await passes();
    const after = await progress();
    expect(after.tail_id > before.tail_id).toBe(true);
    const [age] = await w.sql(
      `SELECT tail_id BETWEEN tollgate_id_at(clock_timestamp(), -10) AND tollgate_id_at(clock_timestamp(), -1) AS is_recent
       FROM usage_rollups WHERE name = 'usage_daily'`,
    );
    expect(age?.is_recent).toBe(true);
  });

  test('are found closely when no more come, and an idle worker writes nothing', async () => {
    const rows = 'SELECT * FROM usage_rollups ORDER BY name';
    // transactions of other databases of the server can keep an event waiting
    const waiting = `SELECT FROM usage_events WHERE recorded_xid >= (SELECT min(watermark) FROM usage_rollups WHERE name <> 'unrated_usage')`;
    await w.events(someone(), {});
    await eventually(async () => {
      await w.rollUp();
      const isIdle = (await w.sql(waiting)).length === 0;
      return isIdle && (await w.sql(rows)).every(({ tail_id, noted_id }) => tail_id === noted_id);
    });
    const idle = await w.sql(rows);
    await w.rollUp();
    expect(await w.sql(rows)).toEqual(idle);
  });

  test('are found by hour in the same way', async () => {
    const user_id = someone();
    const hourly = w.t.app.get(HourlyRollup);
    const count = async (): Promise<unknown> => {
      const text = `SELECT COALESCE(sum(event_count), 0)::int AS n FROM (${SPENDING_ROWS.hours}) AS rows`;
      return (await w.sql(text, [user_id, '2026-01-01', '2100-01-01']))[0]?.n;
    };
    for (let n = 1; n <= 6; n += 1) {
      await w.events(user_id, {});
      expect(await count()).toBe(n);
      await hourly.catchUp({ signal: new AbortController().signal });
      expect(await count()).toBe(n);
    }
    const [row] = await w.sql(`SELECT tail_id > '00000000-0000-7000-8000-000000000000' AS moved FROM hourly_rollups`);
    expect(row?.moved).toBe(true);
  });

  test('are never below that id, also if their transaction is slow', async () => {
    const user_id = someone();
    const slow = await w.pool.connect();
    try {
      await slow.query('BEGIN');
      await recordEvents(slow, user_id, [{ tokens_used: 1 }]);
      const [event] = (await slow.query<{ id: string; recorded_xid: string }>(EVENT, [user_id])).rows;
      await eventually(async () => {
        await w.events(someone(), {});
        await w.rollUp();
        return BigInt((await progress()).noted_xid) > BigInt(event?.recorded_xid ?? 0);
      });
      // as if the note had been taken a quarter of an hour after the event
      await w.sql('UPDATE usage_rollups SET noted_id = tollgate_id_at(clock_timestamp(), 15)');
      for (let n = 0; n < 4; n += 1) {
        await w.events(someone(), {});
        await w.rollUp();
      }
      expect((await progress()).tail_id <= (event?.id ?? '')).toBe(true);
      await slow.query('COMMIT');
    } finally {
      slow.release();
    }
    expect(await tailOf(user_id)).toBe(1);
    await eventually(async () => {
      await w.events(someone(), {});
      await w.rollUp();
      const waiting = `${EVENT} AND recorded_xid >= (SELECT min(watermark) FROM usage_rollups WHERE name <> 'unrated_usage')`;
      return (await w.sql(waiting, [user_id])).length === 0;
    });
    const [day] = await w.sql('SELECT sum(event_count)::int AS n FROM usage_daily WHERE user_id = $1', [user_id]);
    expect(day?.n).toBe(1);
  });
});
