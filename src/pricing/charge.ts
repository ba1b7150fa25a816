import type { usage_unit } from '../generated/prisma/enums.js';
import type { Units } from '../platform/amount.js';
import { type Prices, tokenBase, type PriceColumn } from './price.js';
import { POOLS, type TokenPools, tokensIn, type Work } from './work.js';

/** What is measured of a piece of work. */
export type Measures = Pick<Work, 'tokens' | 'tokens_used' | 'quantity' | 'unit'>;

/** Credits of 10^-26, fine enough for a millionth of a price times a quantity: nothing is rounded on the way. */
export type Exact = bigint;

/** How many of {@link Exact} make one of {@link Units}. */
export const EXACT_PER_UNIT = 10n ** 16n;

const UNITS_PER_ONE = 10n ** 10n;
const MILLION = 10n ** 6n;
const SECONDS_PER_MINUTE = 60n;

/** Pools of the prompt fall back to the price of input, those of the answer to that of output. */
const POOL_PRICES: Readonly<Record<keyof TokenPools, readonly [own: PriceColumn, base: 'input' | 'output']>> = {
  input_tokens: ['input_per_million', 'input'],
  output_tokens: ['output_per_million', 'output'],
  cache_read_tokens: ['cache_read_per_million', 'input'],
  cache_write_tokens: ['cache_write_per_million', 'input'],
  reasoning_tokens: ['reasoning_per_million', 'output'],
  audio_input_tokens: ['audio_input_per_million', 'input'],
  audio_output_tokens: ['audio_output_per_million', 'output'],
  image_tokens: ['image_per_million', 'input'],
};

const QUANTITY_PRICES: Readonly<Record<Exclude<usage_unit, 'token'>, PriceColumn>> = {
  character: 'per_character',
  second: 'per_second',
  minute: 'per_second',
  query: 'per_query',
  execution: 'per_execution',
  image: 'per_image',
  request: 'per_request',
};

/** One thing that was measured and what it costs. */
export interface Part {
  /** A pool of tokens, tokens of unknown kind, or the unit that was counted. */
  measure: keyof TokenPools | 'other_tokens' | usage_unit;
  /** How many, in 10^-10. */
  count: Units;
  /** USD for a million tokens, or for one of anything else. */
  price: Units;
  charge: Exact;
}

/**
 * What each measured thing costs at the given prices, exactly. Tokens and a quantity are both charged where both have a
 * price; a measure without one is left out as long as another has one. The price of a request is charged once for each
 * piece of work, unless the requests themselves are counted.
 *
 * Null when nothing that was measured has a price: such work is not free, its price is unknown.
 */
export function partsOf(prices: Prices, work: Measures): Part[] | null {
  const parts = [...tokenParts(prices, work), ...quantityPart(prices, work), ...requestPart(prices, work)];
  const isMeasured = tokensCounted(work) > 0 || work.quantity !== null;
  return parts.length === 0 && isMeasured ? null : parts;
}

/** The sum of the parts; null when nothing that was measured has a price. */
export function chargeOf(prices: Prices, work: Measures): Exact | null {
  return partsOf(prices, work)?.reduce((sum, { charge }) => sum + charge, 0n) ?? null;
}

/** All tokens. */
const tokensCounted = ({ tokens, tokens_used }: Measures): number => Math.max(tokensIn(tokens), tokens_used);

function tokenParts(prices: Prices, work: Measures): Part[] {
  const base = tokenBase(prices);
  if (!base) return [];
  const known = POOLS.map((pool) => {
    const [own, fallback] = POOL_PRICES[pool];
    return ofTokens(pool, work.tokens[pool], prices[own] ?? base[fallback]);
  });
  const other = ofTokens('other_tokens', tokensCounted(work) - tokensIn(work.tokens), dearer(base));
  return [...known, other].filter(({ count }) => count > 0n);
}

function ofTokens(measure: Part['measure'], tokens: number, price: Units): Part {
  const count = BigInt(tokens) * UNITS_PER_ONE;
  return { measure, count, price, charge: count * price };
}

function quantityPart(prices: Prices, { quantity, unit, ...work }: Measures): Part[] {
  if (quantity === null || unit === null) return [];
  if (unit === 'token') return tokenQuantityPart(prices, quantity, tokensCounted({ quantity, unit, ...work }));
  const price = prices[QUANTITY_PRICES[unit]];
  if (price === null) return [];
  if (unit === 'minute') return [ofUnits('second', quantity * SECONDS_PER_MINUTE, price)];
  return [ofUnits(unit, quantity, price)];
}

/** A quantity of tokens says the same as the pools where these are given: it counts where they are not. */
function tokenQuantityPart(prices: Prices, quantity: Units, counted: number): Part[] {
  const base = tokenBase(prices);
  if (!base || counted > 0) return [];
  const price = dearer(base);
  return [{ measure: 'token', count: quantity, price, charge: quantity * price }];
}

function requestPart({ per_request }: Prices, { unit, quantity }: Measures): Part[] {
  const isCounted = unit === 'request' && quantity !== null;
  return per_request === null || isCounted ? [] : [ofUnits('request', UNITS_PER_ONE, per_request)];
}

const ofUnits = (measure: usage_unit, count: Units, price: Units): Part => ({
  ...{ measure, count, price },
  charge: count * price * MILLION,
});

/** Tokens of unknown kind may all be of the dearer one: less would sell answers at the price of prompts. */
const dearer = ({ input, output }: { input: Units; output: Units }): Units => (input > output ? input : output);

/**
 * How many tokens work of unknown price counts as, in 10^-10 tokens: a character is one token at most, and anything else
 * that is counted stands for a thousand. So work without tokens is not free for want of a price either.
 */
export function provisionalTokens(work: Measures): bigint {
  const counted = BigInt(tokensCounted(work)) * UNITS_PER_ONE;
  const { quantity, unit } = work;
  if (quantity === null || unit === null) return counted;
  if (unit === 'token') return counted > 0n ? counted : quantity;
  if (counted > 0n) return counted;
  return unit === 'character' ? quantity : quantity * 1_000n * (unit === 'minute' ? SECONDS_PER_MINUTE : 1n);
}
