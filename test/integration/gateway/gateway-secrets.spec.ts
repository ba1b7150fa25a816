import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { pino } from 'pino';
import { createApp } from '../../../src/app/setup.js';
import { TokenSigner } from '../../../src/auth/token-signer.js';
import { loadConfig } from '../../../src/platform/config/config.js';
import { KeyRing } from '../../../src/platform/secrets/key-ring.js';
import type { Behaviour } from '../../stand-ins/openrouter/behaviour.js';
import { OpenRouterStandIn } from '../../stand-ins/openrouter/server.js';
import { TEST_SECRET } from '../../support/app.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { dumpOf } from '../../support/dump.js';

let db: TestDatabase;
let openrouter: OpenRouterStandIn;

beforeAll(async () => {
  [db, openrouter] = await Promise.all([createTestDatabase(), OpenRouterStandIn.start()]);
});
afterAll(async () => {
  await openrouter.stop();
  await db.drop();
});

const newKey = (): string => `sk-or-v1-${randomBytes(16).toString('hex')}`;

/** Every possible outcome of a call; `key` is its key, which the provider repeats in its messages. */
const fates = (key: string): Behaviour[] => [
  {},
  { usage: 'missing' },
  { error_after: 2 },
  { cut_after: 2 },
  { cut_body: true },
  { reset: true },
  { garbage: true },
  ...[400, 402, 403, 404, 429, 500, 503].map((status) => ({
    status,
    message: `Bearer ${key} was refused`,
    metadata: { raw: key, headers: { authorization: key } },
  })),
  { status: 401, message: `No such key: ${key}` }, // the last one: an own key is out of use after it
];

it('no key or token of a call is in any table, log line or answer, whatever its outcome', async () => {
  const [platform_key, own_key] = [newKey(), newKey()];
  const lines: string[] = [];
  const config = loadConfig({
    NODE_ENV: 'test',
    LOG_LEVEL: 'trace',
    JWT_SECRET: TEST_SECRET,
    DATABASE_URL: db.url,
    PRICE_SYNC: 'off',
    OPENROUTER_BASE_URL: openrouter.base_url,
    OPENROUTER_API_KEY: platform_key,
    ENCRYPTION_KEYS: KeyRing.make('a'),
  });
  const logger = pino({ level: 'trace' }, { write: (line: string) => void lines.push(line) });
  const app = await createApp(config, [], logger);
  await app.init();
  await app.getHttpAdapter().getInstance().ready();
  const tokenOf = (user_id: string) => app.get(TokenSigner).signToken({ user_id, roles: ['user'], ttl_s: 60 });
  const tokens = { 'a-guest': await tokenOf('a-guest'), 'an-owner': await tokenOf('an-owner') };
  const answers: string[] = [];
  const post = async (url: string, token: string, payload: object): Promise<number> => {
    const headers = { authorization: `Bearer ${token}`, 'x-title': 'an app' };
    const { statusCode, headers: sent, body } = await app.inject({ method: 'POST', url, headers, payload });
    answers.push(JSON.stringify(sent), body);
    return statusCode;
  };
  const kept = await post('/api/v1/credits/openrouter/create-account', tokens['an-owner'], { api_key: own_key });
  expect(kept).toBe(201);

  const seen = new Set<number>();
  for (const [user_id, key] of [
    ['a-guest', platform_key],
    ['an-owner', own_key],
  ] as const) {
    for (const fate of fates(key)) {
      for (const stream of [false, true]) {
        openrouter.onNext('/chat/completions', fate);
        const messages = [{ role: 'user', content: 'Hi' }];
        const asked = { model: 'openai/gpt-4o-mini', max_tokens: 20, stream, messages };
        seen.add(await post('/v1/chat/completions', tokens[user_id], asked));
      }
    }
  }
  // invalid tokens, or tokens in the wrong place
  const wrong = `${tokens['a-guest'].slice(0, -6)}AAAAAA`;
  expect(await post('/v1/chat/completions', wrong, {})).toBe(401);
  expect(await post(`/v1/chat/completions?user_id=${own_key}`, tokens['a-guest'], {})).toBe(403);
  expect(await post('/v1/chat/completions', tokens['a-guest'], { model: { api_key: own_key } })).toBe(400);
  expect(await post('/v1/chat/completions', tokens['a-guest'], { model: 'x', max_tokens: own_key })).toBe(400);
  await app.close();

  expect([...seen].toSorted()).toEqual([200, 400, 402, 403, 404, 429, 500, 502, 503]);
  const used = openrouter.calls.map(({ api_key }) => api_key);
  expect(new Set(used)).toEqual(new Set([platform_key, own_key]));
  expect(lines.join('')).toContain("refuses the platform's key with status 402");
  const dump = await dumpOf(db.pool);
  expect(dump).toContain('an-owner');
  const secrets = [platform_key, own_key].map((key) => key.slice('sk-or-v1-'.length, -4));
  const signatures = [...Object.values(tokens), wrong].map((token) => token.split('.')[2]!.slice(0, -6));
  for (const place of [dump, lines.join(''), answers.join('')]) {
    for (const secret of [...secrets, ...signatures]) expect(place).not.toContain(secret);
  }
});
