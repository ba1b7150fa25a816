import { units, type Units } from '../../platform/values/amount.js';
import { shifted } from '../rating/decimal.js';
import { isTimeSpan, type PriceOverride } from '../prices/price-override.js';
import { type PriceColumn } from '../prices/price.js';
import {
  absurdity,
  idOf,
  isOfTokens,
  type KeyUses,
  listOf,
  type ListedPrice,
  PER_MILLION,
  type PriceList,
  type ReadModel,
  type Refusal,
  type SomePrices,
  tableFrom,
  tokensOf,
} from './price-list.js';

type Members = Record<string, unknown>;

/** An image price above this multiple of the token price is per image, not per image token. */
const IMAGE_FACTOR = 100n;
const OVERRIDES_MAX = 50;
const NAME_MAX = 255;

/** Columns for the keys of OpenRouter's `pricing`. All prices are USD per token or unit. */
const COLUMNS: Readonly<Record<string, PriceColumn>> = {
  prompt: 'input_per_million',
  completion: 'output_per_million',
  input_cache_read: 'cache_read_per_million',
  input_cache_write: 'cache_write_per_million',
  input_cache_write_1h: 'cache_write_1h_per_million',
  internal_reasoning: 'reasoning_per_million',
  audio: 'audio_input_per_million',
  audio_output: 'audio_output_per_million',
  input_audio_cache: 'audio_cache_read_per_million',
  image: 'image_per_million',
  image_output: 'image_output_per_million',
  request: 'per_request',
  web_search: 'per_query',
};
/** `discount` is already included in the listed prices. */
const NO_PRICES = new Set(['discount']);
const CONDITIONS = ['min_prompt_tokens', 'utc_start', 'utc_end'];
const isBase = (key: string): boolean => key === 'prompt' || key === 'completion';

/**
 * Reads the `data` of OpenRouter's model list. Prices become exact USD per million tokens. A model is held back if its
 * prompt or completion price is missing, invalid (-1 for router models, NaN) or implausible: a negative price would pay
 * users for their calls. Any other unreadable key is skipped.
 */
export const readOpenRouter = (data: readonly unknown[]): PriceList => listOf('openrouter', data.map(readModel));

function readModel(item: unknown, index: number): ReadModel {
  const keys: KeyUses = new Map();
  const entry = membersOf(item);
  const id = idOf(entry?.['id']);
  const pricing = membersOf(entry?.['pricing']);
  if (entry && id !== null && pricing) return { model: id, keys, found: readEntry(id, entry, pricing, keys) };
  const reason = 'is not a model with an id and a pricing';
  return { model: nameOf(entry, index), keys, found: { code: 'not_a_model', reason } };
}

const nameOf = (entry: Members | null, index: number): string =>
  typeof entry?.['id'] === 'string' && entry['id'] !== '' ? entry['id'].slice(0, NAME_MAX) : `entry ${index}`;

function readEntry(model: string, entry: Members, pricing: Members, keys: KeyUses): ListedPrice | Refusal {
  const prices: SomePrices = {};
  for (const [key, value] of Object.entries(pricing)) {
    if (key === 'overrides') continue;
    const read = readPrice(key, value);
    if ('reason' in read && isBase(key)) return read;
    keys.set(key, 'reason' in read ? 'unread' : read.column === null ? 'no_price' : 'price');
    if ('price' in read) prices[read.column] = read.price;
  }
  if (prices.input_per_million === undefined && prices.output_per_million === undefined) {
    return { code: 'no_price', reason: 'has no price for prompt or completion' };
  }
  const overrides = readOverrides(pricing['overrides'], prices, keys);
  const table = tableFrom(model, wholeImages(prices), overrides, outputsOf(entry));
  if ('code' in table) return table;
  const { name, context_length, top_provider } = entry;
  return {
    model,
    name: typeof name === 'string' && name.length > 0 && name.length <= NAME_MAX ? name : null,
    context_length: tokensOf(context_length),
    max_output_tokens: tokensOf(membersOf(top_provider)?.['max_completion_tokens']),
    prices: table,
  };
}

