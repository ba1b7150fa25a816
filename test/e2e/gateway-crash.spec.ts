import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ChildProcess } from 'node:child_process';
import { TokenSigner } from '../../src/auth/token-signer.js';
import { loadConfig } from '../../src/platform/config/config.js';
import { freePort } from '../../src/platform/embedded/cluster.js';
import type { Behaviour } from '../stand-ins/openrouter/behaviour.js';
import { OpenRouterStandIn } from '../stand-ins/openrouter/server.js';
import { TEST_SECRET } from '../support/app.js';
import { launch, ready } from '../support/services/built-service.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { eventually } from '../support/eventually.js';
import { END_LEASES } from '../support/leases.js';

/** The state of a call when the process is killed, and the tokens charged for it; null is no charge. */
const STAGES: Record<string, [stand_in: Behaviour, tokens: number | null]> = {
  'before-the-answer': [{ hang: true }, null],
  'after-one-token': [{ stall_after: 1 }, 1],
  'after-five-tokens': [{ stall_after: 5 }, 5],
  'whole-before-its-body': [{ body_ms: 60_000, output_tokens: 6 }, 6],
  'after-the-last-token': [{ output_tokens: 8, usage: 'missing', generation_misses: 1 }, 8],
};
const USERS = Object.keys(STAGES);
const OPEN = 'SELECT FROM credit_holds WHERE lease_until IS NOT NULL';

describe('a service that is killed while it forwards answers', () => {
  let database: TestDatabase;
  let openrouter: OpenRouterStandIn;
  let service: ChildProcess;
  let env: NodeJS.ProcessEnv;
  let port: number;

  beforeAll(async () => {
    [database, openrouter, port] = await Promise.all([createTestDatabase(), OpenRouterStandIn.start(), freePort()]);
    const { PATH, HOME } = process.env;
    const common = { PATH, HOME, HOST: '127.0.0.1', PORT: String(port), LOG_LEVEL: 'fatal', PRICE_SYNC: 'off' };
    const upstream = { OPENROUTER_BASE_URL: openrouter.base_url, OPENROUTER_API_KEY: 'sk-or-v1-key-of-the-platform' };
    env = { ...common, ...upstream, JWT_SECRET: TEST_SECRET, DATABASE_URL: database.url };
    service = await start('off'); // no process settles their calls before the crash
  });
  afterAll(async () => {
    service.kill('SIGKILL');
    await openrouter.stop();
    await database.drop();
  });

  it('releases or charges each call once after its restart', async () => {
    const streams = USERS.map(async (user_id) => (await open(user_id)).text());
    await eventually(async () => (await rows(OPEN)).length === USERS.length);
    await eventually(() => {
      const sent = openrouter.calls.map(({ tokens_sent }) => tokens_sent).toSorted((a, b) => a - b);
      return sent.join() === '0,1,5,6,8';
    });
    await eventually(async () => (await rows(`${OPEN} AND work_id IS NOT NULL`)).length === USERS.length - 1);
    service.kill('SIGKILL');
    await Promise.allSettled(streams);
    await eventually(() => openrouter.calls.every(({ ended }) => ended !== 'running'));

    await rows(END_LEASES);
    service = await start('on');
    await eventually(async () => {
      await rows(`${END_LEASES} AND work_id IS NOT NULL`);
      return (await rows(OPEN)).length === 0;
    });
    for (const user_id of USERS) {
      const of = 'WHERE user_id = $1';
      const [, tokens] = STAGES[user_id]!;
      const charged = tokens === null ? [] : [{ output_tokens: tokens }];
      expect([user_id, await rows(`SELECT output_tokens FROM usage_events ${of}`, user_id)]).toEqual([
        user_id,
        charged,
      ]);
      expect(await rows(`SELECT id FROM credit_transactions ${of} AND hold_id IS NOT NULL`, user_id)).toHaveLength(
        charged.length,
      );
      const status = tokens === null ? 'released' : 'captured';
      expect(await rows(`SELECT status FROM credit_holds ${of}`, user_id)).toEqual([{ status }]);
      expect(await rows(`SELECT held::float FROM user_credits ${of}`, user_id)).toEqual([{ held: 0 }]);
    }
  });

  async function rows(text: string, ...values: string[]): Promise<object[]> {
    return (await database.pool.query<Record<string, unknown>>(text, values)).rows;
  }

  async function open(user_id: string): Promise<Response> {
    const token = await new TokenSigner(loadConfig(env)).signToken({ user_id, roles: ['user'], ttl_s: 600 });
    const [stand_in] = STAGES[user_id]!;
    const stream = !user_id.startsWith('whole');
    const body = { model: 'openai/gpt-4o-mini', stream, max_tokens: 100, stand_in };
    return fetch(`http://127.0.0.1:${port}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ ...body, messages: [{ role: 'user', content: 'one two three four five six seven' }] }),
    });
  }

  const start = (jobs: 'on' | 'off'): Promise<ChildProcess> => ready(launch({ ...env, JOBS: jobs }), port);
});
