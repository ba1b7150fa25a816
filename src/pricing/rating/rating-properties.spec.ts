import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { units } from '../../platform/values/amount.js';
import { PRICE_COLUMNS, type Prices } from '../prices/price.js';

import { POOLS, type TokenPools } from './work.js';
import { price, rule, work, counted, rated, cost } from '../../../test/support/ratings.js';

const GPT = price({ input_per_million: '2.5', output_per_million: '10', cache_read_per_million: '1.25' });

const pools = fc.record(
  Object.fromEntries(POOLS.map((pool) => [pool, fc.nat(2_000_000)])) as Record<keyof TokenPools, fc.Arbitrary<number>>,
);
const amounts = fc.bigInt(0n, units('1000'));
const anyPrice = fc
  .record(
    Object.fromEntries(PRICE_COLUMNS.map((column) => [column, fc.option(amounts)])) as Record<
      keyof Prices,
      fc.Arbitrary<bigint | null>
    >,
  )
  .map((prices) => ({ ...GPT, ...prices, input_per_million: prices.input_per_million ?? 1n }));

describe('any price', () => {
  it('never falls with more tokens', () =>
    fc.assert(
      fc.asyncProperty(anyPrice, pools, fc.constantFrom(...POOLS), fc.nat(1_000), async (prices, given, pool, more) => {
        const before = await rated([prices], work({ pools: given }));
        const after = await rated([prices], work({ pools: { ...given, [pool]: given[pool] + more } }));
        expect(after.total_cost).toBeGreaterThanOrEqual(before.total_cost);
      }),
    ));

  it('is the sum over the pools, up to one rounding each', () =>
    fc.assert(
      fc.asyncProperty(anyPrice, pools, async (prices, given) => {
        const perTokenOnly = { ...prices, per_request: null };
        const whole = await rated([perTokenOnly], work({ pools: given }));
        const parts = await Promise.all(
          POOLS.map((pool) => rated([perTokenOnly], work({ pools: { [pool]: given[pool] } }))),
        );
        const gap = whole.total_cost - parts.reduce((sum, part) => sum + part.total_cost, 0n);
        expect(gap < 0n ? -gap : gap).toBeLessThanOrEqual(BigInt(POOLS.length));
      }),
    ));

  it('is never negative, and provider cost and markup add up to the total', () =>
    fc.assert(
      fc.asyncProperty(anyPrice, pools, fc.bigInt(0n, units('5')), async (prices, given, share) => {
        const rules = ['free', 'budget', 'standard', 'premium'].map((name) => ({
          ...rule('class', name, '0'),
          rate: share,
        }));
        const rating = await rated([prices], work({ pools: given }), rules);
        expect(rating.provider_cost + rating.platform_markup).toBe(rating.total_cost);
        expect(rating.provider_cost >= 0n && rating.platform_markup >= 0n).toBe(true);
      }),
    ));

  it('fits into the ledger, however large the work', async () => {
    const dear = price({ per_second: '1000' });
    const rating = await rated([dear], counted('minute', '9999999999'));
    expect(cost(rating)).toBe('9999999999.9999999999');
    expect(rating.provider_cost + rating.platform_markup).toBe(rating.total_cost);
  });
});
