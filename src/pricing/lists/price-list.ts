import type { Units } from '../../platform/values/amount.js';
import { isFreeId } from '../prices/model-ids.js';
import { faultsIn, faultsOf } from '../prices/price-faults.js';
import type { PriceOverride } from '../prices/price-override.js';
import type { PriceTable } from '../prices/price-table.js';
import { PRICE_COLUMNS, type PriceColumn, type Prices, TOKEN_PRICES } from '../prices/price.js';

/** Origin of a list, stored as the source of its prices. */
export type ListSource = 'openrouter' | 'litellm';

/** A model's price from a list. */
export interface ListedPrice {
  model: string;
  name: string | null;
  context_length: number | null;
  max_output_tokens: number | null;
  prices: PriceTable;
}

export const HELD_BACK_CODES = [
  'not_a_model',
  'listed_twice',
  'no_price',
  'not_a_price',
  'absurd_price',
  'only_zeros',
  'price_jump',
] as const;
export type HeldBackCode = (typeof HELD_BACK_CODES)[number];

/** Why the price of a model is held back. */
export interface Refusal {
  code: HeldBackCode;
  reason: string;
}

/** A model that is held back, and why. */
export interface HeldBack extends Refusal {
  model: string;
}

/**
 * How a key was used: a price was read from it; it contains none (other facts, zeros, repetitions); or it contains a
 * price that the catalogue cannot express.
 */
export const KEY_USES = ['unread', 'price', 'no_price'] as const;
export type KeyUse = (typeof KEY_USES)[number];

/** The use of every key of a model. */
export type KeyUses = Map<string, KeyUse>;

/** The result of reading one model. */
export interface ReadModel {
  model: string;
  keys: KeyUses;
  found: ListedPrice | Refusal;
}

/** How a key was used, and in how many models it occurs. */
export interface KeyCount {
  key: string;
  use: KeyUse;
  models: number;
}

/** A model that was imported without some of its prices. */
export interface PartlyRead {
  model: string;
  keys: string[];
}

/** The result of reading a list. */
export interface PriceList {
  source: ListSource;
  models: number;
  listed: ListedPrice[];
  partly: PartlyRead[];
  held_back: HeldBack[];
  keys: KeyCount[];
}

/** The prices of a model that a list contains, by column. */
export type SomePrices = Partial<Record<PriceColumn, Units>>;

/** Decimal shift from a price per token to one per million. */
export const PER_MILLION = 6;

const INT_MAX = 2_147_483_647;
const MODEL_ID = /^\S{1,255}$/;

/** Builds a list from its models; of two with the same id the first one wins. */
export function listOf(source: ListSource, models: readonly ReadModel[]): PriceList {
  const listed = new Map<string, ListedPrice>();
  const list: PriceList = { source, models: models.length, listed: [], partly: [], held_back: [], keys: [] };
  for (const { model, keys, found } of models) {
    const unread = [...keys].flatMap(([key, use]) => (use === 'unread' ? [key] : []));
    if ('reason' in found) list.held_back.push({ model, code: found.code, reason: found.reason });
    else if (listed.has(model)) list.held_back.push({ model, ...TWICE });
    else {
      listed.set(model, found);
      if (unread.length > 0) list.partly.push({ model, keys: unread });
    }
  }
  return { ...list, listed: [...listed.values()], keys: countsOf(models) };
}

const TWICE: Refusal = { code: 'listed_twice', reason: 'is listed twice; its first price was taken' };

/** Returns every key with its use: unread ones first, then by frequency. */
function countsOf(models: readonly ReadModel[]): KeyCount[] {
  const counts = new Map<string, KeyCount>();
  for (const [key, use] of models.flatMap(({ keys }) => [...keys])) {
    const known = counts.get(`${use} ${key}`);
    if (known) known.models += 1;
    else counts.set(`${use} ${key}`, { key, use, models: 1 });
  }
  const rank = ({ use }: KeyCount): number => KEY_USES.indexOf(use);
  return [...counts.values()].toSorted((a, b) => rank(a) - rank(b) || b.models - a.models || (a.key < b.key ? -1 : 1));
}

