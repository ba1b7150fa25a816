import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { KeyRing } from '../../../src/platform/secrets/key-ring.js';
import type { Json, JsonAnswer } from '../../support/factories.js';
import { startApp, type TestApp, type TestAppOptions } from '../../support/app.js';

const HOST = 'localhost:8084';
const OWN_PAGE = { host: HOST, origin: `http://${HOST}` };

const configOf = async (options: TestAppOptions): Promise<JsonAnswer> => {
  const t = await startApp(options);
  const answer = await t.call('/app/config.json');
  await t.close();
  return answer as JsonAnswer;
};

describe('the configuration of the dashboard', () => {
  it('is public, never cached, and has defaults', async () => {
    const answer = await configOf({});
    expect(answer).toMatchObject({ status: 200, headers: { 'cache-control': 'no-store' } });
    expect(answer.body).toEqual({
      brand: { name: 'Tollgate', logo_url: null, accent: null, support_email: null, links: [] },
      sign_in: { provider: null, is_development: false },
      features: { payments: false, own_keys: false, gateway: false },
    });
  });

  it('names the brand, the identity provider and what is on, and nothing secret', async () => {
    const secrets = { STRIPE_SECRET_KEY: 'sk_test_secret', STRIPE_WEBHOOK_SECRET: 'whsec_secret' };
    const { body, text } = await configOf({
      env: {
        ...secrets,
        PAYMENT_SUCCESS_URL: 'https://a.example/ok',
        PAYMENT_CANCEL_URL: 'https://a.example/no',
        JWT_SECRET: '',
        JWT_ISSUER: 'https://idp.example',
        JWT_AUDIENCE: 'tollgate',
        OIDC_CLIENT_ID: 'dashboard',
        OIDC_RESOURCE: 'tollgate',
        OPENROUTER_API_KEY: 'sk-or-v1-secret-of-the-platform',
        ENCRYPTION_KEYS: KeyRing.make('k1'),
        BRAND_NAME: 'Acme',
        BRAND_SUPPORT_EMAIL: 'help@acme.example',
        BRAND_LINKS: 'Terms=https://acme.example/terms',
      },
    });
    expect(body).toEqual({
      brand: {
        name: 'Acme',
        logo_url: null,
        accent: null,
        support_email: 'help@acme.example',
        links: [{ label: 'Terms', url: 'https://acme.example/terms' }],
      },
      sign_in: {
        provider: { issuer: 'https://idp.example', client_id: 'dashboard', scope: 'openid', resource: 'tollgate' },
        is_development: false,
      },
      features: { payments: true, own_keys: true, gateway: true },
    });
    expect(text).not.toContain('secret');
  });
});

it('the page of the dashboard holds its configuration as data, which no text in it can end', async () => {
  const t = await startApp({ env: { BRAND_NAME: 'A </script><b>$& & "B"' } });
  const page = await t.call('/app/usage');
  const config = await t.call('/app/config.json');
  await t.close();
  const [, data = ''] = /<script type="application\/json" id="config"[^>]*>(.*?)<\/script>/s.exec(page.text) ?? [];
  expect(JSON.parse(data)).toEqual(config.body);
  expect(page.headers['content-security-policy']).toContain("script-src 'self';");
});

describe('the sign-in of the development mode', () => {
  let t: TestApp;
  beforeAll(async () => {
    t = await startApp({ config: { is_development: true } });
  });
  afterAll(() => t.close());

  const signIn = async (headers: Record<string, string>, role = 'user', on = t): Promise<JsonAnswer> =>
    (await on.call('/app/development/session', { method: 'POST', body: { role }, headers })) as JsonAnswer;

  it.each([
    ['user', 'demo-user'],
    ['admin', 'demo-admin'],
  ])('signs in as demo %s', async (role, user_id) => {
    const { status, headers, body } = await signIn(OWN_PAGE, role);
    expect([status, headers['cache-control']]).toEqual([200, 'no-store']);
    const me = await t.call('me', { token: String(body.token) });
    expect(me.body).toMatchObject({ user_id, roles: [role], sign_in: 'token' });
  });

  it('is announced in the configuration', async () => {
    const { body } = await t.call('/app/config.json');
    expect((body as Json).sign_in).toEqual({ provider: null, is_development: true });
  });

  it.each<Record<string, string>>([
    { host: HOST },
    { host: HOST, origin: 'null' },
    { host: HOST, origin: 'https://evil.example' },
    { host: 'evil.example:8084', origin: 'http://evil.example:8084' },
    { host: '192.168.0.2:8084', origin: 'http://192.168.0.2:8084' },
  ])('is not there for %j', async (headers) => {
    const { status, body } = await signIn(headers, 'admin');
    expect([status, body.code, body.detail]).toEqual([404, 'not_found', 'There is nothing at this path.']);
  });

  it('has no other roles', async () => {
    expect(await signIn(OWN_PAGE, 'service')).toMatchObject({ status: 422, body: { code: 'invalid_request' } });
  });

  it('is not there outside the development mode', async () => {
    const other = await startApp();
    const { status, body } = await signIn(OWN_PAGE, 'admin', other);
    await other.close();
    expect([status, body.code]).toEqual([404, 'not_found']);
  });
});
