import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { Logger } from '@nestjs/common';
import { AccountErasureJob } from '../../../src/accounts/account-erasure.service.js';
import { OldSessionsJob } from '../../../src/portal/old-sessions.job.js';
import { PORTAL_SCOPES } from '../../../src/portal/portal-sessions.dto.js';
import { cliOn, failureOf } from '../../support/cli.js';
import { type Json, type JsonAnswer, UNKNOWN_ID, TestEnv } from '../../support/factories.js';
import { portalSession, type PortalSession } from '../../support/portal.js';

const PUBLIC_URL = 'https://credits.example.com';
const RETURN_URL = 'https://app.example.com/account';
const ENV = { PUBLIC_URL, PORTAL_RETURN_ORIGINS: 'https://app.example.com', LOG_LEVEL: 'trace' };

let w: TestEnv;
const lines: string[] = [];
beforeAll(async () => {
  w = await TestEnv.start({ env: ENV, log: { write: (line: string) => void lines.push(line) } });
});
afterAll(() => w.close());

const someone = (): string => `user-${randomUUID()}`;
const me = (token: string): Promise<JsonAnswer> => w.get('me', {}, token);
const create = (body: object, token = w.service): Promise<JsonAnswer> => w.post('portal/sessions', body, { token });
const remove = (id: string, token = w.service): Promise<JsonAnswer> =>
  w.t.call(`portal/sessions/${id}`, { method: 'DELETE', token }) as Promise<JsonAnswer>;
const codeOf = ({ status, body }: JsonAnswer): unknown[] => [status, body.code];
const expire = (id: string, ago = '1 second'): Promise<Json[]> =>
  w.sql(`UPDATE portal_sessions SET expires_at = now() - $2::interval WHERE id = $1`, [id, ago]);

