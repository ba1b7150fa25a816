import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { RESTART } from '../../../src/metering/hourly/hourly.sql.js';
import { amount, units } from '../../../src/platform/values/amount.js';
import { DAY_MS } from '../../../src/platform/values/calendar.js';
import { eventually } from '../../support/eventually.js';
import { type Json, TestEnv } from '../../support/factories.js';

let w: TestEnv;
beforeAll(async () => {
  w = await TestEnv.start();
});
afterAll(() => w.close());

/** A ledger line in the past, with or without the event of its work. */
interface PastCharge {
  hours_ago: number;
  amount: string;
  service?: string;
  model?: string | null;
  has_event?: boolean;
}

async function bookPast(user_id: string, charges: readonly PastCharge[]): Promise<void> {
  const rows = charges.map((charge) => ({ service: 'tts', model: null, has_event: false, ...charge }));
  await w.sql(
    `WITH line AS (
       INSERT INTO credit_transactions (id, user_id, amount, balance_after, transaction_type, service, model, metadata, actor, created_at)
       SELECT tollgate_row_id($1, at, n::int), $1, -amount, 0, 'usage', service, model,
         jsonb_build_object('has_event', has_event), 'a-test', date_trunc('milliseconds', at)
       FROM (
         SELECT now() - hours_ago * interval '1 hour' AS at, c.*, row_number() OVER () AS n
         FROM jsonb_to_recordset($2::jsonb) AS c (hours_ago numeric, amount numeric, service text, model text, has_event boolean)
       ) AS c
       RETURNING *)
     INSERT INTO usage_events (id, user_id, service, model, tokens_used, input_tokens, provider_cost, total_cost, request_id, occurred_at, transaction_id, created_at)
     SELECT id, user_id, service, model, 10, 10, -amount, -amount, id::text, created_at - interval '3 hours', id, created_at
     FROM line WHERE (metadata->>'has_event')::boolean`,
    [user_id, JSON.stringify(rows)],
  );
  for (const statement of RESTART) await w.sql(statement); // in reality no line appears in the past
}

interface Totals extends Json {
  credits: string;
  charges: number;
  event_count: number;
}
interface Group {
  kind: string;
  group: string | null;
  total: Totals;
  points: (Totals & { start: string })[];
}
interface Series extends Json {
  from: string;
  to: string;
  buckets: string[];
  total: Totals;
  groups: Group[];
}

const series = async (query: Record<string, string>): Promise<Series> => {
  const { status, body } = await w.get('usage/series', query);
  expect([status, body.code]).toEqual([200, undefined]);
  return body as Series;
};

/** What the ledger says was spent. */
async function spentInLedger(user_id: string | null, { from, to }: Pick<Series, 'from' | 'to'>): Promise<string> {
  const [row] = await w.sql(
    `SELECT COALESCE(-sum(amount), 0)::text AS spent FROM credit_transactions
     WHERE ($1::text IS NULL OR user_id = $1) AND created_at >= $2 AND created_at < $3
       AND (transaction_type = 'usage' OR metadata->>'reason' = 'rerated')`,
    [user_id, from, to],
  );
  return amount(units(row?.spent as string));
}

const sum = (values: readonly string[]): string => amount(values.reduce((total, value) => total + units(value), 0n));
const rollUp = (): Promise<unknown> =>
  eventually(async () => {
    await w.rollUpHours();
    const [row] = await w.sql(`SELECT ledger_until > now() - interval '1 minute' AS is_current FROM hourly_rollups`);
    return row?.is_current === true;
  });

const day = (days_ago: number): string => new Date(Date.now() - days_ago * DAY_MS).toISOString().slice(0, 10);

/** Checks that a series equals the ledger, in total and in its parts, for several groupings, buckets and zones. */
async function expectAgreement(user_id: string): Promise<void> {
  for (const [granularity, tz, from] of [
    ['day', 'UTC', day(40)],
    ['hour', 'UTC', day(20)],
    ['day', 'Europe/Berlin', day(5)],
    ['week', 'Asia/Kolkata', day(40)],
    ['day', 'Asia/Kathmandu', day(20)],
    ['hour', 'Asia/Kolkata', day(3)],
    ['month', 'America/New_York', day(40)],
  ] as const) {
    for (const group_by of ['none', 'provider', 'service', 'model'] as const) {
      const found = await series({ user_id, granularity, tz, from, group_by });
      expect(found.total.credits).toBe(await spentInLedger(user_id, found));
      expect(sum(found.groups.map(({ total }) => total.credits))).toBe(found.total.credits);
      for (const { total, points } of found.groups) {
        expect(sum(points.map(({ credits }) => credits))).toBe(total.credits);
        expect(points.every(({ start }) => found.buckets.includes(start))).toBe(true);
      }
    }
  }
}

