import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Json } from '../../support/factories.js';
import { GatewayWorld } from '../../support/gateway.js';

const DEAR = 'case/most-dear';

let g: GatewayWorld;

beforeAll(async () => {
  g = await GatewayWorld.start();
  await g.price(DEAR, 15, 75);
});
beforeEach(() => g.openrouter.reset());
afterAll(() => g.close());

const errorOf = async (answer: Response): Promise<Json> => ((await answer.json()) as { error: Json }).error;

describe('an output limit that is not affordable', () => {
  it.each(['/v1/chat/completions', '/v1/completions'])('is answered with the one that fits (%s)', async (path) => {
    const user_id = await g.w.user('3');
    const order = { model: DEAR, messages: [{ role: 'user', content: 'Hi' }], prompt: 'Hi', max_tokens: 65_536 };
    const answer = await g.send(user_id, order, { path });
    expect([answer.status, answer.headers.get('x-should-retry')]).toEqual([402, 'false']);
    const error = await errorOf(answer);
    const fitting = error.max_tokens_affordable as number;
    expect(error).toMatchObject({ code: 'insufficient_credits', available: '3.000000' });
    expect(error.message).toContain(`The call is affordable with max_tokens of at most ${fitting}.`);
    expect(fitting).toBeGreaterThan(34_000);
    expect((await g.send(user_id, { ...order, max_tokens: fitting + 1 }, { path })).status).toBe(402);
    expect(
      (
        await g.send(
          user_id,
          { ...order, max_tokens: fitting, stand_in: { answers_as: 'openai/gpt-4o-mini' } },
          { path },
        )
      ).status,
    ).toBe(200);
  });

  it('gets no suggestion if not even the prompt is affordable', async () => {
    const user_id = await g.w.user('0');
    const error = await errorOf(await g.chat(user_id, {}, { model: DEAR }));
    expect(error).not.toHaveProperty('max_tokens_affordable');
  });
});

describe('a client that retries automatically', () => {
  it('is told not to retry if the provider refuses the platform', async () => {
    const answer = await g.chat(await g.w.user('5'), { status: 402 });
    expect([answer.status, answer.headers.get('x-should-retry'), answer.headers.get('retry-after')]).toEqual([
      503,
      'false',
      null,
    ]);
  });

  it('is told not to retry if a daily limit is reached', async () => {
    const user_id = await g.w.user('5');
    await g.w.sql('UPDATE user_credits SET free_calls_per_day = 0 WHERE user_id = $1', [user_id]);
    const answer = await g.chat(user_id, {}, { model: 'stand-in/small:free' });
    expect([answer.status, answer.headers.get('x-should-retry')]).toEqual([429, 'false']);
    expect((await errorOf(answer)).code).toBe('free_call_limit_exceeded');
  });

  it('is told to retry if only holds block the credits', async () => {
    const user_id = await g.w.user('1');
    await g.w.hold(user_id, '1');
    const answer = await g.chat(user_id);
    expect([answer.status, answer.headers.get('x-should-retry'), answer.headers.get('retry-after')]).toEqual([
      402,
      'true',
      '5',
    ]);
    expect((await errorOf(answer)).code).toBe('credits_on_hold');
  });

  it('gets no advice if a retry may help', async () => {
    for (const status of [408, 429, 502]) {
      const answer = await g.chat(await g.w.user('5'), { status });
      expect([answer.status, answer.headers.get('x-should-retry')]).toEqual([status, null]);
    }
  });
});
