import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { execFile, type ChildProcess } from 'node:child_process';
import { promisify } from 'node:util';
import { TokenSigner } from '../../src/auth/token-signer.js';
import { loadConfig } from '../../src/platform/config/config.js';
import { freePort } from '../../src/platform/embedded/cluster.js';
import { TEST_SECRET } from '../support/app.js';
import { launch, ready, ROOT } from '../support/services/built-service.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';

const USERS = ['ann', 'bob', 'cem', 'dia', 'eva'];
const CLIENTS = 32;
/** What befalls the service, each in the middle of the load. */
const CRASHES = Array.from({ length: 10 }, (_, i) => (i % 2 === 0 ? 'process killed' : 'connections terminated'));
const ANSWERS_BEFORE_CRASH = 120;
const ANSWERS_AFTER_CRASH = 40;

/** What a caller was told, without what a replay may tell otherwise. Of a batch, the ids of all its lines. */
interface Outcome {
  status: number;
  id: string;
  amount: string;
  /** Of a hold: where it stood. */
  captured: string | undefined;
}

type Answer = Outcome & { hit: boolean };

/** The request that belongs to a key: always the same one. */
type Kind = 'deduct' | 'batch' | 'track' | 'hold' | 'capture' | 'bonus';
const KINDS: Kind[] = ['deduct', 'track', 'batch', 'hold', 'track', 'capture', 'bonus', 'deduct'];
/** Records of a batch, each with a key of its own. */
const RECORDS = 4;
const numberOf = (key: string): number => Number(key.split('-')[1]);
const kindOf = (key: string): Kind => KINDS[numberOf(key) % KINDS.length]!;
const userOf = (key: string): string => USERS[numberOf(key) % USERS.length]!;

