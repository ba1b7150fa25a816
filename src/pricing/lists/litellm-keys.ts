import type { service_tier } from '../../generated/prisma/enums.js';
import type { PriceColumn } from '../prices/price.js';

/** The meaning of a price key in LiteLLM's file. */
export interface PriceKey {
  column: PriceColumn;
  /** Applies above this number of prompt tokens (exclusive); 0 for always. */
  above: number;
  service_tier: service_tier | null;
}

/** Keys of prices per token. */
const TOKEN_KEYS: Readonly<Record<string, PriceColumn>> = {
  input_cost_per_token: 'input_per_million',
  output_cost_per_token: 'output_per_million',
  cache_read_input_token_cost: 'cache_read_per_million',
  cache_creation_input_token_cost: 'cache_write_per_million',
  cache_creation_input_token_cost_above_1hr: 'cache_write_1h_per_million',
  output_cost_per_reasoning_token: 'reasoning_per_million',
  input_cost_per_audio_token: 'audio_input_per_million',
  cache_read_input_audio_token_cost: 'audio_cache_read_per_million',
  output_cost_per_audio_token: 'audio_output_per_million',
  input_cost_per_image_token: 'image_per_million',
  output_cost_per_image_token: 'image_output_per_million',
};

const TIERS: Readonly<Record<string, service_tier>> = { priority: 'priority', flex: 'flex', batches: 'batch' };
const CONDITIONED = /^(.+?)(?:_above_(\d{1,5})k_tokens)?(?:_(priority|flex|batches))?$/;

/** Returns the meaning of a token price key; null for any other key. */
export function tokenKey(key: string): PriceKey | null {
  const [, base = '', thousands = '0', tier = ''] = CONDITIONED.exec(key) ?? [];
  const column = Object.hasOwn(TOKEN_KEYS, base) ? TOKEN_KEYS[base] : undefined;
  return column === undefined ? null : { column, above: Number(thousands) * 1_000, service_tier: TIERS[tier] ?? null };
}

/**
 * Keys of prices per unit. If two keys price the same unit, the higher one applies, so that nothing is charged twice.
 */
const UNIT_KEYS: Readonly<Record<string, PriceColumn>> = {
  input_cost_per_image: 'per_image',
  output_cost_per_image: 'per_image',
  input_cost_per_second: 'per_second',
  output_cost_per_second: 'per_second',
  input_cost_per_audio_per_second: 'per_second',
  input_cost_per_video_per_second: 'per_video_second',
  output_cost_per_video_per_second: 'per_video_second',
  input_cost_per_character: 'per_character',
  output_cost_per_character: 'per_character',
  input_cost_per_query: 'per_query',
  input_cost_per_request: 'per_request',
  ocr_cost_per_page: 'per_page',
  code_interpreter_cost_per_session: 'per_execution',
};

/** Returns the column of a unit price key for a model with a given mode; null for any other key. */
export function unitKey(key: string, mode: unknown): PriceColumn | null {
  const column = Object.hasOwn(UNIT_KEYS, key) ? (UNIT_KEYS[key] ?? null) : null;
  return column === 'per_second' && mode === 'video_generation' ? 'per_video_second' : column;
}

const PRICE_WORDS = /cost|price|pricing|multiplier|credit|fee|rate_per/;

/** Whether an unknown key may contain a price. */
export const couldBePrice = (key: string): boolean => PRICE_WORDS.test(key);

/** Whether a price repeats another key in a different currency (DBU). */
export const isCoveredElsewhere = (key: string): boolean => key.includes('_dbu_cost_');

const SIZE = /(?:^|\/)(\d{2,5})-x-(\d{2,5})\//;

/**
 * Returns the pixels of an image from the size in the model's name, such as `hd/1024-x-1792/dall-e-3`; null without
 * one.
 */
export function pixelsOf(model: string): bigint | null {
  const [, width, height] = SIZE.exec(model) ?? [];
  return width === undefined || height === undefined ? null : BigInt(width) * BigInt(height);
}
