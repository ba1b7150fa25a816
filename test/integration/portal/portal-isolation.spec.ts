import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { KeyRing } from '../../../src/platform/secrets/key-ring.js';
import { PORTAL_SCOPES } from '../../../src/portal/portal-sessions.dto.js';
import { couponsOf } from '../../support/coupons.js';
import type { Json, TestEnv } from '../../support/factories.js';
import { callRoute, callsAbout, documentedRoutes, type Route } from '../../support/openapi/foreign-calls.js';
import { portalSession } from '../../support/portal.js';
import { Shop } from '../../support/services/shop.js';

const OTHER = 'the-other-user';
const HOLDER = 'the-holder';
/** Nobody listens there. */
const OPENROUTER_BASE_URL = 'http://127.0.0.1:9';

let shop: Shop;
let w: TestEnv;
let routes: Route[];
/** Ids of rows of the other user. */
let ids: string[];
let before: Record<string, Json[]>;

beforeAll(async () => {
  // every call of one user within a minute
  shop = await Shop.start({ RATE_LIMIT_PER_USER: '0', ENCRYPTION_KEYS: KeyRing.make('k1'), OPENROUTER_BASE_URL });
  w = shop.w;
  routes = await documentedRoutes(w.t);
  ids = await makeOther();
  before = await rowsOf(OTHER);
});
afterAll(() => shop.close());

/** Opens an account with rows in as many tables as possible. @returns their ids */
async function makeOther(): Promise<string[]> {
  const coupons = couponsOf(() => w);
  await w.open(OTHER);
  await w.bonus(OTHER, '50');
  const charge = await w.deduct(OTHER, '1');
  const hold = await w.hold(OTHER, '1');
  const event = await w.done('credits/usage/track', {
    user_id: OTHER,
    service: 'tts',
    cost: 0.25,
    charge: true,
    request_id: randomUUID(),
    session_id: 'a-session',
  });
  const { code } = await coupons.coupon({ coupon_type: 'percentage_discount', value: 10 });
  await coupons.redeemed(OTHER, code);
  const payment = await shop.buy(OTHER);
  await shop.subscribe(OTHER);
  await w.sql(
    `INSERT INTO openrouter_accounts (user_id, email, encrypted_key, key_hint) VALUES ($1, $1, 'k1.abc', 'sk-or-...abc')`,
    [OTHER],
  );
  const session = await portalSession(w, OTHER);
  return [charge.transaction_id, hold, event.id, payment.id, session.id].map(String);
}

/** Everything that is stored of a user, by table. */
async function rowsOf(user_id: string): Promise<Record<string, Json[]>> {
  const tables = await w.sql(
    `SELECT table_name AS name FROM information_schema.columns
     WHERE table_schema = 'public' AND column_name = 'user_id' ORDER BY 1`,
  );
  const found: Record<string, Json[]> = {};
  for (const { name } of tables) {
    const rows = await w.sql(`SELECT to_jsonb(t) AS row FROM ${String(name)} t WHERE user_id = $1 ORDER BY t::text`, [
      user_id,
    ]);
    if (rows.length > 0) found[String(name)] = rows;
  }
  return found;
}

const isForUsers = ({ roles }: Route): boolean => roles?.includes('user') === true;
const nameOf = ({ method, path }: Route): string => `${method} ${path}`;

/** Whether a scope is good for a route; what is written here again is the documented rule. */
const allows = (scope: string, route: Route): boolean =>
  [scope, 'any scope'].includes(route.scope ?? '') || (scope === 'credits:read' && route.scope === 'balance:read');

describe('a portal session', () => {
  it('has another user to be kept from, with rows in many tables', () => {
    expect(Object.keys(before)).toEqual(
      expect.arrayContaining([
        'account_discounts',
        'audit_logs',
        'coupon_redemptions',
        'credit_grants',
        'credit_holds',
        'credit_transactions',
        'openrouter_accounts',
        'payments',
        'portal_sessions',
        'subscriptions',
        'usage_events',
        'user_credits',
      ]),
    );
    expect(routes.length).toBeGreaterThan(100);
  });

  it('reads and changes nothing of another user, by any route, path, query, body or header', async () => {
    const leaks: string[] = [];
    const accepted: string[] = [];
    const signedOut = new Set<string>();
    for (const route of routes.filter(({ roles }) => roles !== null)) {
      const { token } = await portalSession(w, HOLDER); // a new one, because a route ends it
      for (const { isNamed, answer } of await callsAbout(w.t, route, token, OTHER, [...ids, OTHER])) {
        const text = answer.text.replace(/"(instance|detail|message)":"[^"]*"/g, '');
        const isLeak = [OTHER, ...ids].some((id) => text.includes(id)) || answer.status >= 500;
        if (isLeak) leaks.push(`${nameOf(route)}: ${answer.status} ${answer.text}`);
        if (answer.status === 401 && !route.path.endsWith('/current')) signedOut.add(nameOf(route));
        if (isNamed && answer.status < 400) accepted.push(`${nameOf(route)}: ${answer.status}`);
      }
    }
    expect(leaks).toEqual([]);
    expect(accepted).toEqual([]);
    expect([...signedOut]).toEqual([]);
    expect(await rowsOf(OTHER)).toEqual(before);
  });

  it('is refused on every route that is not for users, as are sessions of administrators', async () => {
    const { token } = await portalSession(w, 'an-admin');
    const others = routes.filter(({ roles }) => roles !== null && !roles.includes('user'));
    expect(others.length).toBeGreaterThan(50);
    for (const route of others) {
      const { status } = await callRoute(w.t, route, token, randomUUID());
      expect([nameOf(route), status]).toEqual([nameOf(route), 403]);
    }
  });

  it('is refused on every route outside its scopes, with the name of the scope', async () => {
    for (const scope of PORTAL_SCOPES) {
      const { token } = await portalSession(w, 'a-limited-user', [scope]);
      const outside = routes.filter((route) => isForUsers(route) && !allows(scope, route));
      expect(outside.length).toBeGreaterThan(10);
      for (const route of outside) {
        const answer = await callRoute(w.t, route, token, randomUUID());
        expect([nameOf(route), answer]).toEqual([
          nameOf(route),
          expect.objectContaining({ status: 403, text: expect.stringContaining(`the scope ${route.scope ?? ''}`) }),
        ]);
      }
    }
  });

  it('opens the routes of its scopes', async () => {
    for (const scope of PORTAL_SCOPES) {
      const { token } = await portalSession(w, 'a-limited-user', [scope]);
      for (const route of routes.filter((given) => isForUsers(given) && allows(scope, given))) {
        if (route.path.endsWith('/portal/sessions/current')) continue; // it would end here
        const { status } = await callRoute(w.t, route, token, randomUUID());
        expect([nameOf(route), [401, 403].includes(status)]).toEqual([nameOf(route), false]);
      }
    }
  });
});
