import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import type { member_role } from '../../../src/generated/prisma/enums.js';
import { type MemberAction, permissionOf, ROLE_ACTIONS } from '../../../src/memberships/role-actions.js';
import { TestEnv } from '../../support/factories.js';
import { TestOrganization } from '../../support/organizations.js';

const ROLES: member_role[] = ['owner', 'admin', 'billing', 'member', 'viewer'];

interface Route {
  action: MemberAction;
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  path: (organization: string, other: string) => string;
  body?: object;
  /** The request is for the organization by the header. */
  acting?: boolean;
}

/** A route for each action, with a request that changes nothing or fails for another reason than the role. */
const ROUTES: Route[] = [
  { action: 'organization:read', method: 'GET', path: (id) => `organizations/${id}` },
  { action: 'organization:update', method: 'PATCH', path: (id) => `organizations/${id}`, body: { name: 'Acme' } },
  { action: 'members:read', method: 'GET', path: (id) => `organizations/${id}/members` },
  {
    action: 'members:manage',
    method: 'PATCH',
    path: (id, other) => `organizations/${id}/members/${other}`,
    body: { role: 'viewer' },
  },
  {
    action: 'owners:manage',
    method: 'PATCH',
    path: (id, other) => `organizations/${id}/members/${other}`,
    body: { role: 'billing' },
  },
  { action: 'invitations:manage', method: 'GET', path: (id) => `organizations/${id}/invitations` },
  { action: 'cost_centers:read', method: 'GET', path: (id) => `organizations/${id}/cost-centers` },
  {
    action: 'cost_centers:manage',
    method: 'POST',
    path: (id) => `organizations/${id}/cost-centers`,
    body: { code: 'research', name: 'Research' },
  },
  {
    action: 'credits:transfer',
    method: 'POST',
    path: () => 'credits/transfers',
    body: { amount: '100000', reason: 'x' },
  },
  { action: 'balance:read', method: 'GET', path: () => 'credits/balance', acting: true },
  { action: 'credits:read', method: 'GET', path: () => 'credits/transactions', acting: true },
  { action: 'usage:read', method: 'GET', path: () => 'usage/events', acting: true },
  { action: 'usage:write', method: 'POST', path: () => 'credits/usage/track', body: { service: 'tts' }, acting: true },
  {
    action: 'charge',
    method: 'POST',
    path: () => 'credits/usage/track',
    body: { service: 'tts', tokens: 1, charge: true },
    acting: true,
  },
  {
    action: 'gateway',
    method: 'POST',
    path: () => 'chat/completions',
    body: { model: 'nobody/offers-this', messages: [] },
    acting: true,
  },
  {
    action: 'budgets:manage',
    method: 'POST',
    path: () => 'budgets',
    body: { limit: '99', window: 'day' },
    acting: true,
  },
  { action: 'keys:manage', method: 'GET', path: () => 'api-keys', acting: true },
  { action: 'payments', method: 'GET', path: () => 'payments/history', acting: true },
  { action: 'coupons', method: 'GET', path: () => 'credits/coupons/validate/NOTHING', acting: true },
  { action: 'account:export', method: 'GET', path: () => 'account/export', acting: true },
];
const LEFT_OUT: MemberAction[] = ['organization:close', 'organizations:manage', 'models'];

