import type { service_tier, usage_unit } from '../../generated/prisma/enums.js';
import { units, type Units } from '../../platform/values/amount.js';
import { type Prices, tokenBase, type PriceColumn } from '../prices/price.js';
import { type PriceTable, pricesUnder } from '../prices/price-table.js';
import { ANSWER_POOLS, POOLS, type Quantity, type TokenPools, tokensIn, type Work } from './work.js';

/** What was measured of a piece of work, and what decides which prices apply. */
export type Measured = Pick<Work, 'tokens' | 'tokens_used' | 'quantities' | 'service_tier' | 'occurred_at'>;

/**
 * Amounts in 10^-26 credits, fine enough for a millionth of a price times a quantity, so that nothing is rounded
 * midway.
 */
export type Exact = bigint;

/** Number of {@link Exact} in one of {@link Units}. */
export const EXACT_PER_UNIT = 10n ** 16n;

const UNITS_PER_ONE = 10n ** 10n;
const MILLION = 10n ** 6n;
const SECONDS_PER_MINUTE = 60n;
const ONE = units('1');

/** The price columns of each pool: its own, then its fallbacks. No pool falls back to zero. */
const POOL_PRICES: Readonly<Record<keyof TokenPools, readonly PriceColumn[]>> = {
  input_tokens: ['input_per_million'],
  output_tokens: ['output_per_million'],
  cache_read_tokens: ['cache_read_per_million', 'input_per_million'],
  cache_write_tokens: ['cache_write_per_million', 'input_per_million'],
  cache_write_1h_tokens: ['cache_write_1h_per_million'],
  reasoning_tokens: ['reasoning_per_million', 'output_per_million'],
  audio_input_tokens: ['audio_input_per_million', 'input_per_million'],
  audio_cache_read_tokens: ['audio_cache_read_per_million', 'audio_input_per_million', 'input_per_million'],
  audio_output_tokens: ['audio_output_per_million', 'output_per_million'],
  image_tokens: ['image_per_million', 'input_per_million'],
  image_output_tokens: ['image_output_per_million', 'output_per_million'],
};

const UNIT_PRICES: Readonly<Record<Exclude<usage_unit, 'token'>, PriceColumn>> = {
  character: 'per_character',
  second: 'per_second',
  minute: 'per_second',
  query: 'per_query',
  execution: 'per_execution',
  image: 'per_image',
  request: 'per_request',
  page: 'per_page',
  video_second: 'per_video_second',
};

/** One measured quantity and its charge. */
export interface Part {
  /** A token pool, tokens of unknown kind, or a unit. */
  measure: keyof TokenPools | 'other_tokens' | usage_unit;
  /** Count in 10^-10. */
  count: Units;
  /** USD per million tokens, or per unit; before the multiplier. */
  price: Units;
  /** Factor for the service tier, in 10^-10. */
  multiplier: Units;
  charge: Exact;
}

/**
 * Returns the exact charge of each measured quantity at the prices that apply to the work. All tokens and quantities
 * with a price are charged; one without a price is left out if another has one. The request price is charged once per
 * piece of work, unless requests are counted themselves.
 *
 * Returns null if nothing with a price was measured: such work is not free, its price is unknown.
 *
 * @param multiplier factor on token prices for the service tier
 */
export function partsOf(table: PriceTable, work: Measured, multiplier: Units = ONE): Part[] | null {
  const prices = pricesUnder(table, { ...work, prompt_tokens: promptTokens(work) });
  const measured = [
    ...tokenParts(prices, work, multiplier),
    ...work.quantities.flatMap((quantity) => quantityPart(prices, quantity, work, multiplier)),
  ];
  const isPricedByTokens = tokenBase(prices) !== null; // then the request price alone does not cover the work
  const parts = measured.length === 0 && isPricedByTokens ? [] : [...measured, ...requestPart(prices, work)];
  return parts.length === 0 ? null : parts;
}

/** Returns the sum of the parts; null if nothing with a price was measured. */
export function chargeOf(table: PriceTable, work: Measured, multiplier?: Units): Exact | null {
  return partsOf(table, work, multiplier)?.reduce((sum, { charge }) => sum + charge, 0n) ?? null;
}

/**
 * Returns what the provider's cache saved at list prices: the charge of the same work if all tokens that were read from
 * the cache or written to it had been plain input, minus its charge. Null if no cache was used, or nothing has a price.
 */
export function savingsOf(table: PriceTable, work: Measured, multiplier: Units): Exact | null {
  const { cache_read_tokens, cache_write_tokens, cache_write_1h_tokens, audio_cache_read_tokens } = work.tokens;
  const cached = cache_read_tokens + cache_write_tokens + cache_write_1h_tokens;
  if (cached + audio_cache_read_tokens === 0) return null;
  const tokens = { ...work.tokens, ...NO_CACHE };
  tokens.input_tokens += cached;
  tokens.audio_input_tokens += audio_cache_read_tokens;
  const charge = chargeOf(table, work, multiplier);
  const uncached = chargeOf(table, { ...work, tokens }, multiplier);
  return charge === null || uncached === null ? null : uncached - charge;
}