describe('a portal session', () => {
  it('is created by the platform, and signs its user in', async () => {
    const user_id = await w.user('5');
    const before = Date.now();
    const body = { user_id, scopes: ['balance:read'], expires_in: 600, return_url: RETURN_URL };
    const answer = await create(body);
    expect(answer).toMatchObject({
      status: 201,
      headers: { 'cache-control': 'no-store' },
      body: { user_id, scopes: ['balance:read'], return_url: RETURN_URL, created_by: 'a-service' },
    });
    const { token, url, expires_at } = answer.body as PortalSession & { expires_at: string };
    expect(token).toMatch(/^tg_portal_[\w-]{64}$/);
    expect(url).toBe(`${PUBLIC_URL}/app/portal#token=${token}`);
    const lifetime = new Date(expires_at).getTime() - before;
    expect(lifetime).toBeGreaterThanOrEqual(600_000);
    expect(lifetime).toBeLessThan(630_000);
    expect(await me(token)).toMatchObject({
      status: 200,
      body: {
        user_id,
        roles: ['user'],
        scopes: ['balance:read'],
        sign_in: 'portal_session',
        expires_at,
        return_url: RETURN_URL,
        account: { user_id, balance: '5.000000' },
      },
    });
    const byKey = { headers: { 'x-api-key': token } };
    expect(await w.t.call('credits/balance', byKey)).toMatchObject({ status: 200, body: { user_id } });
  });

  it('lasts an hour by default, at most', async () => {
    const session = await portalSession(w, someone());
    const { created_at, expires_at } = session as unknown as Record<string, string>;
    expect(new Date(String(expires_at)).getTime() - new Date(String(created_at)).getTime()).toBe(3_600_000);
  });

  it('opens the account of a new user with the first request, as any sign-in does', async () => {
    const user_id = someone();
    const { token } = await portalSession(w, user_id);
    expect(await w.sql('SELECT * FROM user_credits WHERE user_id = $1', [user_id])).toEqual([]);
    expect((await me(token)).body).toMatchObject({ account: { balance: '5.000000', tier: 'trial' } });
  });

  it.each([
    [{ scopes: [] }, 'scopes'],
    [{ scopes: ['charge'] }, 'scopes'],
    [{ scopes: ['admin:*'] }, 'scopes'],
    [{ scopes: ['balance:read', 'balance:read'] }, 'scopes'],
    [{ scopes: 'balance:read' }, 'scopes'],
    [{ expires_in: 59 }, 'expires_in'],
    [{ expires_in: 3601 }, 'expires_in'],
    [{ user_id: '' }, 'user_id'],
    [{ return_url: 'javascript:alert(1)' }, 'return_url'],
    [{ return_url: 'https://app.example.com.evil.example/' }, 'return_url'],
    [{ role: 'admin' }, 'role'],
  ])('is not created with %j', async (change, field) => {
    const answer = await create({ user_id: 'ann', scopes: ['balance:read'], ...change });
    expect(answer).toMatchObject({
      status: 422,
      body: { code: 'invalid_request', errors: [{ field: expect.any(String) }] },
    });
    expect((answer.body.errors as Json[]).map((error) => String(error.field).replace(/\[.*/, ''))).toContain(field);
  });

  it('is not created, listed or ended by users, and not by sessions', async () => {
    const { token, id } = await portalSession(w, 'ann');
    for (const caller of [token, await w.as('ann')]) {
      expect(codeOf(await create({ user_id: 'ann', scopes: ['balance:read'] }, caller))).toEqual([403, 'forbidden']);
      expect(codeOf(await w.get('portal/sessions', { user_id: 'ann' }, caller))).toEqual([403, 'forbidden']);
      expect(codeOf(await remove(id, caller))).toEqual([403, 'forbidden']);
    }
  });

  it('keeps its token out of the database, the audit log and the log', async () => {
    const user_id = someone();
    const { id, token } = await portalSession(w, user_id);
    await me(token);
    await remove(id);
    await me(token);
    const tables = await w.sql(
      `SELECT relname FROM pg_class WHERE relkind IN ('r', 'p') AND NOT relispartition AND relnamespace = 'public'::regnamespace`,
    );
    const secret = token.slice(-43);
    for (const { relname } of tables) {
      const found = await w.sql(`SELECT 1 FROM ${String(relname)} t WHERE strpos(t::text, $1) > 0`, [secret]);
      expect([relname, found]).toEqual([relname, []]);
    }
    expect(lines.length).toBeGreaterThan(0);
    expect(lines.filter((line) => line.includes(secret))).toEqual([]);
  });

  it('is audited when it is created and when it ends', async () => {
    const user_id = someone();
    const { id } = await portalSession(w, user_id, ['usage:read']);
    await remove(id, w.admin);
    const entry = { resource_type: 'portal_session', resource_id: id, metadata: { scopes: ['usage:read'] } };
    expect(await w.audit(user_id, 'portal_session.create')).toMatchObject([{ ...entry, actor: 'a-service' }]);
    expect(await w.audit(user_id, 'portal_session.revoke')).toMatchObject([{ ...entry, actor: 'an-admin' }]);
  });
});

describe('the list of portal sessions', () => {
  it('has those of one user that still work, newest first', async () => {
    const user_id = someone();
    await portalSession(w, someone());
    const sessions = [];
    for (let i = 0; i < 4; i += 1) sessions.push(await portalSession(w, user_id));
    const [first, expired, ended, last] = sessions as [PortalSession, PortalSession, PortalSession, PortalSession];
    await expire(expired.id);
    await remove(ended.id);
    const { body } = await w.list('portal/sessions', { user_id, count: 'true' });
    expect(body.map(({ id }) => id)).toEqual([last.id, first.id]);
    expect(JSON.stringify(body)).not.toMatch(/tg_portal_|token/);
    const page = await w.list('portal/sessions', { user_id, limit: '1' });
    const next = await w.list('portal/sessions', { user_id, cursor: String(page.headers['x-next-cursor']) });
    expect(next.body.map(({ id }) => id)).toEqual([first.id]);
  });

  it('asks whose', async () => {
    expect(codeOf(await w.get('portal/sessions'))).toEqual([422, 'invalid_request']);
  });
});

describe('a portal session that is over', () => {
  const REFUSED = [401, 'invalid_token'];

  it('is refused when it has expired', async () => {
    const { id, token } = await portalSession(w, someone());
    await expire(id);
    expect(codeOf(await me(token))).toEqual([401, 'token_expired']);
  });

  it('is deleted a day after it expired, and not before', async () => {
    const user_id = someone();
    const [old, recent] = [await portalSession(w, user_id), await portalSession(w, user_id)];
    await expire(old.id, '25 hours');
    await expire(recent.id, '23 hours');
    await w.t.app.get(OldSessionsJob).deleteOld({ log: new Logger('a-test') });
    const rows = await w.sql('SELECT id FROM portal_sessions WHERE user_id = $1', [user_id]);
    expect(rows).toEqual([{ id: recent.id }]);
    expect(codeOf(await me(old.token))).toEqual(REFUSED);
  });

  it('is refused from the moment in which it is ended, on every instance, and stays so', async () => {
    const other = await w.another();
    const { id, token } = await portalSession(w, someone());
    expect((await me(token)).status).toBe(200);
    expect((await other.call('me', { token })).status).toBe(200);
    expect((await remove(id)).status).toBe(204);
    expect(codeOf(await me(token))).toEqual(REFUSED);
    expect((await other.call('me', { token })).status).toBe(401);
    expect(codeOf(await remove(id))).toEqual([404, 'not_found']);
    expect(codeOf(await me(token))).toEqual(REFUSED);
  });

  it('can be ended by its holder, and by nobody else that way', async () => {
    const user_id = someone();
    const [one, two] = [await portalSession(w, user_id, ['models']), await portalSession(w, user_id)];
    expect((await remove('current', one.token)).status).toBe(204);
    expect(codeOf(await me(one.token))).toEqual(REFUSED);
    expect((await me(two.token)).status).toBe(200);
    expect(codeOf(await remove('current', await w.as(user_id)))).toEqual([404, 'not_found']);
  });

  it('is not told apart from one that never was', async () => {
    const { id, token } = await portalSession(w, someone());
    const other = await portalSession(w, someone());
    const bytes = Buffer.from(token.slice(10), 'base64url');
    const forged = (start: Buffer): string => {
      const text = Buffer.concat([start, bytes.subarray(16)]).toString('base64url');
      return `tg_portal_${text}`;
    };
    const stolenId = Buffer.from(other.id.replaceAll('-', ''), 'hex');
    const altered = `${token.slice(0, -1)}${token.endsWith('A') ? 'B' : 'A'}`;
    const answers = [];
    for (const wrong of [forged(stolenId), forged(Buffer.alloc(16)), altered, token.slice(0, -2), `${token}AA`]) {
      const { status, body } = await me(wrong);
      answers.push([status, body.code, body.detail]);
    }
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(answers[0]?.slice(0, 2)).toEqual(REFUSED);
    expect((await me(token)).status).toBe(200);
    expect(codeOf(await remove(UNKNOWN_ID))).toEqual([404, 'not_found']);
    expect(id).not.toBe(other.id);
  });
});

describe('the account behind a portal session', () => {
  it('that is moved ends it', async () => {
    const [from, to] = [await w.user('5'), await w.user('5')];
    const [gone, kept] = [await portalSession(w, from), await portalSession(w, to)];
    await w.done(`admin/accounts/${from}/move`, { to });
    expect(codeOf(await me(gone.token))).toEqual([401, 'invalid_token']);
    expect((await me(kept.token)).status).toBe(200);
  });

  it('that is about to be erased ends it, and the erasure leaves no session', async () => {
    const user_id = await w.user('5');
    const { token } = await portalSession(w, user_id);
    await w.done(`admin/accounts/${user_id}/erase`, {});
    expect(codeOf(await me(token))).toEqual([401, 'invalid_token']);
    const late = await portalSession(w, user_id);
    await w.t.app.get(AccountErasureJob).eraseAll({ signal: new AbortController().signal });
    expect(await w.sql('SELECT * FROM portal_sessions WHERE user_id = $1', [user_id])).toEqual([]);
    expect(codeOf(await me(late.token))).toEqual([401, 'invalid_token']);
  });

  it('that is suspended can still be read', async () => {
    const user_id = await w.user('5');
    const { token } = await portalSession(w, user_id);
    await w.done(`admin/accounts/${user_id}/suspend`, { reason: 'a test' });
    expect((await me(token)).body).toMatchObject({ account: { status: 'suspended' } });
  });
});

describe('the scopes of a portal session', () => {
  it('are needed for the history in the balance as well', async () => {
    const user_id = await w.user('5');
    const { token } = await portalSession(w, user_id, ['balance:read']);
    expect((await w.get('credits/balance', {}, token)).status).toBe(200);
    const answer = await w.get('credits/balance', { include_history: 'true' }, token);
    expect(answer).toMatchObject({ status: 403, body: { code: 'missing_scope', scope: 'credits:read' } });
  });

  it('with credits:read include the balance', async () => {
    const { token } = await portalSession(w, await w.user('5'), ['credits:read']);
    const answer = await w.get('credits/balance', { include_history: 'true' }, token);
    expect(answer).toMatchObject({ status: 200, body: { transactions: [{ amount: '5.000000' }] } });
  });

  it('hide the account from a session that cannot read the balance', async () => {
    const { token } = await portalSession(w, await w.user('5'), ['usage:read']);
    expect((await me(token)).body).toMatchObject({ scopes: ['usage:read'], account: null, plan: null, limits: [] });
  });
});

describe('without PUBLIC_URL', () => {
  it('the link leads to the origin of the request in development, and production refuses', async () => {
    const order = { user_id: 'ann', scopes: ['balance:read'] };
    const of = async (env: Record<string, string>) => {
      const world = await TestEnv.start({ env });
      const headers = { host: 'localhost:8084' };
      const answer = await world.t.call('portal/sessions', {
        method: 'POST',
        token: world.service,
        body: order,
        headers,
      });
      await world.close();
      return answer as JsonAnswer;
    };
    expect((await of({})).body.url).toMatch(/^http:\/\/localhost:8084\/app\/portal#token=tg_portal_/);
    expect(codeOf(await of({ NODE_ENV: 'production' }))).toEqual([503, 'public_url_not_configured']);
  });
});

describe('tollgate portal', () => {
  it('creates, lists and revokes sessions', async () => {
    const cli = cliOn(w.t.database_url, ENV);
    const user_id = someone();
    const made = await cli('portal', 'create', '--user', user_id, '--scopes', 'balance:read', 'usage:read', '--json');
    const { id, token, url } = made.json() as PortalSession;
    expect(url).toBe(`${PUBLIC_URL}/app/portal#token=${token}`);
    expect((await me(token)).body).toMatchObject({ user_id, scopes: ['balance:read', 'usage:read'] });
    const listed = await cli('portal', 'list', '--user', user_id, '--json');
    expect(listed.json()).toMatchObject([{ id, user_id }]);
    expect(listed.stdout).not.toContain(token);
    expect((await cli('portal', 'revoke', id)).code).toBe(0);
    expect((await me(token)).status).toBe(401);
    expect(failureOf(await cli('portal', 'revoke', id, '--json')).code).toBe('not_found');
    const wrong = await cli('portal', 'create', '--user', user_id, '--scopes', 'admin:*', '--json');
    expect(failureOf(wrong).detail).toContain(PORTAL_SCOPES.join(', '));
  });
});
