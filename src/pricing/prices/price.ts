import { units, type Units } from '../../platform/values/amount.js';

/** Token prices, USD per million. */
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

/** Unit prices, USD each. */
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

/** Prices in units; null where a column has no price of its own. */
export type Prices = Readonly<Record<PriceColumn, Units | null>>;

/** Wildcard for every service or every model. */
export const ANY = '*';

/** Converts the prices of a row from decimal text. */
export function pricesOf(row: Readonly<Record<PriceColumn, string | null>>): Prices {
  return Object.fromEntries(
    PRICE_COLUMNS.map((column) => [column, row[column] === null ? null : units(row[column])]),
  ) as Prices;
}

/** Whether no price is above zero. */
export const isZero = (prices: Prices): boolean => PRICE_COLUMNS.every((column) => !prices[column]);

/**
 * Returns the prices per million input and output tokens. If only one of them is set, it applies to both, so that
 * nothing is free by omission. Null if tokens have no price.
 */
export function tokenBase(prices: Prices): { input: Units; output: Units } | null {
  const input = prices.input_per_million ?? prices.output_per_million;
  const output = prices.output_per_million ?? prices.input_per_million;
  return input === null || output === null ? null : { input, output };
}
