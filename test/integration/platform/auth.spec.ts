import { createSecretKey } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { base64url, exportSPKI, importJWK, SignJWT, type JWTPayload } from 'jose';
import { startApp, TEST_SECRET, type Answer, type TestApp } from '../../support/app.js';
import { OIDC_ALGORITHMS, startOidc, type Oidc } from '../../support/services/oidc.js';
import { FixtureModule } from '../../support/fixture-routes.js';

const nowSeconds = (): number => Math.floor(Date.now() / 1000);
const codeOf = (answer: Answer): unknown => (answer.body as { code?: unknown }).code;

describe('a token signed with the shared secret', () => {
  let t: TestApp;
  beforeAll(async () => {
    t = await startApp({ modules: [FixtureModule] });
  });
  afterAll(() => t.close());

  const whoami = (token: string): Promise<Answer> => t.call('fixture/whoami', { token });
  const good = (): JWTPayload => ({ sub: 'ann', iss: 'tollgate', aud: 'tollgate', exp: nowSeconds() + 60 });
  const sign = (payload: JWTPayload, { alg = 'HS256', secret = TEST_SECRET } = {}): Promise<string> =>
    new SignJWT(payload).setProtectedHeader({ alg }).sign(createSecretKey(secret, 'utf8'));

  it('identifies the caller with roles and address', async () => {
    const answer = await t.call('fixture/whoami', {
      token: await t.tokenFor('ann', 'user', 'service'),
      headers: { 'x-request-id': 'r1' },
    });
    expect(answer).toMatchObject({
      status: 200,
      body: { user_id: 'ann', roles: ['user', 'service'], request_id: 'r1', ip: '127.0.0.1' },
    });
  });

  it('without known roles has the role `user`', async () => {
    expect((await whoami(await sign({ ...good(), roles: ['editor'] }))).body).toMatchObject({ roles: ['user'] });
  });

  it('that is missing is answered with 401 and instructions', async () => {
    const ways: Record<string, string>[] = [
      {},
      { authorization: 'Basic YTpi' },
      { authorization: 'Bearer' },
      { authorization: '' },
    ];
    for (const headers of ways) {
      const answer = await t.call('fixture/whoami', { headers });
      expect(answer.status).toBe(401);
      expect(codeOf(answer)).toBe('missing_credentials');
      expect(answer.headers['www-authenticate']).toBe('Bearer');
    }
  });

  it('is refused unless signature, algorithm, issuer, audience, expiry and user id are valid', async () => {
    const unsigned = `${base64url.encode('{"alg":"none"}')}.${base64url.encode(JSON.stringify(good()))}.`;
    const [header, , signature] = (await sign(good())).split('.');
    const altered = [header, base64url.encode(JSON.stringify({ ...good(), roles: ['admin'] })), signature].join('.');
    const bad: Record<string, string> = {
      'no token': 'nonsense',
      'no signature': unsigned,
      'other payload': altered,
      'other secret': await sign(good(), { secret: 'x'.repeat(40) }),
      'other algorithm': await sign(good(), { alg: 'HS512' }),
      'other issuer': await sign({ ...good(), iss: 'other' }),
      'no issuer': await sign({ ...good(), iss: undefined }),
      'other audience': await sign({ ...good(), aud: 'other' }),
      'no audience': await sign({ ...good(), aud: undefined }),
      'no expiry': await sign({ ...good(), exp: undefined }),
      'not valid yet': await sign({ ...good(), nbf: nowSeconds() + 60 }),
      'no user': await sign({ ...good(), sub: undefined }),
      'a user that is no text': await sign({ ...good(), sub: { a: 1 } } as unknown as JWTPayload),
      'a user too long': await sign({ ...good(), sub: 'x'.repeat(256) }),
      'a user with a control character': await sign({ ...good(), sub: 'a\u0000b' }),
    };
    for (const [name, token] of Object.entries(bad)) {
      const answer = await whoami(token);
      expect([name, answer.status, codeOf(answer)]).toEqual([name, 401, 'invalid_token']);
    }
  });

  it('is reported as expired, after 5 seconds of tolerance for clocks', async () => {
    expect((await whoami(await sign({ ...good(), exp: nowSeconds() - 2 }))).status).toBe(200);
    const late = await whoami(await sign({ ...good(), exp: nowSeconds() - 10 }));
    expect([late.status, codeOf(late)]).toEqual([401, 'token_expired']);
  });

  it('without the role of a route is refused, and the error names the role', async () => {
    const user = await t.call('fixture/admin', { token: await t.tokenFor('ann', 'user') });
    expect(user).toMatchObject({ status: 403, body: { code: 'forbidden', detail: expect.stringContaining('admin') } });
    const service = { token: await t.tokenFor('meter', 'service') };
    expect((await t.call('fixture/admin', service)).status).toBe(403);
    expect((await t.call('fixture/staff', service)).status).toBe(200);
    expect((await t.call('fixture/staff', { token: await t.tokenFor('ann', 'user') })).status).toBe(403);
  });

  it('does not open a route without declared access', async () => {
    for (const token of [undefined, await t.tokenFor('root', 'admin')]) {
      const answer = await t.call('fixture/undeclared', token === undefined ? {} : { token });
      expect(answer.status).toBe(403);
      expect(answer.text).not.toContain('nobody may read this');
    }
  });

  it('is not needed for documentation and health', async () => {
    for (const path of ['/docs', '/openapi.json', '/health/live', '/health/ready']) {
      expect([path, (await t.call(path)).status]).toEqual([path, 200]);
    }
  });
});

