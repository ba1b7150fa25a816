import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { HourlyRollupRepository } from '../../../src/metering/hourly/hourly-rollup.repository.js';
import { RESTART } from '../../../src/metering/hourly/hourly.sql.js';
import { RollupRepository } from '../../../src/metering/rollup.repository.js';
import { amount, units } from '../../../src/platform/values/amount.js';
import { DAY_MS } from '../../../src/platform/values/calendar.js';
import { eventually } from '../../support/eventually.js';
import { type Json, TestEnv } from '../../support/factories.js';

const KEYS = [randomUUID(), randomUUID()] as const;

let w: TestEnv;
beforeAll(async () => {
  w = await TestEnv.start();
});
afterAll(() => w.close());

/** A charge in the past, with or without the event of its work. */
interface PastCharge {
  hours_ago: number;
  amount: string;
  service: string;
  model: string | null;
  has_event: boolean;
  api_key_id: string | null;
  member_id: string | null;
  tags: string[] | null;
}

async function bookPast(user_id: string, charges: readonly PastCharge[]): Promise<void> {
  await w.sql(
    `WITH line AS (
       INSERT INTO credit_transactions (id, user_id, amount, balance_after, transaction_type, service, model, metadata,
         api_key_id, member_id, tags, actor, created_at)
       SELECT tollgate_row_id($1, at, n::int), $1, -amount, 0, 'usage', service, model,
         jsonb_build_object('has_event', has_event), api_key_id, member_id, tags, 'a-test', date_trunc('milliseconds', at)
       FROM (
         SELECT now() - hours_ago * interval '1 hour' AS at, c.*, row_number() OVER () AS n
         FROM jsonb_to_recordset($2::jsonb) AS c (hours_ago numeric, amount numeric, service text, model text,
           has_event boolean, api_key_id uuid, member_id text, tags varchar(64)[])
       ) AS c
       RETURNING *)
     INSERT INTO usage_events (id, user_id, service, model, tokens_used, input_tokens, provider_cost, total_cost,
       cache_savings, api_key_id, member_id, tags, request_id, occurred_at, transaction_id, created_at)
     SELECT id, user_id, service, model, 10, 10, -amount, -amount, 0.25, api_key_id, member_id, tags, id::text,
       created_at - interval '3 hours', id, created_at
     FROM line WHERE (metadata->>'has_event')::boolean`,
    [user_id, JSON.stringify(charges)],
  );
  for (const statement of RESTART) await w.sql(statement); // in reality no line appears in the past
}

const charge: fc.Arbitrary<PastCharge> = fc.record({
  hours_ago: fc.double({ min: 1, max: 20 * 24, noNaN: true }),
  amount: fc.nat(1e6).map((n) => amount(BigInt(n + 1))),
  service: fc.constantFrom('tts', 'openrouter'),
  model: fc.constantFrom(null, 'openai/gpt-4o', 'acme/writer-1'),
  has_event: fc.boolean(),
  api_key_id: fc.constantFrom(null, ...KEYS),
  member_id: fc.constantFrom(null, 'ann', 'ben'),
  tags: fc.constantFrom<string[] | null>(null, ['red'], ['red', 'blue'], ['green']),
});

interface Totals extends Json {
  credits: string;
  cache_savings: string;
  charges: number;
  event_count: number;
}
interface Series extends Json {
  from: string;
  to: string;
  total: Totals;
  groups: { kind: string; group: string | null; total: Totals; points: (Totals & { start: string })[] }[];
}

const series = async (query: Record<string, string>): Promise<Series> => {
  const { status, body } = await w.get('usage/series', query);
  expect([status, body.code]).toEqual([200, undefined]);
  return body as Series;
};

const day = (days_ago: number): string => new Date(Date.now() - days_ago * DAY_MS).toISOString().slice(0, 10);

const VALUES = { api_key: 'l.api_key_id::text', member: 'l.member_id', tag: 'tag' } as const;
const FILTERS = { api_key: 'api_key_id', member: 'member_id', tag: 'tag' } as const;

/** What the ledger and the events say about each value of a dimension. */
const fromLedger = (user_id: string, dimension: keyof typeof VALUES, { from, to }: Series): Promise<Json[]> =>
  w.sql(
    `SELECT ${VALUES[dimension]} AS value, (-sum(l.amount))::text AS credits, count(*)::int AS charges,
       count(e.id)::int AS event_count, COALESCE(sum(e.cache_savings), 0)::text AS cache_savings
     FROM credit_transactions l LEFT JOIN usage_events e ON e.user_id = l.user_id AND e.id = l.id
       ${dimension === 'tag' ? ', unnest(l.tags) AS tag' : ''}
     WHERE l.user_id = $1 AND l.created_at >= $2 AND l.created_at < $3 AND l.transaction_type = 'usage'
       AND ${VALUES[dimension]} IS NOT NULL
     GROUP BY 1 ORDER BY 1`,
    [user_id, from, to],
  );

