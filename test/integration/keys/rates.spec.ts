import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { hash, randomUUID } from 'node:crypto';
import { KeyRing } from '../../../src/platform/secrets/key-ring.js';
import { apiKey, type MadeKey } from '../../support/api-keys.js';
import type { Answer, TestApp } from '../../support/app.js';
import { eventually } from '../../support/eventually.js';
import { TestEnv } from '../../support/factories.js';
import { statementsFromNow } from '../../support/statements.js';

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

const subjectOf = (id: string): string => hash('sha256', `key ${id}`, 'base64url');

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
    await w.sql(`UPDATE rate_counters SET minute_at = minute_at - interval '1 minute' WHERE subject = $1`, [
      subjectOf(id),
    ]);
    const third = await w.another({ ENCRYPTION_KEYS }); // one that knows nothing of the minute
    expect((await me(key, third)).status).toBe(200);
  });

  it('are not counted without a limit', async () => {
    const { id, key } = await make({});
    expect((await me(key, w.t)).headers.ratelimit).not.toContain('"key"');
    expect(await w.sql('SELECT FROM rate_counters WHERE subject = $1', [subjectOf(id)])).toEqual([]);
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

describe('the requests and tokens of an account per minute', () => {
  const LIMIT = 200;
  const ENV = { ENCRYPTION_KEYS, RATE_LIMIT_PER_USER: String(LIMIT), TOKEN_LIMIT_PER_USER: '1000' };
  const instances: TestApp[] = [];
  beforeAll(async () => {
    for (let i = 0; i < 2; i += 1) instances.push(await w.another(ENV));
  });
  const [one, two] = [(): TestApp => instances[0]!, (): TestApp => instances[1]!];

  it('are counted over all instances, within ten percent, whatever the credentials', async () => {
    await untilMinuteLasts();
    const user_id = `user-${randomUUID()}`;
    const { key } = await make({ user_id });
    const token = await w.as(user_id);
    const answers = await Promise.all(
      Array.from({ length: 2 * LIMIT + 100 }, (_, i) => me(i % 3 ? key : token, i % 2 ? one() : two())),
    );
    const admitted = answers.filter(({ status }) => status === 200).length;
    expect(admitted).toBeLessThanOrEqual(LIMIT * 1.1);
    expect(admitted).toBeGreaterThanOrEqual(LIMIT * 0.9);
    expect(answers.find(({ status }) => status === 429)).toMatchObject({
      headers: {
        'retry-after': expect.stringMatching(/^\d+$/),
        'ratelimit-policy': `"user";q=${LIMIT};w=60`,
        ratelimit: expect.stringMatching(/^"user";r=0;t=\d+$/),
      },
      body: {
        code: 'rate_limited',
        detail: expect.stringContaining('Your account is limited to 200 requests per minute'),
      },
    });
    expect((await me(await w.as(`user-${randomUUID()}`), one())).status).toBe(200); // others are not concerned
  });

  it('cost the database nothing while there are few, and the services are not limited', async () => {
    const token = await w.as(await w.user('5'));
    await me(token, w.t);
    const sent = statementsFromNow();
    expect((await me(token, w.t)).headers.ratelimit).toMatch(/^"user";r=\d+;t=\d+$/);
    expect(sent()).not.toContain('rate_counters_count');
    expect((await me(w.service, w.t)).headers.ratelimit).toBeUndefined();
  });

  it('count tokens when work has ended, on every instance', async () => {
    await untilMinuteLasts();
    const user_id = await w.user('5');
    const token = await w.as(user_id);
    const body = { service: 'tts', tokens: 1200, request_id: randomUUID() };
    expect((await one().call('credits/usage/track', { method: 'POST', token, body })).status).toBe(200);
    for (const app of instances) {
      const refused = await eventually(async () => {
        const answer = await me(token, app);
        return answer.status === 429 && answer;
      });
      expect(refused).toMatchObject({
        headers: { 'ratelimit-policy': '"user-tokens";q=1000;w=60' },
        body: { detail: expect.stringContaining('1000 tokens per minute') },
      });
    }
  });
});
