import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { units } from '../../../src/platform/values/amount.js';
import type { GatewayWorld } from '../../support/gateway.js';
import {
  costs,
  type PRICES,
  startPriced,
  throughCallback,
  throughGateway,
  throughStream,
  throughTracking,
} from '../../support/usage-doors.js';

let g: GatewayWorld;

beforeAll(async () => {
  g = await startPriced();
});
beforeEach(() => g.openrouter.reset());
afterAll(() => g.close());

/** Usage objects of providers, with the model and the expected cost. */
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
      input_tokens: 12000,
      input_tokens_details: { cached_tokens: 11008 },
      output_tokens: 400,
      output_tokens_details: { reasoning_tokens: 300 },
    },
    '0.0072776',
  ],
  [
    'reasoning beside the answer',
    'reasoner',
    {
      prompt_tokens: 10120,
      completion_tokens: 1499,
      total_tokens: 14428,
      prompt_tokens_details: { cached_tokens: 128 },
      completion_tokens_details: { reasoning_tokens: 2809 },
    },
    '0.02561416',
  ],
  [
    'writes to the cache for minutes and for an hour',
    'writer',
    {
      input_tokens: 0,
      output_tokens: 0,
      cache_creation_input_tokens: 1_000_000,
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
      prompt_tokens: 80000,
      completion_tokens: 87,
      total_tokens: 153047,
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
  [
    'reasoning beside the answer, smaller than it',
    'reasoner',
    {
      prompt_tokens: 279,
      completion_tokens: 200,
      total_tokens: 568,
      completion_tokens_details: { reasoning_tokens: 89 },
    },
    '0.001178375',
  ],
  [
    'reasoning within the answer',
    'reasoner',
    {
      prompt_tokens: 500,
      completion_tokens: 500,
      total_tokens: 1000,
      completion_tokens_details: { reasoning_tokens: 300 },
    },
    '0.0020625',
  ],
  [
    'the images of an answer by their kind, as Gemini tells it',
    'painter',
    {
      promptTokenCount: 100,
      candidatesTokenCount: 1290,
      totalTokenCount: 1390,
      candidatesTokensDetails: [{ modality: 'IMAGE', tokenCount: 1290 }],
    },
    '0.0406665',
  ],
  [
    'searches and tokens in numeric text',
    'searcher',
    { input_tokens: ' 1000 ', output_tokens: '1e2', server_tool_use: { web_search_requests: '3' } },
    '0.03795',
  ],
  ['half a usage: no answer was counted', 'reader', { prompt_tokens: 1000 }, '0.0011'],
];

describe('usage counted by a provider is charged at its price on every route', () => {
  it.each(CASES)('%s', async (_what, name, usage, total) => {
    const model = `case/${name}`;
    for (const through of [throughTracking, throughCallback, throughGateway, throughStream]) {
      const event = await through(g, model, usage);
      expect([through.name, ...costs(event)]).toEqual([through.name, Number(total), true]);
      const { balance } = await g.w.balance(event.user_id as string); // an excess over a hold is a separate line
      expect(units(balance as string)).toBe(units('500') - units(total));
    }
  });

  it('with a provider cost uses that instead of the catalogue, and records the pools', async () => {
    const usage = {
      prompt_tokens: 10,
      completion_tokens: 5,
      completion_tokens_details: { image_tokens: 5 },
      cost: 0.5,
    };
    for (const through of [throughTracking, throughCallback, throughGateway, throughStream]) {
      const event = await through(g, 'case/painter', usage);
      expect(event).toMatchObject({ provider_cost: '0.5000000000', input_tokens: 10, image_output_tokens: 5 });
    }
  });
});

describe('work other than completions', () => {
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
    expect(costs(await throughCallback(g, `case/${name}`, null, { response_cost: 0, ...log }))).toEqual(expected);
  });

  it('is unrated when it is tracked without a measured quantity, and rated with one', async () => {
    expect(costs(await throughTracking(g, 'case/ears', {}))).toEqual([0, false]);
    expect(costs(await throughTracking(g, 'case/ears', { type: 'duration', seconds: '27' }))).toEqual([0.00297, true]);
    expect(costs(await throughTracking(g, 'case/rerank', { meta: { billed_units: { search_units: 1 } } }))).toEqual([
      0.0022,
      true,
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
