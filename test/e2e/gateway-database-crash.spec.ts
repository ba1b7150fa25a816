import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type ChildProcess, spawn } from 'node:child_process';
import path from 'node:path';
import pg from 'pg';
import { TokenSigner } from '../../src/auth/token-signer.js';
import { loadConfig } from '../../src/platform/config/config.js';
import { freePort } from '../../src/platform/embedded/cluster.js';
import { startTemporaryServer, type TemporaryServer } from '../../src/platform/embedded/temporary-server.js';
import { OpenRouterStandIn } from '../stand-ins/openrouter/server.js';
import { TEST_SECRET } from '../support/app.js';
import { eventually } from '../support/eventually.js';

const root = path.resolve(import.meta.dirname, '../..');
const USER = 'someone';
const TOKENS = 5;
/** What is waited for has left the memory of the server, which is all that crashes; the rest stays there for so long. */
const SETTINGS = { synchronous_commit: 'on', wal_writer_delay: '10s' };

describe('a database that crashes during calls', () => {
  let cluster: TemporaryServer;
  let openrouter: OpenRouterStandIn;
  let service: ChildProcess;
  let env: NodeJS.ProcessEnv;

  beforeAll(async () => {
    const options = { fsync: false, settings: SETTINGS };
    const [port, ...started] = await Promise.all([
      freePort(),
      startTemporaryServer(options),
      OpenRouterStandIn.start(),
    ]);
    [cluster, openrouter] = started;
    const { PATH, HOME } = process.env;
    const common = {
      PATH,
      HOME,
      HOST: '127.0.0.1',
      PORT: String(port),
      LOG_LEVEL: 'fatal',
      PRICE_SYNC: 'off',
      JOBS: 'off',
    };
    const upstream = { OPENROUTER_BASE_URL: openrouter.base_url, OPENROUTER_API_KEY: 'sk-or-v1-key-of-the-platform' };
    const database = { DATABASE_URL: cluster.url('postgres'), MIGRATE_ON_START: 'true' };
    env = { ...common, ...upstream, ...database, JWT_SECRET: TEST_SECRET };
    service = spawn(process.execPath, ['dist/main.js'], { cwd: root, env, stdio: 'ignore' });
    await ready();
  });
  afterAll(async () => {
    service.kill('SIGKILL');
    await openrouter.stop();
    await cluster.stop();
  });

  it.each([false, true])('charges them once and keeps nothing aside (streamed: %s)', async (stream) => {
    openrouter.reset();
    const user_id = `${USER}-${stream}`;
    await (await call('GET', user_id, 'credits/balance')).json(); // opens the account
    let open = (): void => undefined;
    openrouter.behaviour = { gate: new Promise<void>((resolve) => (open = resolve)) };
    const body = { model: 'openai/gpt-4o-mini', stream, max_tokens: 100, stand_in: { output_tokens: TOKENS } };
    const messages = [{ role: 'user', content: 'one two three' }];
    const answer = call('POST', user_id, 'chat/completions', { ...body, messages });
    await eventually(() => openrouter.calls.length === 1);
    await cluster.crash(); // usually together with the hold, which was created a moment ago
    await ready();
    open();
    const text = await (await answer).text();
    expect(text).toContain(stream ? 'data: [DONE]' : '"choices"');

    const of = `WHERE user_id = '${user_id}'`;
    await eventually(async () => (await rows(`SELECT FROM usage_events ${of}`)).length > 0);
    expect(await rows(`SELECT output_tokens, source FROM usage_events ${of}`)).toEqual([
      { output_tokens: TOKENS, source: 'gateway' },
    ]);
    expect(await rows(`SELECT FROM credit_transactions ${of} AND transaction_type = 'usage'`)).toHaveLength(1);
    expect(await rows(`SELECT FROM credit_holds ${of} AND lease_until IS NOT NULL`)).toEqual([]);
    expect(await rows(`SELECT held::float, calls_today FROM user_credits ${of}`)).toEqual([
      { held: 0, calls_today: 1 },
    ]);
  });

  async function rows(text: string): Promise<object[]> {
    const client = new pg.Client({ connectionString: cluster.url('postgres') });
    await client.connect();
    try {
      return (await client.query<Record<string, unknown>>(text)).rows;
    } finally {
      await client.end();
    }
  }

  async function call(method: string, user_id: string, route: string, body?: object): Promise<Response> {
    const token = await new TokenSigner(loadConfig(env)).signToken({ user_id, roles: ['user'], ttl_s: 600 });
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const sent = body === undefined ? {} : { body: JSON.stringify(body) };
    return fetch(`http://127.0.0.1:${env.PORT}/api/v1/${route}`, { method, headers, ...sent });
  }

  async function ready(): Promise<void> {
    await eventually(async () => {
      if (service.exitCode !== null) throw new Error('the service did not start');
      return (await fetch(`http://127.0.0.1:${env.PORT}/health/ready`).catch(() => null))?.status === 200;
    });
  }
});
