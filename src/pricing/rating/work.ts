import type { service_tier, usage_unit } from '../../generated/prisma/enums.js';
import type { Units } from '../../platform/values/amount.js';

/** Exclusive token pools: no token is counted twice. Non-negative integers. */
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

/** Output pools; all others belong to the prompt. */
export const ANSWER_POOLS: ReadonlySet<keyof TokenPools> = new Set([
  'output_tokens',
  'reasoning_tokens',
  'audio_output_tokens',
  'image_output_tokens',
]);

/** Maximum number of tokens recorded per piece of work. */
export const TOKENS_MAX = 2_147_483_647;

/** Returns the sum of all pools. */
export const tokensIn = (pools: TokenPools): number => POOLS.reduce((sum, pool) => sum + pools[pool], 0);

/** The part of an account's tier that affects prices. */
export interface Plan {
  tier: string;
  /** Credits per thousand tokens of a model without a price, decimal text. */
  cost_per_1k_tokens: string;
}

/** A count of one unit. */
export interface Quantity {
  unit: usage_unit;
  count: Units;
}

/** A piece of work to be priced. */
export interface Work {
  service: string;
  model: string | null;
  tokens: TokenPools;
  /** All tokens; those beyond the sum of the pools are of unknown kind. */
  tokens_used: number;
  /** Counts of other units, each unit once. */
  quantities: readonly Quantity[];
  /** Null is standard. */
  service_tier: service_tier | null;
  /** The total in credits if the caller reports it; null to use the catalogue. */
  cost: Units | null;
  /** The cost that the provider reports; the markup is added. Overrides the catalogue, but not `cost`. */
  provider_cost?: Units | null;
  /** Free regardless of the price. */
  is_free?: boolean;
  /** False: the user does not pay for it. */
  billable: boolean;
  /** False: the work failed; output up to that point is charged. */
  succeeded: boolean;
  occurred_at: Date;
  /** Loads the account's plan; called at most once and only if needed. */
  plan: () => Promise<Plan>;
}
