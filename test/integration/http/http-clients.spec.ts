import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startApp, type TestApp } from '../../support/app.js';
import { FixtureModule } from '../../support/fixture-routes.js';

let t: TestApp;

beforeAll(async () => {
  t = await startApp({
    modules: [FixtureModule],
    env: { CORS_ORIGINS: 'https://app.example.com' },
  });
});
afterAll(() => t.close());

describe('the request id', () => {
  it('is the one the caller sent, where that is harmless', async () => {
    for (const id of ['abc-123_x.y', 'x'.repeat(128)]) {
      const answer = await t.call('fixture/crash', { headers: { 'x-request-id': id } });
      expect(answer.headers['x-request-id']).toBe(id);
      expect(answer.body).toMatchObject({ request_id: id });
    }
  });

  it.each(['', 'a b', 'x'.repeat(129), '{"a":1}', 'ä'])('is a new one in place of %j', async (id) => {
    const answer = await t.call('fixture/maybe', { headers: { 'x-request-id': id } });
    expect(answer.headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/);
  });
});

describe('a browser', () => {
  const origin = 'https://app.example.com';

  it('of an allowed origin may call and read our headers', async () => {
    const answer = await t.call('fixture/maybe', { headers: { origin } });
    expect(answer.headers['access-control-allow-origin']).toBe(origin);
    for (const name of [
      'X-Next-Cursor',
      'X-Total-Count',
      'Link',
      'Idempotency-Hit',
      'X-Request-Id',
      'Retry-After',
      'RateLimit',
    ]) {
      expect(answer.headers['access-control-expose-headers']).toContain(name);
    }
    const preflight = {
      origin,
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'authorization',
    };
    const asked = await t.call('fixture/body', { method: 'OPTIONS', headers: preflight });
    expect(asked.status).toBe(204);
    expect(asked.headers['access-control-allow-headers']).toContain('authorization');
  });

  it('of an allowed origin may send credentials along, as many clients always do', async () => {
    const answer = await t.call('fixture/maybe', { headers: { origin } });
    expect(answer.headers['access-control-allow-credentials']).toBe('true');
    const everybody = await startApp({ modules: [FixtureModule], env: { CORS_ORIGINS: '*' } });
    const open = await everybody.call('fixture/maybe', { headers: { origin } });
    expect(open.headers['access-control-allow-origin']).toBe('*');
    expect(open.headers['access-control-allow-credentials']).toBeUndefined();
    await everybody.close();
  });

  it('gets the rules of its origin on errors too', async () => {
    expect((await t.call('nowhere', { headers: { origin } })).headers['access-control-allow-origin']).toBe(origin);
    expect((await t.call('fixture/whoami', { headers: { origin } })).headers['access-control-allow-origin']).toBe(
      origin,
    );
  });

  it('of another origin gets no permission', async () => {
    const answer = await t.call('fixture/maybe', { headers: { origin: 'https://evil.example' } });
    expect(answer.headers['access-control-allow-origin']).toBeUndefined();
  });

  it('is told to distrust the content', async () => {
    const { headers } = await t.call('fixture/maybe');
    expect(headers['x-content-type-options']).toBe('nosniff');
    expect(headers['content-security-policy']).toBe("default-src 'none'; frame-ancestors 'none'");
    const page = await t.call('/docs');
    expect(page.headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'x-frame-options': 'SAMEORIGIN' });
    expect(page.headers['content-security-policy']).toContain("script-src 'self'");
  });
});

describe('the documentation', () => {
  it('is a page whose scripts the security policy allows', async () => {
    const page = await t.call('/docs');
    expect(page.status).toBe(200);
    const scripts = [...page.text.matchAll(/<script([^>]*)>([^<]*)/g)];
    expect(scripts.length).toBeGreaterThan(2);
    for (const [, attributes, inline] of scripts) {
      expect(inline?.trim()).toBe('');
      const src = /src="\.([^"]+)"/.exec(attributes ?? '')?.[1] ?? '';
      expect((await t.call(src)).status).toBe(200);
    }
    expect((await t.call('/docs/swagger-ui-init.js')).text).toContain('"persistAuthorization": true');
    expect((await t.call('/docs/swagger-ui.css')).status).toBe(200);
  });

  it('names roles, refusals and the common problems of every operation', async () => {
    const document = (await t.call('/openapi.json')).body as {
      info: { title: string };
      paths: Record<string, Record<string, { description: string; security?: unknown; responses: object }>>;
    };
    expect(document.info.title).toBe('Tollgate');
    const { get } = document.paths['/api/v1/fixture/staff'] ?? {};
    expect(get?.description).toContain('Roles: service, admin.');
    expect(get?.security).toEqual([{ bearer: [] }]);
    expect(Object.keys(get?.responses ?? {})).toEqual(['200', '401', '403', '404', '422', '429', '500', '503']);
    const { post: operation } = document.paths['/api/v1/fixture/body'] ?? {};
    expect(Object.keys(operation?.responses ?? {})).toEqual(['200', '400', '413', '415', '422', '429', '500', '503']);
  });
});

describe('what is no HTTP', () => {
  const send = (url: URL, text: string): Promise<string> =>
    new Promise((resolve, reject) => {
      const socket = connect(Number(url.port), url.hostname, () => socket.write(text));
      let answer = '';
      socket.on('data', (chunk) => (answer += chunk.toString()));
      socket.on('end', () => resolve(answer));
      socket.on('error', reject);
    });

  it('is refused with a problem as well', async () => {
    await t.app.listen({ port: 0, host: '127.0.0.1' });
    const url = new URL(await t.app.getUrl());
    expect(await send(url, 'nonsense\r\n\r\n')).toMatch(/^HTTP\/1.1 400 .*application\/problem\+json.*"status":400/s);
    const long = `GET / HTTP/1.1\r\nHost: x\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`;
    expect(await send(url, long)).toMatch(/^HTTP\/1.1 431 .*"code":"headers_too_large"/s);
  });
});
