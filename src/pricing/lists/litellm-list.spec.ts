import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { amount } from '../../platform/values/amount.js';
import { faultsOf } from '../prices/price-faults.js';
import { PRICE_COLUMNS } from '../prices/price.js';
import { readLiteLlm } from './litellm-list.js';

const FILE = path.resolve(import.meta.dirname, '../../../test/fixtures/litellm-prices.json');
const models = JSON.parse(readFileSync(FILE, 'utf8')) as Record<string, Record<string, unknown>>;

const one = (entry: object, model = 'maker/model') => readLiteLlm({ [model]: { litellm_provider: 'maker', ...entry } });
function prices(entry: object, model?: string): Record<string, string> {
  const [item] = one(entry, model).listed;
  return Object.fromEntries(
    PRICE_COLUMNS.flatMap((column) => {
      const price = item?.prices[column] ?? null;
      return price === null ? [] : [[column, amount(price)]];
    }),
  );
}
const unread = (entry: object): string[] => one(entry).partly.flatMap(({ keys }) => keys);

describe("LiteLLM's price file", () => {
  it('accounts for every model and every key', () => {
    const list = readLiteLlm(models);
    expect(list.models).toBe(Object.keys(models).length - 1); // the explanation is not a model
    expect(list.listed.length + list.held_back.length).toBe(list.models);
    expect(list.held_back.map(({ model, code }) => [model, code])).toEqual([
      ['wandb/openai/gpt-oss-120b', 'absurd_price'],
      ['cloudflare/@cf/google/gemma-2b-it-lora', 'only_zeros'],
      ['reducto/parse-v3', 'no_price'],
    ]);
    const partly = Object.fromEntries(list.partly.map(({ model, keys }) => [model, keys]));
    const uplift = ['regional_processing_uplift_multiplier_eu', 'regional_processing_uplift_multiplier_us'];
    expect(partly).toEqual({
      'gpt-5.5': uplift,
      'gpt-realtime-2.1': ['cache_creation_input_audio_token_cost', ...uplift],
      'perplexity/sonar-deep-research': ['citation_cost_per_token'],
      'gemini/veo-3.1-lite-generate-preview': ['output_cost_per_second_1080p'],
      'mistral/mistral-ocr-2512': ['annotation_cost_per_page'],
      'exa_ai/search': ['tiered_pricing'],
    });
    const { sample_spec: _explanation, ...priced } = models;
    for (const key of new Set(Object.values(priced).flatMap((entry) => Object.keys(entry)))) {
      const having = Object.values(priced).filter((entry) => key in entry).length;
      const counted = list.keys.filter((item) => item.key === key).reduce((sum, item) => sum + item.models, 0);
      expect([key, counted]).toEqual([key, having]);
    }
  });

  it('never charges the same unit with two prices', () => {
    const tokens = { input_cost_per_token: 3e-7, output_cost_per_token: 2.5e-6, output_cost_per_image_token: 3e-5 };
    expect(prices({ ...tokens, output_cost_per_image: 0.039 })).not.toHaveProperty('per_image');
    expect(prices({ input_cost_per_second: 1e-4, output_cost_per_second: 2e-4 })).toEqual({ per_second: '0.000200' });
    expect(prices({ input_cost_per_image: 0.04, input_cost_per_pixel: 4e-8 }, '1024-x-1024/m')).toEqual({
      per_image: '0.040000',
    });
  });

  it('distinguishes prices per image from prices per image token by their size', () => {
    const tokens = { input_cost_per_token: 4e-6, output_cost_per_token: 1.6e-5 };
    expect(prices({ ...tokens, input_cost_per_image: 5e-6 })).toMatchObject({ image_per_million: '5.000000' });
    expect(prices({ ...tokens, input_cost_per_image: 0.0048 })).toMatchObject({ per_image: '0.004800' });
  });

  it('prices pixels if the image size is known, and reports the key otherwise', () => {
    expect(prices({ input_cost_per_pixel: 1.9e-8 }, 'hd/1024-x-1792/m')).toEqual({ per_image: '0.034865152' });
    const [held] = one({ input_cost_per_pixel: 1.9e-8 }).held_back;
    expect(held).toMatchObject({ code: 'no_price' });
    expect(one({ input_cost_per_pixel: 1.9e-8 }).keys[0]).toMatchObject({ key: 'input_cost_per_pixel', use: 'unread' });
  });

  it('holds back a model with an invalid input or output price, and skips any other invalid key', () => {
    expect(one({ input_cost_per_token: -1 }).held_back[0]).toMatchObject({ code: 'not_a_price' });
    expect(one({ input_cost_per_token: 2.5, output_cost_per_token: 1e-6 }).held_back[0]?.code).toBe('absurd_price');
    const tokens = { input_cost_per_token: 1e-6, output_cost_per_token: '0.000002' };
    expect(unread({ ...tokens, cache_read_input_token_cost: 'cheap' })).toEqual(['cache_read_input_token_cost']);
    expect(unread({ ...tokens, cost_per_moonbeam: 0.1 })).toEqual(['cost_per_moonbeam']);
    expect(unread({ ...tokens, cost_per_moonbeam: 0, supports_moonbeams: true })).toEqual([]);
  });

  it('accepts any JSON', () =>
    fc.assert(
      fc.property(
        fc.dictionary(fc.string(), fc.jsonValue()),
        fc.dictionary(fc.string(), fc.jsonValue()),
        (data, entry) => {
          const list = readLiteLlm({ ...data, 'a/b': { ...entry, litellm_provider: 'a', input_cost_per_token: 1e-6 } });
          expect(list.listed.length + list.held_back.length).toBe(list.models);
          for (const { prices: table } of list.listed) expect(faultsOf(table, table.is_free)).toEqual([]);
        },
      ),
    ));
});

it('does not make free what it lists at zero', () => {
  const tokens = { input_cost_per_token: 1e-6, output_cost_per_token: 2e-6 };
  expect(prices({ ...tokens, output_cost_per_image: 0 })).not.toHaveProperty('per_image');
  expect(one({ output_cost_per_image: 0 }).held_back[0]).toMatchObject({ code: 'only_zeros' });
});

it('counts a price per pixel as a price', () => {
  const { keys } = one({ mode: 'image_generation', input_cost_per_pixel: 1.9e-8 }, '1024-x-1024/dall-e-2');
  expect(keys).toContainEqual({ key: 'input_cost_per_pixel', use: 'price', models: 1 });
});
