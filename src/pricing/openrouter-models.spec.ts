import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { amount, units } from '../platform/amount.js';
import { shifted } from './decimal.js';
import { readModels } from './openrouter-models.js';
import { PRICE_COLUMNS, type Prices } from './price.js';
import { areSame } from './price-table.js';
import { faultsOf, jumpOf } from './price-faults.js';

const NONE = Object.fromEntries(PRICE_COLUMNS.map((column) => [column, null])) as Prices;

const entry = (pricing: object, more: object = {}): object => ({
  id: 'maker/model',
  name: 'A Model',
  pricing,
  ...more,
});
function listed(pricing: object): Record<string, string> {
  const { listed: models, held_back } = readModels([entry(pricing)]);
  expect(held_back).toEqual([]);
  return Object.fromEntries(
    PRICE_COLUMNS.flatMap((column) => {
      const price = models[0]!.prices[column];
      return price === null ? [] : [[column, amount(price)]];
    }),
  );
}
const refused = (pricing: object): string | undefined => readModels([entry(pricing)]).held_back[0]?.reason;

describe('a list of models', () => {
  it('gives exact prices for a million tokens, whatever noise floats left in them', () => {
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

  it('prices an image by its tokens, or whole where that is what the price must be', () => {
    expect(listed({ prompt: '0.000002', completion: '0.00001', image: '0.000002' })).toMatchObject({
      image_per_million: '2.000000',
    });
    const whole = listed({ prompt: '0.000003', completion: '0.000015', image: '0.0048' });
    expect(whole).toMatchObject({ per_image: '0.004800' });
    expect(whole).not.toHaveProperty('image_per_million');
  });

  it('does not make free what it merely has no price for', () => {
    const pricing = { prompt: '0.000001', completion: '0.000002', request: '0', image: '0', input_cache_read: '0' };
    expect(listed(pricing)).toEqual({ input_per_million: '1.000000', output_per_million: '2.000000' });
    const zeros = { prompt: '0', completion: '0', request: '0' };
    expect(refused(zeros)).toMatch(/zeros alone do not say so/);
    const [free] = readModels([entry(zeros, { id: 'maker/model:free' })]).listed;
    expect(free?.prices).toMatchObject({ input_per_million: 0n, output_per_million: 0n, is_free: true });
  });

  it.each([
    [{ prompt: '-1', completion: '-1' }, /prompt is -1/],
    [{ prompt: 'NaN', completion: '0.1' }, /prompt is NaN/],
    [{ prompt: 'Infinity' }, /no price/],
    [{}, /has no price/],
    [{ prompt: '', completion: null }, /has no price/],
    [{ prompt: '2.5', completion: '10' }, /must not be above/],
    [{ prompt: '0.0000000000025' }, /looks like the price of one/],
    [{ prompt: '0.000001', audio: '-0.1' }, /audio is -0.1/],
  ])('holds %j back', (pricing, reason) => expect(refused(pricing)).toMatch(reason));

  it('holds back what is no model, and a second price of one', () => {
    const good = entry({ prompt: '0.000001' });
    const { listed: models, held_back } = readModels([null, 7, {}, { id: 'x/y' }, { id: '', pricing: {} }, good, good]);
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

  it('survives whatever JSON there is', () =>
    fc.assert(
      fc.property(fc.array(fc.jsonValue()), fc.dictionary(fc.string(), fc.jsonValue()), (data, pricing) => {
        const { listed: models, held_back } = readModels([...data, { id: 'a/b', pricing }]);
        expect(models.length + held_back.length).toBe(data.length + 1);
        for (const { prices } of models) expect(faultsOf(prices, prices.is_free)).toEqual([]);
      }),
    ));
});

describe('decimal text', () => {
  it('is shifted exactly and rounded half up', () => {
    expect(shifted('0.00000000000000005', 6)).toBe(1n);
    expect(shifted('0.00000000000000004999', 6)).toBe(0n);
    expect(shifted('1E-6', 6)).toBe(units('1'));
    expect(shifted('3', 0)).toBe(units('3'));
    for (const text of ['', '-1', 'NaN', '0x10', '1e', '1e999', '.5', '1,5', '٣']) expect(shifted(text, 6)).toBeNull();
  });
});

describe('a new price', () => {
  const of = (input: string): Prices => ({ ...NONE, input_per_million: units(input) });

  it.each([
    ['1', '20', false],
    ['1', '20.0000000001', true],
    ['20', '1', false],
    ['20.0000000001', '1', true],
    ['1', '0', true],
    ['0', '5', false],
    ['0', '0', false],
  ])('from %s to %s jumps: %s', (before, after, jumps) => expect(jumpOf(of(before), of(after)) !== null).toBe(jumps));

  it('is compared pool by pool', () => {
    expect(jumpOf(of('1'), { ...of('1'), cache_read_per_million: units('100') })).toBeNull();
    const table = { ...of('1'), overrides: [], is_free: false };
    expect(areSame(table, { ...table, cache_read_per_million: 1n })).toBe(false);
    const step = { min_prompt_tokens: 200_000, prices: { input_per_million: 2n } };
    expect(areSame(table, { ...table, overrides: [step] })).toBe(false);
  });

  it('needs a price, and one of prompt or answer for the other pools', () => {
    expect(faultsOf(NONE, false)).toHaveLength(1);
    expect(faultsOf({ ...NONE, audio_input_per_million: units('1') }, false)[0]?.message).toMatch(/fall back/);
    expect(faultsOf({ ...NONE, per_second: 1n }, false)).toEqual([]);
    expect(faultsOf({ ...NONE, per_second: 0n }, false)[0]?.field).toBe('is_free');
    expect(faultsOf({ ...NONE, per_second: 0n }, true)).toEqual([]);
    expect(faultsOf({ ...NONE, per_second: 1n }, true)[0]?.field).toBe('is_free');
    expect(faultsOf(of('0.0000025'), false)[0]?.message).toMatch(/looks like the price of one/);
  });
});
