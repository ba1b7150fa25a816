import { createHmac } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startApp, type Answer, type TestApp } from '../../support/app.js';
import { FixtureModule } from '../../support/fixture-routes.js';

const BODY_LIMIT_BYTES = 4096;
const SECRET = 'a secret that Keycloak signs with';
let t: TestApp;
let url: URL;

beforeAll(async () => {
  t = await startApp({
    modules: [FixtureModule],
    env: {
      BODY_LIMIT_BYTES: String(BODY_LIMIT_BYTES),
      BODIES_MAX_BYTES: String(32 * 1024 * 1024),
      RATE_LIMIT_PER_USER: '5',
      RATE_LIMIT_PER_ADDRESS: '40',
      TRUST_PROXY: 'loopback',
      KEYCLOAK_WEBHOOK_SECRET: SECRET,
    },
  });
  await t.app.listen({ port: 0, host: '127.0.0.1' });
  url = new URL(await t.app.getUrl());
});
afterAll(() => t.close());

/** Sends the head of a request that announces a body, and never the body. */
function announce(path: string, headers: Record<string, string>): { answer: Promise<string>; socket: Socket } {
  const lines = Object.entries({ host: 'x', 'content-type': 'application/json', ...headers });
  const head = [`POST /api/v1/${path} HTTP/1.1`, ...lines.map(([name, value]) => `${name}: ${value}`), '', ''];
  const socket = connect(Number(url.port), url.hostname, () => socket.write(head.join('\r\n')));
  const answer = new Promise<string>((resolve, reject) => {
    socket.once('data', (chunk) => resolve(chunk.toString()));
    socket.on('error', reject);
  });
  return { answer, socket };
}

/** What is answered though the body never comes. */
async function answerTo(path: string, headers: Record<string, string>): Promise<string> {
  const { answer, socket } = announce(path, headers);
  const text = await answer;
  socket.destroy();
  return text;
}

const bearer = async (user_id: string, role: 'user' | 'service'): Promise<Record<string, string>> => ({
  authorization: `Bearer ${await t.tokenFor(user_id, role)}`,
});

describe('before a body is read', () => {
  it('a caller without credentials gets a 401', async () => {
    expect(await answerTo('credits/deduct', { 'content-length': '1000' })).toMatch(/^HTTP\/1.1 401 .*missing_credent/s);
    expect(await answerTo('chat/completions', { 'content-length': '30000000' })).toMatch(/^HTTP\/1.1 401 /);
  });

  it('a caller without the role gets a 403', async () => {
    const headers = { ...(await bearer('ann', 'user')), 'content-length': '1000' };
    expect(await answerTo('credits/deduct', headers)).toMatch(/^HTTP\/1.1 403 .*"code":"forbidden"/s);
  });

  it('a body that is too long gets a 413', async () => {
    const headers = { ...(await bearer('meter', 'service')), 'content-length': '5000' };
    expect(await answerTo('credits/deduct', headers)).toMatch(/^HTTP\/1.1 413 .*payload_too_large/s);
  });

  it.each([
    ['a type that is not taken', 'text/plain', 'identity'],
    ['a type that other routes take', 'application/cloudevents+json', 'identity'],
    ['lines', 'application/x-ndjson', 'identity'],
    ['a compressed body', 'application/json', 'gzip'],
  ])('%s gets a 415', async (_what, type, encoding) => {
    const headers = { 'content-type': type, 'content-encoding': encoding, 'content-length': '100' };
    const answer = await answerTo('credits/deduct', { ...(await bearer('meter', 'service')), ...headers });
    expect(answer).toMatch(/^HTTP\/1.1 415 .*unsupported_media_type/s);
  });

  it('a caller beyond the rate limit gets a 429 with Retry-After', async () => {
    const headers = { ...(await bearer('hasty', 'user')), 'content-length': '2' };
    for (let calls = 0; calls < 5; calls += 1) await t.call('fixture/whoami', { headers });
    const answer = await answerTo('credits/usage/track', headers);
    expect(answer).toMatch(/^HTTP\/1.1 429 .*retry-after: \d+\r\n.*"code":"rate_limited"/s);
  });

  it('large bodies beyond the budget get a 503, small ones still pass', async () => {
    const service = await bearer('meter', 'service');
    const first = announce('chat/completions', { ...service, 'content-length': String(30 * 1024 * 1024) });
    await new Promise((resolve) => setTimeout(resolve, 100));
    const refused = await answerTo('chat/completions', { ...service, 'content-length': String(3 * 1024 * 1024) });
    expect(refused).toMatch(/^HTTP\/1.1 503 .*retry-after: \d.*"code":"overloaded"/s);
    expect((await t.call('fixture/body', { method: 'POST', body: { name: 'x' } })).status).toBe(200);
    first.socket.destroy();
    await new Promise((resolve) => setTimeout(resolve, 100));
    const last = announce('chat/completions', { ...service, 'content-length': String(3 * 1024 * 1024) });
    expect(await Promise.race([last.answer, new Promise((resolve) => setTimeout(resolve, 200, 'waits'))])).toBe(
      'waits',
    );
    last.socket.destroy();
  });

  it('a plain user can use a quarter of the budget', async () => {
    const headers = { ...(await bearer('a-sender', 'user')), 'content-length': String(9 * 1024 * 1024) };
    expect(await answerTo('chat/completions', headers)).toMatch(/^HTTP\/1.1 429 .*"code":"too_much_in_flight"/s);
  });
});

