import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { type IdempotencyKey, idempotencyKey } from '../../src/credits/idempotency.js';
import { PostingEngine } from '../../src/credits/posting.engine.js';
import { systemActor } from '../../src/platform/actor.js';
import { units } from '../../src/platform/amount.js';
import { DomainError } from '../../src/platform/errors.js';
import type { TestApp } from '../support/app.js';
import { atOnce, World } from '../support/factories.js';
import { verificationOf } from '../support/verification.js';

const ACTOR = systemActor('a-test');
const UNKNOWN_ID = '00000000-0000-7000-8000-000000000000';
const QUEUE_MAX = 20_000;
/** How long services post against each other. */
const LOAD_MS = 3_000;
const TTL_S = 30 * 86_400;
/** Sessions report their statistics at most this late. */
const STATS_LAG_MS = 1_200;

const charge = (user_id: string, credits: string, key?: string) => ({
  user_id,
  amount: units(credits),
  details: { service: 'tts' },
  key: idempotencyKey(key, 'deduct', { user_id, amount: credits }),
});
const order = (user_id: string, credits: string, key?: string) => ({
  ...{ user_id, amount: units(credits), ttl_s: TTL_S, service: 'tts', model: null, metadata: {} },
  key: idempotencyKey(key, 'hold', { user_id, amount: credits }),
});

/** Keeps an account's row locked while `work` runs; `work` gets the connection that holds it. */
async function holdingRow<T>(w: World, user_id: string, work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
  const client = await w.pool.connect();
  try {
    await client.query('BEGIN');
    await client.query('SELECT FROM user_credits WHERE user_id = $1 FOR UPDATE', [user_id]);
    return await work(client);
  } finally {
    await client.query('COMMIT');
    client.release();
  }
}

/** Until `count` statements of the service wait for a lock. */
async function waiting(w: World, count = 1): Promise<void> {
  for (;;) {
    const [row] = await w.sql(`SELECT count(*)::int AS n FROM pg_stat_activity
      WHERE datname = current_database() AND application_name = 'tollgate' AND wait_event_type = 'Lock'`);
    if (Number(row?.n) >= count) return;
    await sleep(5);
  }
}

const codeOf = (error: unknown): string => (error instanceof DomainError ? error.code : String(error));
const ended = (calls: Promise<unknown>[]): Promise<string[]> =>
  Promise.all(calls.map((call) => call.then(() => 'done', codeOf)));

async function expectCleanBooks(w: World): Promise<void> {
  expect((await verificationOf(w.t.app).verify(null)).faults).toEqual([]);
}

/** Whatever services and their Prisma send to the database from now on, by name or by its first word. */
function statementsFromNow(): () => string[] {
  const spy = jest.spyOn(pg.Client.prototype, 'query');
  spy.mockClear();
  return () =>
    spy.mock.calls.flatMap(([query], i) => {
      const { connectionParameters: connection } = spy.mock.contexts[i] as Connected;
      const { name, text = query } = query as unknown as { name?: string; text?: string };
      return connection.application_name === 'tollgate' ? [name ?? text.trim().split(/\s/)[0]!] : [];
    });
}

interface Connected {
  connectionParameters: { application_name?: string };
}

