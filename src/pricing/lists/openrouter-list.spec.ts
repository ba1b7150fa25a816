import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { amount, units } from '../../platform/values/amount.js';
import { readOpenRouter } from './openrouter-list.js';
import { PRICE_COLUMNS } from '../prices/price.js';
import { faultsOf } from '../prices/price-faults.js';

const FILE = path.resolve(import.meta.dirname, '../../../test/fixtures/openrouter-models.json');
const { data: fixture } = JSON.parse(readFileSync(FILE, 'utf8')) as { data: unknown[] };

const entry = (pricing: object, more: object = {}): object => ({
  id: 'maker/model',
  name: 'A Model',
  pricing,
  ...more,
});
function listed(pricing: object): Record<string, string> {
  const { listed: models, held_back } = readOpenRouter([entry(pricing)]);
  expect(held_back).toEqual([]);
  return Object.fromEntries(
    PRICE_COLUMNS.flatMap((column) => {
      const price = models[0]!.prices[column];
      return price === null ? [] : [[column, amount(price)]];
    }),
  );
}
const refused = (pricing: object): string | undefined => readOpenRouter([entry(pricing)]).held_back[0]?.reason;

describe("OpenRouter's model list", () => {
  it('gives exact prices per million tokens, without floating-point noise', () => {
    const pricing = {
      prompt: '0.0000001',
      completion: '4e-7',
      input_cache_read: '0.000000025',
      input_cache_write: '0.00000008333333333333334',
      internal_reasoning: '0.0000004',
      audio: 0.0000007,
      web_search: '0.014',
      request: '0.002',
      discount: '0.5',
    };
    expect(listed(pricing)).toEqual({
      input_per_million: '0.100000',
      output_per_million: '0.400000',
      cache_read_per_million: '0.025000',
      cache_write_per_million: '0.0833333333',
      reasoning_per_million: '0.400000',
      audio_input_per_million: '0.700000',
      per_query: '0.014000',
      per_request: '0.002000',
    });
  });

  it('prices images by token, or per image if the price must be meant so', () => {
    expect(listed({ prompt: '0.000002', completion: '0.00001', image: '0.000002' })).toMatchObject({
      image_per_million: '2.000000',
    });
    const whole = listed({ prompt: '0.000003', completion: '0.000015', image: '0.0048' });
    expect(whole).toMatchObject({ per_image: '0.004800' });
    expect(whole).not.toHaveProperty('image_per_million');
  });

  it('does not make free what it lists without a price', () => {
    const pricing = { prompt: '0.000001', completion: '0.000002', request: '0', image: '0', input_cache_read: '0' };
    expect(listed(pricing)).toEqual({ input_per_million: '1.000000', output_per_million: '2.000000' });
    const zeros = { prompt: '0', completion: '0', request: '0' };
    expect(refused(zeros)).toMatch(/listed at zero/);
    const [free] = readOpenRouter([entry(zeros, { id: 'maker/model:free' })]).listed;
    expect(free?.prices).toMatchObject({ input_per_million: 0n, output_per_million: 0n, is_free: true });
  });

  it.each([
    [{ prompt: '-1', completion: '-1' }, /prompt is -1/],
    [{ prompt: 'NaN', completion: '0.1' }, /prompt is NaN/],
    [{ prompt: 'Infinity' }, /not a price/],
    [{}, /has no price/],
    [{ prompt: '', completion: null }, /has no price/],
    [{ prompt: '2.5', completion: '10' }, /must not be above/],
    [{ prompt: '0.0000000000025' }, /looks like the price of one/],
    [{ prompt: '0.000001', completion: '-1' }, /completion is -1/],
  ])('holds back %j', (pricing, reason) => expect(refused(pricing)).toMatch(reason));

  it('holds back entries that are not models, and a second price of a model', () => {
    const good = entry({ prompt: '0.000001' });
    const { listed: models, held_back } = readOpenRouter([
      null,
      7,
      {},
      { id: 'x/y' },
      { id: '', pricing: {} },
      good,
      good,
    ]);
    expect(models).toHaveLength(1);
    expect(held_back.map(({ model }) => model)).toEqual([
      'entry 0',
      'entry 1',
      'entry 2',
      'x/y',
      'entry 4',
      'maker/model',
    ]);
  });

  it('is read completely, including price steps', () => {
    const list = readOpenRouter(fixture);
    expect(list.listed.length + list.held_back.length).toBe(fixture.length);
    expect(list.partly).toEqual([]);
    const [reasons] = [list.held_back.map(({ model, code }) => [model, code])];
    expect(reasons).toEqual([
      ['google/lyria-3-pro-preview', 'only_zeros'],
      ['openrouter/auto-beta', 'not_a_price'],
      ['openrouter/free', 'only_zeros'],
    ]);
    expect(list.held_back[0]?.reason).toMatch(/it generates audio.*set is_free, or a price/i);
    const tableOf = (id: string) => list.listed.find(({ model }) => model === id)!.prices;
    expect(tableOf('openai/gpt-audio')).toMatchObject({ audio_output_per_million: units('64') });
    expect(tableOf('google/gemini-2.5-flash-image')).toMatchObject({
      image_output_per_million: units('30'),
      audio_cache_read_per_million: units('0.1'),
      cache_write_per_million: units('0.0833333333'),
    });
    const sonnet = tableOf('anthropic/claude-sonnet-4.5');
    expect(sonnet).toMatchObject({ cache_write_1h_per_million: units('6'), per_query: units('0.01') });
    expect(sonnet.overrides).toEqual([
      {
        min_prompt_tokens: 200_000,
        prices: {
          input_per_million: units('6'),
          output_per_million: units('22.5'),
          cache_read_per_million: units('0.6'),
          cache_write_per_million: units('7.5'),
          cache_write_1h_per_million: units('12'),
        },
      },
    ]);
    expect(tableOf('qwen/qwen3-max').overrides.map(({ min_prompt_tokens }) => min_prompt_tokens)).toEqual([
      32_000, 128_000,
    ]);
    // reasoning and images have the prices of output and input, so they rise with them although the override omits them
    const { prices } = tableOf('google/gemini-2.5-pro').overrides[0]!;
    expect(prices).toMatchObject({ reasoning_per_million: units('15'), image_per_million: units('2.5') });
  });

  it.each([
    [{ min_prompt_tokens: 1000, prompt: '0.000002' }, 1],
    [{ utc_start: '16:30', utc_end: '00:30', prompt: '0.0000005' }, 1],
    [{ utc_start: '2026-12-01T00:00:00Z', completion: '0.000004' }, 1],
    [{ prompt: '0.000002' }, 0],
    [{ min_prompt_tokens: 1000 }, 0],
    [{ min_prompt_tokens: 'many', prompt: '0.000002' }, 0],
    [{ min_prompt_tokens: 1000, weekday: 'sunday', prompt: '0.000002' }, 0],
    [{ min_prompt_tokens: 1000, weekday: 0, prompt: '0.000002' }, 0],
    [{ min_prompt_tokens: 1000, prompt: '-1' }, 0],
    [{ min_prompt_tokens: 1000, prompt: '0' }, 0],
    [{ utc_start: '16:30', prompt: '0.000002' }, 0],
    [{ utc_start: 'noon', utc_end: 'midnight', prompt: '0.000002' }, 0],
    ['later', 0],
  ])('reads the override %j if it can, and never skips the model', (override, count) => {
    const good = { min_prompt_tokens: 9000, prompt: '0.000003' };
    const list = readOpenRouter([entry({ prompt: '0.000001', completion: '0.000002', overrides: [override, good] })]);
    expect(list.listed[0]?.prices.overrides).toHaveLength(count + 1);
    expect(list.partly).toHaveLength(count === 1 ? 0 : 1);
    expect(list.keys[0]?.use).toBe(count === 1 ? 'price' : 'unread');
  });

  it('reads up to 50 overrides and names of up to 255 characters', () => {
    const override = { min_prompt_tokens: 1000, prompt: '0.000002' };
    const read = (count: number, characters: number) => {
      const pricing = { prompt: '0.000001', overrides: Array.from({ length: count }, () => override) };
      const [model] = readOpenRouter([entry(pricing, { name: 'n'.repeat(characters) })]).listed;
      return [model?.prices.overrides.length, model?.name?.length];
    };
    expect(read(50, 255)).toEqual([50, 255]);
    expect(read(51, 256)).toEqual([0, undefined]);
  });

  it('skips an invalid key, but not its model', () => {
    const list = readOpenRouter([
      entry({ prompt: '0.000001', audio: '-0.1', moonbeam: '0.1', image: true, request: [] }),
    ]);
    expect(list.listed).toHaveLength(1);
    expect(list.partly).toEqual([{ model: 'maker/model', keys: ['audio', 'moonbeam', 'image', 'request'] }]);
  });

  it('accepts any JSON', () =>
    fc.assert(
      fc.property(fc.array(fc.jsonValue()), fc.dictionary(fc.string(), fc.jsonValue()), (data, pricing) => {
        const { listed: models, held_back } = readOpenRouter([...data, { id: 'a/b', pricing }]);
        expect(models.length + held_back.length).toBe(data.length + 1);
        for (const { prices } of models) expect(faultsOf(prices, prices.is_free)).toEqual([]);
      }),
    ));
});

it('names a model that is held back by its id, else by its place', () => {
  const { held_back } = readOpenRouter([
    { id: 'maker/model', pricing: null },
    { id: '', pricing: null },
    { pricing: null },
  ]);
  expect(held_back.map(({ model }) => model)).toEqual(['maker/model', 'entry 1', 'entry 2']);
});

it('gives a model no empty name', () => {
  const [model] = readOpenRouter([entry({ prompt: '0.000001' }, { name: '' })]).listed;
  expect(model?.name).toBeNull();
});