describe('the rate limit', () => {
  const whoami = (headers: Record<string, string>): Promise<Answer> => t.call('fixture/whoami', { headers });

  it('of a user reports what remains, separately for each user', async () => {
    const headers = await bearer('counted', 'user');
    const answers = [await whoami(headers), await whoami(headers)];
    expect(answers.map((answer) => answer.headers['ratelimit'])).toEqual([
      expect.stringMatching(/^"user";r=4;t=\d+$/),
      expect.stringMatching(/^"user";r=3;t=\d+$/),
    ]);
    expect(answers[0]?.headers['ratelimit-policy']).toBe('"user";q=5;w=60');
    for (let calls = 0; calls < 3; calls += 1) await whoami(headers);
    const refused = await whoami(headers);
    expect(refused).toMatchObject({ status: 429, body: { code: 'rate_limited' } });
    expect(refused.headers).toMatchObject({ ratelimit: expect.stringMatching(/^"user";r=0;t=\d+$/) });
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
    expect((await whoami(await bearer('another', 'user'))).status).toBe(200);
  });

  it('does not apply to services', async () => {
    const headers = await bearer('meter', 'service');
    for (let calls = 0; calls < 12; calls += 1) expect((await whoami(headers)).status).toBe(200);
    expect((await whoami(headers)).headers['ratelimit']).toBeUndefined();
  });

  it('of an address counts requests without valid credentials, and never refuses valid ones', async () => {
    const from = { 'x-forwarded-for': '203.0.113.7' };
    const bad = { ...from, authorization: 'Bearer nonsense' };
    for (let calls = 0; calls < 40; calls += 1) expect((await whoami(bad)).status).toBe(401);
    expect((await whoami(bad)).status).toBe(429);
    expect((await t.call('credits/tiers/compare', { headers: from })).status).toBe(429);
    expect((await whoami({ ...from, ...(await bearer('neighbour', 'user')) })).status).toBe(200);
    expect((await t.call('credits/tiers/compare', { headers: { 'x-forwarded-for': '203.0.113.8' } })).status).toBe(200);
    expect((await t.call('/health/live', { headers: from })).status).toBe(200);
  });
});

describe('signed messages', () => {
  const from = { 'x-forwarded-for': '203.0.113.20' };
  const send = (secret: string): Promise<Answer> => {
    const body = JSON.stringify({ type: 'access.LOGIN' });
    const signature = createHmac('sha256', secret).update(body).digest('hex');
    const headers = { ...from, 'x-keycloak-signature': signature };
    return t.call('integrations/keycloak/events', { method: 'POST', body, headers });
  };

  it('never count towards the limit of their address, unless the signature is wrong', async () => {
    for (let sent = 0; sent < 60; sent += 1) expect((await send(SECRET)).status).toBe(202);
    for (let sent = 0; sent < 40; sent += 1) expect((await send('a guess')).status).toBe(401);
    expect(await send('a guess')).toMatchObject({ status: 429, body: { code: 'rate_limited' } });
    expect((await t.call('credits/tiers/compare', { headers: from })).status).toBe(429);
    expect((await send(SECRET)).status).toBe(202);
  });
});

describe('the address of a client', () => {
  const ipOf = async (forwarded: string): Promise<unknown> => {
    const token = await t.tokenFor('meter', 'service');
    const answer = await t.call('fixture/whoami', { token, headers: { 'x-forwarded-for': forwarded } });
    return (answer.body as { ip: unknown }).ip;
  };

  it('is the one that the trusted proxy saw', async () => {
    expect(await ipOf('198.51.100.1')).toBe('198.51.100.1');
    expect(await ipOf('10.9.9.9, 2001:db8::7')).toBe('2001:db8::7');
    expect(await ipOf('198.51.100.1:4711')).toBe('198.51.100.1');
  });

  it.each(['<script>', 'x'.repeat(300), 'unknown', "'; DROP TABLE"])(
    'is never what a client made up: %s',
    async (text) => expect(await ipOf(text)).toBe('127.0.0.1'),
  );
});