describe('one service', () => {
  let w: World;
  let engine: PostingEngine;
  let stuck: string;
  beforeAll(async () => {
    w = await World.start({ env: { POSTING_LANES: '1' } });
    engine = w.t.app.get(PostingEngine);
    stuck = await w.user('100');
  });
  afterEach(() => void jest.restoreAllMocks());
  afterAll(() => w.close());

  it('needs one statement for a request that comes alone', async () => {
    const user_id = await w.user('100');
    await w.deduct(user_id, '1'); // the statement is prepared, the session validated
    const statements = statementsFromNow();
    await w.done('credits/deduct', { user_id, amount: '1', service: 'tts' }, { key: 'alone' });
    expect(statements()).toEqual(['batch_charge']);
    await w.hold(user_id, '2');
    expect(statements().slice(1)).toEqual(['batch_post']);
    await w.get('credits/balance', { user_id });
    expect(statements().slice(2)).toEqual(['accounts_find']);
  });

  it('answers a lone replay after one try at charging', async () => {
    const user_id = await w.user('100');
    const first = await engine.deduct(ACTOR, charge(user_id, '1', 'again'));
    const statements = statementsFromNow();
    const second = await engine.deduct(ACTOR, charge(user_id, '1', 'again'));
    expect({ id: second.line.id, replayed: second.replayed }).toEqual({ id: first.line.id, replayed: true });
    expect(statements().filter((name) => name.startsWith('batch') || name === 'BEGIN')).toEqual([
      'batch_charge',
      'BEGIN',
    ]);
  });

  // Without the statement's guards, the unique key and tollgate_expect() would abort the whole batch, time and again.
  it.each(['a replay', 'a capture of a hold that is resolved'])(
    'lets %s in a batch of 64 slow nobody else',
    async (what) => {
      const users = await atOnce(64, () => w.user('10'));
      const spoiler = users[20]!;
      const { hold } = await engine.hold(ACTOR, order(spoiler, '2'));
      await engine.release(ACTOR, hold.id, undefined);
      await engine.deduct(ACTOR, charge(spoiler, '1', 'seen'));
      const statements = statementsFromNow();
      const calls = users.map((user_id) => {
        if (user_id !== spoiler) return () => engine.deduct(ACTOR, charge(user_id, '1'));
        if (what === 'a replay') return () => engine.deduct(ACTOR, charge(user_id, '1', 'seen'));
        return () => engine.capture(ACTOR, hold.id, units('1'), undefined);
      });
      const outcomes = await oneBatch(calls);
      const refused = what === 'a replay' ? 0 : 1;
      expect(outcomes.filter((code) => code === 'hold_already_resolved')).toHaveLength(refused);
      expect(outcomes.filter((code) => code === 'done')).toHaveLength(users.length - refused);
      expect(statements().filter((name) => name === 'batch_post')).toHaveLength(1);
      // nothing but the spoiler took a transaction of its own
      expect(statements().filter((name) => name === 'BEGIN')).toHaveLength(1);
    },
  );

  it('shows a replayed hold as it stands in the order of arrival, also within one batch', async () => {
    const user_id = await w.user('10');
    const { hold } = await engine.hold(ACTOR, order(user_id, '2', 'hold-key'));
    const results: string[] = [];
    const note = (call: Promise<{ hold: { status: string } }>): Promise<void> =>
      call.then((a) => void results.push(a.hold.status));
    await oneBatch([
      () => note(engine.capture(ACTOR, hold.id, units('1'), undefined)),
      () => note(engine.hold(ACTOR, order(user_id, '2', 'hold-key'))),
    ]);
    expect(results).toEqual(['captured', 'captured']);
  });

  it('lets credits that only a hold kept from lapsing lapse before the next call of the same batch', async () => {
    const user_id = await w.user('0');
    await w.bonus(user_id, '10', { expires_at: new Date(Date.now() + 86_400_000).toISOString() });
    const { hold } = await engine.hold(ACTOR, order(user_id, '8'));
    await w.age(user_id, 2);
    expect(await w.balance(user_id)).toMatchObject({ balance: '8.000000', held: '8.000000' });
    const outcomes = await oneBatch([
      () => engine.release(ACTOR, hold.id, undefined),
      () => engine.deduct(ACTOR, charge(user_id, '3')),
    ]);
    expect(outcomes).toEqual(['done', 'insufficient_credits']);
    expect(await w.balance(user_id)).toMatchObject({ balance: '0.000000', held: '0.000000' });
    await w.verify(user_id);
  });

  it('refuses with 503 and Retry-After when its queue is full, and takes the same key later', async () => {
    const users = await atOnce(40, () => w.user('5'));
    const key = 'when-full';
    const body = { user_id: users[0], amount: '0.5', service: 'tts' };
    const { taken, refused } = await holdingRow(w, stuck, async () => {
      const first = engine.deduct(ACTOR, charge(stuck, '1'));
      await waiting(w);
      const rest = Array.from({ length: QUEUE_MAX - 1 }, (_, i) =>
        engine.settle(ACTOR, charge(users[i % 40]!, '0.0001')),
      );
      return { taken: [first, ...rest], refused: await w.post('credits/deduct', body, { key }) };
    });
    expect(refused).toMatchObject({ status: 503, body: { code: 'overloaded' } });
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
    const posted = await Promise.all(taken);
    expect(new Set(posted.map(({ line }) => line.id)).size).toBe(QUEUE_MAX);
    const { status, headers } = await w.post('credits/deduct', body, { key });
    expect({ status, hit: headers['idempotency-hit'] }).toEqual({ status: 200, hit: undefined });
    await expectCleanBooks(w);
  });

  /** Has calls of all kinds arrive in order while the lane is busy, so that they come into one batch. */
  async function oneBatch(calls: (() => Promise<unknown>)[]): Promise<string[]> {
    return holdingRow(w, stuck, async (client) => {
      const first = engine.deduct(ACTOR, charge(stuck, '1'));
      await waiting(w);
      const sent: Promise<string>[] = [];
      for (const call of calls) {
        sent.push(call().then(() => 'done', codeOf));
        // holds are looked up first: what is looked up with them has come back when they have arrived
        await engine.extend(ACTOR, UNKNOWN_ID, 1, undefined).catch(codeOf);
      }
      await client.query('COMMIT');
      await first;
      return Promise.all(sent);
    });
  }
});

