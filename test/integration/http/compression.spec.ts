import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startApp, type TestApp } from '../../support/app.js';

const ORIGIN = 'https://app.example.com';
let t: TestApp;
let token: string;

beforeAll(async () => {
  t = await startApp({ env: { CORS_ORIGINS: ORIGIN } });
  token = await t.tokenFor('reader', 'admin');
});
afterAll(() => t.close());

async function get(path: string, accept: string | null, more: Record<string, string> = {}) {
  const headers = { authorization: `Bearer ${token}`, ...(accept !== null && { 'accept-encoding': accept }), ...more };
  const { headers: given, rawPayload, statusCode } = await t.app.inject({ url: path, headers });
  return { status: statusCode, headers: given, bytes: rawPayload };
}

const LONG = '/api/v1/admin/usage/series?from=2026-10-01&to=2026-11-30';

describe('a long answer to GET', () => {
  it.each([
    ['gzip, deflate, br, zstd', 'br', brotliDecompressSync],
    ['gzip', 'gzip', gunzipSync],
    ['br;q=0, GZIP;q=0.5', 'gzip', gunzipSync],
  ])('is compressed for a caller that accepts %s', async (accept, encoding, decompress) => {
    const plain = await get(LONG, null);
    const answer = await get(LONG, accept);
    expect(answer.headers).toMatchObject({
      'content-encoding': encoding,
      'content-type': plain.headers['content-type'],
      'content-length': String(answer.bytes.length),
      vary: expect.stringContaining('accept-encoding'),
    });
    expect(answer.bytes.length).toBeLessThan(plain.bytes.length / 5);
    expect(JSON.parse(decompress(answer.bytes).toString())).toEqual(JSON.parse(plain.bytes.toString()));
  });

  it.each([[null], ['identity'], ['br;q=0'], ['zstd']])('is sent as it is to a caller with %s', async (accept) => {
    const { headers, bytes } = await get(LONG, accept);
    expect(headers['content-encoding']).toBeUndefined();
    expect(headers.vary).toContain('accept-encoding');
    expect(JSON.parse(bytes.toString())).toHaveProperty('buckets');
  });

  it('varies by origin as well for a browser of another origin', async () => {
    const { headers } = await get(LONG, 'br', { origin: ORIGIN });
    expect(String(headers.vary).toLowerCase()).toBe('origin, accept-encoding');
  });

  it('has a weak tag, by which the caller is recognized', async () => {
    const first = await get('/openapi.json', 'br');
    expect(first.headers.etag).toMatch(/^W\/"/);
    const again = await get('/openapi.json', 'br', { 'if-none-match': String(first.headers.etag) });
    expect([again.status, again.bytes.length, again.headers['content-encoding']]).toEqual([304, 0, undefined]);
  });
});

describe('what stays as it is', () => {
  it('a short answer', async () => {
    const { headers } = await get('/health/live', 'br');
    expect(headers).not.toHaveProperty('content-encoding');
  });

  it('an answer to POST, which can contain a secret, however long', async () => {
    const records = Array.from({ length: 20 }, (_, n) => ({
      user_id: `user-${String(n)}`,
      amount: '0.01',
      idempotency_key: `key-${String(n)}`,
    }));
    const { headers, statusCode, rawPayload } = await t.app.inject({
      method: 'POST',
      url: '/api/v1/credits/deduct/batch',
      headers: { authorization: `Bearer ${await t.tokenFor('backend', 'service')}`, 'accept-encoding': 'br' },
      payload: { records },
    });
    expect([statusCode, rawPayload.length > 2_048]).toEqual([200, true]);
    expect(headers).not.toHaveProperty('content-encoding');
  });
});
