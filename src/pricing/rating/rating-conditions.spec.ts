import { describe, expect, it } from '@jest/globals';
import { amount, units } from '../../platform/values/amount.js';
import { Catalogue } from '../prices/catalogue.js';
import { toOverride, type StoredOverride } from '../prices/price-override.js';
import { ANY, PRICE_COLUMNS, type Prices } from '../prices/price.js';
import type { Price } from '../prices/price-table.js';
import { rate, type Rating } from './rating.js';
import { type TierMultiplier } from '../prices/service-tier.js';
import { NO_TOKENS, type TokenPools, tokensIn, type Work } from './work.js';

const SINCE = new Date('2026-01-01T00:00:00Z');
const NOON = new Date('2026-11-21T12:00:00Z');
const NONE = Object.fromEntries(PRICE_COLUMNS.map((column) => [column, null])) as Prices;
const RULES = {
  markup: [{ id: 'standard', scope: 'class', match: 'standard', rate: units('0.1') } as const],
  multipliers: [
    { service_tier: 'batch', match: ANY, multiplier: units('0.5'), effective_from: SINCE },
    { service_tier: 'priority', match: ANY, multiplier: units('2'), effective_from: SINCE },
    { service_tier: 'priority', match: 'maker', multiplier: units('1.7'), effective_from: SINCE },
    { service_tier: 'priority', match: 'maker', multiplier: units('1.9'), effective_from: new Date('2027-01-01Z') },
  ] satisfies TierMultiplier[],
};

function price(prices: Partial<Record<keyof Prices, string>>, overrides: StoredOverride[] = []): Price {
  const given = Object.fromEntries(Object.entries(prices).map(([column, text]) => [column, units(text)]));
  return {
    ...NONE,
    ...given,
    id: 'a-price',
    service: ANY,
    model: 'maker/model',
    effective_from: SINCE,
    overrides: overrides.map(toOverride),
    is_free: false,
  };
}

function work(pools: Partial<TokenPools>, more: Partial<Work> = {}): Work {
  const tokens = { ...NO_TOKENS, ...pools };
  return {
    service: 'openrouter',
    model: 'maker/model',
    tokens,
    tokens_used: tokensIn(tokens),
    quantities: [],
    service_tier: null,
    cost: null,
    billable: true,
    succeeded: true,
    occurred_at: NOON,
    plan: () => Promise.resolve({ tier: 'trial', cost_per_1k_tokens: '0.001' }),
    ...more,
  };
}

const rated = (given: Price, of: Work): Promise<Rating> => rate(new Catalogue([given]), RULES, of);
const total = async (given: Price, of: Work): Promise<string> => amount((await rated(given, of)).total_cost);

describe('a price with steps', () => {
  const STEPS = price({ input_per_million: '1.25', output_per_million: '10', cache_read_per_million: '0.125' }, [
    { min_prompt_tokens: 200_000, input_per_million: '2.5', output_per_million: '15', cache_read_per_million: '0.25' },
    { min_prompt_tokens: 500_000, input_per_million: '5' },
  ]);

  it('applies to the whole call from the step on', async () => {
    // (250000 x 2.5 + 2000 x 15) / 10^6 = 0.655, x 1.10
    expect(await total(STEPS, work({ input_tokens: 250_000, output_tokens: 2_000 }))).toBe('0.720500');
    expect(await total(STEPS, work({ input_tokens: 199_999 }))).toBe('0.274998625');
    expect(await total(STEPS, work({ input_tokens: 200_000 }))).toBe('0.550000');
  });

  it('counts all prompt tokens, including cached ones, and no output tokens', async () => {
    // (20000 x 2.5 + 190000 x 0.25) / 10^6 = 0.0975
    expect(await total(STEPS, work({ input_tokens: 20_000, cache_read_tokens: 190_000 }))).toBe('0.107250');
    expect(await total(STEPS, work({ input_tokens: 20_000, output_tokens: 190_000 }))).toBe('2.117500');
  });

  it('uses the last step that applies, and the one before for omitted columns', async () => {
    // (500000 x 5 + 1000 x 15) / 10^6 = 2.515
    expect(await total(STEPS, work({ input_tokens: 500_000, output_tokens: 1_000 }))).toBe('2.766500');
  });

  it('counts tokens of unknown kind as prompt tokens', async () => {
    expect(await total(STEPS, work({}, { tokens_used: 200_000 }))).toBe('3.300000');
  });
});