type Read = { column: PriceColumn; price: Units } | { column: null } | Refusal;

/**
 * Reads the price of a key: without a column if it contains none, or a refusal if it is invalid. Lists write 0 for
 * units that they do not price, so only prompt and completion can really be free; other pools fall back to them.
 */
function readPrice(key: string, value: unknown): Read {
  const column = COLUMNS[key];
  if (value === null || value === '' || NO_PRICES.has(key)) return { column: null };
  const text = typeof value === 'string' || typeof value === 'number' ? String(value) : JSON.stringify(value);
  const price = shifted(text, column && isOfTokens(column) ? PER_MILLION : 0);
  if (price === 0n && !isBase(key)) return { column: null };
  if (column === undefined) return { code: 'not_a_price', reason: `${key} is an unknown key` };
  if (price === null) return { code: 'not_a_price', reason: `${key} is ${text.slice(0, 40)}, which is not a price` };
  const absurd = absurdity(column, price);
  return absurd === null ? { column, price } : { code: 'absurd_price', reason: `${column} ${absurd}` };
}

/** Reads the overrides. An invalid one is skipped and reported; the model keeps its other prices. */
function readOverrides(value: unknown, base: SomePrices, keys: KeyUses): PriceOverride[] {
  if (value === undefined || value === null) return [];
  const rows = Array.isArray(value) && value.length <= OVERRIDES_MAX ? value : [null];
  const overrides = rows.map((row) => readOverride(membersOf(row), base, keys));
  const read = overrides.filter((override) => override !== null);
  keys.set('overrides', read.length === overrides.length ? 'price' : 'unread');
  return read;
}

function readOverride(row: Members | null, base: SomePrices, keys: KeyUses): PriceOverride | null {
  if (!row) return null;
  const prices: SomePrices = {};
  for (const [key, value] of Object.entries(row)) {
    if (CONDITIONS.includes(key)) continue;
    const read = readPrice(key, value);
    if ('reason' in read || !(key in COLUMNS || NO_PRICES.has(key))) {
      keys.set(`overrides.${key}`, 'unread');
      return null; // the key may be a condition that would be ignored
    }
    if (read.column === null) continue;
    if (read.price === 0n && base[read.column] !== 0n) return null;
    prices[read.column] = read.price;
  }
  const conditions = conditionsOf(row);
  return conditions && Object.keys(prices).length > 0 ? { ...conditions, prices } : null;
}

/** Reads the conditions of an override; null if they are invalid. */
function conditionsOf({ min_prompt_tokens: least, utc_start, utc_end }: Members): Omit<PriceOverride, 'prices'> | null {
  const isTimed = utc_start !== undefined || utc_end !== undefined;
  if (least === undefined && !isTimed) return null;
  const tokens = tokensOf(least ?? 0);
  if (tokens === null) return null;
  if (isTimed && !isTimeSpan(utc_start, utc_end)) return null;
  return {
    ...(least !== undefined && { min_prompt_tokens: Math.max(tokens, 1) }),
    ...(typeof utc_start === 'string' && { utc_start }),
    ...(typeof utc_end === 'string' && { utc_end }),
  };
}

/** Converts prices per image, which older lists have instead of prices per image token. */
function wholeImages({ image_per_million, ...prices }: SomePrices): SomePrices {
  if (image_per_million === undefined) return prices;
  const token = prices.input_per_million ?? prices.output_per_million ?? 0n;
  if (image_per_million <= token * IMAGE_FACTOR) return { ...prices, image_per_million };
  return { ...prices, per_image: (image_per_million * units('1')) / units('1000000') };
}

/** Describes the model's outputs other than text, for the reason of a refusal: the list may omit their price. */
function outputsOf(entry: Members): string {
  const outputs = membersOf(entry['architecture'])?.['output_modalities'];
  const others = (Array.isArray(outputs) ? outputs : []).filter(
    (output): output is string => typeof output === 'string' && output !== 'text',
  );
  return others.length === 0 ? '' : ` (it generates ${others.join(' and ').slice(0, 80)})`;
}

const membersOf = (value: unknown): Members | null =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Members) : null;
