import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Config, loadConfig } from './config.js';

const DATABASE_URL = 'postgresql://u:p@db:5432/tollgate';
const configOf = (env: NodeJS.ProcessEnv): Config => loadConfig({ JWT_SECRET: 's'.repeat(32), DATABASE_URL, ...env });

let dir: string;
beforeAll(() => {
  dir = mkdtempSync(path.join(tmpdir(), 'tollgate-dashboard-'));
});
afterAll(() => rmSync(dir, { recursive: true }));

describe('the settings of the dashboard', () => {
  it('describe a brand', () => {
    const logo = path.join(dir, 'logo.svg');
    writeFileSync(logo, '<svg xmlns="http://www.w3.org/2000/svg"/>');
    const { brand } = configOf({
      BRAND_NAME: 'Acme Credits',
      BRAND_LOGO: logo,
      BRAND_ACCENT: '#2F6f4f',
      BRAND_SUPPORT_EMAIL: 'help@acme.example',
      BRAND_LINKS: 'Terms=https://acme.example/terms, Status=https://status.acme.example/?a=b',
    }).dashboard;
    expect(brand).toEqual({
      name: 'Acme Credits',
      accent: '#2F6f4f',
      support_email: 'help@acme.example',
      logo_url: `data:image/svg+xml;base64,${Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>').toString('base64')}`,
      links: [
        { label: 'Terms', url: 'https://acme.example/terms' },
        { label: 'Status', url: 'https://status.acme.example/?a=b' },
      ],
    });
  });

  it('name the dashboard as a client of the identity provider', () => {
    const provider = { JWT_SECRET: '', JWT_ISSUER: 'https://idp.example', JWT_AUDIENCE: 'tollgate' };
    expect(configOf({ ...provider, OIDC_CLIENT_ID: 'dashboard' }).dashboard.client).toEqual({
      client_id: 'dashboard',
      scope: 'openid',
      resource: null,
    });
    const more = { OIDC_CLIENT_ID: 'dashboard', OIDC_SCOPE: 'openid offline_access', OIDC_RESOURCE: 'tollgate' };
    expect(configOf({ ...provider, ...more }).dashboard.client).toEqual({
      client_id: 'dashboard',
      scope: 'openid offline_access',
      resource: 'tollgate',
    });
    expect(configOf(provider).dashboard.client).toBeNull();
  });

  it('give the public URL without a slash at the end, and the origins to return to', () => {
    const { dashboard } = configOf({
      PUBLIC_URL: 'https://example.com/credits/',
      PORTAL_RETURN_ORIGINS: 'https://a.example,http://b.example:81',
    });
    expect(dashboard.public_url).toBe('https://example.com/credits');
    expect(dashboard.return_origins).toEqual(['https://a.example', 'http://b.example:81']);
  });

  it.each([
    ['PUBLIC_URL', 'example.com'],
    ['PORTAL_RETURN_ORIGINS', '*'],
    ['PORTAL_RETURN_ORIGINS', 'https://a.example/path'],
    ['OIDC_CLIENT_ID', 'dashboard'],
    ['BRAND_NAME', 'x'.repeat(61)],
    ['BRAND_LOGO', '/nowhere/logo.svg'],
    ['BRAND_LOGO', import.meta.filename],
    ['BRAND_ACCENT', 'green'],
    ['BRAND_SUPPORT_EMAIL', 'help'],
    ['BRAND_LINKS', 'https://acme.example'],
    ['BRAND_LINKS', 'Terms=javascript:alert(1)'],
  ])('refuse %s=%s', (name, value) => {
    expect(() => configOf({ [name]: value })).toThrow(`${name} must be `);
  });

  it('refuse a logo that is too large', () => {
    const logo = path.join(dir, 'logo.png');
    writeFileSync(logo, Buffer.alloc(65_537));
    expect(() => configOf({ BRAND_LOGO: logo })).toThrow('BRAND_LOGO must be the path of');
  });
});

describe('the development mode', () => {
  const isDevelopment = (env: NodeJS.ProcessEnv): boolean => loadConfig({ DATA_DIR: dir, ...env }).is_development;

  it('is on with the embedded database on loopback', () => {
    expect(isDevelopment({})).toBe(true);
    expect(isDevelopment({ HOST: 'localhost' })).toBe(true);
    expect(isDevelopment({ HOST: '::1' })).toBe(true);
  });

  it.each([
    { DATABASE_URL, JWT_SECRET: 's'.repeat(32) },
    { HOST: '0.0.0.0' },
    { HOST: '192.168.0.2' },
    { NODE_ENV: 'production', JWT_SECRET: 's'.repeat(32) },
    { JWT_ISSUER: 'https://idp.example', JWT_AUDIENCE: 'tollgate' },
  ])('is off with %j', (env) => {
    expect(isDevelopment(env)).toBe(false);
  });
});
