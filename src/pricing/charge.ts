import type { usage_unit } from '../generated/prisma/enums.js';
import type { Units } from '../platform/amount.js';
import { type Prices, tokenBase, type PriceColumn } from './price.js';
import { type TokenPools, tokensIn, type Work } from './work.js';

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

/**
 * What work costs at the given prices, exactly. Tokens and a quantity are both charged where both have a price; a measure
 * without one is left out as long as another has one. The price of a request is charged once for each piece of work,
 * unless the requests themselves are counted.
 *
 * Null when nothing that was measured has a price: such work is not free, its price is unknown.
 */
export function chargeOf(prices: Prices, work: Measures): Exact | null {
  const parts = [tokensCharge(prices, work), quantityCharge(prices, work), requestCharge(prices, work)];
  const known = parts.filter((part) => part !== null);
  if (known.length > 0) return known.reduce((sum, part) => sum + part, 0n);
  const isMeasured = tokensCounted(work) > 0 || work.quantity !== null;
  return isMeasured ? null : 0n;
}

/** All tokens, a quantity counted in tokens included. */
const tokensCounted = ({ tokens, tokens_used }: Measures): number => Math.max(tokensIn(tokens), tokens_used);

function tokensCharge(prices: Prices, work: Measures): Exact | null {
  const base = tokenBase(prices);
  if (!base || tokensCounted(work) === 0) return null;
  const pools = Object.entries(POOL_PRICES) as [keyof TokenPools, (typeof POOL_PRICES)[keyof TokenPools]][];
  const known = pools.reduce(
    (sum, [pool, [own, fallback]]) => sum + BigInt(work.tokens[pool]) * (prices[own] ?? base[fallback]),
    0n,
  );
  const unknown = BigInt(tokensCounted(work) - tokensIn(work.tokens));
  return (known + unknown * dearer(base)) * UNITS_PER_ONE;
}

function quantityCharge(prices: Prices, { quantity, unit, ...work }: Measures): Exact | null {
  if (quantity === null || unit === null) return null;
  if (unit === 'token') return tokenQuantityCharge(prices, quantity, tokensCounted({ quantity, unit, ...work }));
  const price = prices[QUANTITY_PRICES[unit]];
  return price === null ? null : quantity * price * MILLION * (unit === 'minute' ? SECONDS_PER_MINUTE : 1n);
}

/** A quantity of tokens says the same as the pools where these are given: it counts where they are not. */
function tokenQuantityCharge(prices: Prices, quantity: Units, counted: number): Exact | null {
  const base = tokenBase(prices);
  return base === null || counted > 0 ? null : quantity * dearer(base);
}

function requestCharge({ per_request }: Prices, { unit, quantity }: Measures): Exact | null {
  const isCounted = unit === 'request' && quantity !== null;
  return per_request === null || isCounted ? null : per_request * EXACT_PER_UNIT;
}

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
