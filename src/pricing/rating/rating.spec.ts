import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { amount, units } from '../../platform/values/amount.js';
import type { Price } from '../prices/price-table.js';

import { ANSWER_POOLS, POOLS, type TokenPools, type Work } from './work.js';
import { price, rule, CLASSES, work, counted, rated, cost } from '../../../test/support/ratings.js';

const GPT = price({ input_per_million: '2.5', output_per_million: '10', cache_read_per_million: '1.25' });

describe('token prices', () => {
  it('charge each pool once, plus the markup of the price class', async () => {
    const rating = await rated(
      [GPT],
      work({ pools: { input_tokens: 1_000, cache_read_tokens: 4_000, output_tokens: 500 } }),
    );
    // 0.0025 + 0.005 + 0.005 = 0.0125 at standard (blend 4.375): 10 %
    expect(amount(rating.provider_cost)).toBe('0.012500');
    expect(amount(rating.platform_markup)).toBe('0.001250');
    expect(rating).toMatchObject({ is_rated: true, is_free_tier: false, price_id: 'a-price', markup_rate: '0.100000' });
  });

  it('fall back to the input or output price, never to zero', async () => {
    for (const pool of POOLS) {
      const expected = pool === 'cache_write_1h_tokens' ? '4.000000' : ANSWER_POOLS.has(pool) ? '8.000000' : '2.000000';
      const bare = price({ input_per_million: '2', output_per_million: '8' });
      const rating = await rated([bare], work({ pools: { [pool]: 1_000_000 } }));
      expect(amount(rating.provider_cost)).toBe(expected);
    }
  });

  it('are the higher of input and output for tokens of unknown kind', async () => {
    const rating = await rated([GPT], work({ pools: { input_tokens: 400_000 }, tokens_used: 1_000_000 }));
    expect(amount(rating.provider_cost)).toBe('7.000000');
  });

  it('need no output price for an embedding', async () => {
    const embedding = price({ input_per_million: '0.02' });
    expect(cost(await rated([embedding], work({ pools: { input_tokens: 1 } })))).toBe('0.000000021');
  });

  it('are rounded once, half up, not per pool', async () => {
    const tiny = price({ input_per_million: '0.0005', output_per_million: '0.0005' });
    const total = async (pools: Partial<TokenPools>) => (await rated([tiny], work({ pools }))).total_cost;
    // 5 units and 5 %: 5.25 for one of them, 10.5 for both
    expect(await total({ input_tokens: 1 })).toBe(5n);
    expect(await total({ input_tokens: 1, output_tokens: 1 })).toBe(11n);
  });
});

describe('the markup', () => {
  it('is taken of the exact cost of the provider, not of the rounded one', async () => {
    const tiny = price({ input_per_million: '0.00025' });
    // 2.5 units, which round to 3: with 20 % they are 3, and 3.6 would have been 4
    const rating = await rated([tiny], work({ pools: { input_tokens: 1 } }), [rule('model', 'maker/model', '20')]);
    expect([rating.provider_cost, rating.total_cost]).toEqual([3n, 3n]);
  });
});

describe('unit prices', () => {
  const units_of = {
    character: price({ per_character: '0.000015' }),
    second: price({ per_second: '0.0001' }),
    minute: price({ per_second: '0.0001' }),
    query: price({ per_query: '0.005' }),
    execution: price({ per_execution: '0.01' }),
    image: price({ per_image: '0.04' }),
    request: price({ per_request: '0.002' }),
    token: price({ input_per_million: '3' }),
  } as const;

  it.each([
    ['character', '1000', '0.015000'],
    ['second', '90', '0.009000'],
    ['minute', '1.5', '0.009000'],
    ['query', '3', '0.015000'],
    ['execution', '2', '0.020000'],
    ['image', '4', '0.160000'],
    ['request', '5', '0.010000'],
    ['token', '1000', '0.003000'],
  ] as const)('exist per %s', async (unit, quantity, provider) => {
    const rating = await rated([units_of[unit]], counted(unit, quantity));
    expect(amount(rating.provider_cost)).toBe(provider);
    expect(rating.is_rated).toBe(true);
  });

  it('are added to token prices, with one request price for all', async () => {
    const both = price({ input_per_million: '1', per_query: '0.005', per_request: '0.001' });
    const rating = await rated([both], counted('query', '2', { input_tokens: 1_000 }));
    expect(amount(rating.provider_cost)).toBe('0.012000');
  });

  it('count tokens once that are reported both as pools and as a quantity', async () => {
    const rating = await rated([GPT], counted('token', '1000', { input_tokens: 1_000 }));
    expect(amount(rating.provider_cost)).toBe('0.002500');
  });

  it('are unknown, not zero, for a unit without a price', async () => {
    const rating = await rated([GPT], counted('second', '30'));
    expect(rating).toMatchObject({ is_rated: false, is_free_tier: false, price_id: null });
    expect(cost(rating)).toBe('0.030000');
  });
});