describe('spending over time', () => {
  it('is empty for an account without charges, with every bucket', async () => {
    const found = await series({ user_id: await w.user(), from: day(6) });
    expect(found).toMatchObject({ granularity: 'day', group_by: 'none', groups: [] });
    expect(found.buckets).toHaveLength(7);
    expect(found.total).toMatchObject({ credits: '0.000000', charges: 0, event_count: 0, tokens_used: 0 });
  });

  it('shows charges without a usage event as a group of their own', async () => {
    const user_id = await w.user('500');
    await w.deduct(user_id, '388.2');
    const work = { user_id, service: 'openrouter', model: 'openai/gpt-4o', input_tokens: 70, cache_read_tokens: 30 };
    await w.done('credits/usage/track', { ...work, cost: '1.5', charge: true, settle: true });
    await w.done('credits/usage/track', { ...work, cost: '2', request_id: 'recorded-only' });
    const { groups, total } = await series({ user_id, group_by: 'provider' });
    expect(groups.map(({ kind, group, total: its }) => [kind, group, its.credits, its.event_count])).toEqual([
      ['usage', 'openai', '1.500000', 2],
      ['charge_without_usage', null, '388.200000', 0],
    ]);
    expect(total).toMatchObject({ credits: '389.700000', charges: 2, input_tokens: 140, cache_read_tokens: 60 });
    const spent = await w.get('usage/spent', { user_id });
    expect(spent.body).toMatchObject({
      last_24_hours: { credits: '389.700000' },
      last_30_days: { credits: '389.700000', event_count: 2 },
      charged_without_usage: '388.200000',
    });
  });

  it('counts a capture beyond its hold as the work that it is', async () => {
    const user_id = await w.user('10');
    await w.sql(
      `WITH line AS (
         INSERT INTO credit_transactions (id, user_id, amount, balance_after, transaction_type, service, model, hold_id, actor, created_at)
         SELECT tollgate_row_id($1, at, n), $1, -n, 0, 'usage', 'openrouter', 'openai/gpt-4o', $2, 'a-test', at
         FROM generate_series(1, 2) AS n, date_trunc('milliseconds', clock_timestamp()) AS at RETURNING *)
       INSERT INTO usage_events (id, user_id, service, model, provider_cost, total_cost, request_id, occurred_at, transaction_id, created_at)
       SELECT id, user_id, service, model, 3, 3, id::text, created_at, id, created_at FROM line WHERE amount = -1`,
      [user_id, randomUUID()],
    );
    const { groups } = await series({ user_id, group_by: 'model' });
    expect(groups.map(({ kind, group, total }) => [kind, group, total.credits, total.charges])).toEqual([
      ['usage', 'openai/gpt-4o', '3.000000', 2],
    ]);
  });

  it('equals the ledger for any mix of work, deductions, holds and refunds, however much is rolled up', async () => {
    const charge = fc.record({
      hours_ago: fc.double({ min: 1, max: 40 * 24, noNaN: true }),
      amount: fc.nat(1e6).map((n) => amount(BigInt(n + 1))),
      service: fc.constantFrom('tts', 'openrouter'),
      model: fc.constantFrom(null, 'openai/gpt-4o', 'acme/writer-1', 'plain'),
      has_event: fc.boolean(),
    });
    const charges = fc.sample(charge, { numRuns: 400, seed: 7 });
    const user_id = await w.user('100');
    await bookPast(user_id, charges.slice(0, 200));
    await expectAgreement(user_id);
    await rollUp();
    await expectAgreement(user_id);
    const charged = await w.deduct(user_id, '2.25');
    await w.done('credits/refund', { user_id, amount: '1', reason: 'a test', transaction_id: charged.transaction_id });
    const [kept, released] = [await w.hold(user_id, '4'), await w.hold(user_id, '5')];
    await w.resolve(kept, 'capture', { amount: '6.5' });
    await w.resolve(released, 'release');
    await w.done('credits/usage/track', { user_id, service: 'tts', cost: '0.75', charge: true, settle: true });
    await w.bonus(user_id, '3');
    await expectAgreement(user_id);
    await rollUp();
    await expectAgreement(user_id);
  });

  it('skips no line whose transaction is open while the ledger is rolled up', async () => {
    const user_id = await w.user('10');
    for (const statement of RESTART) await w.sql(statement);
    const slow = await w.pool.connect();
    try {
      await slow.query('BEGIN');
      await slow.query(
        `INSERT INTO credit_transactions (id, user_id, amount, balance_after, transaction_type, service, actor, created_at)
         SELECT tollgate_row_id($1, at), $1, -0.5, 0, 'usage', 'tts', 'a-test', at
         FROM date_trunc('milliseconds', clock_timestamp() - interval '20 seconds') AS at`,
        [user_id],
      );
      for (let run = 0; run < 3; run += 1) await w.rollUpHours();
      await slow.query('COMMIT');
    } finally {
      slow.release();
    }
    await rollUp();
    expect((await series({ user_id })).total.credits).toBe('0.500000');
    const [row] = await w.sql('SELECT credits::text FROM usage_hourly WHERE user_id = $1', [user_id]);
    expect(row?.credits).toBe('0.5000000000');
  });

  it('is rebuilt with the daily roll-up', async () => {
    const user_id = await w.user('10');
    await bookPast(user_id, [{ hours_ago: 30, amount: '1' }]);
    await w.sql('DELETE FROM usage_hourly WHERE user_id = $1', [user_id]);
    await w.sql('UPDATE usage_rollups SET watermark = watermark + 1000000000000');
    await w.rollUp();
    await rollUp();
    expect((await series({ user_id })).total.credits).toBe('1.000000');
  });

  it('can be compared with the period before', async () => {
    const user_id = await w.user('10');
    await bookPast(user_id, [
      { hours_ago: 24 * 8, amount: '1' },
      { hours_ago: 24 * 2, amount: '2' },
    ]);
    const found = await series({ user_id, from: day(6), compare: 'previous' });
    expect(found.total.credits).toBe('2.000000');
    const previous = found.previous as Series;
    expect([previous.to, previous.buckets.length, previous.total.credits]).toEqual([found.from, 7, '1.000000']);
  });

  it('of the whole platform equals all ledgers', async () => {
    await bookPast(await w.user(), [{ hours_ago: 50, amount: '0.125' }]);
    const before = (await w.get('admin/usage/series', { group_by: 'service' })).body as Series;
    expect(before.total.credits).toBe(await spentInLedger(null, before));
    await rollUp();
    const after = (await w.get('admin/usage/series', { group_by: 'service' })).body as Series;
    expect(after.total).toEqual(before.total);
    expect((await w.get('admin/usage/series', { tz: 'Asia/Kolkata' })).status).toBe(422);
    expect((await w.get('admin/usage/series', {}, await w.as('somebody'))).status).toBe(403);
  });

  it.each([
    [{ from: day(1), to: day(2) }, 'from'],
    [{ from: day(400) }, 'from'],
    [{ from: day(40), granularity: 'hour' }, 'granularity'],
    [{ group_by: 'colour' }, 'group_by'],
    [{ tz: 'Mars/Olympus' }, 'tz'],
  ] as [Record<string, string>, string][])('refuses %j', async (query, field) => {
    const { status, body } = await w.get('usage/series', { user_id: 'somebody', ...query });
    expect([status, (body.errors as Json[])[0]?.field]).toEqual([422, field]);
  });

  it("is refused for another user's account", async () => {
    const token = await w.as('somebody');
    for (const path of ['usage/series', 'usage/spent', 'usage/events'])
      expect((await w.get(path, { user_id: 'somebody-else' }, token)).status).toBe(403);
  });
});

