import type { z } from 'zod';
import { positiveAmount, whole } from './config.values.js';

/** Limits on callers. */
export interface LimitsConfig {
  /** Requests per minute of an account, over all instances; 0 means no limit. Services and admins are not limited. */
  readonly requests_per_user: number;
  /** Tokens per minute of an account, over all instances; 0 means no limit. */
  readonly tokens_per_user: number;
  /** Requests per minute without valid credentials from one address, at one instance; 0 means no limit. */
  readonly requests_per_address: number;
  /** Credits that an API key can spend on a new model within five minutes before its brake looks at what is usual. */
  readonly key_brake_floor: string;
  /** Maximum bytes of large request bodies in memory. */
  readonly bodies_max_bytes: number;
}

const RATE_MAX = 1_000_000;
const TOKENS_MAX = 2_000_000_000;

/** Environment variables for HTTP. */
export const LIMITS_ENVIRONMENT = {
  RATE_LIMIT_PER_USER: whole(0, RATE_MAX, 3_000),
  TOKEN_LIMIT_PER_USER: whole(0, TOKENS_MAX, 0),
  RATE_LIMIT_PER_ADDRESS: whole(0, RATE_MAX, 1_200),
  KEY_BRAKE_FLOOR: positiveAmount('5'),
  BODIES_MAX_BYTES: whole(33_554_432, 17_179_869_184, 268_435_456),
};

export function buildLimits(env: z.output<z.ZodObject<typeof LIMITS_ENVIRONMENT>>): LimitsConfig {
  return {
    requests_per_user: env.RATE_LIMIT_PER_USER,
    tokens_per_user: env.TOKEN_LIMIT_PER_USER,
    requests_per_address: env.RATE_LIMIT_PER_ADDRESS,
    key_brake_floor: env.KEY_BRAKE_FLOOR,
    bodies_max_bytes: env.BODIES_MAX_BYTES,
  };
}
