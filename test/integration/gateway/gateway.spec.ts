import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Reconciliation } from '../../../src/gateway/reconciliation/reconciliation.js';
import { units } from '../../../src/platform/values/amount.js';
import type { Behaviour } from '../../stand-ins/openrouter/behaviour.js';
import { OpenRouterStandIn } from '../../stand-ins/openrouter/server.js';
import type { Answer } from '../../support/app.js';
import { cliOn } from '../../support/cli.js';
import { eventually } from '../../support/eventually.js';
import { concurrently, type Json, statuses, TestEnv } from '../../support/factories.js';

const PLATFORM_KEY = 'sk-or-v1-platform-key-of-the-tests';
const MODEL = 'openai/gpt-4o-mini';
/** Number of calls of 400 tokens at 207 credits per million that one credit pays for, including prompts. */
const FITTING = 11;

let openrouter: OpenRouterStandIn;
let w: TestEnv;

beforeAll(async () => {
  openrouter = await OpenRouterStandIn.start();
  const env = {
    OPENROUTER_BASE_URL: openrouter.base_url,
    OPENROUTER_API_KEY: PLATFORM_KEY,
    GATEWAY_USAGE_COST: 'provider',
    GATEWAY_CALLS_IN_FLIGHT: '0',
  };
  const ring = `tests:${Buffer.alloc(32, 7).toString('base64')}`;
  w = await TestEnv.start({ env: { ...env, ENCRYPTION_KEYS: ring, OWN_KEY_FEE_RATE: '0.05' } });
  const { data } = (await (await fetch(`${openrouter.base_url}/models`)).json()) as { data: unknown[] };
  await w.done('pricing/import', { data });
});
beforeEach(() => openrouter.reset());
afterEach(async () => {
  expect(await w.sql('SELECT * FROM credit_holds WHERE lease_until IS NOT NULL')).toEqual([]);
});
afterAll(async () => {
  await w.close();
  await openrouter.stop();
});

interface Asked {
  path?: string;
  more?: object;
  stand_in?: Behaviour;
}

async function ask(user_id: string, { path = 'chat/completions', more = {}, stand_in = {} }: Asked = {}) {
  const messages = [{ role: 'user', content: 'Hi there' }];
  const body = { model: MODEL, max_tokens: 100, messages, ...more, stand_in };
  return w.t.call(path, { method: 'POST', token: await w.as(user_id), body });
}

const errorOf = (answer: Answer): Json => (answer.body as { error: Json }).error;
const events = (user_id: string): Promise<Json[]> => w.sql('SELECT * FROM usage_events WHERE user_id = $1', [user_id]);

describe('a call that is not streamed', () => {
  it('is forwarded unchanged and charged with its cost and the markup, with a usage event', async () => {
    const user_id = await w.user('5');
    const answer = await ask(user_id, { more: { unknown_field: { kept: true } } });
    expect(answer).toMatchObject({ status: 200, body: { choices: [{ message: { content: 'You said: Hi there' } }] } });
    expect(openrouter.calls).toMatchObject([{ api_key: PLATFORM_KEY, body: { unknown_field: { kept: true } } }]);
    const { cost } = (answer.body as { usage: { cost: number } }).usage;
    const [event] = await events(user_id);
    expect(event).toMatchObject({ source: 'gateway', service: 'openrouter', model: MODEL, is_rated: true });
    expect(Number(event!.provider_cost)).toBe(cost);
    expect(units(event!.total_cost as string)).toBe((units(event!.provider_cost as string) * 105n + 50n) / 100n);
    expect(answer.headers).toMatchObject({ 'x-tollgate-cost': expect.stringMatching(/^0\.0000\d+$/) });
    expect(units(answer.headers['x-tollgate-cost']!)).toBe(units(event!.total_cost as string));
    expect(answer.headers['x-tollgate-balance']).toBe((await w.balance(user_id)).balance);
    expect(await w.balance(user_id)).toMatchObject({ held: '0.000000' });
    await w.verify(user_id);
  });

  it('works under /v1, and for text completions and embeddings', async () => {
    const user_id = await w.user('5');
    expect(await ask(user_id, { path: '/v1/chat/completions' })).toMatchObject({ status: 200 });
    const text = await ask(user_id, { path: 'completions', more: { prompt: 'Hi', messages: undefined } });
    expect(text).toMatchObject({ status: 200, body: { choices: [{ text: 'You said: Hi' }] } });
    const more = { model: 'stand-in/embedding', input: ['one', 'two'], messages: undefined };
    expect(await ask(user_id, { path: 'embeddings', more })).toMatchObject({ status: 200, body: { object: 'list' } });
    expect(await events(user_id)).toHaveLength(3);
  });

  it('can be made by a service for a user', async () => {
    const user_id = await w.user('5');
    const body = { model: MODEL, messages: [], max_tokens: 10 };
    const call = { method: 'POST' as const, token: w.service, query: { user_id }, body };
    expect(await w.t.call('chat/completions', call)).toMatchObject({ status: 200 });
    expect(await events(user_id)).toHaveLength(1);
  });

  it('gets an output limit that fits the balance if it has none', async () => {
    const user_id = await w.user('0.5', 'starter');
    expect((await ask(user_id, { more: { model: 'stand-in/dear', max_tokens: undefined } })).status).toBe(200);
    const limit = openrouter.calls[0]!.body!.max_tokens as number;
    expect(limit).toBeGreaterThan(2_000);
    expect(limit).toBeLessThan(0.5 / 0.00018);
    await w.verify(user_id);
  });
});

