import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { amount, units } from '../../platform/values/amount.js';
import { PRICE_COLUMNS } from '../../pricing/prices/price.js';
import { listPrices, platformPrices, type PricesWithOverrides } from './platform-prices.js';

const COLUMNS = Object.fromEntries(PRICE_COLUMNS.map((column) => [column, null]));
const NONE = { ...COLUMNS, overrides: [] } as unknown as PricesWithOverrides;

describe('platform prices', () => {
  it('are list prices with the markup, and nothing where there is no price', () => {
    const list = { ...NONE, input_per_million: '0.15', output_per_million: '0.6', per_request: '0' };
    const marked = { input_per_million: '0.165000', output_per_million: '0.660000', per_request: '0.000000' };
    expect(platformPrices(list, '0.1')).toEqual({ ...NONE, ...marked });
    expect(platformPrices(NONE, '0.1')).toEqual(NONE);
  });

  it('have the markup under conditions, too', () => {
    const override = { min_prompt_tokens: 200_001, input_per_million: '0.3' };
    const list = { ...NONE, input_per_million: '0.15', overrides: [override] };
    expect(platformPrices(list, '0.1').overrides).toEqual([{ ...override, input_per_million: '0.330000' }]);
  });

  it('are rounded half up at the tenth decimal', () => {
    const of = (price: string, rate: string) => platformPrices({ ...NONE, per_query: price }, rate).per_query;
    expect(of('0.0000000001', '0.5')).toBe('0.0000000002');
    expect(of('0.0000000001', '0.49')).toBe('0.0000000001');
  });

  it('are never below the list price, and equal to it without markup', () => {
    const price = fc.bigInt({ min: 0n, max: units('1000000') });
    const rate = fc.bigInt({ min: 0n, max: units('100') });
    fc.assert(
      fc.property(price, rate, (list, markup) => {
        const texts = { ...NONE, per_image: amount(list) };
        expect(units(platformPrices(texts, amount(markup)).per_image!)).toBeGreaterThanOrEqual(list);
        expect(platformPrices(texts, '0')).toEqual(texts);
      }),
    );
  });
});

describe('list prices', () => {
  it('are the prices of a row and nothing else of it', () => {
    expect(listPrices({ ...NONE, model: 'x/y' } as PricesWithOverrides)).toEqual(NONE);
  });
});
