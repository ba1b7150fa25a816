import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { service_tier } from '../../generated/prisma/enums.js';
import { amount, units, type Units } from '../../platform/values/amount.js';
import { type CallBound, ceilingOf } from './ceiling.js';
import { chargeOf, EXACT_PER_UNIT } from './charge.js';
import { PRICE_COLUMNS, type Prices, TOKEN_PRICES } from '../prices/price.js';
import type { PriceTable } from '../prices/price-table.js';
import { ANSWER_POOLS, NO_TOKENS, POOLS, tokensIn } from './work.js';

const NONE = Object.fromEntries(PRICE_COLUMNS.map((column) => [column, null])) as Prices;
const ONE = units('1');
const BOUND: CallBound = {
  text_tokens: 0,
  media_tokens: 0,
  answer_tokens: 0,
  may_write_1h: false,
  searches: 0,
  service_tier: null,
};
const usd = (table: Partial<Record<keyof Prices, string>>, more: Partial<PriceTable> = {}): PriceTable => ({
  ...NONE,
  ...Object.fromEntries(Object.entries(table).map(([column, text]) => [column, units(text)])),
  overrides: [],
  is_free: false,
  ...more,
});
const ceiling = (table: PriceTable, bound: Partial<CallBound>, multiplier: Units = ONE): string =>
  amount(ceilingOf(table, { ...BOUND, ...bound }, multiplier) / EXACT_PER_UNIT);

describe('the maximum cost of a call', () => {
  const MILLION = 1_000_000;

  it('prices the prompt by the most expensive pool that it can fall into', () => {
    const table = usd({ input_per_million: '5', output_per_million: '25', cache_write_per_million: '6.25' });
    expect(ceiling(table, { text_tokens: MILLION })).toBe('6.250000');
    expect(ceiling(table, { text_tokens: MILLION, may_write_1h: true })).toBe('10.000000');
    const media = usd({ input_per_million: '2.5', audio_input_per_million: '40', audio_output_per_million: '80' });
    expect(ceiling(media, { text_tokens: MILLION })).toBe('2.500000');
    expect(ceiling(media, { media_tokens: MILLION })).toBe('40.000000');
    expect(ceiling(media, { answer_tokens: MILLION })).toBe('80.000000');
  });

  it('includes price steps that the prompt can reach, and the service tier', () => {
    const steps = usd(
      { input_per_million: '1' },
      { overrides: [{ min_prompt_tokens: 200_000, prices: { input_per_million: units('2') } }] },
    );
    expect(ceiling(steps, { text_tokens: 199_999 })).toBe('0.199999');
    expect(ceiling(steps, { text_tokens: 150_000, media_tokens: 50_000 })).toBe('0.400000');
    const table = usd({ input_per_million: '1' });
    expect(ceiling(table, { text_tokens: MILLION, service_tier: 'priority' }, units('2'))).toBe('2.000000');
    expect(ceiling(table, { text_tokens: MILLION, service_tier: 'flex' }, units('0.5'))).toBe('1.000000');
  });

  it('counts on the price that stands in for a column which only an override has', () => {
    const prices = { cache_write_1h_per_million: 0n };
    const table = usd({ input_per_million: '1' }, { overrides: [{ utc_start: '00:00', utc_end: '06:00', prices }] });
    expect(ceiling(table, { text_tokens: MILLION, may_write_1h: true })).toBe('2.000000');
  });

  it("includes searches, at the model's price or the usual one, and the request", () => {
    expect(ceiling(usd({ input_per_million: '1', per_query: '0.03' }), { searches: 2 })).toBe('0.060000');
    expect(ceiling(usd({ input_per_million: '1', per_request: '0.5' }), { searches: 2 })).toBe('0.520000');
  });

  it('is never below the cost of work within its bounds', () => {
    const price = fc.option(fc.bigInt({ min: 0n, max: units('100') }));
    const prices = fc
      .record(Object.fromEntries(TOKEN_PRICES.map((column) => [column, price])))
      .map((given) => ({ ...NONE, ...given }));
    const override = fc.record({
      min_prompt_tokens: fc.integer({ min: 1, max: 20_000 }),
      service_tier: fc.option(fc.constantFrom(...Object.values(service_tier)), { nil: undefined }),
      utc_start: fc.constantFrom('00:00', '12:00'),
      utc_end: fc.constantFrom('06:00', '18:00'),
      prices: prices.map((given) => Object.fromEntries(Object.entries(given).filter(([, value]) => value !== null))),
    });
    const table = fc.record({ base: prices, overrides: fc.array(override, { maxLength: 3 }) });
    const pools = fc.record(Object.fromEntries(POOLS.map((pool) => [pool, fc.nat(5_000)])));
    const tiers = fc.option(fc.constantFrom(...Object.values(service_tier)));
    fc.assert(
      fc.property(
        table,
        pools,
        tiers,
        fc.date({ noInvalidDate: true }),
        ({ base, overrides }, given, tier, occurred_at) => {
          fc.pre(base.input_per_million !== null || base.output_per_million !== null);
          const of: PriceTable = { ...base, overrides: overrides, is_free: false };
          const tokens = { ...NO_TOKENS, ...given };
          const answer_tokens = POOLS.reduce((sum, pool) => sum + (ANSWER_POOLS.has(pool) ? tokens[pool] : 0), 0);
          const media_tokens = tokensIn(tokens) - answer_tokens;
          const work = { tokens, tokens_used: tokensIn(tokens), quantities: [], service_tier: tier, occurred_at };
          const bound = { ...BOUND, answer_tokens, media_tokens, may_write_1h: true, service_tier: tier };
          const charge = chargeOf(of, work) ?? 0n;
          expect(ceilingOf(of, bound, ONE)).toBeGreaterThanOrEqual(charge);
        },
      ),
    );
  });
});