describe('the list of events', () => {
  it('is filtered and paged, newest work first, and leads to the receipt of each charge', async () => {
    const user_id = await w.user('50');
    const track = (more: object): Promise<Json> =>
      w.done('credits/usage/track', { user_id, service: 'openrouter', model: 'openai/gpt-4o', cost: '0.5', ...more });
    await track({ charge: true, settle: true });
    await track({ model: 'openrouter/acme/writer-1' });
    await track({ service: 'tts', model: undefined });
    await w.events(user_id, { succeeded: false, occurred_at: new Date(Date.now() - 3 * DAY_MS) });
    const list = async (query: Record<string, string>): Promise<Json[]> =>
      (await w.list('usage/events', { user_id, ...query })).body;
    expect(await list({})).toHaveLength(4);
    expect((await list({ provider: 'openai', status: 'succeeded' })).map(({ model }) => model)).toEqual([
      'openai/gpt-4o',
    ]);
    expect(await list({ provider: 'acme' })).toHaveLength(1);
    expect(await list({ provider: 'tts' })).toHaveLength(1);
    expect(await list({ service: 'tts' })).toHaveLength(1);
    expect(await list({ status: 'failed' })).toHaveLength(1);
    expect(await list({ from: day(1) })).toHaveLength(3);
    const [charged] = await list({ model: 'openai/gpt-4o' });
    const receipt = await w.get(`credits/transactions/${String(charged?.transaction_id)}/receipt`, { user_id });
    expect([receipt.status, receipt.body.amount]).toEqual([200, '-0.500000']);

    const ids: unknown[] = [];
    let cursor: string | undefined;
    do {
      const query = { user_id, limit: '1', count: 'true', ...(cursor !== undefined && { cursor }) };
      const { body, headers } = await w.list('usage/events', query);
      expect(headers['x-total-count']).toBe('4');
      ids.push(...body.map(({ id }) => id));
      cursor = headers['x-next-cursor'];
    } while (cursor !== undefined);
    expect(ids).toEqual((await list({})).map(({ id }) => id));
  });

  it('of an unknown account is empty', async () => {
    expect((await w.list('usage/events', { user_id: `user-${randomUUID()}` })).body).toEqual([]);
  });
});
