import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createHmac, randomUUID } from 'node:crypto';
import { startApp } from '../support/app.js';
import { atOnce, World } from '../support/factories.js';

const SECRET = 'a secret that Keycloak knows';
const sign = (body: string, secret = SECRET): string => createHmac('sha256', secret).update(body).digest('hex');
const registration = (userId: string) => ({
  uid: randomUUID(),
  time: 1_795_000_000_000,
  realmId: 'platform',
  type: 'access.REGISTER',
  authDetails: { realmId: 'platform', clientId: 'web', userId, ipAddress: '192.0.2.1', username: 'ann' },
  details: { email: 'ann@example.com' },
});

describe('events of Keycloak', () => {
  let w: World;
  beforeAll(async () => {
    w = await World.start({ env: { KEYCLOAK_WEBHOOK_SECRET: SECRET } });
  });
  afterAll(() => w.close());

  const send = (event: unknown, signature?: string) => {
    const body = JSON.stringify(event);
    return w.t.call('integrations/keycloak/events', {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/json', 'x-keycloak-signature': signature ?? sign(body) },
    });
  };
  const accounts = (user_id: string) => w.sql('SELECT balance FROM user_credits WHERE user_id = $1', [user_id]);

  it('open the account of a user who registers, once, however often they come', async () => {
    const user_id = randomUUID();
    const answers = await atOnce(20, () => send(registration(user_id)));
    expect(answers.map(({ status, body }) => [status, body])).toEqual(
      Array.from({ length: 20 }, () => [202, { user_id, state: 'ready' }]),
    );
    expect(await accounts(user_id)).toEqual([{ balance: '5.0000000000' }]);
  });

  it('open the account of a user whom an admin makes, not the account of the admin', async () => {
    const [admin, user_id] = [randomUUID(), randomUUID()];
    const event = { ...registration(admin), type: 'admin.USER-CREATE', resourcePath: `users/${user_id}` };
    expect((await send(event)).body).toEqual({ user_id, state: 'ready' });
    expect([await accounts(admin), await accounts(user_id)]).toEqual([[], [{ balance: '5.0000000000' }]]);
  });

  it('are ignored when they are no registration, or do not say whose', async () => {
    for (const event of [{ ...registration('x'), type: 'access.LOGIN' }, { type: 'access.REGISTER' }, {}, [], null]) {
      expect(await send(event)).toMatchObject({ status: 202, body: { user_id: null, state: 'ignored' } });
    }
  });

  it.each([
    ['none', ''],
    ['no hex', 'signed'],
    ["another secret's", sign(JSON.stringify(registration('mallory')), 'another secret of the same length')],
    ["another body's", sign('{}')],
  ])('are refused with a signature that is %s', async (_which, signature) => {
    expect(await send(registration('mallory'), signature)).toMatchObject({
      status: 401,
      body: { code: 'invalid_signature' },
    });
    expect(await accounts('mallory')).toEqual([]);
  });
});

it('events name the user by the claim that tokens name them by', async () => {
  const w = await World.start({ env: { KEYCLOAK_WEBHOOK_SECRET: SECRET, JWT_USER_ID_CLAIM: 'email' } });
  try {
    for (const event of [
      registration(randomUUID()),
      { type: 'admin.USER-CREATE', resourcePath: 'users/1', representation: '{"email":"ann@example.com"}' },
    ]) {
      const body = JSON.stringify(event);
      const headers = { 'content-type': 'application/json', 'x-keycloak-signature': sign(body) };
      const answer = await w.t.call('integrations/keycloak/events', { method: 'POST', body, headers });
      expect(answer.body).toEqual({ user_id: 'ann@example.com', state: 'ready' });
    }
  } finally {
    await w.close();
  }
});

it('without a secret no event is taken, signed with whatever', async () => {
  const t = await startApp();
  try {
    const headers = { 'content-type': 'application/json', 'x-keycloak-signature': sign('{}', '') };
    const answer = await t.call('integrations/keycloak/events', { method: 'POST', body: '{}', headers });
    expect(answer).toMatchObject({ status: 503, body: { code: 'keycloak_not_configured' } });
  } finally {
    await t.close();
  }
});