describe('a service that crashes under load, ten times', () => {
  let database: TestDatabase;
  let env: NodeJS.ProcessEnv;
  let token: string;
  let port: number;
  let service: ChildProcess;
  const sent: string[] = [];
  const answered = new Map<string, Outcome>();

  beforeAll(async () => {
    database = await createTestDatabase();
    port = await freePort();
    const { PATH, HOME } = process.env;
    const common = { PATH, HOME, HOST: '127.0.0.1', PORT: String(port), LOG_LEVEL: 'fatal' };
    env = { ...common, JWT_SECRET: TEST_SECRET, DATABASE_URL: database.url };
    token = await new TokenSigner(loadConfig(env)).signToken({ user_id: 'loader', roles: ['admin'], ttl_s: 600 });
    service = await start();
    for (const user_id of USERS) await post('bonus', { user_id, amount: '100000', reason: 'load' }, `fund-${user_id}`);
    await database.pool.query('UPDATE user_credits SET calls_per_day = NULL');
  });
  afterAll(async () => {
    service.kill('SIGKILL');
    await database.drop();
  });

  it('has lost nothing and doubled nothing, once every key was sent until it was answered', async () => {
    let isCutOff = 0;
    for (const crash of CRASHES) {
      const before = sent.length - answered.size;
      await (crash === 'process killed' ? loadUntilKilled() : loadOverTermination());
      isCutOff += Number(sent.length - answered.size > before);
    }
    // nearly every crash met requests in flight; most of those of a killed process surely did
    expect(isCutOff).toBeGreaterThan(CRASHES.length / 2);

    const unanswered = sent.filter((key) => !answered.has(key));
    await eachOf(unanswered, async (key) => {
      const { hit: _, ...outcome } = await send(key);
      answered.set(key, outcome);
    });
    await eachOf(sent, async (key) => {
      expect({ key, ...(await send(key)) }).toEqual({ key, hit: true, ...answered.get(key) });
    });
    await expectExactly();
    const { stdout } = await promisify(execFile)(process.execPath, ['dist/cli.js', 'ledger', 'verify', '--json'], {
      cwd: ROOT,
      env,
    });
    expect(JSON.parse(stdout)).toMatchObject({ verified: true, accounts: USERS.length, fault_count: 0 });
  }, 600_000);

  async function loadUntilKilled(): Promise<void> {
    const gone = new Promise<void>((resolve) => service.once('exit', () => resolve()));
    const enough = answered.size + ANSWERS_BEFORE_CRASH;
    await load((isOver) => {
      if (answered.size < enough) return;
      isOver();
      service.kill('SIGKILL');
    });
    await gone;
    service = await start();
  }

  async function loadOverTermination(): Promise<void> {
    const crashAt = answered.size + ANSWERS_BEFORE_CRASH;
    let terminated: Promise<unknown> | undefined;
    await load((isOver) => {
      if (answered.size >= crashAt) {
        terminated ??= database.pool.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity
          WHERE datname = current_database() AND application_name = 'tollgate'`);
      }
      if (answered.size >= crashAt + ANSWERS_AFTER_CRASH) isOver();
    });
    await terminated;
  }

  /** New keys from many clients at once; `watch` is called after every answer. */
  async function load(watch: (isOver: () => void) => void): Promise<void> {
    const state = { isOver: false };
    const client = async (): Promise<void> => {
      while (!state.isOver) {
        const key = `key-${String(sent.length)}`;
        sent.push(key);
        const answer = await send(key).catch(() => null);
        if (answer) {
          const { hit: _, ...outcome } = answer;
          answered.set(key, outcome);
        }
        watch(() => (state.isOver = true));
      }
    };
    await Promise.all(Array.from({ length: CLIENTS }, client));
  }

  async function send(key: string): Promise<Answer> {
    const n = numberOf(key);
    const body = { user_id: userOf(key), amount: `0.${String((n % 9) + 1)}` };
    switch (kindOf(key)) {
      case 'deduct':
        return post('deduct', { ...body, service: 'tts' }, key);
      case 'batch':
        return postBatch(key, body.amount);
      case 'track': // named by its request_id alone
        return post('usage/track', {
          user_id: body.user_id,
          cost: body.amount,
          service: 'tts',
          charge: true,
          request_id: key,
        });
      case 'hold':
        return post('holds', { ...body, service: 'tts', ttl_seconds: 3600 }, key);
      case 'bonus':
        return post('bonus', { ...body, reason: 'load' }, key);
      case 'capture': {
        const { id } = await post(
          'holds',
          { ...body, amount: '0.5', service: 'tts', ttl_seconds: 3600 },
          `${key}-hold`,
        );
        return post(`holds/${id}/capture`, { amount: body.amount }, key);
      }
    }
  }

  /** @throws Error when nobody knows what happened: no answer, or 503 */
  async function post(route: string, body: object, key?: string): Promise<Answer> {
    const common = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const headers = key === undefined ? common : { ...common, 'idempotency-key': key };
    const url = `http://127.0.0.1:${String(port)}/api/v1/credits/${route}`;
    const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
    const answer = (await response.json()) as {
      id?: string;
      transaction_id?: string;
      amount?: string;
      total_cost?: string;
      captured_amount?: string;
    };
    if (response.status === 503) throw new Error('unavailable');
    expect({ route, status: response.status, answer }).toMatchObject({ status: route === 'holds' ? 201 : 200 });
    const { id, transaction_id, total_cost = '', amount = total_cost, captured_amount: captured } = answer;
    const hit = response.headers.get('idempotency-hit') === 'true';
    return { status: response.status, hit, id: transaction_id ?? id ?? '', amount, captured };
  }

  /** @throws Error when nobody knows what happened to some record */
  async function postBatch(key: string, amount: string): Promise<Answer> {
    const records = Array.from({ length: RECORDS }, (_, i) => ({
      user_id: USERS[(numberOf(key) + i) % USERS.length],
      amount,
      service: 'tts',
      idempotency_key: `${key}-${i}`,
    }));
    const response = await fetch(`http://127.0.0.1:${String(port)}/api/v1/credits/deduct/batch`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify(records),
    });
    const results = (await response.json()) as { status: string; code?: string; transaction_id?: string }[];
    if (response.status === 503 || results.some(({ code }) => code === 'database_unavailable')) {
      throw new Error('unavailable');
    }
    expect({ results, errors: results.filter(({ status }) => status === 'error') }).toMatchObject({ errors: [] });
    const id = results.map(({ transaction_id }) => transaction_id).join(' ');
    const hit = results.every(({ status }) => status === 'duplicate');
    return { status: response.status, hit, id, amount, captured: undefined };
  }

  /** Lines and holds are exactly those that callers were told of, one for each key. */
  async function expectExactly(): Promise<void> {
    const ids = async (sql: string): Promise<string[]> =>
      (await database.pool.query<{ id: string }>(sql)).rows.map(({ id }) => id).toSorted();
    const answeredIds = (...kinds: Kind[]): string[] =>
      sent
        .filter((key) => kinds.includes(kindOf(key)))
        .flatMap((key) => answered.get(key)!.id.split(' '))
        .toSorted();
    expect(
      await ids(`SELECT id FROM credit_transactions WHERE transaction_type = 'usage' AND hold_id IS NULL`),
    ).toEqual(answeredIds('deduct', 'batch', 'track'));
    expect(await ids('SELECT id FROM usage_events')).toEqual(answeredIds('track'));
    expect(await ids('SELECT transaction_id AS id FROM usage_events')).toEqual(answeredIds('track'));
    expect(
      await ids(`SELECT id FROM credit_transactions WHERE request_id IS NOT NULL AND description = 'load'
      AND amount < 1`),
    ).toEqual(answeredIds('bonus'));
    expect(await ids('SELECT id FROM credit_holds')).toEqual(answeredIds('hold', 'capture'));
    const captured = sent
      .filter((key) => kindOf(key) === 'capture')
      .map((key) => `${answered.get(key)!.id} ${answered.get(key)!.captured!}`);
    expect(
      await ids(`SELECT hold_id || ' ' || trim_scale(-sum(amount)) || '00000' AS id FROM credit_transactions
      WHERE hold_id IS NOT NULL GROUP BY hold_id`),
    ).toEqual(captured.toSorted());
    expect(await ids('SELECT idempotency_key AS id FROM idempotency_keys')).toHaveLength(
      USERS.length + // of the first bonus
        sent.length -
        answeredIds('track').length +
        captured.length + // a capture has another key for its hold
        (answeredIds('batch').length / RECORDS) * (RECORDS - 1),
    );
  }

  const start = (): Promise<ChildProcess> => ready(launch(env), port);
});

/** Works through a list, as many at once as there are clients. */
async function eachOf<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const left = [...items];
  const worker = async (): Promise<void> => {
    for (let item = left.pop(); item !== undefined; item = left.pop()) await work(item);
  };
  await Promise.all(Array.from({ length: CLIENTS }, worker));
}
