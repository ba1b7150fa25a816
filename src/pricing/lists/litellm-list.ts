import type { Units } from '../../platform/values/amount.js';
import { shifted } from '../rating/decimal.js';
import type { PriceColumn } from '../prices/price.js';
import { couldBePrice, isCoveredElsewhere, pixelsOf, tokenKey, unitKey } from './litellm-keys.js';
import { ConditionalPrices } from './litellm-overrides.js';
import {
  absurdity,
  idOf,
  isOfTokens,
  type KeyUses,
  listOf,
  type ListedPrice,
  onlyZeros,
  PER_MILLION,
  type PriceList,
  type ReadModel,
  type Refusal,
  type SomePrices,
  tableFrom,
  tokensOf,
} from './price-list.js';

type Members = Record<string, unknown>;

/** The file's own explanation of its keys. */
const EXPLANATION = 'sample_spec';
/** An image price above this multiple of the token price is per image; below, it is per image token. */
const IMAGE_FACTOR = 100n;
const TIERS_MAX = 50;

/**
 * Reads LiteLLM's price file, `model_prices_and_context_window.json`: models by name, prices per token or unit. A model
 * is held back if its input or output price is unusable, or if it has no usable price at all. Any other unreadable key
 * is skipped. Where a price depends on something that is not measured (search context size, video resolution), the
 * default of a call applies.
 */
export function readLiteLlm(models: Readonly<Members>): PriceList {
  const entries = Object.entries(models).filter(([name]) => name !== EXPLANATION);
  return listOf('litellm', entries.map(readModel));
}

function readModel([name, item]: [string, unknown], index: number): ReadModel {
  const keys: KeyUses = new Map();
  const [model, entry] = [idOf(name), membersOf(item)];
  if (model !== null && entry && typeof entry['litellm_provider'] === 'string') {
    return { model, keys, found: new EntryReader(model, entry, keys).read() };
  }
  const reason = 'is not a model with a name and a litellm_provider';
  return { model: name.slice(0, 255) || `entry ${index}`, keys, found: { code: 'not_a_model', reason } };
}

/** Reads the keys of one model. */
class EntryReader {
  private readonly tokens = new ConditionalPrices();
  private readonly things: SomePrices = {};
  /** Why the input or output price is unusable. */
  private refusal: Refusal | null = null;
  /** What was wrong with another price. */
  private fault: Refusal | null = null;
  private hasZeros = false;

  constructor(
    private readonly model: string,
    private readonly entry: Members,
    private readonly keys: KeyUses,
  ) {}

  read(): ListedPrice | Refusal {
    for (const key of Object.keys(this.entry)) this.keys.set(key, 'no_price');
    this.readTokens();
    this.readTieredPricing();
    this.readThings();
    this.readSearches();
    this.readPixels();
    this.readUnknown();
    if (this.refusal) return this.refusal;
    const { mode, max_input_tokens, max_output_tokens } = this.entry;
    const known = typeof mode === 'string' ? ` (its mode is ${mode.slice(0, 40)})` : '';
    const table = tableFrom(this.model, this.prices(), this.tokens.overrides(), known);
    if ('code' in table)
      return table.code === 'no_price' ? (this.fault ?? (this.hasZeros ? onlyZeros(known) : table)) : table;
    return {
      model: this.model,
      name: null,
      context_length: tokensOf(max_input_tokens),
      max_output_tokens: tokensOf(max_output_tokens),
      prices: table,
    };
  }

  /** Token prices of zero are ignored if there are unit prices. */
  private prices(): SomePrices {
    const { base } = this.tokens;
    const isPriced = Object.values(base).some((price) => price > 0n);
    return isPriced || Object.keys(this.things).length === 0 ? { ...base, ...this.things } : this.things;
  }

  private readTokens(): void {
    for (const [key, value] of Object.entries(this.entry)) {
      const meaning = tokenKey(key);
      if (!meaning) continue;
      const price = this.priceOf(key, value, meaning.column, isDecisive(key));
      if (price !== null) this.tokens.add(meaning, price);
    }
    const hit = 'input_cost_per_token_cache_hit'; // alternative name of cache_read_input_token_cost
    const price = this.priceOf(hit, this.entry[hit], 'cache_read_per_million', false);
    const cached = { column: 'cache_read_per_million', above: 0, service_tier: null } as const;
    if (price !== null) this.tokens.add(cached, price);
  }

  /** Reads prices by ranges of prompt length; a range applies to the whole call. */
  private readTieredPricing(): void {
    const { tiered_pricing: tiers } = this.entry;
    if (!Array.isArray(tiers) || tiers.length > TIERS_MAX) return;
    for (const tier of tiers.map(membersOf)) {
      const [from] = Array.isArray(tier?.['range']) ? (tier['range'] as unknown[]) : [];
      const above = tokensOf(from);
      if (!tier || above === null) {
        this.readResultRange(tier);
        continue;
      }
      for (const [key, value] of Object.entries(tier)) {
        const meaning = tokenKey(key);
        const price = meaning && this.priceOf('tiered_pricing', value, meaning.column, isDecisive(key));
        if (price) this.tokens.add({ ...meaning, above: above <= 1 ? 0 : above }, price);
      }
    }
  }

  /** Reads search prices by ranges of result counts; the first range is the default. */
  private readResultRange(tier: Members | null): void {
    const price = this.priceOf('tiered_pricing', tier?.['input_cost_per_query'], 'per_query', false);
    if (price !== null) this.things.per_query ??= price;
    this.keys.set('tiered_pricing', 'unread');
  }