describe('free work', () => {
  it.each([
    [
      'a model whose id ends in :free',
      work({ model: 'meta-llama/llama-3.3-70b-instruct:FREE', pools: { input_tokens: 9 } }),
    ],
    ['work that the caller reports as free', work({ is_free: true, pools: { input_tokens: 9 } })],
  ])('is %s', async (_what, given) => {
    expect(await rated([GPT], given)).toMatchObject({ total_cost: 0n, is_free_tier: true, is_rated: true });
  });

  it('is work of a model declared free; zeros alone are not a price', async () => {
    const gift = price({ input_per_million: '0', output_per_million: '0' });
    expect(await rated([gift], work({ pools: { input_tokens: 9 } }))).toMatchObject({ is_rated: false });
    const rating = await rated([{ ...gift, is_free: true }], work({ pools: { input_tokens: 9 } }));
    expect(rating).toMatchObject({ total_cost: 0n, is_free_tier: true, price_id: 'a-price' });
    const feeOnly = price({ input_per_million: '0', output_per_million: '0', per_request: '0.01' });
    expect(cost(await rated([feeOnly], work({ pools: { input_tokens: 9 } })))).not.toBe('0.000000');
  });

  it('is not work that the user does not pay for', async () => {
    const rating = await rated([GPT], work({ billable: false, pools: { input_tokens: 9 } }));
    expect(rating).toMatchObject({ total_cost: 0n, is_free_tier: false, is_rated: true });
  });

  it('is not work that a caller reports with a cost of zero', async () => {
    expect(await rated([GPT], work({ cost: 0n }))).toMatchObject({ total_cost: 0n, is_free_tier: false });
  });
});

describe('a cost that the caller reports', () => {
  it('is the total, including the markup', async () => {
    const rating = await rated([GPT], work({ cost: units('1.1'), pools: { input_tokens: 1 } }));
    expect(amount(rating.provider_cost)).toBe('1.000000');
    expect(amount(rating.platform_markup)).toBe('0.100000');
    expect(rating).toMatchObject({ is_rated: true, price_id: null, markup_rate: '0.100000' });
  });

  it('adds up to the last decimal', () =>
    fc.assert(
      fc.asyncProperty(fc.bigInt(0n, 10n ** 19n), fc.bigInt(0n, 10n ** 12n), async (total, share) => {
        const rules = [{ ...rule('class', 'standard', '0'), rate: share }];
        const rating = await rated([GPT], work({ cost: total }), rules);
        expect(rating.provider_cost + rating.platform_markup).toBe(total);
        expect(rating.provider_cost).toBeGreaterThanOrEqual(0n);
        expect(rating.platform_markup).toBeGreaterThanOrEqual(0n);
      }),
    ));
});

describe('a model without a price', () => {
  it('costs the flat rate of the tier until it has a price', async () => {
    const rating = await rated([], work({ pools: { input_tokens: 1_000, output_tokens: 500 } }));
    expect(cost(rating)).toBe('0.001500');
    expect(rating).toMatchObject({ is_rated: false, is_free_tier: false, price_id: null, platform_markup: 0n });
  });

  it.each([
    ['character', '2000', '0.002000'],
    ['minute', '1', '0.060000'],
    ['query', '2', '0.002000'],
    ['token', '500', '0.000500'],
  ] as const)('is not free if its work is counted in %s', async (unit, quantity, expected) => {
    expect(cost(await rated([], counted(unit, quantity)))).toBe(expected);
  });

  it('has no charge if nothing was measured', async () => {
    expect(await rated([], work())).toMatchObject({ total_cost: 0n, is_rated: false, is_free_tier: false });
  });

  it('loads the plan once; a model with a price does not', async () => {
    let asked = 0;
    const plan = () => Promise.resolve({ tier: 'trial', cost_per_1k_tokens: `0.00${(asked += 1)}` });
    await rated([GPT], work({ plan, pools: { input_tokens: 5 } }));
    expect(asked).toBe(0);
    await rated([], work({ plan, pools: { input_tokens: 5 } }), [...CLASSES, rule('tier', 'trial', '1')]);
    expect(asked).toBe(1);
  });
});

describe('a provider cost that the provider reports', () => {
  it('overrides the catalogue, gets the markup on top, and needs no price', async () => {
    const given = work({ pools: { input_tokens: 1_000 }, provider_cost: units('0.4') });
    const priced = { provider_cost: units('0.4'), platform_markup: units('0.04'), price_id: null, is_rated: true };
    expect(await rated([GPT], given)).toMatchObject(priced);
    expect(await rated([], given)).toMatchObject(priced);
  });

  it('is ignored if it is zero', async () => {
    const pools = { input_tokens: 1_000 };
    expect(await rated([GPT], work({ pools, provider_cost: 0n }))).toMatchObject({ price_id: 'a-price' });
  });

  it('makes a call to a free model a paid one: a search costs something anyway', async () => {
    const given = work({ provider_cost: units('0.02'), model: 'maker/model:free' });
    expect(await rated([GPT], given)).toMatchObject({ provider_cost: units('0.02'), is_free_tier: false });
    expect(await rated([GPT], { ...given, provider_cost: 0n })).toMatchObject({ total_cost: 0n, is_free_tier: true });
  });
});

describe('the list cost of free work', () => {
  const pools = { input_tokens: 1_000_000, output_tokens: 100_000 };

  it('is the list price without markup; for a `:free` id that of the paid model', async () => {
    const free = price({ input_per_million: '0', output_per_million: '0' }, { id: 'free', model: 'maker/model:free' });
    for (const model of ['maker/model:free', 'MODEL:Free'])
      expect(await rated([GPT, free], work({ pools, model }))).toMatchObject({
        total_cost: 0n,
        list_cost: units('3.5'),
      });
    expect(await rated([GPT], work({ pools, is_free: true }))).toMatchObject({ list_cost: units('3.5') });
  });

  it('is zero if no price is known, the price is zero, or the work is paid or not billable', async () => {
    const gift = price({ input_per_million: '0', output_per_million: '0' });
    for (const [prices, given] of [
      [[], work({ pools, model: 'maker/model:free' })],
      [[gift], work({ pools })],
      [[GPT], work({ pools })],
      [[GPT], work({ pools, billable: false })],
    ] as [Price[], Work][])
      expect((await rated(prices, given)).list_cost).toBe(0n);
  });
});
