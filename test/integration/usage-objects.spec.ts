import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { units } from '../../src/platform/amount.js';
import type { Json } from '../support/factories.js';
import { GatewayWorld } from '../support/gateway.js';

let g: GatewayWorld;
beforeAll(async () => {
  g = await GatewayWorld.start();
  for (const [name, prices] of Object.entries(PRICES)) {
    const { status } = await g.w.post('pricing/models', { model: `case/${name}`, ...prices }, { token: g.w.admin });
    expect([name, status]).toEqual([name, 201]);
  }
});
beforeEach(() => g.openrouter.reset());
afterAll(() => g.close());

/** USD for a million tokens, or for one of anything else. */
const PRICES = {
  responses: { input_per_million: '1.25', output_per_million: '10', cache_read_per_million: '0.125' },
  reasoner: { input_per_million: '1.25', output_per_million: '2.5', cache_read_per_million: '0.2' },
  writer: {
    input_per_million: '5',
    output_per_million: '25',
    cache_read_per_million: '0.5',
    cache_write_per_million: '6.25',
  },
  searcher: { input_per_million: '3', output_per_million: '15', per_query: '0.01' },
  reader: { input_per_million: '1', output_per_million: '5', cache_read_per_million: '0.1' },
  painter: { input_per_million: '0.3', output_per_million: '2.5', image_output_per_million: '30' },
  rerank: { per_query: '0.002' },
  ears: { per_second: '0.0001' },
  voice: { per_character: '0.000015' },
  pictures: { per_image: '0.04' },
  film: { per_video_second: '0.1' },
};

/** What providers say was used, of which model, and what it costs. */
const CASES: readonly [what: string, model: keyof typeof PRICES, usage: object, total: string][] = [
  [
    'cached tokens of the Responses interface',
    'responses',
    { input_tokens: 12000, input_tokens_details: { cached_tokens: 11008 }, output_tokens: 40 },
    '0.0033176',
  ],
  [
    'reasoning within the answer of the Responses interface',
    'responses',
    {
      ...{ input_tokens: 12000, input_tokens_details: { cached_tokens: 11008 }, output_tokens: 400 },
      output_tokens_details: { reasoning_tokens: 300 },
    },
    '0.0072776',
  ],
  [
    'reasoning beside the answer',
    'reasoner',
    {
      ...{ prompt_tokens: 10120, completion_tokens: 1499, total_tokens: 14428 },
      prompt_tokens_details: { cached_tokens: 128 },
      completion_tokens_details: { reasoning_tokens: 2809 },
    },
    '0.02561416',
  ],
  [
    'writes to the cache for minutes and for an hour',
    'writer',
    {
      ...{ input_tokens: 0, output_tokens: 0, cache_creation_input_tokens: 1_000_000 },
      cache_creation: { ephemeral_5m_input_tokens: 600_000, ephemeral_1h_input_tokens: 400_000 },
    },
    '8.9125',
  ],
  [
    'searches of the model',
    'searcher',
    { prompt_tokens: 9548, completion_tokens: 528, server_tool_use: { web_search_requests: 2 } },
    '0.0622204',
  ],
  [
    'more cached tokens than the prompt has',
    'reader',
    { prompt_tokens: 56322, completion_tokens: 87, prompt_tokens_details: { cached_tokens: 72960 } },
    '0.0704583',
  ],
  [
    'cached tokens that the total counts beside the prompt',
    'reader',
    {
      ...{ prompt_tokens: 80000, completion_tokens: 87, total_tokens: 153047 },
      prompt_tokens_details: { cached_tokens: 72960 },
    },
    '0.0965041',
  ],
  [
    'images of the answer',
    'painter',
    { prompt_tokens: 300, completion_tokens: 1290, completion_tokens_details: { image_tokens: 1290 } },
    '0.0407295',
  ],
  ['half a usage: no answer was counted', 'reader', { prompt_tokens: 1000 }, '0.0011'],
];

/** Has the provider answer with a usage, and gives the event that was recorded. */
async function throughGateway(model: string, usage: object): Promise<Json> {
  const user_id = await g.w.user('500');
  const choices = [{ index: 0, message: { role: 'assistant', content: 'Yes' }, finish_reason: 'stop' }];
  g.openrouter.behaviour = { verbatim: JSON.stringify({ id: 'gen-1', model, choices, usage }) };
  const asked = { model, max_tokens: 100, messages: [{ role: 'user', content: 'Hi' }] };
  expect((await g.send(user_id, asked)).status).toBe(200);
  return lastEvent(user_id);
}