const shown = ({ credits, charges, event_count, cache_savings }: Totals) => {
  return { credits, charges, event_count, cache_savings };
};

async function expectAgreement(user_id: string): Promise<void> {
  for (const [granularity, tz, from] of [
    ['day', 'UTC', day(30)],
    ['hour', 'Asia/Kolkata', day(9)],
    ['week', 'Asia/Kathmandu', day(30)],
    ['month', 'America/New_York', day(40)],
  ] as const) {
    const all = await series({ user_id, granularity, tz, from });
    for (const dimension of ['api_key', 'member', 'tag'] as const) {
      const found = await series({ user_id, granularity, tz, from, group_by: dimension });
      expect(found.total).toEqual(all.total);
      const named = found.groups.filter(({ group }) => group !== null);
      const expected = (await fromLedger(user_id, dimension, found)).map(({ value, ...its }) => ({
        group: value,
        ...its,
        credits: amount(units(its.credits as string)),
        cache_savings: amount(units(its.cache_savings as string)),
      }));
      const groups = named.map(({ group, total }) => ({ group, ...shown(total) }));
      expect(groups.toSorted((a, b) => String(a.group).localeCompare(String(b.group)))).toEqual(
        expected.toSorted((a, b) => String(a.group).localeCompare(String(b.group))),
      );
      if (dimension !== 'tag') {
        const sum = found.groups.reduce((total, group) => total + units(group.total.credits), 0n);
        expect(amount(sum)).toBe(all.total.credits);
      }
      for (const { group, total, points } of named) {
        const only = await series({
          user_id,
          granularity,
          tz,
          from,
          [FILTERS[dimension]]: String(group),
          group_by: 'model',
        });
        expect(only.total).toEqual(total);
        expect(amount(points.reduce((sum, point) => sum + units(point.credits), 0n))).toBe(total.credits);
      }
    }
  }
}

const rollUp = (): Promise<unknown> =>
  eventually(async () => {
    await w.rollUp();
    await w.rollUpHours();
    const [row] = await w.sql(`SELECT ledger_until > now() - interval '1 minute' AND event_watermark > ALL (
      SELECT recorded_xid FROM usage_events) AS is_current FROM hourly_rollups`);
    return row?.is_current === true;
  });

const faults = async (): Promise<unknown> => (await w.t.app.get(RollupRepository).compare('', 10_000))?.faults;

describe('spending by key, member and tag', () => {
  it('equals the ledger in any time zone, however much is rolled up', async () => {
    const charges = fc.sample(charge, { numRuns: 200, seed: 5 });
    const user_id = await w.user('100');
    await bookPast(user_id, charges.slice(0, 150));
    await expectAgreement(user_id);
    await rollUp();
    await expectAgreement(user_id);
    await w.done('credits/usage/track', { user_id, service: 'tts', cost: '0.75', settle: true, tags: ['red', 'new'] });
    await w.done('credits/deduct', { user_id, service: 'tts', amount: '0.5', tags: ['blue'] });
    await expectAgreement(user_id);
    await rollUp();
    await expectAgreement(user_id);
    expect(await faults()).toEqual([]);
  });

  it('takes no rows for work that names none', async () => {
    const user_id = await w.user('10');
    await w.done('credits/usage/track', { user_id, service: 'tts', cost: '0.75', charge: true });
    await w.deduct(user_id, '1');
    await rollUp();
    expect(await w.sql('SELECT FROM usage_by_attribution WHERE user_id = $1', [user_id])).toEqual([]);
    expect(await w.sql('SELECT FROM usage_hourly WHERE user_id = $1', [user_id])).not.toEqual([]);
    const { groups } = await series({ user_id, group_by: 'member' });
    expect(groups.map(({ kind, group, total }) => [kind, group, total.credits])).toEqual([
      ['usage', null, '0.750000'],
      ['charge_without_usage', null, '1.000000'],
    ]);
    expect((await series({ user_id, group_by: 'tag' })).groups).toEqual([]);
  });

  it('is found when its roll-up differs', async () => {
    const user_id = await w.user('10');
    const none = { api_key_id: null, member_id: null, model: null, has_event: false };
    await bookPast(user_id, [{ ...none, hours_ago: 5, amount: '0.5', service: 'tts', tags: ['lost'] }]);
    await rollUp();
    await w.sql(`UPDATE usage_by_attribution SET credits = 7 WHERE user_id = $1`, [user_id]);
    const found = (await faults()) as Json[];
    expect(found.map(({ user_id: whose, day: of }) => [whose, String(of).slice(13)])).toEqual([
      [user_id, ':00, tag lost'],
    ]);
    await w.sql(`UPDATE usage_by_attribution SET credits = 0.5 WHERE user_id = $1`, [user_id]);
    expect(await faults()).toEqual([]);
  });

  it.each([
    [{ api_key_id: KEYS[0], tag: 'red' }, 'tag'],
    [{ member_id: 'ann', group_by: 'tag' }, 'group_by'],
    [{ api_key_id: 'not-an-id' }, 'api_key_id'],
  ] as [Record<string, string>, string][])('refuses %j', async (query, field) => {
    const { status, body } = await w.get('usage/series', { user_id: 'somebody', ...query });
    expect([status, (body.errors as Json[])[0]?.field]).toEqual([422, field]);
  });

  it('of all accounts is refused', async () => {
    expect((await w.get('admin/usage/series', { group_by: 'tag' })).status).toBe(422);
  });
});

