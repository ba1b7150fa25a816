import { units, type Units } from '../platform/amount.js';

/** Prices of tokens: USD for a million of them. */
export const TOKEN_PRICES = [
  'input_per_million',
  'output_per_million',
  'cache_read_per_million',
  'cache_write_per_million',
  'cache_write_1h_per_million',
  'reasoning_per_million',
  'audio_input_per_million',
  'audio_cache_read_per_million',
  'audio_output_per_million',
  'image_per_million',
  'image_output_per_million',
] as const;

/** Prices of everything that is counted one by one: USD for one. */
export const UNIT_PRICES = [
  'per_request',
  'per_character',
  'per_second',
  'per_query',
  'per_execution',
  'per_image',
  'per_page',
  'per_video_second',
] as const;

export const PRICE_COLUMNS = [...TOKEN_PRICES, ...UNIT_PRICES] as const;

export type PriceColumn = (typeof PRICE_COLUMNS)[number];

/** What things cost, in units; null where a thing has no price of its own. */
export type Prices = Readonly<Record<PriceColumn, Units | null>>;

/** Every service or every model: what a row says that is not about one of them. */
export const ANY = '*';

/** The prices of a row whose amounts are decimal text. */
export function pricesOf(row: Readonly<Record<PriceColumn, string | null>>): Prices {
  return Object.fromEntries(
    PRICE_COLUMNS.map((column) => [column, row[column] === null ? null : units(row[column])]),
  ) as Prices;
}

/** Whether everything that has a price costs nothing. */
export const isZero = (prices: Prices): boolean => PRICE_COLUMNS.every((column) => !prices[column]);

/**
 * What a million tokens of prompt and of answer cost. Where only one of the two has a price it stands for both: nothing
 * may be free because a list left it out. Null when tokens have no price at all.
 */
export function tokenBase(prices: Prices): { input: Units; output: Units } | null {
  const input = prices.input_per_million ?? prices.output_per_million;
  const output = prices.output_per_million ?? prices.input_per_million;
  return input === null || output === null ? null : { input, output };
}