describe('what another service does while a statement waits', () => {
  let w: World;
  let engine: PostingEngine;
  beforeAll(async () => {
    w = await World.start();
    engine = w.t.app.get(PostingEngine);
  });
  afterAll(() => w.close());

  it.each([1, 2])('a hold that it resolved is not captured again (%i in the batch)', async (size) => {
    const user_id = await w.user('10');
    await engine.hold(ACTOR, order(user_id, '3')); // or the CHECK on held would notice
    const held = await atOnce(size, async () => (await engine.hold(ACTOR, order(user_id, '2'))).hold.id);
    const { sent } = await holdingRow(w, user_id, async (client) => {
      const calls = ended(held.map((id) => engine.capture(ACTOR, id, units('1'), undefined)));
      await waiting(w);
      await client.query(`UPDATE credit_holds SET status = 'released', resolved_at = clock_timestamp() WHERE id = $1`, [
        held[0],
      ]);
      await client.query('UPDATE user_credits SET held = held - 2 WHERE user_id = $1', [user_id]);
      return { sent: calls };
    });
    expect(await sent).toEqual(size === 1 ? ['hold_already_resolved'] : ['hold_already_resolved', 'done']);
    await w.verify(user_id);
    await expectCleanBooks(w);
  });

  it('a key that it used charges once', async () => {
    const user_id = await w.user('10');
    const recorded = (await w.ledger(user_id)).at(-1)!.id as string;
    const { sent } = await holdingRow(w, user_id, async (client) => {
      const call = engine.deduct(ACTOR, charge(user_id, '1', 'raced'));
      await waiting(w);
      await useKey(client, user_id, charge(user_id, '1', 'raced').key!, recorded);
      return { sent: call };
    });
    expect(await sent).toMatchObject({ replayed: true, line: { id: recorded } });
    expect(await w.balance(user_id)).toMatchObject({ balance: '10.000000', held: '0.000000' });
  });

  it('a key that it used sets credits aside once', async () => {
    const user_id = await w.user('10');
    const { hold } = await engine.hold(ACTOR, order(user_id, '1'));
    const { sent } = await holdingRow(w, user_id, async (client) => {
      const calls = [
        engine.hold(ACTOR, order(user_id, '1', 'raced')),
        engine.hold(ACTOR, order(user_id, '2')),
      ] as const;
      await waiting(w);
      await useKey(client, user_id, order(user_id, '1', 'raced').key!, hold.id);
      return { sent: Promise.all(calls) };
    });
    const [raced, other] = await sent;
    expect(raced).toMatchObject({ replayed: true, hold: { id: hold.id } });
    expect(other).toMatchObject({ replayed: false });
    expect(await w.balance(user_id)).toMatchObject({ balance: '10.000000', held: '3.000000' });
  });

  const useKey = (client: pg.PoolClient, user_id: string, { key, request_hash }: IdempotencyKey, resource: string) =>
    client.query(
      'INSERT INTO idempotency_keys (user_id, idempotency_key, request_hash, resource_id) VALUES ($1, $2, $3, $4)',
      [user_id, key, request_hash, resource],
    );
});