describe('a call with unusual costs', () => {
  it.each([
    ['tokens from the cache and to it', { cached_tokens: 3, cache_write_tokens: 1 }, { cache_read_tokens: 3 }],
    ['hidden reasoning', { reasoning_tokens: 20 }, { reasoning_tokens: 20 }],
  ])('%s count once', async (_name, stand_in, pools) => {
    const user_id = await w.user('5');
    const answer = (await ask(user_id, { stand_in })).body as { usage: { total_tokens: number; cost: number } };
    const [event] = await events(user_id);
    expect(event).toMatchObject({ ...pools, tokens_used: answer.usage.total_tokens });
    expect(Number(event!.provider_cost)).toBe(answer.usage.cost);
  });

  it('a missing cost, or a cost of zero, is replaced by the catalogue price', async () => {
    const [reporting, silent] = [await w.user('5'), await w.user('5')];
    await ask(reporting);
    await ask(silent, { stand_in: { usage: 'without_cost' } });
    const [[known], [worked]] = [await events(reporting), await events(silent)];
    expect(worked).toMatchObject({ provider_cost: known!.provider_cost, total_cost: known!.total_cost });
  });

  it('zero usage is zero, not missing', async () => {
    const user_id = await w.user('5');
    const { headers } = await ask(user_id, { stand_in: { usage: 'zero' } });
    expect(headers['x-tollgate-cost']).toBe('0.000000');
    expect(await events(user_id)).toMatchObject([{ tokens_used: 0 }]);
    expect(await w.balance(user_id)).toMatchObject({ balance: '5.000000', held: '0.000000' });
  });

  it('a price per request is added', async () => {
    const user_id = await w.user('5');
    await ask(user_id, { more: { model: 'stand-in/per-request' } });
    const [event] = await events(user_id);
    expect(units(event!.provider_cost as string)).toBeGreaterThan(units('0.005'));
  });

  it("the upstream cost counts if the provider bills the key's owner directly, not the zero", async () => {
    const user_id = await w.user('5');
    await ask(user_id, { stand_in: { is_byok: true } });
    const [event] = await events(user_id);
    expect(units(event!.provider_cost as string)).toBeGreaterThan(0n);
  });

  it("an unknown model is charged provisionally, or at the provider's reported cost", async () => {
    const user_id = await w.user('5', 'starter');
    await ask(user_id, { more: { model: 'openrouter/auto' }, stand_in: { usage: 'without_cost' } });
    expect(await events(user_id)).toMatchObject([
      { is_rated: false, total_cost: expect.not.stringMatching(/^0\.0*$/) },
    ]);
    const other = await w.user('5', 'starter');
    await ask(other, { more: { model: 'openrouter/auto' } });
    expect(await events(other)).toMatchObject([{ is_rated: true, markup_rate: '0.1000000000' }]);
  });

  it('a free model costs nothing and needs no credits, but counts as a free call', async () => {
    const user_id = await w.user('0.000001');
    await w.deduct(user_id, '0.000001');
    const counted = 'SELECT calls_today, free_calls_today FROM user_credits WHERE user_id = $1';
    expect(await w.sql(counted, [user_id])).toEqual([{ calls_today: 0, free_calls_today: 0 }]);
    expect((await ask(user_id, { more: { model: 'stand-in/small:free' } })).headers['x-tollgate-cost']).toBe(
      '0.000000',
    );
    expect(await w.sql(counted, [user_id])).toEqual([{ calls_today: 0, free_calls_today: 1 }]);
    expect(await events(user_id)).toMatchObject([{ is_free_tier: true }]);
  });
});

