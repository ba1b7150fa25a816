import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { CreditOrders } from '../../../src/credits/credit-orders.service.js';
import { type IdempotencyKey } from '../../../src/credits/posting/idempotency.js';
import { PostingEngine } from '../../../src/credits/posting/posting.engine.js';
import { units } from '../../../src/platform/values/amount.js';
import { concurrently, UNKNOWN_ID, TestEnv } from '../../support/factories.js';
import { ACTOR, charge, codeOf, ended, expectCleanBooks, order } from '../../support/model/posting.js';

const QUEUE_MAX = 20_000;

/** Locks an account's row while `work` runs; `work` gets the connection that holds the lock. */
async function holdingRow<T>(w: TestEnv, user_id: string, work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
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

/** Waits until `count` statements of the service wait for a lock. */
async function waiting(w: TestEnv, count = 1): Promise<void> {
  for (;;) {
    const [row] = await w.sql(`SELECT count(*)::int AS n FROM pg_stat_activity
      WHERE datname = current_database() AND application_name = 'tollgate' AND wait_event_type = 'Lock'`);
    if (Number(row?.n) >= count) return;
    await sleep(5);
  }
}

/** Statements with which an instance learns each second what others changed, if it knows keys or members. */
const WATCHES = ['api_keys_changed', 'members_changed'];

/** Records the statements that services and Prisma send from now on, by name or first word. */
function statementsFromNow(): () => string[] {
  const spy = jest.spyOn(pg.Client.prototype, 'query');
  spy.mockClear();
  return () =>
    spy.mock.calls
      .flatMap(([query], i) => {
        const { connectionParameters: connection } = spy.mock.contexts[i] as Connected;
        const { name, text = query } = query as unknown as { name?: string; text?: string };
        return connection.application_name === 'tollgate' ? [name ?? text.trim().split(/\s/)[0]!] : [];
      })
      .filter((name) => !WATCHES.includes(name));
}

interface Connected {
  connectionParameters: { application_name?: string };
}

describe('one service', () => {
  let w: TestEnv;
  let engine: PostingEngine;
  let stuck: string;
  beforeAll(async () => {
    w = await TestEnv.start({ env: { POSTING_LANES: '1' } });
    engine = w.t.app.get(PostingEngine);
    stuck = await w.user('100');
  });
  afterEach(() => void jest.restoreAllMocks());
  afterAll(() => w.close());

  it('needs one statement for a single request', async () => {
    const user_id = await w.user('100');
    await w.deduct(user_id, '1'); // the statement is prepared, the session validated
    const statements = statementsFromNow();
    await w.done('credits/deduct', { user_id, amount: '1', service: 'tts' }, { key: 'alone' });
    expect(statements()).toEqual(['batch_charge']);
    await w.hold(user_id, '2');
    expect(statements().slice(1)).toEqual(['lone_hold']);
    await w.get('credits/balance', { user_id });
    expect(statements().slice(2)).toEqual(['accounts_find']);
  });

  it('answers a single replay after one attempt to charge', async () => {
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

  // Without the statement's guards, the unique key and tollgate_expect() would abort the whole batch repeatedly.
  it.each(['a replay', 'a capture of a hold that is resolved'])(
    'with %s in a batch of 64 does not slow down the other postings',
    async (what) => {
      const users = await concurrently(64, () => w.user('10'));
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
      expect(statements().filter((name) => name.startsWith('batch_post'))).toHaveLength(1);
      // nothing but the spoiler took a transaction of its own
      expect(statements().filter((name) => name === 'BEGIN')).toHaveLength(1);
    },
  );

  it('returns a replayed hold in its state by order of arrival, also within one batch', async () => {
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

  it('lapses credits that only backed a hold before the next posting of the same batch', async () => {
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

  it('refuses with 503 and Retry-After when its queue is full, and accepts the same key later', async () => {
    const users = await concurrently(40, () => w.user('5'));
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

  it('refuses only the charges of a batch that do not fit into its queue, and all of them with 503', async () => {
    const users = await concurrently(40, () => w.user('5'));
    const [user_id = ''] = users;
    const record = (key: string) => ({ user_id, amount: '1.000000', service: 'tts', idempotency_key: key });
    const { taken, mixed, refused } = await holdingRow(w, stuck, async () => {
      const first = engine.deduct(ACTOR, charge(stuck, '1'));
      await waiting(w);
      const rest = Array.from({ length: QUEUE_MAX - 2 }, (_, i) =>
        engine.settle(ACTOR, charge(users[1 + (i % 39)]!, '0.0001')),
      );
      return {
        taken: [first, ...rest],
        mixed: w.t.app.get(CreditOrders).deductAll(ACTOR, [record('a'), record('b')]),
        refused: await w.post('credits/deduct/batch', [record('c'), {}]),
      };
    });
    expect(refused).toMatchObject({ status: 503, body: { code: 'overloaded' } });
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
    await Promise.all(taken);
    expect((await mixed).map((end) => (end instanceof Error ? codeOf(end) : end.line.amount))).toEqual([
      '-1.000000',
      'overloaded',
    ]);
    const again = await w.post('credits/deduct/batch', ['a', 'b', 'c'].map(record));
    expect(again.body).toMatchObject([{ status: 'duplicate' }, { status: 'charged' }, { status: 'charged' }]);
    await expectCleanBooks(w);
  });

  /** Sends requests of all kinds in order while the lane is busy, so that they form one batch. */
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

describe('concurrent changes by another service while a statement waits', () => {
  let w: TestEnv;
  let engine: PostingEngine;
  beforeAll(async () => {
    w = await TestEnv.start();
    engine = w.t.app.get(PostingEngine);
  });
  afterAll(() => w.close());

  it.each([1, 2])('do not let a resolved hold be captured again (%i in the batch)', async (size) => {
    const user_id = await w.user('10');
    await engine.hold(ACTOR, order(user_id, '3')); // or the CHECK on held would notice
    const held = await concurrently(size, async () => (await engine.hold(ACTOR, order(user_id, '2'))).hold.id);
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

  it('do not let a used key charge twice', async () => {
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

  it('do not let a used key create a second hold', async () => {
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
