import type { service_tier, usage_unit } from '../generated/prisma/enums.js';
import type { Units } from '../platform/amount.js';

/** Exclusive pools: no token is counted twice. Whole numbers from 0. */
export interface TokenPools {
  input_tokens: number;
  output_tokens: number;
  cache_read_tokens: number;
  cache_write_tokens: number;
  cache_write_1h_tokens: number;
  reasoning_tokens: number;
  audio_input_tokens: number;
  audio_cache_read_tokens: number;
  audio_output_tokens: number;
  image_tokens: number;
  image_output_tokens: number;
}

export const NO_TOKENS: Readonly<TokenPools> = {
  input_tokens: 0,
  output_tokens: 0,
  cache_read_tokens: 0,
  cache_write_tokens: 0,
  cache_write_1h_tokens: 0,
  reasoning_tokens: 0,
  audio_input_tokens: 0,
  audio_cache_read_tokens: 0,
  audio_output_tokens: 0,
  image_tokens: 0,
  image_output_tokens: 0,
};

export const POOLS = Object.keys(NO_TOKENS) as readonly (keyof TokenPools)[];

/** Pools of the answer; all the others belong to the prompt. */
export const ANSWER_POOLS: ReadonlySet<keyof TokenPools> = new Set([
  'output_tokens',
  'reasoning_tokens',
  'audio_output_tokens',
  'image_output_tokens',
]);

/** Most tokens that are recorded of one piece of work. */
export const TOKENS_MAX = 2_147_483_647;

/** All tokens of the pools. */
export const tokensIn = (pools: TokenPools): number => POOLS.reduce((sum, pool) => sum + pools[pool], 0);

/** What an account's tier says about prices. */
export interface Plan {
  tier: string;
  /** Credits for a thousand tokens of a model without a price, decimal text. */
  cost_per_1k_tokens: string;
}

/** How much of one thing was counted. */
export interface Quantity {
  unit: usage_unit;
  count: Units;
}

/** A piece of work that is to be priced. */
export interface Work {
  service: string;
  model: string | null;
  tokens: TokenPools;
  /** All tokens; what exceeds the sum of the pools is of unknown kind. */
  tokens_used: number;
  /** Whatever else was counted, each unit once. */
  quantities: readonly Quantity[];
  /** Null is standard. */
  service_tier: service_tier | null;
  /** The total in credits where the caller knows it; null lets the catalogue decide. */
  cost: Units | null;
  /** What the provider says it charges; the markup comes on top. Counts before the catalogue, not before `cost`. */
  provider_cost?: Units | null;
  /** Free whatever the price says. */
  is_free?: boolean;
  /** False: the user does not pay for it. */
  billable: boolean;
  /** False: the work failed; what it made until then is charged. */
  succeeded: boolean;
  occurred_at: Date;
  /** The account's plan; asked at most once and only when it matters. */
  plan: () => Promise<Plan>;
}
