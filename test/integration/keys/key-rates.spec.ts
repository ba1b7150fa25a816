import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { KeyRing } from '../../../src/platform/secrets/key-ring.js';
import { apiKey, type MadeKey } from '../../support/api-keys.js';
import type { Answer, TestApp } from '../../support/app.js';
import { eventually } from '../../support/eventually.js';
import { TestEnv } from '../../support/factories.js';

const ENCRYPTION_KEYS = KeyRing.make('k1');
let w: TestEnv;
let other: TestApp;
beforeAll(async () => {
  w = await TestEnv.start({ env: { ENCRYPTION_KEYS } });
  other = await w.another({ ENCRYPTION_KEYS });
});
afterAll(() => w.close());

const make = (limits: object): Promise<MadeKey> => apiKey(w, { user_id: `user-${randomUUID()}`, ...limits });
const me = (token: string, app: TestApp): Promise<Answer> => app.call('me', { token });

/** Waits for the beginning of a minute of the database if the present one is about to end. */
async function untilMinuteLasts(): Promise<void> {
  await eventually(async () => {
    const [now] = await w.sql('SELECT EXTRACT(second FROM clock_timestamp())::float8 AS s');
    return Number(now?.s) < 40;
  });
}

describe('the requests of a key per minute', () => {
  it('are counted over all instances, and never exceed the limit', async () => {
    await untilMinuteLasts();
    const { key } = await make({ requests_per_minute: 100 });
    const answers = await Promise.all(Array.from({ length: 240 }, (_, i) => me(key, i % 2 ? w.t : other)));
    const admitted = answers.filter(({ status }) => status === 200).length;
    expect(admitted).toBeLessThanOrEqual(100);
    expect(admitted).toBeGreaterThanOrEqual(90);
    const refused = answers.find(({ status }) => status === 429);
    expect(refused).toMatchObject({
      headers: {
        'retry-after': expect.stringMatching(/^\d+$/),
        'ratelimit-policy': '"key";q=100;w=60',
        ratelimit: expect.stringMatching(/^"key";r=0;t=\d+$/),
      },
      body: { code: 'rate_limited', detail: expect.stringContaining('100 requests per minute') },
    });
  });

  it('are told with each answer, and begin anew with the next minute', async () => {
    await untilMinuteLasts();
    const { id, key } = await make({ requests_per_minute: 2 });
    expect((await me(key, w.t)).headers).toMatchObject({ ratelimit: expect.stringMatching(/^"key";r=1;t=/) });
    expect((await me(key, other)).status).toBe(200);
    for (const app of [w.t, other]) expect((await me(key, app)).status).toBe(429);
    await w.sql(`UPDATE api_keys SET rate_window_at = rate_window_at - interval '1 minute' WHERE id = $1`, [id]);
    const third = await w.another({ ENCRYPTION_KEYS }); // one that knows nothing of the minute
    expect((await me(key, third)).status).toBe(200);
  });

  it('are not counted without a limit', async () => {
    const { id, key } = await make({});
    expect((await me(key, w.t)).headers.ratelimit).not.toContain('"key"');
    expect(await w.sql('SELECT rate_window_at FROM api_keys WHERE id = $1', [id])).toEqual([{ rate_window_at: null }]);
  });
});

describe('the tokens of a key per minute', () => {
  it('count when work has ended, on every instance', async () => {
    await untilMinuteLasts();
    const { key } = await apiKey(w, {
      user_id: 'a-backend',
      role: 'service',
      scopes: ['usage:write'],
      tokens_per_minute: 1000,
    });
    const user_id = await w.user('5');
    const track = (tokens: number, app: TestApp): Promise<Answer> => {
      const work = { user_id, service: 'tts', tokens, cost: '0', request_id: randomUUID() };
      return app.call('credits/usage/track', { method: 'POST', token: key, body: work });
    };
    expect((await track(600, w.t)).status).toBe(200);
    expect((await track(500, w.t)).status).toBe(200);
    for (const app of [w.t, other]) {
      const refused = await eventually(async () => {
        const answer = await track(0, app);
        return answer.status === 429 && answer;
      });
      expect(refused).toMatchObject({
        headers: { 'ratelimit-policy': '"key-tokens";q=1000;w=60' },
        body: { detail: expect.stringContaining('1000 tokens per minute') },
      });
    }
  });
});
