import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { units } from '../../../src/platform/values/amount.js';
import type { Behaviour } from '../../stand-ins/openrouter/behaviour.js';
import { OpenRouterStandIn } from '../../stand-ins/openrouter/server.js';
import type { Answer } from '../../support/app.js';
import { concurrently, type Json, statuses, TestEnv } from '../../support/factories.js';

const STANDARD = 'anthropic/claude-sonnet-4.5';
const PREMIUM = 'stand-in/dear';
const FREE = 'stand-in/small:free';
const UNPRICED = 'openrouter/auto';
const CATALOGUE = 'credits/openrouter/models';

let openrouter: OpenRouterStandIn;
let w: TestEnv;

beforeAll(async () => {
  openrouter = await OpenRouterStandIn.start();
  const env = { OPENROUTER_BASE_URL: openrouter.base_url, OPENROUTER_API_KEY: 'sk-or-v1-platform-key-of-the-tests' };
  w = await TestEnv.start({ env: { ...env, ENCRYPTION_KEYS: `tests:${Buffer.alloc(32, 7).toString('base64')}` } });
  const { data } = (await (await fetch(`${openrouter.base_url}/models`)).json()) as { data: unknown[] };
  await w.done('pricing/import', { data });
  await w.done('pricing/models', { model: 'stand-in/small', input_per_million: '1000', output_per_million: '1000' });
});
beforeEach(() => openrouter.reset());
afterEach(async () => {
  expect(await w.sql('SELECT * FROM credit_holds WHERE lease_until IS NOT NULL')).toEqual([]);
});
afterAll(async () => {
  await w.close();
  await openrouter.stop();
});

async function ask(user_id: string, model: string, more: object = {}, stand_in: Behaviour = {}): Promise<Answer> {
  const body = { model, max_tokens: 100, messages: [{ role: 'user', content: 'Hi' }], ...more, stand_in };
  return w.t.call('chat/completions', { method: 'POST', token: await w.as(user_id), body });
}

const errorOf = (answer: Answer): Json => (answer.body as { error: Json }).error;
const events = (user_id: string): Promise<Json[]> => w.sql('SELECT * FROM usage_events WHERE user_id = $1', [user_id]);
const account = async (user_id: string): Promise<Json> =>
  (await w.sql('SELECT * FROM user_credits WHERE user_id = $1', [user_id]))[0]!;
const allow = (tier: string, ...allowed_models: string[]): Promise<Answer> =>
  w.t.call(`credits/tiers/${tier}`, { method: 'PATCH', token: w.admin, body: { allowed_models } });

