import type { model_prices } from '../generated/prisma/client.js';
import { units, type Units } from '../platform/amount.js';
import type { Wire } from '../platform/wire.js';

/** Prices of tokens: USD for a million of them. */
export const TOKEN_PRICES = [
  'input_per_million',
  'output_per_million',
  'cache_read_per_million',
  'cache_write_per_million',
  'reasoning_per_million',
  'audio_input_per_million',
  'audio_output_per_million',
  'image_per_million',
] as const;

/** Prices of everything that is counted one by one: USD for one. */
export const UNIT_PRICES = [
  'per_request',
  'per_character',
  'per_second',
  'per_query',
  'per_execution',
  'per_image',
] as const;

export const PRICE_COLUMNS = [...TOKEN_PRICES, ...UNIT_PRICES] as const;

export type PriceColumn = (typeof PRICE_COLUMNS)[number];

/** What things cost, in units; null where a thing has no price of its own. */
export type Prices = Readonly<Record<PriceColumn, Units | null>>;

/** A row of the catalogue as the rules see it. */
export interface Price extends Prices {
  readonly id: string;
  readonly service: string;
  readonly model: string;
  readonly effective_from: Date;
}

/** Every service or every model: what a row says that is not about one of them. */
export const ANY = '*';

/** The prices of a row whose amounts are decimal text. */
export function pricesOf(row: Readonly<Record<PriceColumn, string | null>>): Prices {
  return Object.fromEntries(
    PRICE_COLUMNS.map((column) => [column, row[column] === null ? null : units(row[column])]),
  ) as Prices;
}

/** A stored price for the rules. Timestamps may come as text, out of JSON. */
export function toPrice(
  row: Pick<Wire<model_prices>, 'id' | 'service' | 'model' | 'effective_from' | PriceColumn>,
): Price {
  const { id, service, model, effective_from } = row;
  return { id, service, model, effective_from: new Date(effective_from), ...pricesOf(row) };
}

/** Whether two sets of prices say the same. */
export const areSame = (a: Prices, b: Prices): boolean => PRICE_COLUMNS.every((column) => a[column] === b[column]);

/** Whether everything that has a price costs nothing. */
export const isFree = (prices: Prices): boolean => PRICE_COLUMNS.every((column) => !prices[column]);

/**
 * What a million tokens of prompt and of answer cost. Where only one of the two has a price it stands for both: nothing
 * may be free because a list left it out. Null when tokens have no price at all.
 */
export function tokenBase(prices: Prices): { input: Units; output: Units } | null {
  const input = prices.input_per_million ?? prices.output_per_million;
  const output = prices.output_per_million ?? prices.input_per_million;
  return input === null || output === null ? null : { input, output };
}
