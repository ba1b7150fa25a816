import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { spawn, type ChildProcess } from 'node:child_process';
import path from 'node:path';
import { TokenSigner } from '../../src/auth/token-signer.js';
import { loadConfig } from '../../src/platform/config.js';
import { freePort } from '../../src/platform/embedded/cluster.js';
import { TEST_SECRET } from '../support/app.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';

const root = path.resolve(import.meta.dirname, '../..');
const START_LIMIT_MS = 20_000;
const USERS = ['ann', 'bob', 'cem', 'dia'];
const CLIENTS = 24;
const ANSWERS_BEFORE_KILL = 300;

interface Outcome {
  status: number;
  hit: boolean;
  id: string;
  amount: string;
}

describe('a service that is killed under load and started again', () => {
  let database: TestDatabase;
  let token: string;
  let port: number;
  let service: ChildProcess;

  beforeAll(async () => {
    database = await createTestDatabase();
    port = await freePort();
    const config = loadConfig({ JWT_SECRET: TEST_SECRET, DATABASE_URL: database.url });
    token = await new TokenSigner(config).signToken({ user_id: 'loader', roles: ['admin'], ttl_s: 600 });
    service = await start();
    for (const user_id of USERS) await post('bonus', { user_id, amount: '100000', reason: 'load' }, `fund-${user_id}`);
  });
  afterAll(async () => {
    service.kill('SIGKILL');
    await database.drop();
  });

  it('has lost nothing and doubled nothing, once the same keys were sent again', async () => {
    const answered = new Map<string, Outcome>();
    const sent: string[] = [];
    for (let round = 0; round < 2; round += 1) {
      await loadUntilKilled(sent, answered);
      service = await start();
    }
    const unanswered = sent.filter((key) => !answered.has(key));
    expect(unanswered.length).toBeGreaterThan(0);
    expect(answered.size).toBeGreaterThanOrEqual(2 * ANSWERS_BEFORE_KILL);

    await eachOf([...answered], async ([key, before]) => {
      expect({ key, ...(await send(key)) }).toEqual({ key, ...before, hit: true });
    });
    await eachOf(unanswered, async (key) => {
      answered.set(key, await send(key));
      expect(await send(key)).toEqual({ ...answered.get(key), hit: true });
    });
    await expectExactly(sent, answered);
  });

  /** Charges and holds from many clients at once; kills the service in the middle of it. */
  async function loadUntilKilled(sent: string[], answered: Map<string, Outcome>): Promise<void> {
    const enough = answered.size + ANSWERS_BEFORE_KILL;
    const state = { isKilled: false };
    const gone = new Promise<void>((resolve) => service.once('exit', () => resolve()));
    const client = async (): Promise<void> => {
      while (!state.isKilled) {
        const key = `key-${String(sent.length)}`;
        sent.push(key);
        const outcome = await send(key).catch(() => null);
        if (outcome) answered.set(key, outcome);
        if (answered.size >= enough) {
          state.isKilled = true;
          service.kill('SIGKILL');
        }
      }
    };
    await Promise.all(Array.from({ length: CLIENTS }, client));
    await gone;
  }

  /** The request that belongs to a key: always the same one. */
  async function send(key: string): Promise<Outcome> {
    const n = Number(key.split('-')[1]);
    const body = { user_id: USERS[n % USERS.length], amount: `0.${String((n % 9) + 1)}`, service: 'tts' };
    return n % 5 === 0 ? post('holds', { ...body, ttl_seconds: 3600 }, key) : post('deduct', body, key);
  }

  async function post(route: string, body: object, key: string): Promise<Outcome> {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json', 'idempotency-key': key };
    const url = `http://127.0.0.1:${String(port)}/api/v1/credits/${route}`;
    const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
    const answer = (await response.json()) as { id?: string; transaction_id?: string; amount: string };
    if (response.status >= 300) throw new Error(`${route}: ${response.status} ${JSON.stringify(answer)}`);
    const hit = response.headers.get('idempotency-hit') === 'true';
    return { status: response.status, hit, id: answer.transaction_id ?? answer.id ?? '', amount: answer.amount };
  }

  /** The ledger and the holds are exactly the set of keys; balances and their chain follow from them. */
  async function expectExactly(sent: string[], answered: Map<string, Outcome>): Promise<void> {
    const ids = async (sql: string): Promise<string[]> =>
      (await database.pool.query<{ id: string }>(sql)).rows.map(({ id }) => id).toSorted();
    const of = (isHold: boolean): string[] =>
      sent
        .filter((key) => (Number(key.split('-')[1]) % 5 === 0) === isHold)
        .map((key) => answered.get(key)?.id ?? '')
        .toSorted();
    expect(await ids(`SELECT id FROM credit_transactions WHERE transaction_type = 'usage'`)).toEqual(of(false));
    expect(await ids('SELECT id FROM credit_holds')).toEqual(of(true));
    const { rows } = await database.pool.query(`
      SELECT user_id FROM user_credits u
      WHERE balance <> (SELECT sum(amount) FROM credit_transactions t WHERE t.user_id = u.user_id)
        OR held <> (SELECT coalesce(sum(amount), 0) FROM credit_holds h WHERE h.user_id = u.user_id AND status = 'active')
      UNION
      SELECT user_id FROM (
        SELECT user_id, balance_after, sum(amount) OVER (PARTITION BY user_id ORDER BY id) AS sum FROM credit_transactions
      ) AS chain WHERE balance_after <> sum`);
    expect(rows).toEqual([]);
  }

  async function start(): Promise<ChildProcess> {
    const { PATH, HOME } = process.env;
    const env = {
      PATH,
      HOME,
      DATABASE_URL: database.url,
      JWT_SECRET: TEST_SECRET,
      PORT: String(port),
      LOG_LEVEL: 'error',
      HOST: '127.0.0.1',
    };
    const child = spawn(process.execPath, ['dist/main.js'], { cwd: root, env, stdio: ['ignore', 'ignore', 'pipe'] });
    let said = '';
    child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
    const deadline = Date.now() + START_LIMIT_MS;
    while ((await fetch(`http://127.0.0.1:${String(port)}/health/ready`).catch(() => null))?.status !== 200) {
      if (child.exitCode !== null || Date.now() > deadline) throw new Error(`the service did not start: ${said}`);
      await new Promise((resolve) => setTimeout(resolve, 30));
    }
    return child;
  }
});

/** Works through a list, as many at once as there are clients. */
async function eachOf<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const left = [...items];
  const worker = async (): Promise<void> => {
    for (let item = left.pop(); item !== undefined; item = left.pop()) await work(item);
  };
  await Promise.all(Array.from({ length: CLIENTS }, worker));
}
