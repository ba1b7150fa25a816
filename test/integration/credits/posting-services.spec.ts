import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { PostingEngine } from '../../../src/credits/posting/posting.engine.js';
import { units } from '../../../src/platform/values/amount.js';
import type { TestApp } from '../../support/app.js';
import { concurrently, TestEnv } from '../../support/factories.js';
import { ACTOR, charge, ended, expectCleanBooks, order } from '../../support/model/posting.js';

/** Duration of the concurrent load. */
const LOAD_MS = 3_000;
/** Maximum delay with which sessions report their statistics. */
const STATS_LAG_MS = 1_200;

describe('several services on one database', () => {
  let w: TestEnv;
  let engines: PostingEngine[];
  beforeAll(async () => {
    w = await TestEnv.start();
    const others = await concurrently(2, () => w.another());
    engines = [w.t, ...others].map(({ app }) => app.get(PostingEngine));
  });
  afterAll(() => w.close());

  it('give one key one effect and all its callers the same outcome, round after round', async () => {
    const users = await concurrently(4, () => w.user('500'));
    for (let round = 0; round < 60; round += 1) {
      const user_id = users[round % 4]!;
      const posted = await concurrently(6, (i) =>
        engines[i % 3]!.deduct(ACTOR, charge(user_id, '1', `round-${round}`)),
      );
      expect([
        ...new Set(posted.map(({ line }) => `${line.id} ${units(line.amount)} ${units(line.balance_after)}`)),
      ]).toHaveLength(1);
      expect(posted.filter(({ replayed }) => !replayed)).toHaveLength(1);
      const held = await concurrently(6, (i) => engines[i % 3]!.hold(ACTOR, order(user_id, '1', `hold-${round}`)));
      expect(new Set(held.map(({ hold }) => hold.id)).size).toBe(1);
      expect(held.filter(({ replayed }) => !replayed)).toHaveLength(1);
    }
    for (const user_id of users) {
      expect(await w.balance(user_id)).toMatchObject({ balance: '485.000000', held: '15.000000' });
    }
  });

  it('resolve a hold once, round after round, under any concurrent operations', async () => {
    const users = await concurrently(4, () => w.user('500'));
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
    const users = await concurrently(24, () => w.user('5000'));
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
  let w: TestEnv;
  let other: TestApp;
  beforeAll(async () => {
    w = await TestEnv.start();
    other = await w.another();
  });
  afterAll(() => w.close());

  it('answers everything that it accepted, and books nothing that it did not answer', async () => {
    const users = await concurrently(8, () => w.user('5000'));
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
    const clients = concurrently(32, client);
    await closing.promise;
    const engine = other.app.get(PostingEngine);
    const queued = concurrently(3_000, (i) =>
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
