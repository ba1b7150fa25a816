import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { InjectOptions } from 'fastify';
import { OpenRouterStandIn } from '../stand-ins/openrouter/server.js';
import { seededRandom } from '../support/model/seeded-random.js';
import { TestEnv } from '../support/factories.js';
import { type FuzzOperation, FuzzRequests, operationsOf } from '../support/openapi/fuzz-requests.js';
import { oneOf, type Random } from '../support/openapi/fuzz-values.js';
import { documented, faultsOfAnswers, type Schema } from '../support/openapi/openapi-answers.js';
import { StripeStandIn } from '../support/services/stripe-stand-in.js';

const REQUESTS = Number(process.env['FUZZ_REQUESTS'] ?? 5_000);
const SEED = Number(process.env['FUZZ_SEED'] ?? 20_261_130);
const USERS = ['fuzz-a', 'fuzz-b', 'fuzz-c', 'fuzz-d'];
const CONCURRENCY = 8;
const MAX_MS = 120_000 + REQUESTS * 60;
const SHOWN_MAX = 1_500;

let openrouter: OpenRouterStandIn;
let stripe: StripeStandIn;
let w: TestEnv;

beforeAll(async () => {
  openrouter = await OpenRouterStandIn.start();
  stripe = await StripeStandIn.start();
  w = await TestEnv.start({
    env: {
      OPENROUTER_BASE_URL: openrouter.base_url,
      OPENROUTER_API_KEY: 'sk-or-v1-platform-key-of-the-tests',
      ENCRYPTION_KEYS: `tests:${Buffer.alloc(32, 7).toString('base64')}`,
      KEYCLOAK_WEBHOOK_SECRET: 'a secret that Keycloak knows',
      WEBHOOK_ALLOWED_NETWORKS: '127.0.0.0/8',
      RATE_LIMIT_PER_USER: '0', // their refusals would stand before everything else
      RATE_LIMIT_PER_ADDRESS: '0',
      ...stripe.env,
    },
  });
  for (const user_id of USERS) await w.bonus(user_id, '1000');
});
afterAll(async () => {
  await w.close();
  await openrouter.stop();
  await stripe.stop();
});

/** Credentials of every kind of caller; those of nobody, too. */
async function credentials(): Promise<Record<string, string>[]> {
  const tokens = [w.admin, w.admin, w.admin, w.service, w.service, await w.as('fuzz-a'), await w.as('fuzz-b')];
  const good = tokens.map((token) => ({ authorization: `Bearer ${token}` }));
  return [...good, {}, { authorization: 'Bearer a.b.c' }, { 'x-api-key': w.service }];
}

const resolve = (schema: Schema): Schema => {
  if (schema.$ref === undefined) return schema;
  return documented().document.components.schemas[schema.$ref.replace('#/components/schemas/', '')] ?? {};
};

const shown = (request: InjectOptions): string => JSON.stringify(request).slice(0, SHOWN_MAX);

/** Sends requests, eight at once. @returns what was wrong with the answers, and how often operations answered well */
async function fuzz(operations: readonly FuzzOperation[], random: Random) {
  const requests = new FuzzRequests(random, resolve, USERS);
  const callers = await credentials();
  const fastify = w.t.app.getHttpAdapter().getInstance();
  const wrong: string[] = [];
  const succeeded = new Set<string>();
  for (let first = 0; first < REQUESTS; first += CONCURRENCY) {
    const batch = Array.from({ length: CONCURRENCY }, (_all, index) => {
      const asked = first + index < operations.length ? operations[first + index] : oneOf(random, operations);
      const request = requests.request(asked as FuzzOperation);
      const headers = { ...request.headers, ...oneOf(random, callers), 'x-request-id': `fuzz-${first + index}` };
      return { id: asked?.operation.operationId ?? '', path: asked?.path ?? '', request: { ...request, headers } };
    });
    const answers = await Promise.all(batch.map(({ request }) => fastify.inject(request).catch(cutOff)));
    for (const [index, { statusCode, body }] of answers.entries()) {
      const { id, path, request } = batch[index] ?? { id: '', path: '', request: {} };
      const isFault = statusCode === 0 || statusCode === 500 || body.includes('"code":"internal_error"'); // of a record
      if (isFault) wrong.push(`${id} answered ${statusCode} ${body} to ${shown(request)}`);
      if (statusCode < 200 || statusCode >= 300) continue;
      succeeded.add(id);
      requests.learn(parsed(body), path);
    }
    for (const { fault, request_id } of faultsOfAnswers()) {
      const request = batch.find((sent) => sent.request.headers['x-request-id'] === request_id)?.request;
      wrong.push(`${fault}\n  to ${request ? shown(request) : 'another request'}`);
    }
  }
  return { wrong, succeeded };
}

/** What stands for an answer that came in part, or not at all. */
const cutOff = (error: Error) => ({ statusCode: 0, body: error.message });

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
}

it(
  `answers ${REQUESTS} requests of all operations, fitting and hostile, as openapi.json says (seed ${SEED})`,
  async () => {
    const operations = operationsOf(documented().document);
    const { wrong, succeeded } = await fuzz(operations, seededRandom(SEED));
    expect(wrong).toEqual([]);
    // else it would only prove that everything is refused
    if (REQUESTS >= 5_000) expect(succeeded.size / operations.length).toBeGreaterThan(0.6);
  },
  MAX_MS,
);