const NO_CACHE = {
  cache_read_tokens: 0,
  cache_write_tokens: 0,
  cache_write_1h_tokens: 0,
  audio_cache_read_tokens: 0,
};

const tokensCounted = ({ tokens, tokens_used }: Measured): number => Math.max(tokensIn(tokens), tokens_used);

/**
 * Returns the prompt tokens. Tokens of unknown kind count as prompt, so that long prompts are not sold at the price of
 * short ones.
 */
export const promptTokens = (work: Measured): number =>
  tokensCounted(work) - POOLS.reduce((sum, pool) => sum + (ANSWER_POOLS.has(pool) ? work.tokens[pool] : 0), 0);

/** Returns the price per million tokens of a pool; null if tokens have no price. */
export function poolPrice(prices: Prices, pool: keyof TokenPools): Units | null {
  const base = tokenBase(prices);
  if (!base) return null;
  const columns = POOL_PRICES[pool];
  const own = columns.map((column) => prices[column]).find((price) => price !== null);
  const fallback = ANSWER_POOLS.has(pool) ? base.output : base.input;
  return own ?? (pool === 'cache_write_1h_tokens' ? longCacheWrite(prices, fallback) : fallback);
}

/**
 * Returns the price of a one-hour cache write that is not listed: twice the input price, but at least that of a short
 * write.
 */
function longCacheWrite({ cache_write_per_million }: Prices, input: Units): Units {
  const short = cache_write_per_million ?? 0n;
  return short > 2n * input ? short : 2n * input;
}

function tokenParts(prices: Prices, work: Measured, multiplier: Units): Part[] {
  const base = tokenBase(prices);
  if (!base) return [];
  const known = POOLS.map((pool) => ofTokens(pool, work.tokens[pool], poolPrice(prices, pool) ?? 0n, multiplier));
  const other = ofTokens('other_tokens', tokensCounted(work) - tokensIn(work.tokens), dearer(base), multiplier);
  return [...known, other].filter(({ count }) => count > 0n);
}

function ofTokens(measure: Part['measure'], tokens: number, price: Units, multiplier: Units): Part {
  const count = BigInt(tokens) * UNITS_PER_ONE;
  return { measure, count, price, multiplier, charge: (count * price * multiplier) / ONE };
}

function quantityPart(prices: Prices, { unit, count }: Quantity, work: Measured, multiplier: Units): Part[] {
  if (count === 0n) return [];
  if (unit === 'token') return tokenQuantityPart(prices, count, tokensCounted(work), multiplier);
  const price = prices[UNIT_PRICES[unit]];
  if (price === null) return [];
  if (unit === 'minute') return [ofUnits('second', count * SECONDS_PER_MINUTE, price)];
  return [ofUnits(unit, count, price)];
}

/** A quantity of tokens repeats what the pools say, so it counts only without them. */
function tokenQuantityPart(prices: Prices, count: Units, counted: number, multiplier: Units): Part[] {
  const base = tokenBase(prices);
  if (!base || counted > 0) return [];
  const price = dearer(base);
  return [{ measure: 'token', count, price, multiplier, charge: (count * price * multiplier) / ONE }];
}

function requestPart({ per_request }: Prices, { quantities }: Measured): Part[] {
  const isCounted = quantities.some(({ unit }) => unit === 'request');
  return per_request === null || isCounted ? [] : [ofUnits('request', UNITS_PER_ONE, per_request)];
}

const ofUnits = (measure: usage_unit, count: Units, price: Units): Part => ({
  measure,
  count,
  price,
  multiplier: ONE,
  charge: count * price * MILLION,
});

/** Tokens of unknown kind are charged at the higher price, so that output is not sold at the price of input. */
const dearer = ({ input, output }: { input: Units; output: Units }): Units => (input > output ? input : output);

/** Whether a price table has its own prices for a service tier. */
export const pricesTier = ({ overrides }: PriceTable, tier: service_tier): boolean =>
  overrides.some((override) => override.service_tier === tier);

/**
 * Returns the number of tokens that work of unknown price counts as, in 10^-10 tokens: one per character and 1,000 per
 * other unit. So work without tokens is not free just because its price is missing.
 */
export function provisionalTokens(work: Measured): bigint {
  const counted = BigInt(tokensCounted(work)) * UNITS_PER_ONE;
  if (counted > 0n) return counted;
  return work.quantities.reduce((sum, { unit, count }) => sum + count * (TOKENS_FOR_ONE[unit] ?? 1_000n), 0n);
}

const TOKENS_FOR_ONE: Partial<Record<usage_unit, bigint>> = {
  token: 1n,
  character: 1n,
  minute: 1_000n * SECONDS_PER_MINUTE,
};
