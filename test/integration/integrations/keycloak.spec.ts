import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createHmac, randomUUID } from 'node:crypto';
import { startApp } from '../../support/app.js';
import { concurrently, TestEnv } from '../../support/factories.js';

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

describe('Keycloak events', () => {
  let w: TestEnv;
  beforeAll(async () => {
    w = await TestEnv.start({ env: { KEYCLOAK_WEBHOOK_SECRET: SECRET } });
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

  it('open the account of a registering user once, however often they arrive', async () => {
    const user_id = randomUUID();
    const answers = await concurrently(20, () => send(registration(user_id)));
    expect(answers.map(({ status, body }) => [status, body])).toEqual(
      Array.from({ length: 20 }, () => [202, { user_id, state: 'ready' }]),
    );
    expect(await accounts(user_id)).toEqual([{ balance: '5.0000000000' }]);
  });

  it('open the account of a user created by an admin, not the account of the admin', async () => {
    const [admin, user_id] = [randomUUID(), randomUUID()];
    const event = { ...registration(admin), type: 'admin.USER-CREATE', resourcePath: `users/${user_id}` };
    expect((await send(event)).body).toEqual({ user_id, state: 'ready' });
    expect([await accounts(admin), await accounts(user_id)]).toEqual([[], [{ balance: '5.0000000000' }]]);
  });

  it('of an admin tell the address once it is verified, and open no account before', async () => {
    const [admin, user_id] = [randomUUID(), randomUUID()];
    const updated = (representation: object) => ({
      ...registration(admin),
      type: 'admin.USER-UPDATE',
      resourcePath: `users/${user_id}`,
      representation: JSON.stringify(representation),
    });
    expect((await send(updated({ email: 'ben@example.com', emailVerified: false }))).body).toMatchObject({
      state: 'ignored',
    });
    expect(await accounts(user_id)).toEqual([]);
    for (const email of ['ben@example.com', 'ben@example.org']) {
      expect((await send(updated({ email, emailVerified: true }))).body).toEqual({ user_id, state: 'ready' });
      const contact = await w.get('me/contact', {}, await w.as(user_id));
      expect(contact.body).toMatchObject({ email, source: 'provider' });
    }
    expect(await accounts(admin)).toEqual([]);
  });

  it('are ignored if they are not registrations or lack the user', async () => {
    for (const event of [{ ...registration('x'), type: 'access.LOGIN' }, { type: 'access.REGISTER' }, {}, [], null]) {
      expect(await send(event)).toMatchObject({ status: 202, body: { user_id: null, state: 'ignored' } });
    }
  });

  it.each([
    ['none', ''],
    ['not hex', 'signed'],
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

it('events identify the user by the same claim as tokens', async () => {
  const w = await TestEnv.start({ env: { KEYCLOAK_WEBHOOK_SECRET: SECRET, JWT_USER_ID_CLAIM: 'email' } });
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

it('without a configured secret every event is refused', async () => {
  const t = await startApp();
  try {
    const headers = { 'content-type': 'application/json', 'x-keycloak-signature': sign('{}', '') };
    const answer = await t.call('integrations/keycloak/events', { method: 'POST', body: '{}', headers });
    expect(answer).toMatchObject({ status: 503, body: { code: 'keycloak_not_configured' } });
  } finally {
    await t.close();
  }
});
