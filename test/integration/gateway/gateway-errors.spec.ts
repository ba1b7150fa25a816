import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Behaviour } from '../../stand-ins/openrouter/behaviour.js';
import type { Json } from '../../support/factories.js';
import { GatewayWorld, MODEL } from '../../support/gateway.js';

const UNTOUCHED = { balance: '5.000000', held: '0.000000' };

let g: GatewayWorld;

beforeAll(async () => {
  g = await GatewayWorld.start();
});
beforeEach(() => g.openrouter.reset());
afterEach(async () => {
  expect(await g.openCalls()).toEqual([]);
});
afterAll(() => g.close());

const errorOf = async (answer: Response): Promise<Json> => ((await answer.json()) as { error: Json }).error;

describe('an error', () => {
  it.each([400, 403, 404, 408, 413, 429, 502, 503])(
    "of the provider with status %i passes through in OpenAI's shape and costs nothing",
    async (status) => {
      const user_id = await g.w.user('5');
      const answer = await g.chat(user_id, { status, message: 'said so', retry_after_s: 7 });
      expect([answer.status, answer.headers.get('retry-after')]).toEqual([status, '7']);
      expect(await errorOf(answer)).toMatchObject({
        message: 'said so',
        code: 'provider_refused',
        provider_code: status,
      });
      expect(await g.w.balance(user_id)).toMatchObject(UNTOUCHED);
      expect(await g.events(user_id)).toEqual([]);
    },
  );

  it("about the platform's own key is hidden from the user", async () => {
    const answer = await g.chat(await g.w.user('5'), { status: 401 });
    const error = await errorOf(answer);
    expect([answer.status, error.code]).toEqual([503, 'provider_unavailable']);
    expect(JSON.stringify(error)).not.toContain('User not found');
  });

  it.each<[string, Behaviour]>([
    ['no answer', { reset: true }],
    ['something that is no JSON', { garbage: true }],
  ])('of a provider that gives %s releases the credits', async (_name, stand_in) => {
    const user_id = await g.w.user('5');
    const answer = await g.chat(user_id, stand_in);
    expect(answer.status).toBeGreaterThanOrEqual(502);
    expect(await answer.text()).not.toContain('html');
    expect(await g.w.balance(user_id)).toMatchObject(UNTOUCHED);
  });

  it("of the gateway itself has OpenAI's format too", async () => {
    const post = { method: 'POST' as const, body: { model: MODEL } };
    const unknown = await g.w.t.call('chat/completions', post);
    expect((unknown.body as { error: Json }).error).toMatchObject({
      type: 'authentication_error',
      code: 'missing_credentials',
      param: null,
      message: expect.any(String),
    });
    const user_id = await g.w.user('5');
    const bad = await g.send(user_id, '{');
    expect([bad.status, (await errorOf(bad)).code]).toEqual([400, 'malformed_json']);
    const nameless = await g.send(user_id, {});
    expect([nameless.status, (await errorOf(nameless)).param]).toEqual([400, 'model']);
  });

  it('names the limit that was reached', async () => {
    const poor = await g.w.user('0.000001', 'starter');
    const answer = await g.chat(poor, {}, { model: 'stand-in/dear' });
    expect(answer.status).toBe(402);
    expect(await errorOf(answer)).toMatchObject({
      type: 'insufficient_quota',
      code: 'insufficient_credits',
      required: expect.any(String),
      message: expect.stringContaining('Insufficient credits'),
    });
    const busy = await g.w.user('5');
    await g.w.sql('UPDATE user_credits SET calls_per_day = 1 WHERE user_id = $1', [busy]);
    await g.chat(busy);
    const limited = await g.chat(busy);
    expect([limited.status, limited.headers.get('retry-after')]).toEqual([429, expect.any(String)]);
    expect(await errorOf(limited)).toMatchObject({ type: 'rate_limit_error', limit_source: 'calls_per_day' });
    expect(g.openrouter.calls).toHaveLength(1);
  });
});
