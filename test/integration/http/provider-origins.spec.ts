import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createServer } from 'node:http';
import { startApp } from '../../support/app.js';
import { listen } from '../../support/services/listen.js';

let issuer: string;
let isAway = false;
const provider = createServer((_request, response) => {
  const endpoints = { jwks_uri: `${issuer}/jwks`, token_endpoint: 'https://tokens.example.com/oauth/token' };
  response.writeHead(isAway ? 503 : 200).end(JSON.stringify({ issuer, ...endpoints }));
});
beforeAll(async () => {
  issuer = await listen(provider);
});
afterAll(async () => {
  await new Promise((resolve) => provider.close(resolve));
});

/** Where the page of a new service may connect to. */
async function connectSrc(env: NodeJS.ProcessEnv): Promise<string | undefined> {
  const t = await startApp({ env });
  const { status, headers } = await t.call('/app/');
  await t.close();
  expect(status).toBe(200);
  return headers['content-security-policy']?.split('; ').find((directive) => directive.startsWith('connect-src'));
}
const withProvider = () =>
  connectSrc({ JWT_SECRET: '', JWT_ISSUER: issuer, JWT_AUDIENCE: 'tollgate', OIDC_CLIENT_ID: 'dashboard' });

describe('the page of the dashboard', () => {
  it('connects to the service alone without an identity provider', async () => {
    expect(await connectSrc({})).toBe("connect-src 'self'");
  });

  it('connects to the provider, and to the origin of its token endpoint if that is another one', async () => {
    expect(await withProvider()).toBe(`connect-src 'self' ${issuer} https://tokens.example.com`);
  });

  it('is served while the provider is away', async () => {
    isAway = true;
    expect(await withProvider()).toBe(`connect-src 'self' ${issuer}`);
  });
});