describe('a token of an identity provider', () => {
  let oidc: Oidc;
  let t: TestApp;
  const users = ['0b8f7a1e-ann', 'root'];

  beforeAll(async () => {
    oidc = await startOidc(users);
    t = await startApp({
      modules: [FixtureModule],
      env: { JWT_SECRET: '', JWT_ISSUER: oidc.issuer, JWT_AUDIENCE: oidc.audience, JWT_ROLES_CLIENT: 'tollgate' },
    });
  });
  afterAll(async () => {
    await t.close();
    await oidc.stop();
  });

  const whoami = (token: string): Promise<Answer> => t.call('fixture/whoami', { token });
  const good = (): JWTPayload => ({ sub: 'ann', iss: oidc.issuer, aud: oidc.audience, exp: nowSeconds() + 60 });
  const keyFetches = (): number => oidc.requests.filter((path) => path === '/jwks').length;

  it.each(OIDC_ALGORITHMS)('with %s is taken, its keys discovered from the issuer', async (alg) => {
    const answer = await whoami(await oidc.token('0b8f7a1e-ann', alg));
    expect(answer).toMatchObject({ status: 200, body: { user_id: '0b8f7a1e-ann', roles: ['user'] } });
  });

  it("has the roles in Keycloak's format", async () => {
    const realm = await whoami(await oidc.token('root', 'RS256', { realm_access: { roles: ['admin'] } }));
    expect(realm.body).toMatchObject({ user_id: 'root', roles: ['admin'] });
    const client = { tollgate: { roles: ['service'] }, account: { roles: ['admin'] } };
    const resource = await whoami(await oidc.token('root', 'ES256', { resource_access: client }));
    expect(resource.body).toMatchObject({ roles: ['service'] });
  });

  it('needs no further fetch of keys after the first', async () => {
    const before = keyFetches();
    await Promise.all(Array.from({ length: 20 }, async () => whoami(await oidc.forge('RS256', good()))));
    expect(keyFetches()).toBe(before);
  });

  it('is refused unless issuer, audience, expiry and algorithm are valid, even with the right key', async () => {
    const rsa = await importJWK(oidc.publicKey('RS256'), 'RS256', { extractable: true });
    const pem = createSecretKey(await exportSPKI(rsa as Exclude<typeof rsa, Uint8Array>), 'utf8');
    const { kid } = oidc.publicKey('RS256');
    const jwk = createSecretKey(JSON.stringify(oidc.publicKey('RS256')), 'utf8');
    const bad: Record<string, string> = {
      'other issuer': await oidc.forge('RS256', { ...good(), iss: 'https://evil.example' }),
      'other audience': await oidc.forge('ES256', { ...good(), aud: 'account' }),
      'no expiry': await oidc.forge('EdDSA', { ...good(), exp: undefined }),
      'no signature': `${base64url.encode('{"alg":"none"}')}.${base64url.encode(JSON.stringify(good()))}.`,
      'the public key as a secret': await new SignJWT(good()).setProtectedHeader({ alg: 'HS256', kid: kid! }).sign(pem),
      'the public JWK as a secret': await new SignJWT(good()).setProtectedHeader({ alg: 'HS256', kid: kid! }).sign(jwk),
      'a shared secret': await new SignJWT(good())
        .setProtectedHeader({ alg: 'HS256' })
        .sign(createSecretKey(TEST_SECRET, 'utf8')),
    };
    for (const [name, token] of Object.entries(bad)) {
      const answer = await whoami(token);
      expect([name, answer.status, codeOf(answer)]).toEqual([name, 401, 'invalid_token']);
    }
    const late = await whoami(await oidc.forge('ES256', { ...good(), exp: nowSeconds() - 10 }));
    expect([late.status, codeOf(late)]).toEqual([401, 'token_expired']);
  });

  it('cannot be issued by Tollgate', async () => {
    await expect(t.tokenFor('ann', 'admin')).rejects.toMatchObject({ code: 'no_shared_secret' });
  });

  it('is accepted with a new key after a rotation, and refused with the old one', async () => {
    const old = await oidc.forge('RS256', good());
    await oidc.rotate();
    await new Promise((resolve) => setTimeout(resolve, 2_100)); // the minimum time between two fetches
    expect((await whoami(await oidc.token('0b8f7a1e-ann', 'RS256'))).status).toBe(200);
    expect((await whoami(old)).status).toBe(401);
  });

  it('with an unknown key costs at most one fetch per two seconds', async () => {
    await oidc.rotate();
    const forged = await oidc.forge('RS256', good());
    await oidc.rotate();
    await new Promise((resolve) => setTimeout(resolve, 2_100));
    const before = keyFetches();
    const answers = await Promise.all(Array.from({ length: 50 }, () => whoami(forged)));
    expect(answers.every(({ status }) => status === 401)).toBe(true);
    expect(keyFetches() - before).toBe(1);
  });

  it('is answered with 503 while the provider is down', async () => {
    const own = await startApp({
      modules: [FixtureModule],
      env: { JWT_SECRET: '', JWT_ISSUER: oidc.issuer, JWT_AUDIENCE: oidc.audience },
    });
    const token = await oidc.token('0b8f7a1e-ann', 'RS256');
    oidc.setAway(true);
    const answer = await own.call('fixture/whoami', { token });
    expect([answer.status, codeOf(answer)]).toEqual([503, 'identity_provider_unavailable']);
    expect(answer.headers['retry-after']).toBe('5');
    oidc.setAway(false);
    expect((await own.call('fixture/whoami', { token })).status).toBe(200);
    await own.close();
  });
});
