import { describe, expect, it } from '@jest/globals';
import { units } from '../../platform/values/amount.js';
import { faultsOf } from './price-faults.js';
import { jumpOf } from './price-jump.js';
import type { PriceOverride } from './price-override.js';
import { areSame, type PriceTable } from './price-table.js';
import { PRICE_COLUMNS, type Prices } from './price.js';

const NONE = Object.fromEntries(PRICE_COLUMNS.map((column) => [column, null])) as Prices;

describe('a new price', () => {
  const of = (input: string): PriceTable => ({
    ...NONE,
    input_per_million: units(input),
    overrides: [],
    is_free: false,
  });

  it.each([
    ['1', '20', false],
    ['1', '20.0000000001', true],
    ['20', '1', false],
    ['20.0000000001', '1', true],
    ['1', '0', true],
    ['0', '5', false],
    ['0', '0', false],
  ])('from %s to %s jumps: %s', (before, after, jumps) => expect(jumpOf(of(before), of(after)) !== null).toBe(jumps));

  it('is compared column by column', () => {
    expect(jumpOf(of('1'), { ...of('1'), cache_read_per_million: units('100') })).toBeNull();
    const same = of('1');
    expect(areSame(same, { ...same, cache_read_per_million: 1n })).toBe(false);
    const step = { min_prompt_tokens: 200_000, prices: { input_per_million: 2n } };
    expect(areSame(same, { ...same, overrides: [step] })).toBe(false);
  });

  const table = (prices: object, overrides: PriceOverride[] = []): PriceTable => ({
    ...NONE,
    ...Object.fromEntries(Object.entries(prices).map(([column, text]) => [column, units(String(text))])),
    overrides,
    is_free: false,
  });

  it.each([
    [{ per_query: 0.002 }, { per_request: 2 }, true],
    [{ per_request: 0.002 }, { per_query: 2 }, true],
    [{ per_query: 0.002 }, { per_request: 0.002 }, false],
    [{ per_second: 0.0001 }, { per_request: 0.006 }, false],
    [{ per_image: 0.04 }, { input_per_million: 5, image_output_per_million: 40 }, false],
    [{ per_image: 0.04 }, { input_per_million: 5000 }, true],
    [{ input_per_million: 0.1 }, { input_per_million: 0.1, per_query: 0.01 }, false],
    [{ input_per_million: 0.1 }, { input_per_million: 0.1, per_request: 0.01 }, true],
  ])('from %j to %j jumps, also across columns: %s', (before, after, jumps) =>
    expect(jumpOf(table(before), table(after)) !== null).toBe(jumps),
  );

  it('is also compared under the conditions of its overrides', () => {
    const step = (price: string): PriceOverride => ({
      min_prompt_tokens: 9,
      prices: { input_per_million: units(price) },
    });
    const priority: PriceOverride = { service_tier: 'priority', prices: { input_per_million: units('21') } };
    const night: PriceOverride = { utc_start: '22:00', utc_end: '06:00', prices: { input_per_million: 1n } };
    const plain = table({ input_per_million: 1 });
    const jump = (before: PriceOverride[], after: PriceOverride[]) =>
      jumpOf({ ...plain, overrides: before }, { ...plain, overrides: after });
    expect(jump([step('2')], [step('4')])).toBeNull();
    expect(jump([], [step('2')])).toBeNull();
    expect(jump([step('2')], [step('41')])).toMatch(/of 9 tokens or more/);
    expect(jump([], [priority])).toMatch(/tier priority/);
    expect(jump([], [night])).toMatch(/from 22:00/);
    expect(jump([night], [])).toMatch(/from 22:00/);
  });

  it('needs at least one price, and an input or output price for the other pools', () => {
    expect(faultsOf(NONE, false)).toHaveLength(1);
    expect(faultsOf({ ...NONE, audio_input_per_million: units('1') }, false)[0]?.message).toMatch(/fall back/);
    expect(faultsOf({ ...NONE, per_second: 1n }, false)).toEqual([]);
    expect(faultsOf({ ...NONE, per_second: 0n }, false)[0]?.field).toBe('is_free');
    expect(faultsOf({ ...NONE, per_second: 0n }, true)).toEqual([]);
    expect(faultsOf({ ...NONE, per_second: 1n }, true)[0]?.field).toBe('is_free');
    expect(faultsOf(of('0.0000025'), false)[0]?.message).toMatch(/looks like the price of one/);
  });
});