describe('several services on one database', () => {
  let w: World;
  let engines: PostingEngine[];
  beforeAll(async () => {
    w = await World.start();
    const others = await atOnce(2, () => w.another());
    engines = [w.t, ...others].map(({ app }) => app.get(PostingEngine));
  });
  afterAll(() => w.close());

  it('give one key one effect and all its callers one outcome, round after round', async () => {
    const users = await atOnce(4, () => w.user('500'));
    for (let round = 0; round < 60; round += 1) {
      const user_id = users[round % 4]!;
      const posted = await atOnce(6, (i) => engines[i % 3]!.deduct(ACTOR, charge(user_id, '1', `round-${round}`)));
      expect([
        ...new Set(posted.map(({ line }) => `${line.id} ${units(line.amount)} ${units(line.balance_after)}`)),
      ]).toHaveLength(1);
      expect(posted.filter(({ replayed }) => !replayed)).toHaveLength(1);
      const held = await atOnce(6, (i) => engines[i % 3]!.hold(ACTOR, order(user_id, '1', `hold-${round}`)));
      expect(new Set(held.map(({ hold }) => hold.id)).size).toBe(1);
      expect(held.filter(({ replayed }) => !replayed)).toHaveLength(1);
    }
    for (const user_id of users) {
      expect(await w.balance(user_id)).toMatchObject({ balance: '485.000000', held: '15.000000' });
    }
  });

  it('resolve a hold once, round after round, whatever is asked of it at once', async () => {
    const users = await atOnce(4, () => w.user('500'));
    for (let round = 0; round < 60; round += 1) {
      const user_id = users[round % 4]!;
      const { hold } = await engines[0]!.hold(ACTOR, order(user_id, '2'));
      const codes = await ended([
        ...engines.map((engine) => engine.capture(ACTOR, hold.id, units('1.5'), undefined)),
        ...engines.map((engine) => engine.release(ACTOR, hold.id, undefined)),
        ...engines.map((engine) => engine.deduct(ACTOR, charge(user_id, '0.5'))),
      ]);
      expect(codes.slice(0, 6).toSorted()).toEqual(['done', ...Array<string>(5).fill('hold_already_resolved')]);
      expect(codes.slice(6)).toEqual(['done', 'done', 'done']);
    }
    await expectCleanBooks(w);
  });

  it('never deadlock over the same accounts in batches of different order', async () => {
    const users = await atOnce(24, () => w.user('5000'));
    const deadline = Date.now() + LOAD_MS;
    let posted = 0;
    const load = async (engine: PostingEngine, n: number): Promise<void> => {
      for (let round = 0; Date.now() < deadline; round += 1) {
        const ordered = n === 0 ? users : n === 1 ? users.toReversed() : users.toSorted(() => (round % 2) - 0.5);
        const repeated = ordered.flatMap((user_id, i) => (i % 3 === round % 3 ? [user_id, user_id] : [user_id]));
        const keyOf = (i: number): string | undefined => (i % 10 === 0 ? `shared-${Math.floor(round / 2)}` : undefined);
        await Promise.all(repeated.map((user_id, i) => engine.deduct(ACTOR, charge(user_id, '0.01', keyOf(i)))));
        posted += repeated.length;
      }
    };
    await Promise.all(engines.flatMap((engine, n) => [load(engine, n), load(engine, n + 1)]));
    expect(posted).toBeGreaterThan(users.length * 10);
    await sleep(STATS_LAG_MS);
    const [stats] = await w.sql('SELECT deadlocks::int FROM pg_stat_database WHERE datname = current_database()');
    expect(stats).toEqual({ deadlocks: 0 });
    await expectCleanBooks(w);
  });
});

describe('a service that is closed under load', () => {
  let w: World;
  let other: TestApp;
  beforeAll(async () => {
    w = await World.start();
    other = await w.another();
  });
  afterAll(() => w.close());

  it('answers everything that it took in, and books nothing that it did not answer', async () => {
    const users = await atOnce(8, () => w.user('5000'));
    await other.app.listen({ port: 0, host: '127.0.0.1' });
    const url = `${await other.app.getUrl()}/api/v1/credits/deduct`;
    const headers = { authorization: `Bearer ${w.admin}`, 'content-type': 'application/json' };
    const answered: string[] = [];
    const statuses = new Set<number>();
    const closing = Promise.withResolvers<undefined>();
    const client = async (n: number): Promise<void> => {
      for (;;) {
        const body = JSON.stringify({ user_id: users[n % 8], amount: '0.01', service: 'drain' });
        const response = await fetch(url, { method: 'POST', headers, body }).catch(() => null);
        if (!response) return;
        statuses.add(response.status);
        answered.push(((await response.json()) as { transaction_id: string }).transaction_id);
        if (answered.length === 400) closing.resolve(undefined);
      }
    };
    const clients = atOnce(32, client);
    await closing.promise;
    const engine = other.app.get(PostingEngine);
    const queued = atOnce(3_000, (i) =>
      engine.deduct(ACTOR, { ...charge(users[i % 8]!, '0.01'), details: { service: 'drain' } }),
    );
    await other.close();
    const taken = (await queued).map(({ line }) => line.id);
    await clients;
    expect([...statuses]).toEqual([200]);
    const booked = await w.sql(`SELECT id FROM credit_transactions WHERE service = 'drain'`);
    expect(booked.map(({ id }) => id as string).toSorted()).toEqual([...answered, ...taken].toSorted());
    await expectCleanBooks(w);
  });
});
