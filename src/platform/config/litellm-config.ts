import { z } from 'zod';
import { amount, parseAmount, units } from '../values/amount.js';
import { oneOf, whole } from './config.values.js';

/** How LiteLLM logs are ingested. */
export interface LiteLlmConfig {
  /**
   * When the `end_user` named by the caller pays: always, if the account exists and the key has no user (known), or
   * never.
   */
  readonly end_user: 'always' | 'known' | 'never';
  /** User who pays for logs without a payer; null if such logs wait to be assigned. */
  readonly default_user: string | null;
  /** What `response_cost` means: the provider cost, or the total. */
  readonly cost: 'provider' | 'total';
  /** Logs with a higher cost wait for review; credits, decimal text. */
  readonly cost_max: string;
  /** How long rejected logs are stored, days. */
  readonly rejected_days: number;
}

const credits = (text: string): boolean => parseAmount(text) !== null && units(text) > 0n;

/** Environment variables for LiteLLM. */
export const LITELLM_ENVIRONMENT = {
  LITELLM_END_USER: oneOf(['always', 'known', 'never'], 'known'),
  LITELLM_DEFAULT_USER: z.string().max(255, 'a user id of at most 255 characters').optional(),
  LITELLM_COST: oneOf(['provider', 'total'], 'provider'),
  LITELLM_COST_MAX: z
    .string()
    .refine(credits, 'an amount of credits above zero, such as 100')
    .transform((text) => amount(units(text)))
    .default('100.000000'),
  LITELLM_REJECTED_DAYS: whole(1, 3_650, 90),
};

/** Builds the configuration from {@link LITELLM_ENVIRONMENT}. */
export function buildLiteLlm(env: z.output<z.ZodObject<typeof LITELLM_ENVIRONMENT>>): LiteLlmConfig {
  return {
    end_user: env.LITELLM_END_USER,
    default_user: env.LITELLM_DEFAULT_USER ?? null,
    cost: env.LITELLM_COST,
    cost_max: env.LITELLM_COST_MAX,
    rejected_days: env.LITELLM_REJECTED_DAYS,
  };
}