async function throughStream(model: string, usage: object): Promise<Json> {
  const user_id = await g.w.user('500');
  const end = { id: 'gen-1', model, choices: [{ index: 0, delta: { content: 'Yes' }, finish_reason: 'stop' }] };
  const chunks = [end, { id: 'gen-1', model, choices: [], usage }].map((chunk) => `data: ${JSON.stringify(chunk)}\n\n`);
  g.openrouter.behaviour = { verbatim: `${chunks.join('')}data: [DONE]\n\n` };
  const asked = { model, stream: true, max_tokens: 100, messages: [{ role: 'user', content: 'Hi' }] };
  await (await g.send(user_id, asked)).text();
  return lastEvent(user_id);
}

async function throughTracking(model: string, usage: object): Promise<Json> {
  const user_id = await g.w.user('500');
  await g.w.done(
    'credits/usage/track',
    { user_id, service: 'openrouter', model, usage, settle: true },
    { token: g.w.service },
  );
  return lastEvent(user_id);
}

async function throughCallback(model: string, usage: object | null, more: object = {}): Promise<Json> {
  const user_id = await g.w.user('500');
  const log = {
    ...{ id: randomUUID(), call_type: 'acompletion', status: 'success', model, end_user: user_id, response_cost: null },
    ...{ metadata: {}, ...(usage && { hidden_params: { usage_object: usage } }), ...more },
  };
  const { body } = await g.w.post('integrations/litellm/callback', [log]);
  expect(body).toMatchObject([{ status: 'recorded' }]);
  return lastEvent(user_id);
}

async function lastEvent(user_id: string): Promise<Json> {
  const [event] = await g.w.sql('SELECT * FROM usage_events WHERE user_id = $1 ORDER BY id DESC', [user_id]);
  return event!;
}

const costs = (event: Json): [number, unknown] => [Number(event.total_cost), event.is_rated];

describe('what a provider counts is charged by its price at every door', () => {
  it.each(CASES)('%s', async (_what, name, usage, total) => {
    const model = `case/${name}`;
    for (const through of [throughTracking, throughCallback, throughGateway, throughStream]) {
      const event = await through(model, usage);
      expect([through.name, ...costs(event)]).toEqual([through.name, Number(total), true]);
      const { balance } = await g.w.balance(event.user_id as string); // what exceeds a hold has a line of its own
      expect(units(balance as string)).toBe(units('500') - units(total));
    }
  });

  it("keeps a provider's own cost before the catalogue, and its pools all the same", async () => {
    const usage = {
      prompt_tokens: 10,
      completion_tokens: 5,
      completion_tokens_details: { image_tokens: 5 },
      cost: 0.5,
    };
    for (const through of [throughTracking, throughCallback, throughGateway, throughStream]) {
      const event = await through('case/painter', usage);
      expect(event).toMatchObject({ provider_cost: '0.5000000000', input_tokens: 10, image_output_tokens: 5 });
    }
  });
});

describe('work of kinds that are not completions', () => {
  const kinds: readonly [what: string, name: keyof typeof PRICES, log: object, expected: [number, boolean]][] = [
    ['speech heard, by its length', 'ears', heard({ type: 'duration', seconds: 27 }), [0.00297, true]],
    ['speech heard, of which nothing is told', 'ears', { call_type: 'atranscription' }, [0, false]],
    ['a text spoken, by its characters', 'voice', { call_type: 'aspeech', messages: 'Grüße 😀' }, [0.0001155, true]],
    ['a text spoken that is not told', 'voice', { call_type: 'aspeech', messages: 'redacted-by-litellm' }, [0, false]],
    ['a ranking, by its searches', 'rerank', ranked({ search_units: 3 }), [0.0066, true]],
    ['a ranking of which nothing is told', 'rerank', { call_type: 'arerank', total_tokens: 0 }, [0, false]],
    ['images, by their number', 'pictures', painted({ n: 3 }), [0.132, true]],
    ['an image, of which one is usual', 'pictures', painted({}), [0.044, true]],
    ['a video, by its seconds', 'film', filmed({ duration_seconds: 8 }), [0.88, true]],
    ['a completion without tokens', 'reader', { prompt_tokens: 0, completion_tokens: 0 }, [0, false]],
    ['a completion with negative counts', 'reader', { prompt_tokens: -9, completion_tokens: -1 }, [0, false]],
    ['failed work that made nothing', 'ears', { call_type: 'atranscription', status: 'failure' }, [0, true]],
  ];

  it.each(kinds)('%s', async (_what, name, log, expected) => {
    expect(costs(await throughCallback(`case/${name}`, null, { response_cost: 0, ...log }))).toEqual(expected);
  });

  it('is unrated at the door of tracking too when nothing was measured, and rated when something was', async () => {
    expect(costs(await throughTracking('case/ears', {}))).toEqual([0, false]);
    expect(costs(await throughTracking('case/ears', { type: 'duration', seconds: '27' }))).toEqual([0.00297, true]);
    expect(costs(await throughTracking('case/rerank', { meta: { billed_units: { search_units: 1 } } }))).toEqual([
      ...[0.0022, true],
    ]);
  });
});

