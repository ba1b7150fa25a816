import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import type { Answer } from '../../support/app.js';
import { TestEnv } from '../../support/factories.js';
import { callsAbout, documentedRoutes, type Route } from '../../support/openapi/foreign-calls.js';
import { StripeStandIn } from '../../support/services/stripe-stand-in.js';

const VICTIM = 'the-victim';

let stripe: StripeStandIn;
let w: TestEnv;
let routes: Route[];
let victim: { hold: string; transaction: string };
let before: unknown;

beforeAll(async () => {
  stripe = await StripeStandIn.start();
  // the thief tries every route: more calls than a user may make in a minute
  w = await TestEnv.start({ env: { ...stripe.env, RATE_LIMIT_PER_USER: '0' } });
  await w.done('provisioning/register', { user_id: VICTIM });
  const { transaction_id } = await w.deduct(VICTIM, '1');
  victim = { transaction: transaction_id as string, hold: await w.hold(VICTIM, '1') };
  routes = await documentedRoutes(w.t);
  before = await stateOf(VICTIM);
});
afterAll(async () => {
  await w.close();
  await stripe.stop();
});

/** Everything that is stored of a user. */
async function stateOf(user_id: string): Promise<unknown> {
  const tables = [
    'user_credits',
    'credit_transactions',
    'credit_grants',
    'credit_holds',
    'idempotency_keys',
    'audit_logs',
  ];
  return Promise.all(tables.map((table) => w.sql(`SELECT * FROM ${table} WHERE user_id = $1`, [user_id])));
}

/** Calls a route about a user, and returns the answers. */
async function answersAbout(user_id: string, route: Route, token: string): Promise<Answer[]> {
  const ids = [victim.transaction, victim.hold, user_id, 'trial'];
  return (await callsAbout(w.t, route, token, user_id, ids)).map(({ answer }) => answer);
}

describe('a plain user', () => {
  it("reaches nobody else's account by any route or parameter", async () => {
    const token = await w.as('the-thief');
    const leaked: string[] = [];
    for (const route of routes.filter(({ roles }) => roles !== null)) {
      for (const answer of await answersAbout(VICTIM, route, token)) {
        const isAbout = JSON.stringify(answer.body)
          .replace(/"(instance|detail|message)":"[^"]*"/g, '')
          .includes(VICTIM);
        const names = [victim.hold, victim.transaction].some((id) =>
          JSON.stringify(answer.body).includes(`"id":"${id}"`),
        );
        if (answer.status >= 500 || isAbout || names)
          leaked.push(`${route.method} ${route.path}: ${answer.status} ${answer.text}`);
      }
    }
    expect(leaked).toEqual([]);
    expect(await stateOf(VICTIM)).toEqual(before);
  });

  it('is refused on every route that is for others, whatever is sent', async () => {
    const token = await w.as('the-thief');
    const others = routes.filter(({ roles }) => roles !== null && !roles.includes('user'));
    expect(others.length).toBeGreaterThan(10);
    for (const route of others) {
      for (const answer of await answersAbout('the-thief', route, token))
        expect([route.path, answer.status]).toEqual([route.path, 403]);
    }
  });

  it('reaches the own account, named or not', async () => {
    const token = await w.as('an-owner');
    for (const query of [{}, { user_id: 'an-owner' }] as Record<string, string>[]) {
      expect(await w.get('credits/balance', query, token)).toMatchObject({
        status: 200,
        body: { user_id: 'an-owner' },
      });
    }
    const { status, body } = await w.get('credits/balance', { user_id: VICTIM }, token);
    expect([status, body.code]).toEqual([403, 'forbidden']);
  });

  it("can not tell a transaction of somebody else's from none at all", async () => {
    const token = await w.as('the-thief');
    const [theirs, none] = [
      await w.get(`credits/transactions/${victim.transaction}/receipt`, {}, token),
      await w.get(`credits/transactions/${randomUUID()}/receipt`, {}, token),
    ];
    expect([theirs.status, none.status]).toEqual([404, 404]);
    expect(theirs.body.code).toBe(none.body.code);
  });
});

describe('a service', () => {
  it('is refused on every route that is for admins', async () => {
    const forAdmins = routes.filter(({ roles }) => roles !== null && !roles.includes('service'));
    expect(forAdmins.length).toBeGreaterThan(5);
    for (const route of forAdmins) {
      for (const answer of await answersAbout(VICTIM, route, w.service))
        expect([route.path, answer.status]).toEqual([route.path, 403]);
    }
  });

  it('meters and charges any user', async () => {
    const user_id = await w.user('10');
    expect((await w.post('credits/deduct', { user_id, amount: 1, service: 'tts' }, { token: w.service })).status).toBe(
      200,
    );
    expect((await w.get('credits/balance', { user_id }, w.service)).body).toMatchObject({ balance: '9.000000' });
  });
});

describe('without a token', () => {
  it('every route is refused, except the public ones', async () => {
    const open: string[] = [];
    for (const route of routes) {
      const method = route.method.toUpperCase() as 'GET' | 'POST';
      const answer = await w.t.call(route.path.replace(/\{[^}]+\}/g, 'x'), {
        method,
        body: route.body ?? undefined,
        query: route.query,
      });
      if (answer.status !== 401) open.push(`${route.method} ${route.path}`);
    }
    expect(open.toSorted()).toEqual([
      'get /api/v1/credits/tiers/compare',
      'get /app/config.json',
      'get /health/live',
      'get /health/ready',
      'post /api/v1/integrations/keycloak/events', // signed instead
      'post /api/v1/integrations/stripe/webhook', // signed instead
      'post /api/v1/me/contact/confirm', // by the token of a link
      'post /app/development/session', // only in development
    ]);
  });
});

describe('the roles of the routes', () => {
  it('are those of the contract', () => {
    const table = Object.fromEntries(
      routes
        .filter(({ roles }) => roles)
        .map(({ method, path, roles }) => [`${method} ${path.replace('/api/v1/', '')}`, roles?.join(' ')]),
    );
    const all = 'user service admin';
    expect(table).toMatchObject({
      'get credits/balance': all,
      'get credits/check': all,
      'get credits/grants': all,
      'get credits/transactions': all,
      'post credits/openrouter/create-account': all,
      'get credits/openrouter/account': all,
      'post credits/openrouter/sync-balance': all,
      'delete credits/openrouter/account': all,
      'get credits/openrouter/models': all,
      'get models': all,
      'get dashboard/billing/subscription': all,
      'get dashboard/billing/usage': all,
      'post chat/completions': all,
      'post completions': all,
      'post embeddings': all,
      'get credits/transactions/{id}/receipt': all,
      'post credits/tiers/switch': all,
      'post credits/allocate': 'admin',
      'post credits/bonus': 'admin',
      'post credits/refund': 'admin',
      'post credits/reset': 'admin',
      'post credits/deduct': 'service admin',
      'post credits/holds': 'service admin',
      'get credits/holds/{id}': 'service admin',
      'post credits/holds/{id}/capture': 'service admin',
      'post credits/holds/{id}/release': 'service admin',
      'post credits/holds/{id}/extend': 'service admin',
      'post provisioning/register': 'service admin',
      'get credits/tiers': 'admin',
      'post credits/tiers': 'admin',
      'patch credits/tiers/{tier}': 'admin',
      'delete credits/tiers/{tier}': 'admin',
    });
  });
});
