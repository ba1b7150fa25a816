import { z } from 'zod';
import type { Units } from '../platform/amount.js';
import { shifted } from './decimal.js';
import { PRICE_COLUMNS, type PriceColumn, type Prices, TOKEN_PRICES, tokenBase } from './price.js';
import type { PriceTable } from './price-table.js';
import { isFreeId } from './model-ids.js';
import { faultsOf } from './price-faults.js';

/** A model's price as a list gives it. */
export interface ListedPrice {
  model: string;
  name: string | null;
  context_length: number | null;
  max_output_tokens: number | null;
  prices: PriceTable;
}

/** A model of a list that can't be taken as it is, and why. */
export interface HeldBack {
  model: string;
  reason: string;
}

const INT_MAX = 2_147_483_647;
const PER_MILLION = 6;
/** An image of a prompt is some hundred tokens or more: a price this far above that of a token is for a whole image. */
const IMAGE_FACTOR = 100n;

const count = z.number().int().min(0).max(INT_MAX).nullable().catch(null);
const ENTRY = z.object({
  id: z
    .string()
    .trim()
    .toLowerCase()
    .regex(/^\S{1,255}$/),
  name: z.string().min(1).max(255).nullable().catch(null),
  context_length: count,
  top_provider: z.object({ max_completion_tokens: count }).catch({ max_completion_tokens: null }),
  pricing: z.record(z.string(), z.union([z.string(), z.number(), z.null()])),
});
type Entry = z.output<typeof ENTRY>;

/** What of OpenRouter's `pricing` is the price of what; all of it is USD for one token or one thing. */
const COLUMNS: Readonly<Record<string, PriceColumn>> = {
  prompt: 'input_per_million',
  completion: 'output_per_million',
  input_cache_read: 'cache_read_per_million',
  input_cache_write: 'cache_write_per_million',
  internal_reasoning: 'reasoning_per_million',
  audio: 'audio_input_per_million',
  image: 'image_per_million',
  request: 'per_request',
  web_search: 'per_query',
};

/**
 * Reads the `data` of OpenRouter's list of models. Prices become exact USD for a million tokens. What is not a price
 * (-1 of the router models, NaN, nothing at all) or an absurd one is held back with its reason: a negative price would
 * pay users for their calls.
 */
export function readModels(data: readonly unknown[]): { listed: ListedPrice[]; held_back: HeldBack[] } {
  const listed = new Map<string, ListedPrice>();
  const held_back: HeldBack[] = [];
  for (const [i, item] of data.entries()) {
    const entry = ENTRY.safeParse(item);
    const found = entry.success ? readEntry(entry.data) : 'is not a model with an id and a pricing';
    const model = entry.success ? entry.data.id : nameOf(item, i);
    if (typeof found === 'string') held_back.push({ model, reason: found });
    else if (listed.has(model)) held_back.push({ model, reason: 'is listed twice; its first price was taken' });
    else listed.set(model, found);
  }
  return { listed: [...listed.values()], held_back };
}

function nameOf(item: unknown, index: number): string {
  const { id } = (item ?? {}) as { id?: unknown };
  return typeof id === 'string' && id !== '' ? id.slice(0, 255) : `entry ${index}`;
}

/** The model with its prices; a sentence when they can't be used. */
function readEntry({ id, name, context_length, top_provider, pricing }: Entry): ListedPrice | string {
  const read = new Map<PriceColumn, Units>();
  for (const [key, column] of Object.entries(COLUMNS)) {
    const given = pricing[key];
    if (given === undefined || given === null || given === '') continue;
    const price = shifted(String(given), isOfTokens(column) ? PER_MILLION : 0);
    if (price === null) return `${key} is ${String(given).slice(0, 40)}, which is no price`;
    read.set(column, price);
  }
  if (!read.has('input_per_million') && !read.has('output_per_million')) return 'has no price of prompt or completion';
  const prices = settled(read);
  const [fault] = faultsOf(prices, isFreeId(id));
  if (fault) return `${fault.field} ${fault.message}`;
  const table = { ...prices, overrides: [], is_free: isFreeId(id) };
  return { model: id, name, context_length, max_output_tokens: top_provider.max_completion_tokens, prices: table };
}

const isOfTokens = (column: PriceColumn): boolean => (TOKEN_PRICES as readonly PriceColumn[]).includes(column);

/**
 * Lists write 0 for what they do not price. Prompt and completion may really cost nothing; elsewhere a zero means that
 * there is no price of its own, and the pool falls back to theirs.
 */
function settled(read: Map<PriceColumn, Units>): Prices {
  const priceOf = (column: PriceColumn): Units | null => {
    const price = read.get(column) ?? null;
    const isBase = column === 'input_per_million' || column === 'output_per_million';
    return price === 0n && !isBase ? null : price;
  };
  const prices = Object.fromEntries(PRICE_COLUMNS.map((column) => [column, priceOf(column)])) as Record<
    PriceColumn,
    Units | null
  >;
  const image = prices.image_per_million;
  const input = tokenBase(prices)?.input ?? 0n;
  if (image !== null && image > input * IMAGE_FACTOR) {
    prices.image_per_million = null;
    prices.per_image = image / 10n ** BigInt(PER_MILLION);
  }
  return prices;
}
