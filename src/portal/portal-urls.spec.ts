import { describe, expect, it } from '@jest/globals';
import { loadConfig } from '../platform/config/config.js';
import { pageOfSession, returnUrlOf } from './portal-urls.js';

const configOf = (env: NodeJS.ProcessEnv) =>
  loadConfig({ JWT_SECRET: 's'.repeat(32), DATABASE_URL: 'postgresql://u:p@db/x', ...env });
const ORIGIN = 'http://localhost:8084';

describe('the page of a portal session', () => {
  it('is under the public URL, with the token in the fragment', () => {
    const config = configOf({ PUBLIC_URL: 'https://credits.example.com/tollgate/' });
    const url = new URL(pageOfSession('tg_portal_x', ORIGIN, config));
    expect(url.href).toBe('https://credits.example.com/tollgate/app/portal#token=tg_portal_x');
    expect(`${url.origin}${url.pathname}${url.search}`).not.toContain('tg_portal_x');
  });

  it('is under the origin of the request only outside production', () => {
    expect(pageOfSession('t', ORIGIN, configOf({}))).toBe('http://localhost:8084/app/portal#token=t');
    expect(() => pageOfSession('t', ORIGIN, configOf({ NODE_ENV: 'production' }))).toThrow('Set PUBLIC_URL');
  });
});

describe('the URL to return to', () => {
  const { dashboard } = configOf({ PORTAL_RETURN_ORIGINS: 'https://app.example.com, http://localhost:5173' });

  it('is on an allowed origin', () => {
    expect(returnUrlOf('https://app.example.com', dashboard)).toBe('https://app.example.com/');
    expect(returnUrlOf('http://localhost:5173/a?b=c#d', dashboard)).toBe('http://localhost:5173/a?b=c#d');
    expect(returnUrlOf(undefined, dashboard)).toBeNull();
  });

  it.each([
    'javascript:alert(1)',
    'data:text/html,x',
    '//app.example.com/x',
    '/account',
    'http://app.example.com/',
    'https://app.example.com.evil.example/',
    'https://app.example.com:8443/',
    'https://app.example.com@evil.example/',
    'https://user:secret@app.example.com/',
    'https://evil.example/https://app.example.com',
  ])('is not %s', (url) => {
    expect(() => returnUrlOf(url, dashboard)).toThrow(/^return_url: /);
  });

  it('is none at all while no origin is configured', () => {
    expect(() => returnUrlOf('https://app.example.com/', configOf({}).dashboard)).toThrow('PORTAL_RETURN_ORIGINS');
  });
});
