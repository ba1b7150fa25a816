import type { service_tier } from '../../generated/prisma/enums.js';
import { max, units, type Units } from '../../platform/values/amount.js';
import { type Exact, poolPrice } from './charge.js';
import { type PriceColumn, PRICE_COLUMNS, type Prices, TOKEN_PRICES } from '../prices/price.js';
import type { PriceTable } from '../prices/price-table.js';
import { ANSWER_POOLS, POOLS, type TokenPools } from './work.js';

/** Upper bounds of a call's usage. */
export interface CallBound {
  /** Text tokens of the prompt. */
  text_tokens: number;
  /** Tokens of its images, audio, video and files. */
  media_tokens: number;
  answer_tokens: number;
  /** Whether the prompt can be written to the one-hour cache. */
  may_write_1h: boolean;
  /** Maximum number of web searches by the model or its provider. */
  searches: number;
  service_tier: service_tier | null;
}

const UNITS_PER_ONE = 10n ** 10n;
const MILLION = 10n ** 6n;
const ONE = units('1');
/** Price of a search, USD, if the model's price has none; few providers charge more. */
export const SEARCH_COST = units('0.01');

const TEXT_POOLS = ['input_tokens', 'cache_read_tokens', 'cache_write_tokens'] as const;
const MEDIA_POOLS = [...TEXT_POOLS, 'audio_input_tokens', 'audio_cache_read_tokens', 'image_tokens'] as const;
const ANSWERS = POOLS.filter((pool) => ANSWER_POOLS.has(pool));

/**
 * Returns the maximum provider cost of a call: for any split of its tokens into pools, any price step that its prompt
 * can reach, any time of day, and the more expensive of the standard and the requested service tier.
 *
 * @param multiplier factor on token prices for the service tier
 */
export function ceilingOf(table: PriceTable, bound: CallBound, multiplier: Units): Exact {
  const prices = dearest(table, bound);
  const variants = variantsOf(prices, table);
  const factor = max(multiplier, ONE);
  const text = [...TEXT_POOLS, ...(bound.may_write_1h ? (['cache_write_1h_tokens'] as const) : [])];
  const media = [...text, ...MEDIA_POOLS];
  const tokens =
    tokensAt(variants, text, bound.text_tokens) +
    tokensAt(variants, media, bound.media_tokens) +
    tokensAt(variants, ANSWERS, bound.answer_tokens);
  const search = BigInt(bound.searches) * (prices.per_query ?? SEARCH_COST);
  return (tokens * factor) / ONE + (search + (prices.per_request ?? 0n)) * UNITS_PER_ONE * MILLION;
}

function tokensAt(variants: readonly Prices[], pools: readonly (keyof TokenPools)[], tokens: number): Exact {
  const listed = variants.flatMap((prices) => pools.map((pool) => poolPrice(prices, pool) ?? 0n));
  const price = listed.reduce(max, 0n);
  return BigInt(tokens) * UNITS_PER_ONE * price;
}

/**
 * Returns the prices with and without each token price that only an override has: while the override does not apply,
 * another column stands in for it, which can be dearer.
 */
function variantsOf(prices: Prices, table: PriceTable): Prices[] {
  const optional = TOKEN_PRICES.filter((column) => table[column] === null && prices[column] !== null);
  return optional.reduce(
    (variants, column) => [...variants, ...variants.map((v) => ({ ...v, [column]: null }))],
    [prices],
  );
}

/**
 * Returns the highest applicable price of each column. Overrides for other service tiers or longer prompts do not
 * apply.
 */
function dearest(table: PriceTable, { text_tokens, media_tokens, service_tier }: CallBound): Prices {
  const prompt_tokens = text_tokens + media_tokens;
  const possible = table.overrides.filter(
    ({ min_prompt_tokens = 0, service_tier: tier = 'standard' }) =>
      min_prompt_tokens <= prompt_tokens && (tier === 'standard' || tier === service_tier),
  );
  const topOf = (column: PriceColumn): Units | null =>
    possible.reduce((top: Units | null, { prices }) => {
      const price = prices[column];
      return price === undefined ? top : max(top ?? 0n, price);
    }, table[column]);
  return Object.fromEntries(PRICE_COLUMNS.map((column) => [column, topOf(column)])) as Prices;
}