describe("a call with the user's own key", () => {
  it("uses it and costs only the platform's fee", async () => {
    const user_id = await w.user('5');
    const api_key = 'sk-or-v1-own-key-of-the-user';
    await w.done('credits/openrouter/create-account', { api_key }, { token: await w.as(user_id) });
    await ask(user_id);
    expect(openrouter.calls.at(-1)).toMatchObject({ api_key });
    const [event] = await events(user_id);
    const { upstream_cost } = event!.metadata as { upstream_cost: string };
    expect(event).toMatchObject({ provider_cost: '0.0000000000', metadata: { key: 'own' } });
    expect(units(event!.total_cost as string)).toBe((units(upstream_cost) * 5n + 50n) / 100n);
    expect(openrouter.calls.some(({ body }) => JSON.stringify(body).includes(api_key))).toBe(false);
  });
});

describe('a hundred concurrent calls on a balance for ten', () => {
  it('spend no more than the balance, and each refusal states its reason', async () => {
    const user_id = await w.user('1', 'starter');
    let open = (): void => undefined;
    const gate = new Promise<void>((resolve) => (open = resolve));
    openrouter.behaviour = { gate, output_tokens: 400 };
    const ends: Answer[] = [];
    const calls = concurrently(100, async () => {
      const answer = await ask(user_id, { more: { model: 'stand-in/dear', max_tokens: 400 } });
      ends.push(answer);
      return answer;
    });
    // affordable calls wait at the provider until all others were refused
    await eventually(() => ends.length + openrouter.calls.length === 100);
    open();
    const answers = await calls;
    expect(statuses(answers)).toEqual({ 200: FITTING, 402: 100 - FITTING });
    const codes = answers.filter(({ status }) => status === 402).map((answer) => errorOf(answer).code);
    expect(new Set(codes)).toEqual(new Set(['credits_on_hold']));
    expect(await events(user_id)).toHaveLength(FITTING);
    await w.verify(user_id);
  });
});

describe('the daily reconciliation', () => {
  it('agrees with the provider on all booked costs', async () => {
    await ask(await w.user('5'));
    const compared = await w.t.app.get(Reconciliation).compare();
    expect(compared).toMatchObject({ open_calls: 0, agrees: true });
    expect(units(compared.booked)).toBeGreaterThan(0n);
    // one call above was charged by its tokens, because the provider had not reported its cost
    expect(Number(compared.provider)).toBeCloseTo(Number(compared.booked), 4);
  });

  it('shows what the provider reports beyond that', async () => {
    const { booked } = await w.t.app.get(Reconciliation).compare();
    openrouter.keys.set(PLATFORM_KEY, { usage: Number(booked) + 0.02 });
    const compared = await w.t.app.get(Reconciliation).compare();
    expect(compared).toMatchObject({ booked, agrees: false });
    expect(Number(compared.difference)).toBeGreaterThan(0.01);
  });

  it('can be run by command, which fails if the figures differ', async () => {
    const env = {
      OPENROUTER_BASE_URL: openrouter.base_url,
      OPENROUTER_API_KEY: PLATFORM_KEY,
      GATEWAY_USAGE_COST: 'provider',
    };
    const cli = cliOn(w.t.database_url, env);
    openrouter.keys.set(PLATFORM_KEY, { usage: 1 });
    const apart = await cli('openrouter', 'reconcile', '--json');
    expect([apart.code, apart.json()]).toEqual([1, expect.objectContaining({ agrees: false, open_calls: 0 })]);
    const { booked } = await w.t.app.get(Reconciliation).compare();
    openrouter.keys.set(PLATFORM_KEY, { usage: Number(booked), byok_usage: 0 });
    expect((await cli('openrouter', 'reconcile')).code).toBe(0);
  });
});