describe('the models of a plan', () => {
  it('can be called; others are refused before credits are held', async () => {
    const user_id = await w.user();
    for (const model of [FREE, STANDARD, `${STANDARD}:nitro`])
      expect(await ask(user_id, model)).toMatchObject({ status: 200 });
    const refused = await ask(user_id, `${PREMIUM}:nitro`);
    expect(refused.status).toBe(403);
    expect(errorOf(refused)).toMatchObject({
      type: 'permission_error',
      code: 'model_not_allowed',
      param: 'model',
      tier: 'trial',
      model: 'stand-in/dear:nitro',
      message:
        'The plan Trial does not include stand-in/dear:nitro. It includes free models, budget models, standard models. Use one of these (GET /models lists them), or switch to a plan with more models.',
    });
    expect(openrouter.calls).toHaveLength(3);
    expect(await account(user_id)).toMatchObject({ held: '0.0000000000', calls_today: 2, free_calls_today: 1 });
  });

  it('also restrict the fallbacks of a call', async () => {
    const user_id = await w.user();
    const refused = await ask(user_id, FREE, { models: [STANDARD, PREMIUM] });
    expect(errorOf(refused)).toMatchObject({ code: 'model_not_allowed', param: 'models', model: PREMIUM });
    expect(errorOf(await ask(user_id, FREE, { models: [7] }))).toMatchObject({
      code: 'invalid_request',
      param: 'models',
    });
    expect(openrouter.calls).toHaveLength(0);
    expect(await ask(user_id, STANDARD, { models: [FREE] })).toMatchObject({ status: 200 });
  });

  it('exclude a model without a known price, with an explanation', async () => {
    const user_id = await w.user();
    expect(errorOf(await ask(user_id, UNPRICED))).toMatchObject({
      code: 'model_not_allowed',
      message: expect.stringMatching(
        /^The price of openrouter\/auto is not known, and the plan Trial allows models by/,
      ),
    });
  });

  it("also restrict calls with the user's own key, and calls of a service for a user", async () => {
    const user_id = await w.user();
    const own = { api_key: 'sk-or-v1-own-key-of-the-user' };
    await w.done('credits/openrouter/create-account', own, { token: await w.as(user_id) });
    expect((await ask(user_id, PREMIUM)).status).toBe(403);
    const call = { method: 'POST' as const, token: w.service, query: { user_id } };
    const answer = await w.t.call('embeddings', { ...call, body: { model: PREMIUM, input: 'Hi' } });
    expect([answer.status, errorOf(answer).code]).toEqual([403, 'model_not_allowed']);
  });

  it('change immediately with the plan and with its allowed models', async () => {
    const user_id = await w.user();
    await w.switch(user_id, 'starter');
    expect((await ask(user_id, PREMIUM)).status).toBe(200);
    expect((await allow('starter', 'Stand-in/*', STANDARD)).status).toBe(200);
    expect((await ask(user_id, PREMIUM)).status).toBe(200);
    expect((await ask(user_id, `${STANDARD}:floor`)).status).toBe(200);
    expect(errorOf(await ask(user_id, 'openai/gpt-4o-mini'))).toMatchObject({
      message: expect.stringContaining(`It includes Stand-in/*, ${STANDARD}. Use`),
    });
    await allow('starter');
    expect((await ask(user_id, 'openai/gpt-4o-mini')).status).toBe(200);
  });

  it('are those of the next plan from the end of the period on', async () => {
    const user_id = await w.user();
    await w.switch(user_id, 'starter');
    await w.done('credits/tiers/switch', { new_tier: 'trial' }, { token: await w.as(user_id) });
    expect((await ask(user_id, PREMIUM)).status).toBe(200);
    await w.age(user_id, 31);
    expect((await ask(user_id, PREMIUM)).status).toBe(403);
  });

  it('restrict a new user', async () => {
    expect(errorOf(await ask('a-newcomer', PREMIUM))).toMatchObject({ code: 'model_not_allowed', tier: 'trial' });
  });
});

describe('the lists of models', () => {
  const seen = async (path: string, token: string, query: Record<string, string> = {}) => {
    const { body, headers } = await w.t.call(path, { token, query });
    const rows = (Array.isArray(body) ? body : (body as { data: Json[] }).data) as Json[];
    const allowed = rows.filter(({ is_allowed = true }) => is_allowed).map(({ id, model }) => id ?? model);
    return { allowed, headers };
  };

  it.each([CATALOGUE, 'models'])('of %s show what the plan allows, and change with it', async (path) => {
    const user_id = await w.user();
    const token = await w.as(user_id);
    const before = await seen(path, token);
    expect(before.allowed).toEqual(expect.arrayContaining([FREE, STANDARD]));
    expect(before.allowed).not.toContain(PREMIUM);
    expect((await seen(path, w.service)).allowed).toContain(PREMIUM);
    expect((await seen(path, w.service, { user_id })).allowed).toEqual(before.allowed);
    expect((await w.t.call(path, { token, query: { user_id: 'somebody-else' } })).status).toBe(403);
    expect(before.headers['cache-control']).toBe('private, no-cache');
    await w.switch(user_id, 'starter');
    const known = { 'if-none-match': before.headers.etag! };
    expect((await w.t.call(path, { token, headers: known })).status).toBe(200);
    expect((await seen(path, token)).allowed).toContain(PREMIUM);
  });
});