  private readThings(): void {
    for (const [key, value] of Object.entries(this.entry)) {
      const column = unitKey(key, this.entry['mode']);
      if (column === null) continue;
      if (this.isSaidInTokens(key)) continue;
      const price = this.priceOf(key, value, column, false);
      if (price === null) continue;
      const ofToken = column === 'per_image' ? this.asToken(key, price) : null;
      if (ofToken === null) this.things[column] = dearer(price, this.things[column]);
      else this.tokens.add({ column: ofToken, above: 0, service_tier: null }, price * 10n ** BigInt(PER_MILLION));
    }
  }

  /** Returns the token column if a price per image is really one per image token, as in some entries. */
  private asToken(key: string, price: Units): PriceColumn | null {
    const { input_per_million: input = 0n, output_per_million: output = 0n } = this.tokens.base;
    const isOutput = key.startsWith('output');
    const token = isOutput ? output : input;
    if (token === 0n || price * 10n ** BigInt(PER_MILLION) > token * IMAGE_FACTOR) return null;
    return isOutput ? 'image_output_per_million' : 'image_per_million';
  }

  /** Whether a unit is priced by tokens too, so that it must not be charged twice. */
  private isSaidInTokens(key: string): boolean {
    const {
      image_output_per_million: image,
      audio_output_per_million: audio,
      image_per_million: seen,
    } = this.tokens.base;
    if (key === 'output_cost_per_image') return image !== undefined;
    if (key === 'input_cost_per_image') return image !== undefined || seen !== undefined;
    return key === 'output_cost_per_second' && audio !== undefined;
  }

  /** Reads the search price for medium context size, which is the default. */
  private readSearches(): void {
    const key = 'search_context_cost_per_query';
    const { search_context_size_medium: medium } = membersOf(this.entry[key]) ?? {};
    const price = this.priceOf(key, medium, 'per_query', false);
    if (price !== null) this.things.per_query = dearer(price, this.things.per_query);
  }

  /** Reads prices per pixel, multiplied by the image size in the model's name. */
  private readPixels(): void {
    for (const key of ['input_cost_per_pixel', 'output_cost_per_pixel']) {
      const value = this.entry[key];
      if (value === undefined || value === 0 || value === null || this.things.per_image !== undefined) continue;
      const [pixels, price] = [pixelsOf(this.model), shifted(textOf(value), PIXEL_SHIFT)];
      if (pixels === null || price === null) this.keys.set(key, 'unread');
      else this.take(key, 'per_image', (price * pixels) / PIXEL_FACTOR);
    }
  }

  private take(key: string, column: PriceColumn, price: Units): void {
    this.keys.set(key, 'price');
    this.things[column] = price;
  }

  private readUnknown(): void {
    for (const [key, value] of Object.entries(this.entry)) {
      const isKnown =
        tokenKey(key) !== null || unitKey(key, null) !== null || READ_APART.has(key) || isCoveredElsewhere(key);
      if (!isKnown && couldBePrice(key) && !isNothing(value)) this.keys.set(key, 'unread');
    }
  }

  /** Reads the price of a key; null if there is none or it is unusable. */
  private priceOf(key: string, value: unknown, column: PriceColumn, isBase: boolean): Units | null {
    if (value === undefined || value === null || value === '') return null;
    const price = shifted(textOf(value), isOfTokens(column) ? PER_MILLION : 0);
    if (price === 0n) this.hasZeros = true;
    if (price === 0n && !isBase) return null;
    const refusal = refusalOf(key, value, column, price);
    if (refusal) this.refuse(key, refusal, isBase);
    else if (this.keys.get(key) !== 'unread') this.keys.set(key, 'price');
    return refusal ? null : price;
  }

  private refuse(key: string, refusal: Refusal, isBase: boolean): void {
    this.keys.set(key, 'unread');
    if (isBase) this.refusal ??= refusal;
    else this.fault ??= refusal;
  }
}

/** Returns why a value is not a usable price; null if it is. */
function refusalOf(key: string, value: unknown, column: PriceColumn, price: Units | null): Refusal | null {
  if (price === null)
    return { code: 'not_a_price', reason: `${key} is ${textOf(value).slice(0, 40)}, which is not a price` };
  const absurd = absurdity(column, price);
  return absurd === null ? null : { code: 'absurd_price', reason: `${column} ${absurd}` };
}

/** Prices per pixel are far below one unit, so they are multiplied before rounding. */
const PIXEL_SHIFT = 12;
const PIXEL_FACTOR = 10n ** 12n;
const READ_APART = new Set([
  'input_cost_per_token_cache_hit',
  'tiered_pricing',
  'search_context_cost_per_query',
  'input_cost_per_pixel',
  'output_cost_per_pixel',
]);

/** Whether a model is unusable without this price: all other pools fall back to it. */
const isDecisive = (key: string): boolean => key === 'input_cost_per_token' || key === 'output_cost_per_token';

const isNothing = (value: unknown): boolean =>
  value === 0 || value === null || value === '' || typeof value === 'boolean';

const dearer = (a: Units, b: Units = 0n): Units => (a > b ? a : b);

const textOf = (value: unknown): string =>
  typeof value === 'string' || typeof value === 'number' ? String(value) : JSON.stringify(value);

const membersOf = (value: unknown): Members | null =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Members) : null;