describe('a price by the time of day', () => {
  const NIGHTS = price({ input_per_million: '2' }, [{ utc_start: '16:30', utc_end: '00:30', input_per_million: '1' }]);
  const at = (time: string): Promise<string> =>
    total(NIGHTS, work({ input_tokens: 1_000_000 }, { occurred_at: new Date(`2026-11-21T${time}Z`) }));

  it('applies from its start to its end, also across midnight', async () => {
    expect(await Promise.all(['16:29:59', '16:30:00', '23:59:59', '00:00:00', '00:29:59', '00:30:00'].map(at))).toEqual(
      ['2.200000', '1.100000', '1.100000', '1.100000', '1.100000', '2.200000'],
    );
  });

  it('can be bound to dates', async () => {
    const dated = price({ input_per_million: '2' }, [{ utc_start: '2026-11-21T12:00:00Z', input_per_million: '3' }]);
    expect(await total(dated, work({ input_tokens: 1_000_000 }))).toBe('3.300000');
    const before = { occurred_at: new Date('2026-11-21T11:59:59Z') };
    expect(await total(dated, work({ input_tokens: 1_000_000 }, before))).toBe('2.200000');
  });
});

describe('a service tier', () => {
  const PLAIN = { input_per_million: '2.5', output_per_million: '10', per_query: '0.01' };
  const pools = { input_tokens: 100_000, output_tokens: 20_000 };

  it('multiplies token prices and nothing else', async () => {
    expect(await total(price(PLAIN), work(pools, { service_tier: 'standard' }))).toBe('0.495000');
    const batch = { service_tier: 'batch', quantities: [{ unit: 'query', count: units('1') }] } as const;
    expect(await total(price(PLAIN), work(pools, batch))).toBe('0.258500');
  });

  it("uses the provider's multiplier before the general one, by date", async () => {
    const priority = await rated(price(PLAIN), work(pools, { service_tier: 'priority' }));
    expect(priority).toMatchObject({ provider_cost: units('0.765'), price_multiplier: '1.700000' });
  });

  it("uses the model's own price for the tier if there is one", async () => {
    const own = price(PLAIN, [{ service_tier: 'priority', input_per_million: '4', output_per_million: '17' }]);
    const priority = await rated(own, work(pools, { service_tier: 'priority' }));
    expect(priority).toMatchObject({ provider_cost: units('0.74'), price_multiplier: null });
    expect(await total(own, work(pools))).toBe('0.495000');
  });
});

describe('special token pools', () => {
  it('have their own prices: one-hour cache writes, cached audio, image output', async () => {
    const cached = price({ input_per_million: '5', output_per_million: '10', cache_write_per_million: '6.25' });
    const written = { cache_write_tokens: 600_000, cache_write_1h_tokens: 400_000 };
    // 0.6 x 6.25 + 0.4 x 10 = 7.75
    expect(await total(cached, work(written))).toBe('8.525000');
    const media = price({
      input_per_million: '1',
      output_per_million: '2',
      audio_input_per_million: '4',
      audio_cache_read_per_million: '0.4',
      image_output_per_million: '30',
      cache_write_1h_per_million: '9',
    });
    const million = 1_000_000;
    expect(await total(media, work({ audio_cache_read_tokens: million }))).toBe('0.440000');
    expect(await total(media, work({ image_output_tokens: million }))).toBe('33.000000');
    expect(await total(media, work({ cache_write_1h_tokens: million }))).toBe('9.900000');
  });
});

describe('work with several measures', () => {
  it('is charged for each measure', async () => {
    const searching = price({ input_per_million: '3', output_per_million: '15', per_query: '0.01', per_page: '0.002' });
    const quantities = [
      { unit: 'query', count: units('2') },
      { unit: 'page', count: units('3') },
    ] as const;
    // (9548 x 3 + 528 x 15) / 10^6 + 2 x 0.01 + 3 x 0.002 = 0.062564
    const rating = await rated(searching, work({ input_tokens: 9_548, output_tokens: 528 }, { quantities }));
    expect(rating).toMatchObject({ provider_cost: units('0.062564'), total_cost: units('0.0688204') });
  });
});

describe('work without measurements', () => {
  const CHAT = price({ input_per_million: '1', output_per_million: '2', per_request: '0.01' });

  it('is unrated although the model has a price', async () => {
    const speech = price({ per_second: '0.0001' });
    for (const [given, of] of [
      [CHAT, work({})],
      [speech, work({})],
      [speech, work({}, { quantities: [{ unit: 'second', count: 0n }] })],
      [price({ per_second: '0.0001' }), work({ input_tokens: 5 })],
    ] as const)
      expect(await rated(given, of)).toMatchObject({ is_rated: false, price_id: null, is_free_tier: false });
  });

  it('costs nothing if it failed', async () => {
    expect(await rated(CHAT, work({}, { succeeded: false }))).toMatchObject({ is_rated: true, total_cost: 0n });
    expect(await total(CHAT, work({ input_tokens: 1_000_000 }, { succeeded: false }))).toBe('1.111000');
  });

  it('costs the request price if nothing else has a price', async () => {
    expect(await total(price({ per_request: '0.01' }), work({}))).toBe('0.011000');
  });

  it('costs zero if the measured units have a price of zero', async () => {
    const half = price({ input_per_million: '0', output_per_million: '2' });
    expect(await rated(half, work({ input_tokens: 5 }))).toMatchObject({ is_rated: true, total_cost: 0n });
  });
});
