import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Answer, type Call, startApp, type TestApp } from '../../support/app.js';

const ORIGIN = 'https://app.example.com';
const SENT = ['authorization', 'content-type', 'idempotency-key', 'x-api-key', 'x-request-id', 'x-stainless-os'];

let listed: TestApp;
let any: TestApp;
beforeAll(async () => {
  listed = await startApp({ env: { CORS_ORIGINS: `https://admin.example.com,${ORIGIN}` } });
  any = await startApp({ env: { CORS_ORIGINS: '*' } });
});
afterAll(async () => {
  await any.close();
  await listed.close();
});

const from = (app: TestApp, path: string, origin: string, call: Call = {}): Promise<Answer> =>
  app.call(path, { ...call, headers: { origin, ...call.headers } });

const preflight = (app: TestApp, method: string, origin = ORIGIN): Promise<Answer> =>
  from(app, 'credits/deduct', origin, {
    method: 'OPTIONS',
    headers: { 'access-control-request-method': method, 'access-control-request-headers': SENT.join(', ') },
  });

describe('a browser on an origin that is listed', () => {
  it.each(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'])(
    'may %s, with credentials and our headers',
    async (method) => {
      const { status, headers } = await preflight(listed, method);
      expect(status).toBe(204);
      expect(headers).toMatchObject({
        'access-control-allow-origin': ORIGIN,
        'access-control-allow-credentials': 'true',
      });
      expect(headers['access-control-allow-methods']).toContain(method);
      for (const name of SENT) expect(headers['access-control-allow-headers']).toContain(name);
      expect(headers.vary).toMatch(/Origin/i);
    },
  );

  it('can read the headers of responses, including errors', async () => {
    const token = await listed.tokenFor('ann', 'user');
    for (const answer of [
      await from(listed, 'credits/balance', ORIGIN, { token }),
      await from(listed, 'credits/balance', ORIGIN),
      await from(listed, 'no/such/path', ORIGIN, { token }),
      await from(listed, 'credits/balance', ORIGIN, { token, method: 'DELETE' }),
      await from(listed, 'credits/usage/track', ORIGIN, { token, method: 'POST', body: '{' }),
    ]) {
      expect(answer.headers['access-control-allow-origin']).toBe(ORIGIN);
      expect(answer.headers['access-control-allow-credentials']).toBe('true');
      const exposed = answer.headers['access-control-expose-headers']!.toLowerCase().split(/, */);
      expect(exposed).toEqual(
        expect.arrayContaining([
          'ratelimit',
          'ratelimit-policy',
          'retry-after',
          'x-request-id',
          'idempotency-hit',
          'content-disposition',
          'x-total-count',
          'x-next-cursor',
          'link',
          'x-should-retry',
          'x-tollgate-cost',
          'x-tollgate-balance',
        ]),
      );
    }
  });
});

describe('a browser on another origin', () => {
  it.each(['https://evil.example.com', `${ORIGIN}.evil.com`, 'null'])('gets no CORS headers: %s', async (origin) => {
    const answer = await preflight(listed, 'POST', origin);
    expect(answer.headers['access-control-allow-origin']).toBeUndefined();
    const token = await listed.tokenFor('ann', 'user');
    const read = await from(listed, 'credits/balance', origin, { token });
    expect(read.headers['access-control-allow-origin']).toBeUndefined();
  });
});

describe('with any origin allowed', () => {
  it('no origin can call with credentials', async () => {
    const { headers } = await preflight(any, 'POST', 'https://anywhere.example.com');
    expect(headers['access-control-allow-origin']).toBe('*');
    expect(headers['access-control-allow-credentials']).toBeUndefined();
  });
});
