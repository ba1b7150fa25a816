import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import OpenAI, { APIError, PermissionDeniedError, RateLimitError } from 'openai';
import type { Behaviour } from '../../stand-ins/openrouter/behaviour.js';
import { GatewayWorld, MODEL } from '../../support/gateway.js';

const DEAR = 'stand-in/dear';
/** Words that would send users to places where they cannot help themselves. */
const ELSEWHERE = /openrouter/i;

let g: GatewayWorld;

beforeAll(async () => {
  g = await GatewayWorld.start();
});
beforeEach(() => g.openrouter.reset());
afterEach(async () => {
  expect(await g.openCalls()).toEqual([]);
});
afterAll(() => g.close());

/** The error that OpenAI's client shows for a refused call, streamed or not. */
async function shown(user_id: string, model = MODEL, stand_in: Behaviour = {}): Promise<APIError> {
  const openai = new OpenAI({ apiKey: await g.w.as(user_id), baseURL: `${g.base}/v1`, maxRetries: 0 });
  const ask = async (stream: boolean): Promise<APIError> => {
    const body = { model, stream, max_tokens: 400, messages: [{ role: 'user' as const, content: 'Hi' }], stand_in };
    const thrown = await openai.chat.completions
      .create(body as OpenAI.ChatCompletionCreateParams)
      .catch((e: unknown) => e);
    expect(thrown).toBeInstanceOf(APIError);
    return thrown as APIError;
  };
  const [whole, streamed] = [await ask(false), await ask(true)];
  expect([streamed.status, streamed.code, streamed.type]).toEqual([whole.status, whole.code, whole.type]);
  return whole;
}

describe("OpenAI's client shows", () => {
  it('how many credits are missing', async () => {
    const error = await shown(await g.w.user('0.0001'), DEAR);
    expect(error).toMatchObject({ status: 402, code: 'insufficient_credits', type: 'insufficient_quota', param: null });
    expect(error.message).toMatch(/^402 Insufficient credits\. Required: 0\.\d+, Available: 0\.0001$/);
    expect(error.error).toMatchObject({ required: expect.any(String), available: '0.000100' });
    expect(error.requestID).toEqual(expect.any(String));
  });

  it('that other calls hold the credits', async () => {
    const user_id = await g.w.user('1');
    await g.w.hold(user_id, '0.99');
    const error = await shown(user_id, DEAR);
    expect(error).toMatchObject({ status: 402, code: 'credits_on_hold', type: 'insufficient_quota' });
    expect(error.message).toMatch(
      /^402 The account has enough credits, but work in progress holds them\. .* Retry when it has finished\.$/,
    );
    expect(error.headers?.get('retry-after')).toBe('5');
  });

  it('that the cap of the plan is reached, and until when it applies', async () => {
    const user_id = await g.w.user('5');
    await g.w.done('credits/cap', { user_id, monthly_cap: '1' });
    await g.w.deduct(user_id, '1');
    const error = await shown(user_id, DEAR);
    expect(error).toMatchObject({ status: 402, code: 'monthly_cap_exceeded', type: 'insufficient_quota' });
    expect(error.message).toMatch(/^402 The monthly cap of the plan is reached until \d{4}-\d\d-\d\dT/);
  });

  it('that the daily calls are used up, and when to retry', async () => {
    const user_id = await g.w.user('5');
    await g.w.sql('UPDATE user_credits SET calls_per_day = 1 WHERE user_id = $1', [user_id]);
    await g.chat(user_id);
    const error = await shown(user_id);
    expect(error).toBeInstanceOf(RateLimitError);
    expect(error).toMatchObject({ status: 429, code: 'call_limit_exceeded', type: 'rate_limit_error' });
    expect(error.message).toMatch(/^429 The plan's limit of 1 calls per day is reached until \d{4}-/);
    expect(Number(error.headers?.get('retry-after'))).toBeGreaterThan(0);
  });

  it("that the provider is busy, with the provider's message and retry time", async () => {
    const error = await shown(await g.w.user('5'), MODEL, { status: 429, retry_after_s: 7, message: 'Too fast' });
    expect(error).toBeInstanceOf(RateLimitError);
    expect(error).toMatchObject({ status: 429, code: 'provider_refused', type: 'rate_limit_error' });
    expect([error.message, error.headers?.get('retry-after')]).toEqual(['429 Too fast', '7']);
  });

  it.each<[string, Behaviour]>([
    ['has no credits', { status: 402 }],
    ['is refused', { status: 401 }],
    ['is at its limit', { status: 403, message: 'Key limit exceeded. Manage it using https://openrouter.ai/keys' }],
    ['paid too little', { status: 429, message: 'free-models-per-day. Add 10 credits to unlock 1000 requests' }],
  ])("nothing about the platform's account if it %s, but the log does", async (_what, stand_in) => {
    const log = jest.spyOn(Logger.prototype, 'error').mockImplementation(() => undefined);
    const error = await shown(await g.w.user('5'), MODEL, stand_in);
    expect(error).toMatchObject({ status: 503, code: 'provider_unavailable', type: 'server_error' });
    expect(error.message).toBe(
      '503 The provider is currently not available to this platform. Nothing was charged. Try again later.',
    );
    expect(JSON.stringify(error.error)).not.toMatch(ELSEWHERE);
    expect([error.headers?.get('retry-after'), error.headers?.get('x-should-retry')]).toEqual([null, 'false']);
    const status = String(stand_in.status);
    expect(log).toHaveBeenCalledWith(expect.stringContaining(`refuses the platform's key with status ${status}`));
    log.mockRestore();
  });

  it("that the user's own key was refused", async () => {
    const user_id = await g.w.user('5');
    await g.connect(user_id, 'sk-or-v1-own-key-of-the-user');
    const error = await shown(user_id, MODEL, { status: 401 });
    expect(error).toBeInstanceOf(PermissionDeniedError);
    expect(error.message).toBe('403 OpenRouter reports for your own key: User not found.');
  });
});
