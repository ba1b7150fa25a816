import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type ChildProcess, spawn } from 'node:child_process';
import path from 'node:path';
import { TokenSigner } from '../../src/auth/token-signer.js';
import { loadConfig } from '../../src/platform/config/config.js';
import { freePort } from '../../src/platform/embedded/cluster.js';
import { OpenRouterStandIn } from '../stand-ins/openrouter/server.js';
import { TEST_SECRET } from '../support/app.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { eventually } from '../support/eventually.js';
import { END_LEASES } from '../support/leases.js';
import { concurrently } from '../support/factories.js';

const root = path.resolve(import.meta.dirname, '../..');
const USER = 'of-both';
const CALLS = 60;
/** The hold of a call: 400 output tokens at 200 credits per million, and a prompt. */
const HELD = 0.08;

let database: TestDatabase;
let openrouter: OpenRouterStandIn;
let env: NodeJS.ProcessEnv;
let gateways: { port: number; process: ChildProcess }[];
let token: string;

beforeAll(async () => {
  [database, openrouter] = await Promise.all([createTestDatabase(), OpenRouterStandIn.start()]);
  const { PATH, HOME } = process.env;
  const upstream = { OPENROUTER_BASE_URL: openrouter.base_url, OPENROUTER_API_KEY: 'sk-or-v1-key-of-the-platform' };
  const common = { PATH, HOME, HOST: '127.0.0.1', LOG_LEVEL: 'fatal', PRICE_SYNC: 'off', DATABASE_URL: database.url };
  env = { ...common, ...upstream, JWT_SECRET: TEST_SECRET };
  gateways = await Promise.all([start(), start()]);
  token = await new TokenSigner(loadConfig(env)).signToken({ user_id: USER, roles: ['user'], ttl_s: 600 });
  await database.pool.query(
    `INSERT INTO model_prices (service, model, input_per_million, output_per_million, effective_from)
     VALUES ('openrouter', 'stand-in/dear', 60, 180, now())`,
  );
});
afterAll(async () => {
  for (const { process: service } of gateways) service.kill('SIGKILL');
  await openrouter.stop();
  await database.drop();
});

it('a user who calls through two processes concurrently spends no more than the balance, even if one of them is killed', async () => {
  await database.pool.query('UPDATE tiers SET allowed_models = DEFAULT'); // the model is too expensive for a trial
  await call(0, { max_tokens: 1 }); // opens the account
  await rows('UPDATE user_credits SET calls_per_day = NULL WHERE user_id = $1');
  openrouter.reset();
  const gate = Promise.withResolvers<undefined>();
  openrouter.behaviour = { pause: gate.promise, output_tokens: 400 };
  const ends: (number | null)[] = [];
  const calls = concurrently(CALLS, async (n) => {
    const answer = await call(n % 2, { max_tokens: 400, stream: true });
    if (answer.status !== 200) ends.push(answer.status);
    return answer.text().catch(() => 'cut');
  });
  // affordable calls wait in the middle of their answers until all others were refused
  await eventually(() => ends.length + openrouter.calls.length === CALLS);
  const made = openrouter.calls.length;
  expect(new Set(ends)).toEqual(new Set([402]));
  expect(made).toBeGreaterThan(30);
  expect(made * HELD).toBeLessThanOrEqual(5);
  await eventually(
    async () =>
      (await rows('SELECT FROM credit_holds WHERE lease_until IS NOT NULL AND work_id IS NOT NULL AND user_id = $1'))
        .length === made,
  );

  gateways[0]!.process.kill('SIGKILL');
  gate.resolve(undefined);
  expect((await calls).filter((text) => text === 'cut').length).toBeGreaterThan(5);
  await eventually(() => openrouter.calls.every(({ ended: how }) => how !== 'running'));
  await eventually(async () => {
    // its leases expire after 45 s; the test need not wait that long
    await rows(`${END_LEASES} AND user_id = $1`);
    return (await rows('SELECT FROM credit_holds WHERE lease_until IS NOT NULL AND user_id = $1')).length === 0;
  });

  const events = await rows(`SELECT total_cost FROM usage_events WHERE user_id = $1 AND model = 'stand-in/dear'`);
  expect(events).toHaveLength(made + 1);
  const [account] = await rows(`
    SELECT held::float, debt::float, balance >= 0 AS is_sound,
      balance - debt = (SELECT sum(amount) FROM credit_transactions WHERE user_id = $1) AS is_booked,
      (SELECT sum(amount) FROM credit_transactions WHERE user_id = $1 AND transaction_type = 'usage')
        + (SELECT sum(total_cost) FROM usage_events WHERE user_id = $1) = 0 AS is_charged
    FROM user_credits WHERE user_id = $1`);
  expect(account).toEqual({ held: 0, debt: 0, is_sound: true, is_booked: true, is_charged: true });
});

async function rows(text: string): Promise<object[]> {
  return (await database.pool.query<Record<string, unknown>>(text, text.includes('$1') ? [USER] : [])).rows;
}

function call(gateway: number, more: object): Promise<Response> {
  return fetch(`http://127.0.0.1:${gateways[gateway]!.port}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'stand-in/dear', messages: [{ role: 'user', content: 'Hi' }], ...more }),
  });
}

async function start(): Promise<{ port: number; process: ChildProcess }> {
  const port = await freePort();
  const options = { cwd: root, env: { ...env, PORT: String(port) }, stdio: 'ignore' as const };
  const service = spawn(process.execPath, ['dist/main.js'], options);
  await eventually(async () => {
    if (service.exitCode !== null) throw new Error('the service did not start');
    return (await fetch(`http://127.0.0.1:${port}/health/ready`).catch(() => null))?.status === 200;
  });
  return { port, process: service };
}
