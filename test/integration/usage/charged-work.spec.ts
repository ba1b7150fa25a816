import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { GatewayWorld, MODEL } from '../../support/gateway.js';

let g: GatewayWorld;

beforeAll(async () => {
  g = await GatewayWorld.start({ OWN_KEY_FEE_RATE: '0.05' });
  await g.price(MODEL, 0.15, 0.6);
  const prices = {
    'case/fee': { input_per_million: '1', output_per_million: '1', per_request: '0.005' },
    'case/fee-alone': { input_per_million: '0', output_per_million: '0', per_request: '0.005' },
    'case/ears': { per_second: '0.0001' },
    'case/voice': { per_character: '0.000015' },
  };
  for (const [model, price] of Object.entries(prices)) await g.w.done('pricing/models', { model, ...price });
});
beforeEach(() => g.openrouter.reset());
afterAll(() => g.close());

async function spent(user_id: string): Promise<unknown> {
  const sum = 'SELECT coalesce(sum(-amount), 0)::text AS spent FROM credit_transactions WHERE user_id = $1 AND hold_id';
  const [ofHolds] = await g.w.sql(`${sum} IS NOT NULL`, [user_id]);
  return Number(ofHolds!['spent']);
}

const answer = (usage: object, model = MODEL) => {
  const choices = [{ index: 0, message: { role: 'assistant', content: 'Yes' }, finish_reason: 'stop' }];
  return { id: `gen-${randomUUID()}`, model, choices, usage };
};
const events = (...chunks: object[]): string =>
  `${chunks.map((chunk) => `data: ${JSON.stringify(chunk)}\n\n`).join('')}data: [DONE]\n\n`;
const chunk = (finish_reason: string | null = 'stop') => ({
  id: 'gen-written',
  model: MODEL,
  choices: [{ index: 0, delta: { content: 'Yes' }, finish_reason }],
});

describe('what the provider takes', () => {
  const COST = 0.00000285;
  const counts = { prompt_tokens: 9, completion_tokens: 2 };
  const USAGES = {
    "the platform's account": { ...counts, cost: COST, is_byok: false },
    "the platform's own key at a provider": {
      ...counts,
      cost: 0,
      is_byok: true,
      cost_details: { upstream_inference_cost: COST },
    },
  };

  it.each(Object.entries(USAGES))('of %s is charged with the markup, whole and streamed', async (_from, usage) => {
    const [whole, streamed] = [await g.w.user('1'), await g.w.user('1')];
    await g.chat(whole, { verbatim: JSON.stringify(answer(usage)) });
    const verbatim = events(chunk(), { id: 'gen-written', choices: [], usage });
    await (await g.chat(streamed, { verbatim }, { stream: true })).text();
    for (const user_id of [whole, streamed]) expect(await spent(user_id)).toBe(0.0000029925);
  });

  it("of a user's own key is the user's: the fee is charged, and the cost is kept with the event", async () => {
    const user_id = await g.w.user('1');
    await g.connect(user_id, 'sk-or-v1-own-key-of-the-user');
    await g.chat(user_id, { verbatim: JSON.stringify(answer({ ...counts, cost: COST })) });
    expect(await spent(user_id)).toBe(0.0000001425);
    expect(await g.events(user_id)).toMatchObject([{ metadata: { key: 'own', upstream_cost: '0.00000285' } }]);
  });
});

describe('a stream', () => {
  it('may tell the usage in an event without choices, which is passed on byte for byte', async () => {
    const user_id = await g.w.user('1');
    const usageLine = `data: {"id":"gen-written", "usage" : {"prompt_tokens":1224,"completion_tokens":1156}}\n\n`;
    const verbatim = events(chunk()).replace('data: [DONE]', `${usageLine}data: [DONE]`);
    const text = await (await g.chat(user_id, { verbatim }, { stream: true })).text();
    expect(text).toContain(usageLine);
    expect(await spent(user_id)).toBe(0.00092106);
  });

  it('may count the prompt alone', async () => {
    const user_id = await g.w.user('1');
    const verbatim = events({ ...chunk(), usage: { prompt_tokens: 31 } });
    await (await g.chat(user_id, { verbatim }, { stream: true })).text();
    expect(await spent(user_id)).toBe(0.0000048825);
  });
});

describe('a price', () => {
  const track = async (body: object): Promise<[unknown, unknown]> => {
    const tracked = { user_id: await g.w.user('1'), service: 'openrouter', charge: true, ...body };
    const { total_cost, is_rated } = await g.w.done('credits/usage/track', tracked, { token: g.w.service });
    return [total_cost, is_rated];
  };

  it('of the request comes on top of tokens, once, at every door', async () => {
    expect(await track({ model: 'case/fee', input_tokens: 1000, output_tokens: 500 })).toEqual(['0.007150', true]);
    expect(await track({ model: 'case/fee-alone', input_tokens: 1000 })).toEqual(['0.005250', true]);
    const user_id = await g.w.user('1');
    const verbatim = JSON.stringify(answer({ prompt_tokens: 1000, completion_tokens: 500 }, 'case/fee'));
    await g.chat(user_id, { verbatim }, { model: 'case/fee' });
    expect(await spent(user_id)).toBe(0.00715);
  });

  it.each([
    [90, 'second', '0.009900'],
    [1.5, 'minute', '0.009900'],
    ['0.4', 'second', '0.000044'],
  ])('of a second counts for %s of a %s', async (quantity, unit, total) => {
    expect(await track({ service: 'stt', model: 'case/ears', quantity, unit })).toEqual([total, true]);
  });

  it('of a character counts as it is told, and where the text is told by its code points', async () => {
    const spoken = { service: 'tts', model: 'case/voice' };
    expect(await track({ ...spoken, quantity: 11, unit: 'character' })).toEqual(['0.0001815', true]);
    const user_id = await g.w.user('1');
    const log = {
      id: randomUUID(),
      status: 'success',
      call_type: 'aspeech',
      model: 'case/voice',
      messages: 'Grüße 😀 hi!',
    };
    await g.w.done('integrations/litellm/callback', [{ ...log, end_user: user_id }] as object);
    expect(await g.events(user_id)).toMatchObject([{ quantity: '11.0000000000', total_cost: '0.0001815000' }]);
  });
});