describe('calls of free models', () => {
  it('have their own quota, independent of the limits of other calls', async () => {
    const user_id = await w.user();
    await w.sql('UPDATE user_credits SET calls_per_day = 0, free_calls_per_day = 3 WHERE user_id = $1', [user_id]);
    const answers = await concurrently(8, () => ask(user_id, FREE));
    expect(statuses(answers)).toEqual({ 200: 3, 429: 5 });
    const refused = answers.find(({ status }) => status === 429)!;
    expect(errorOf(refused)).toMatchObject({
      type: 'rate_limit_error',
      code: 'free_call_limit_exceeded',
      limit_source: 'free_calls_per_day',
      limit: 3,
    });
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
    expect(errorOf(await ask(user_id, STANDARD))).toMatchObject({ code: 'call_limit_exceeded' });
    const [first] = await events(user_id);
    const { free_tier_used } = await account(user_id);
    expect(units(free_tier_used as string)).toBe(3n * BigInt(first!.tokens_used as number) * units('0.001'));
    await w.verify(user_id);
  });

  it('are not free if a part costs money: a paid fallback or a web search', async () => {
    const user_id = await w.user();
    await ask(user_id, FREE, { models: [STANDARD] }, { answers_as: STANDARD });
    await ask(user_id, FREE, { plugins: [{ id: 'web' }] }, { search_cost: 0.02 });
    const [fallback, searched] = await events(user_id);
    expect(fallback).toMatchObject({
      is_free_tier: false,
      markup_rate: '0.1000000000',
      metadata: { answered_by: STANDARD },
    });
    expect(searched).toMatchObject({ is_free_tier: false, provider_cost: '0.0200000000' });
    expect(await account(user_id)).toMatchObject({ calls_today: 2, free_calls_today: 0, debt: '0.0000000000' });
  });

  it('continue while the account is in debt, as do calls with an OpenRouter key of the user', async () => {
    const user_id = await w.user();
    await w.settle(user_id, '6');
    expect((await ask(user_id, FREE)).status).toBe(200);
    expect(errorOf(await ask(user_id, STANDARD))).toMatchObject({
      code: 'insufficient_credits',
      available: '0.000000',
    });
    const own = { api_key: 'sk-or-v1-own-key-of-the-user' };
    await w.done('credits/openrouter/create-account', own, { token: await w.as(user_id) });
    expect((await ask(user_id, STANDARD)).status).toBe(200);
    expect(await account(user_id)).toMatchObject({ debt: '1.0000000000' });
    await w.verify(user_id);
  });
});

describe('the hold for a call', () => {
  const held = async (user_id: string, model: string, more: object): Promise<string> => {
    await w.sql('DELETE FROM credit_holds WHERE user_id = $1', [user_id]);
    expect((await ask(user_id, model, more)).status).toBe(200);
    return (await w.sql('SELECT amount FROM credit_holds WHERE user_id = $1', [user_id]))[0]!.amount as string;
  };

  it('covers the most expensive of its models, whatever their order', async () => {
    const user_id = await w.user('5', 'starter');
    const dear = await held(user_id, PREMIUM, {});
    expect(await held(user_id, STANDARD, { models: [PREMIUM, FREE] })).toBe(dear);
    expect(await held(user_id, PREMIUM, { models: [STANDARD] })).toBe(dear);
    expect(units(await held(user_id, STANDARD, {}))).toBeLessThan(units(dear));
    const short = await w.user('0.5', 'starter');
    const more = { models: [PREMIUM], max_tokens: undefined };
    expect((await ask(short, FREE, more)).status).toBe(200);
    const limit = openrouter.calls.at(-1)!.body!.max_tokens as number;
    expect(limit).toBeGreaterThan(2_000);
    expect(limit).toBeLessThan(0.5 / 0.00018);
  });

  it.each<[string, string, object, string]>([
    ['by name', `${FREE}:online`, {}, '0.0200000000'],
    ['by plugin', FREE, { plugins: [{ id: 'web' }] }, '0.0200000000'],
    ['with more results', FREE, { plugins: [{ id: 'web', max_results: 10 }] }, '0.0400000000'],
  ])('covers a web search requested %s', async (_how, model, more, amount) => {
    const user_id = await w.user();
    expect(await held(user_id, model, more)).toBe(amount);
  });

  it('includes the markup on a search', async () => {
    const user_id = await w.user();
    const plain = units(await held(user_id, STANDARD, {}));
    expect(units(await held(user_id, `${STANDARD}:online`, {})) - plain).toBe(units('0.022'));
  });
});
