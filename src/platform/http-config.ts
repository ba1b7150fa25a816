import type { z } from 'zod';
import { whole } from './config.values.js';

/** How much of the service callers may take. Limits hold for each instance by itself. */
export interface LimitsConfig {
  /** Requests a minute of one plain user; 0 is no limit. Services and admins have none. */
  readonly requests_per_user: number;
  /** Requests a minute without valid credentials from one address; 0 is no limit. */
  readonly requests_per_address: number;
  /** Bytes of large request bodies in memory at once. */
  readonly bodies_max_bytes: number;
}

const RATE_MAX = 1_000_000;

/** Variables of HTTP, for the schema of the environment. */
export const LIMITS_ENVIRONMENT = {
  RATE_LIMIT_PER_USER: whole(0, RATE_MAX, 3_000),
  RATE_LIMIT_PER_ADDRESS: whole(0, RATE_MAX, 1_200),
  BODIES_MAX_BYTES: whole(33_554_432, 17_179_869_184, 268_435_456),
};

export function buildLimits(env: z.output<z.ZodObject<typeof LIMITS_ENVIRONMENT>>): LimitsConfig {
  return {
    requests_per_user: env.RATE_LIMIT_PER_USER,
    requests_per_address: env.RATE_LIMIT_PER_ADDRESS,
    bodies_max_bytes: env.BODIES_MAX_BYTES,
  };
}
