import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import OpenAI from 'openai';
import type { Behaviour } from '../../stand-ins/openrouter/behaviour.js';
import type { Json } from '../../support/factories.js';
import { GatewayWorld } from '../../support/gateway.js';

const MODEL = 'case/failing';
const EMBEDDING = 'case/embedding';
const ID = 'gen-failed';
const NOTHING_COUNTED = { prompt_tokens: 1200, completion_tokens: 0, cost: 0, is_byok: false };
const FAILED = { total_cost: '0.0000000000', succeeded: false, is_rated: true };

let g: GatewayWorld;
let user_id: string;

beforeAll(async () => {
  g = await GatewayWorld.start();
  await g.price(MODEL, 3, 15);
  await g.price(EMBEDDING, 1, 0);
});
beforeEach(async () => {
  g.openrouter.reset();
  user_id = await g.w.user('5');
});
afterEach(async () => {
  expect(await g.w.balance(user_id)).toMatchObject({ held: '0.000000' });
  expect(await g.openCalls()).toEqual([]);
});
afterAll(() => g.close());

const ask = (behaviour: Behaviour, more: object = {}): Promise<Response> =>
  g.chat(user_id, behaviour, { model: MODEL, ...more });
const whole = (choice: object, usage: object = NOTHING_COUNTED): string =>
  JSON.stringify({ id: ID, model: MODEL, choices: [{ index: 0, message: { content: '' }, ...choice }], usage });
const events = (...data: object[]): string =>
  data.map((event) => `data: ${JSON.stringify({ id: ID, model: MODEL, ...event })}\n\n`).join('');
const delta = (content: string, more: object = {}): object => ({
  choices: [{ index: 0, delta: { content }, ...more }],
});

describe('a call that produced nothing according to the provider', () => {
  it.each<[string, object]>([
    ['gives no reason', { finish_reason: null }],
    ['names an error', { finish_reason: 'error' }],
    ['lost its own network', { finish_reason: 'stop', native_finish_reason: 'network_error' }],
  ])('and costs zero is free, and a failed one, when it %s', async (_name, choice) => {
    expect((await ask({ verbatim: whole(choice) })).status).toBe(200);
    expect(await g.events(user_id)).toMatchObject([{ ...FAILED, input_tokens: 1200 }]);
    expect(await g.w.balance(user_id)).toMatchObject({ balance: '5.000000' });
  });

  it.each<[string, string]>([
    ['with an error before any of it', events(delta(''), { error: { code: 502, message: 'gone' }, ...delta('') })],
    ['without a reason for its end', `${events(delta(''), { choices: [], usage: NOTHING_COUNTED })}data: [DONE]\n\n`],
    ['with nothing at all', ''],
  ])('in a stream %s is free at once', async (_name, verbatim) => {
    await (await ask({ verbatim, generation_id: ID }, { stream: true })).text();
    expect(await g.events(user_id)).toMatchObject([FAILED]);
  });

  it("is free according to the provider's record, too", async () => {
    const record = {
      id: ID,
      model: MODEL,
      total_cost: 0,
      is_byok: false,
      native_tokens_prompt: 500,
      native_tokens_completion: 0,
      finish_reason: 'stop',
      native_finish_reason: 'network_error',
      api_type: 'completions',
    };
    await (await ask({ verbatim: events(delta('')), cut_verbatim: true, record }, { stream: true })).text();
    expect(await g.events(user_id)).toEqual([]);
    await g.recover();
    expect(await g.events(user_id)).toMatchObject([{ ...FAILED, input_tokens: 500 }]);
  });
});

describe('a cost of zero that is not trusted', () => {
  const charged = async (): Promise<unknown> => (await g.events(user_id))[0]?.total_cost;

  it('is that of a non-empty answer', async () => {
    await ask({ verbatim: whole({ finish_reason: null }, { ...NOTHING_COUNTED, completion_tokens: 5 }) });
    expect(await charged()).toBe('0.0040425000');
  });

  it('is that of an empty answer that ended normally', async () => {
    await ask({ verbatim: whole({ finish_reason: 'stop' }) });
    expect(await charged()).toBe('0.0039600000');
  });

  it("is that of an embedding, also in the provider's record", async () => {
    const usage = { prompt_tokens: 1000, total_tokens: 1000, cost: 0 };
    const verbatim = JSON.stringify({ id: ID, object: 'list', model: EMBEDDING, data: [{ embedding: [0.5] }], usage });
    const body = { model: EMBEDDING, input: 'Hi' };
    await g.send(user_id, { ...body, stand_in: { verbatim } }, { path: '/v1/embeddings' });
    expect(await charged()).toBe('0.0010500000');

    user_id = await g.w.user('5');
    const record = { id: ID, model: EMBEDDING, total_cost: 0, native_tokens_prompt: 1000, native_tokens_completion: 0 };
    const unmetered = {
      verbatim: JSON.stringify({ id: ID, data: [{}] }),
      record: { ...record, api_type: 'embeddings' },
    };
    await g.send(user_id, { ...body, stand_in: unmetered }, { path: '/v1/embeddings' });
    await g.recover();
    expect(await charged()).toBe('0.0010500000');
  });

  it("is that of a provider's own key whose owner is billed directly", async () => {
    await ask({ verbatim: whole({ finish_reason: null }, { ...NOTHING_COUNTED, is_byok: true }) });
    expect(await charged()).toBe('0.0039600000');
  });
});

describe('an answer with status 200 that is an error', () => {
  const ERROR = JSON.stringify({ error: { code: 502, message: 'worker limit reached' } });

  it.each(['whole', 'named'])('but an error becomes an error (%s)', async (name) => {
    const answer = await ask({ verbatim: ERROR, ...(name === 'named' && { generation_id: ID }) });
    expect(answer.status).toBe(502);
    expect(await answer.json()).toMatchObject({ error: { message: 'worker limit reached', type: 'server_error' } });
    expect(await g.events(user_id)).toMatchObject([FAILED]);
  });

  it.each(['', '\n \n'])('but empty becomes an error (%j)', async (verbatim) => {
    const answer = await ask({ verbatim, generation_id: ID });
    const body = (await answer.json()) as { error: Json };
    expect([answer.status, body.error.code]).toEqual([502, 'provider_empty_answer']);
    expect(await g.events(user_id)).toMatchObject([FAILED]);
  });

  it("is an error for OpenAI's client", async () => {
    g.openrouter.behaviour = { verbatim: ERROR };
    const client = new OpenAI({ apiKey: await g.w.as(user_id), baseURL: `${g.base}/v1`, maxRetries: 0 });
    const call = client.chat.completions.create({ model: MODEL, messages: [{ role: 'user', content: 'Hi' }] });
    await expect(call).rejects.toMatchObject({ status: 502, message: '502 worker limit reached' });
  });
});