describe('what roles can do', () => {
  let w: TestEnv;
  let acme: TestOrganization;
  const people = new Map<member_role, string>();
  beforeAll(async () => {
    w = await TestEnv.start();
    acme = await TestOrganization.open(w);
    people.set('owner', acme.owner);
    for (const role of ROLES.slice(1)) people.set(role, await acme.member({ role }));
  }, 240_000);
  afterAll(() => w.close());

  const send = async (user_id: string, { method, path, body, acting, action }: Route) => {
    const other = await acme.member({ role: 'viewer' });
    const sent = action === 'credits:transfer' ? { ...body, from: acme.id, to: other } : body;
    const headers: Record<string, string> = acting ? { 'x-tollgate-account': acme.id } : {};
    const call = { method, token: await w.as(user_id), headers, ...(sent && { body: sent }) };
    const { status, body: answer } = await w.t.call(path(acme.id, other), call);
    await acme.remove(other, w.admin);
    const { code, error } = (answer ?? {}) as { code?: string; error?: { code?: string } };
    return { status, code: code ?? error?.code };
  };

  it('every action of the table has a route here, and every role is in the table', () => {
    const actions = Object.keys(ROLE_ACTIONS).filter((action) => !LEFT_OUT.includes(action as MemberAction));
    expect([...new Set(ROUTES.map(({ action }) => action))].sort()).toEqual(actions.sort());
  });

  it.each(ROUTES.map((route) => [route.action, route.method, route] as const))(
    '%s: %s',
    async (action, _method, route) => {
      const refused: Record<string, boolean> = {};
      const expected: Record<string, boolean> = {};
      for (const [role, user_id] of people) {
        const { status, code } = await send(user_id, route);
        expect(status).not.toBe(500);
        expect({
          role,
          code,
          isGone: status === 404 && code === 'not_found' && !['payments', 'coupons'].includes(action),
        }).toMatchObject({ isGone: false });
        refused[role] = status === 403 && ['forbidden', 'missing_scope'].includes(code ?? '');
        expected[role] = permissionOf(role, action) === null;
      }
      expect(refused).toEqual(expected);
    },
  );

  it.each(ROUTES.map((route) => [route.action, route] as const))(
    'for a stranger, the organization does not exist: %s',
    async (_action, route) => {
      const stranger = await w.open(`stranger-${randomUUID()}`);
      expect((await send(stranger, route)).status).toBe(404);
    },
  );

  it('a member sees its own work and keys only', async () => {
    const [ann, bob] = [await acme.member(), await acme.member()];
    for (const user_id of [ann, bob]) await w.deduct(user_id, '1', { account: acme.id });
    const lines = (await acme.as(ann, 'credits/transactions')).body as unknown as { member_id: string }[];
    expect(lines.map(({ member_id }) => member_id)).toEqual([ann]);
    expect((await acme.as(ann, 'credits/transactions', { query: { member_id: bob } })).status).toBe(404);
    expect((await acme.as(ann, 'credits/usage/summary')).status).toBe(403);
    const all = (await acme.as(acme.owner, 'credits/transactions')).body as unknown as { member_id: string }[];
    expect(all.map(({ member_id }) => member_id)).toEqual(expect.arrayContaining([ann, bob]));
  });

  it('the last owner can neither leave nor be demoted, and admins cannot make owners', async () => {
    const other = await TestOrganization.open(w, '0');
    const token = await w.as(other.owner);
    expect(await other.remove(other.owner)).toBe(409);
    expect(await other.patch(`/members/${other.owner}`, { role: 'viewer' }, token)).toMatchObject({
      status: 409,
      body: { code: 'last_owner' },
    });
    const admin = await other.member({ role: 'admin' });
    const by = await w.as(admin);
    expect((await other.patch(`/members/${admin}`, { role: 'owner' }, by)).status).toBe(403);
    expect((await other.patch(`/members/${other.owner}`, { role: 'viewer' }, by)).status).toBe(403);
    expect((await other.patch(`/members/${admin}`, { role: 'owner' }, token)).status).toBe(200);
    expect(await other.remove(other.owner)).toBe(204);
    expect((await w.get(`organizations/${other.id}`, {}, token)).status).toBe(404);
  });

  it('two owners who leave at once leave one owner', async () => {
    const other = await TestOrganization.open(w, '0');
    const second = await other.member({ role: 'owner' });
    const ends = await Promise.all([other.remove(other.owner), other.remove(second, await w.as(second))]);
    expect(ends.sort()).toEqual([204, 409]);
  });
});