/** Returns the id as stored in the catalogue; null if it is invalid. */
export function idOf(text: unknown): string | null {
  const id = typeof text === 'string' ? text.trim().toLowerCase() : '';
  return MODEL_ID.test(id) ? id : null;
}

/** Returns a number of tokens; null for anything but a non-negative integer. */
export const tokensOf = (value: unknown): number | null =>
  Number.isInteger(value) && Number(value) >= 0 && Number(value) <= INT_MAX ? Number(value) : null;

export const isOfTokens = (column: PriceColumn): boolean => (TOKEN_PRICES as readonly PriceColumn[]).includes(column);

/** Returns what is implausible about a price; null if nothing is. */
export const absurdity = (column: PriceColumn, price: Units): string | null =>
  faultsIn({ [column]: price })[0]?.message ?? null;

/**
 * Builds the price table of a model, or returns why it is held back.
 * @param known further facts about the model, for the reason if all prices are zero
 */
export function tableFrom(
  model: string,
  some: SomePrices,
  overrides: readonly PriceOverride[],
  known: string,
): PriceTable | Refusal {
  const is_free = isFreeId(model);
  const prices = Object.fromEntries(PRICE_COLUMNS.map((column) => [column, some[column] ?? null])) as Prices;
  const given = Object.values(some);
  if (given.length === 0) return { code: 'no_price', reason: 'has no price' };
  if (!is_free && given.every((price) => price === 0n)) return onlyZeros(known);
  const { input_per_million, output_per_million } = prices;
  if (
    input_per_million === null &&
    output_per_million === null &&
    TOKEN_PRICES.some((column) => prices[column] !== null)
  ) {
    return { code: 'no_price', reason: 'has no input or output price, to which all other token prices fall back' };
  }
  const [fault] = faultsOf(prices, is_free);
  if (fault) return { code: 'absurd_price', reason: `${fault.field} ${fault.message}` };
  return {
    ...prices,
    overrides: is_free ? [] : overrides.map((override) => ({ ...override, prices: following(some, override.prices) })),
    is_free,
  };
}

/** Returns the refusal of a model with only prices of zero. */
export const onlyZeros = (known: string): Refusal => ({
  code: 'only_zeros',
  reason: `is listed at zero, so its real price is probably missing from the list${known}. Set is_free, or a price`,
});

/** Pools whose price follows another one if a list has the same price for both. */
const FOLLOWS: readonly (readonly [PriceColumn, PriceColumn])[] = [
  ['reasoning_per_million', 'output_per_million'],
  ['audio_input_per_million', 'input_per_million'],
  ['audio_output_per_million', 'output_per_million'],
  ['image_per_million', 'input_per_million'],
  ['image_output_per_million', 'output_per_million'],
];

/**
 * Adds the omitted prices that follow another one to an override: reasoning at the output price rises with it, and a
 * one-hour cache write with the short one. Otherwise they would stay too low.
 */
function following(base: SomePrices, change: SomePrices): SomePrices {
  const moved: SomePrices = { ...change };
  for (const [column, leader] of FOLLOWS) {
    const price = change[leader];
    const isSame = base[column] !== undefined && base[column] === base[leader];
    if (isSame && price !== undefined && change[column] === undefined) moved[column] = price;
  }
  const [hour, minutes, now] = [
    base.cache_write_1h_per_million,
    base.cache_write_per_million,
    change.cache_write_per_million,
  ];
  if (hour && minutes && now !== undefined && change.cache_write_1h_per_million === undefined) {
    moved.cache_write_1h_per_million = proportion(hour, now, minutes);
  }
  return moved;
}

/** Returns price × part / whole, rounded half up. */
export const proportion = (price: Units, part: Units, whole: Units): Units =>
  (2n * price * part + whole) / (2n * whole);