describe('events and ledger lines', () => {
  it('are filtered, counted and exported by key, member and tag', async () => {
    const user_id = await w.user('10');
    const work = { hours_ago: 2, amount: '1', service: 'tts', model: null, has_event: true };
    const none = { api_key_id: null, member_id: null, tags: null };
    await bookPast(user_id, [
      { ...work, ...none, api_key_id: KEYS[0], tags: ['a', 'b'] },
      { ...work, ...none, api_key_id: KEYS[1], member_id: 'ann' },
      { ...work, ...none },
    ]);
    for (const [query, count] of [
      [{ api_key_id: KEYS[0] }, '1'],
      [{ member_id: 'ann' }, '1'],
      [{ tag: 'b' }, '1'],
      [{ tag: 'b', api_key_id: KEYS[1] }, '0'],
    ] as [Record<string, string>, string][]) {
      for (const path of ['usage/events', 'credits/transactions']) {
        const { body, headers } = await w.list(path, { user_id, count: 'true', ...query });
        expect([String(body.length), headers['x-total-count']]).toEqual([count, count]);
      }
      for (const path of ['usage/export', 'credits/transactions/export']) {
        const file = await w.t.call(path, { token: w.service, query: { user_id, format: 'json', ...query } });
        expect([file.status, String((file.body as Json[]).length)]).toEqual([200, count]);
      }
    }
  });
});

describe('work that uses a cache', () => {
  const MODEL = `acme/${randomUUID()}`;
  const CACHED = {
    service: 'openrouter',
    model: MODEL,
    input_tokens: 1000,
    cache_read_tokens: 4000,
    output_tokens: 100,
  };

  it('is reported with every pool and what it would have cost without the cache, also after its price arrived late', async () => {
    const user_id = await w.user('10');
    const track = (more: object): Promise<Json> => w.done('credits/usage/track', { user_id, ...CACHED, ...more });
    await track({ charge: true, tags: ['red'], request_id: 'one' });
    await track({ charge: true, tags: ['blue'], request_id: 'two' });
    await track({ reasoning_tokens: 7, image_tokens: 5, audio_input_tokens: 3, request_id: 'three' });
    await rollUp();
    const price = { input_per_million: '10', output_per_million: '20', cache_read_per_million: '1' };
    await w.done('pricing/models', { model: MODEL, ...price });
    await w.done('pricing/rerate', {});
    const expectReports = async (): Promise<void> => {
      const [model] = (await w.list('credits/usage/by-model', { user_id })).body;
      const pools = { input_tokens: 3000, cache_read_tokens: 12_000, output_tokens: 300, reasoning_tokens: 7 };
      expect(model).toMatchObject({ ...pools, image_tokens: 5, audio_input_tokens: 3 });
      const { total_cost, uncached_cost, cache_savings } = model as Record<string, string>;
      // three times 4000 tokens at 9 USD less per million, plus 15 % of markup
      expect(cache_savings).toBe('0.124200');
      expect(units(uncached_cost as string)).toBe(units(total_cost as string) + units(cache_savings as string));
      const [service] = (await w.list('credits/usage/by-service', { user_id, tz: 'Asia/Kolkata' })).body;
      expect(service).toMatchObject({ ...pools, uncached_cost, cache_savings });
      const { total, groups } = await series({ user_id, group_by: 'tag' });
      expect(total).toMatchObject({ cache_savings, cache_read_tokens: 12_000 });
      expect(groups.map(({ group, total: its }) => [group, its.cache_savings, its.charges]).toSorted()).toEqual([
        ['blue', '0.041400', 2],
        ['red', '0.041400', 2],
      ]);
    };
    await expectReports();
    await rollUp();
    await expectReports();
    expect(await faults()).toEqual([]);
    await w.t.app.get(RollupRepository).rebuild();
    await rollUp();
    await expectReports();
    expect(await faults()).toEqual([]);
    await w.verify(user_id);
  });
});

describe('the hourly roll-ups', () => {
  it('are advanced by one worker at a time', async () => {
    const repository = w.t.app.get(HourlyRollupRepository);
    await bookPast(await w.user('10'), fc.sample(charge, { numRuns: 60, seed: 8 }));
    await eventually(async () => {
      await Promise.all([1, 2, 3].map(() => repository.advance(7)));
      return !(await repository.state()).has_events;
    });
    await rollUp();
    expect(await faults()).toEqual([]);
  });
});
