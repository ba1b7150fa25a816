import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { units } from '../../../src/platform/values/amount.js';
import type { Json } from '../../support/factories.js';
import { GatewayWorld } from '../../support/gateway.js';

let g: GatewayWorld;
let priced = 0;

beforeAll(async () => {
  g = await GatewayWorld.start();
});
afterAll(() => g.close());

/** Creates a model with these prices. */
async function model(prices: object): Promise<string> {
  const name = `case/held-${(priced += 1)}`;
  await g.w.done('pricing/models', { model: name, context_length: 1_000_000, ...prices });
  return name;
}

/** The amount that a call requires, according to its refusal. */
async function required(body: object, credits = '0.000001'): Promise<number> {
  const user_id = await g.w.user(credits);
  const answer = await g.send(user_id, { messages: [{ role: 'user', content: 'Hi' }], ...body });
  const { error } = (await answer.json()) as { error: Json };
  expect([answer.status, error['code']]).toEqual([402, 'insufficient_credits']);
  return Number(error['required']);
}

describe('the hold of a call covers', () => {
  it('a service tier that doubles the price', async () => {
    const of = { model: await model({ input_per_million: '2.5', output_per_million: '10' }), max_tokens: 4_000 };
    // 4000 x 10 x 1.7 = 0.068 at the provider
    expect(await required({ ...of, service_tier: 'priority' })).toBeGreaterThanOrEqual(0.0748);
    expect(await required(of)).toBeLessThan(0.0748);
  });

  it('twenty concurrent calls with an expensive service tier: none becomes debt', async () => {
    const of = { model: await model({ input_per_million: '2.5', output_per_million: '10' }), max_tokens: 4_000 };
    const user_id = await g.w.user('0.9');
    const usage = { prompt_tokens: 9, completion_tokens: 4_000, total_tokens: 4_009, cost: 0.068 };
    const choices = [{ index: 0, message: { role: 'assistant', content: 'x' }, finish_reason: 'stop' }];
    const verbatim = JSON.stringify({ id: 'gen-dear', model: of.model, choices, usage });
    const body = {
      ...of,
      service_tier: 'priority',
      messages: [{ role: 'user', content: 'Hi' }],
      stand_in: { verbatim },
    };
    const answers = await Promise.all(Array.from({ length: 20 }, () => g.send(user_id, body)));
    const served = answers.filter(({ status }) => status === 200).length;
    expect(served).toBeGreaterThan(0);
    expect(served).toBeLessThanOrEqual(12); // 0.9 / 0.0748

    expect((await g.w.balance(user_id)).debt).toBe('0.000000');
  });

  it('a prompt that is written to a cache, short or for an hour', async () => {
    const prices = { input_per_million: '5', output_per_million: '25', cache_write_per_million: '6.25' };
    const of = { model: await model(prices), max_tokens: 1 };
    const content = 'q7'.repeat(10_000);
    // 20000 tokens: 0.125 for minutes, 0.2 for an hour, premium
    expect(await required({ ...of, messages: [{ role: 'user', content }] })).toBeGreaterThanOrEqual(0.14375);
    const part = { type: 'text', text: content, cache_control: { type: 'ephemeral', ttl: '1h' } };
    expect(await required({ ...of, messages: [{ role: 'user', content: [part] }] })).toBeGreaterThanOrEqual(0.23);
  });

  it('audio in prompt and answer', async () => {
    const prices = { audio_input_per_million: '40', audio_output_per_million: '80' };
    const of = { model: await model({ input_per_million: '2.5', output_per_million: '10', ...prices }) };
    const content = [{ type: 'input_audio', input_audio: { data: 'AAAA', format: 'wav' } }];
    // 3000 x 40 + 1000 x 80 = 0.2
    const body = { ...of, max_tokens: 1_000, messages: [{ role: 'user', content }] };
    expect(await required(body, '0.05')).toBeGreaterThanOrEqual(0.22);
  });

  it('linked media, which can fill the context', async () => {
    const of = { model: await model({ input_per_million: '0.3', output_per_million: '2.5' }), max_tokens: 1 };
    const url = 'https://example.com/film.mp4';
    for (const part of [
      { type: 'video_url', video_url: { url } },
      { type: 'image_url', image_url: { url } },
      { type: 'file', file: { file_data: url } },
    ])
      expect(await required({ ...of, messages: [{ role: 'user', content: [part] }] })).toBeGreaterThanOrEqual(0.315);
  });

  it('searches, in any form of request', async () => {
    const of = {
      model: await model({ input_per_million: '1', output_per_million: '1', per_query: '0.01' }),
      max_tokens: 1,
    };
    for (const more of [
      { web_search_options: { search_context_size: 'high' } },
      { tools: [{ type: 'web_search' }] },
      { plugins: [{ id: 'WEB' }] },
      { plugins: { id: 'web' } },
    ])
      expect(await required({ ...of, ...more })).toBeGreaterThanOrEqual(0.022);
  });

  it('a long prompt that reaches the next price step, and a predicted answer', async () => {
    const step = { min_prompt_tokens: 200_000, input_per_million: '2.5', output_per_million: '15' };
    const prices = { input_per_million: '1.25', output_per_million: '10', overrides: [step] };
    const of = { model: await model(prices), max_tokens: 2_000 };
    const content = '1 '.repeat(250_000);
    expect(await required({ ...of, messages: [{ role: 'user', content }] })).toBeGreaterThanOrEqual(0.7205);
    const prediction = { type: 'content', content: '1 '.repeat(10_000) };
    expect(await required({ ...of, prediction })).toBeGreaterThanOrEqual(0.11);
  });
});

describe('a free call', () => {
  it('that did cost something is refused for an account in debt and served for one that can pay', async () => {
    const user_id = await g.w.user('0.01');
    const call = (): Promise<Response> =>
      g.chat(user_id, { answers_as: 'stand-in/small:free', search_cost: 0.04 }, { model: 'stand-in/small:free' });
    expect((await call()).status).toBe(200);
    expect(units(String((await g.w.balance(user_id)).debt))).toBe(units('0.03'));
    const refused = await call();
    expect(refused.status).toBe(402);
    expect(((await refused.json()) as { error: Json }).error['message']).toMatch(/listed as free/);
    await g.w.bonus(user_id, '1');
    expect((await call()).status).toBe(200);
  });
});