function heard(usage_object: object): object {
  return { call_type: 'atranscription', hidden_params: { usage_object } };
}
function ranked(billed_units: object): object {
  return { call_type: 'arerank', response: { results: [], meta: { billed_units } } };
}
function painted(model_parameters: object): object {
  return { call_type: 'aimage_generation', model_parameters };
}
function filmed(usage_object: object): object {
  return { call_type: 'acreate_video', hidden_params: { usage_object } };
}

describe('a usage object that is tracked', () => {
  const track = (body: object, token = g.w.service) =>
    g.w.post('credits/usage/track', { service: 'openrouter', model: 'case/reader', ...body }, { token });

  it('is the only count of the work', async () => {
    const user_id = await g.w.user();
    const usage = { prompt_tokens: 10 };
    for (const both of [
      { input_tokens: 1 },
      { tokens: 1 },
      { quantity: '1', unit: 'query' },
      { measures: { page: 1 } },
    ]) {
      const { status, body } = await track({ user_id, usage, ...both });
      expect([status, JSON.stringify(body)]).toEqual([422, expect.stringContaining('must not be given with usage')]);
    }
    expect((await track({ user_id, usage: 'many' })).status).toBe(422);
  });

  it('says nothing of the cost when a user sends it', async () => {
    const user_id = await g.w.user('5');
    const usage = { prompt_tokens: 1000, cost: 0.0000001 };
    await track({ usage, charge: true }, await g.w.as(user_id));
    expect(costs(await lastEvent(user_id))).toEqual([0.0011, true]);
  });

  it('yields to a cost, and to what is free', async () => {
    const user_id = await g.w.user('5');
    const usage = { prompt_tokens: 1000, cost: 0.5 };
    await track({ user_id, usage, cost: '0.25', settle: true });
    expect(costs(await lastEvent(user_id))).toEqual([0.25, true]);
    await track({ user_id, usage, is_free: true });
    expect(await lastEvent(user_id)).toMatchObject({ is_free_tier: true, input_tokens: 1000 });
  });

  it('keeps with the receipt what nothing reads', async () => {
    const event = await throughTracking('case/reader', {
      prompt_tokens: 1000,
      citation_tokens: 7,
      details: { newer: 1 },
    });
    const receipt = await g.w.get(`credits/transactions/${String(event.transaction_id)}/receipt`, {
      user_id: event.user_id as string,
    });
    expect(receipt.body.usage).toMatchObject({ unread_usage: { citation_tokens: 7, 'details.newer': 1 } });
    expect(JSON.stringify(receipt.body.explanation)).toContain('citation_tokens');
  });

  it('comes in batches and CloudEvents, also as OpenMeter has it', async () => {
    const user_id = await g.w.user('5');
    const usage = { promptTokenCount: 1000, thoughtsTokenCount: 10, totalTokenCount: 1010 };
    const record = { user_id, request_id: 'r-1', service: 'openrouter', model: 'case/reader', usage, settle: true };
    await g.w.done('credits/usage/track/batch', [record], { token: g.w.service });
    expect(await lastEvent(user_id)).toMatchObject({ input_tokens: 1000, reasoning_tokens: 10, is_rated: true });
    const datas: [object, object][] = [
      [
        { model: 'case/reader', tokens: '120', type: 'output' },
        { output_tokens: 120, tokens_used: 120 },
      ],
      [
        { model: 'case/reader', tokens: 120, type: 'input' },
        { input_tokens: 120, tokens_used: 120 },
      ],
      [
        { model: 'case/reader', tokens: 120, type: 'other' },
        { input_tokens: 0, tokens_used: 120 },
      ],
      [
        { model: 'case/reader', usage: { inputTokens: 9, outputTokens: 1 } },
        { input_tokens: 9, output_tokens: 1 },
      ],
      [
        { prompt_tokens: '9', completion_tokens: 1, prompt: 'secret' },
        { input_tokens: 9, unread_usage: null },
      ],
    ];
    for (const [data, stored] of datas) {
      const event = { specversion: '1.0', id: randomUUID(), source: '/llm', type: 'prompt', subject: user_id, data };
      await g.w.done('credits/usage/events', [event], { token: g.w.service });
      expect(await lastEvent(user_id)).toMatchObject({ service: 'prompt', ...stored });
    }
  });
});
