import type { PriceBody } from '../../../api/schema.gen.ts';

/** The prices that most models have. */
export const MAIN_PRICES = [
  'input_per_million',
  'output_per_million',
  'cache_read_per_million',
  'cache_write_per_million',
] as const satisfies (keyof PriceBody)[];

export const MORE_PRICES = [
  'cache_write_1h_per_million',
  'reasoning_per_million',
  'audio_input_per_million',
  'audio_cache_read_per_million',
  'audio_output_per_million',
  'image_per_million',
  'image_output_per_million',
  'per_request',
  'per_character',
  'per_second',
  'per_query',
  'per_execution',
  'per_image',
  'per_page',
  'per_video_second',
] as const satisfies (keyof PriceBody)[];

export const ALL_PRICES = [...MAIN_PRICES, ...MORE_PRICES] as const;
export type PriceColumn = (typeof ALL_PRICES)[number];
