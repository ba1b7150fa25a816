import { z } from 'zod';
import { oneOf, webUrl, whole } from './config.values.js';

export interface OpenRouterConfig {
  readonly base_url: string;
  /** Whether OpenRouter's list prices are imported every night. */
  readonly sync: boolean;
  /** The platform's key; null if only users with their own key are served. */
  readonly api_key: string | null;
  /** Management key, which reads the platform's account but cannot make calls; null disables the usage comparison. */
  readonly management_key: string | null;
  /** Fee for calls with the user's own key, as a fraction of what the provider bills the user. */
  readonly own_key_fee_rate: string;
  /** Timeout of requests other than completions. */
  readonly timeout_ms: number;
}

/** Timing of gateway calls. Not configurable by operators; tests use shorter times. */
export interface CallsConfig {
  /** Duration of the lease that an instance holds for a call it handles. */
  readonly lease_s: number;
  /** Interval at which an instance renews its leases. */
  readonly heartbeat_ms: number;
  readonly hold_ttl_s: number;
  /** Age at which a hold is extended, well before it expires. */
  readonly hold_age_max_ms: number;
  /** Maximum connections to the provider; a call uses one until its response ends. */
  readonly connections_max: number;
  /** How long a call waits for a connection. */
  readonly connection_wait_ms: number;
  /** How long a response that is not streamed is awaited after its client disconnected. */
  readonly unread_max_ms: number;
}

/** Settings of the gateway. */
export interface GatewayConfig {
  /** Maximum concurrent calls of one account per instance; 0 means no limit. */
  readonly calls_in_flight: number;
  /** Which cost `usage.cost` of a response reports: the charge, the provider cost, or none. */
  readonly usage_cost: 'charged' | 'provider' | 'none';
  /** Whether streams report cost and balance in a comment. */
  readonly cost_comments: boolean;
}

/** Format of OpenRouter keys. */
export const OPENROUTER_KEY = /^sk-or-v1-[\x21-\x7E]{8,200}$/;
const key = z.string().regex(OPENROUTER_KEY, 'an OpenRouter key, which starts with sk-or-v1-');

/** Environment variables for OpenRouter. */
export const OPENROUTER_ENVIRONMENT = {
  OPENROUTER_BASE_URL: webUrl.transform((text) => text.replace(/\/+$/, '')).default('https://openrouter.ai/api/v1'),
  OPENROUTER_TIMEOUT_MS: whole(100, 60_000, 10_000),
  OWN_KEY_FEE_RATE: z
    .string()
    .regex(/^[01](\.\d{1,10})?$/, 'a fraction below 2 of what the provider bills, such as 0.05')
    .default('0'),
  OPENROUTER_API_KEY: key.optional(),
  OPENROUTER_MANAGEMENT_KEY: key.optional(),
  PRICE_SYNC: oneOf(['on', 'off'], 'on'),
};

/** Environment variables for the gateway. */
export const GATEWAY_ENVIRONMENT = {
  GATEWAY_CALLS_IN_FLIGHT: whole(0, 100_000, 32),
  GATEWAY_USAGE_COST: oneOf(['charged', 'provider', 'none'], 'charged'),
  GATEWAY_COST_COMMENTS: oneOf(['on', 'off'], 'on'),
};

export const CALLS: CallsConfig = {
  lease_s: 45,
  heartbeat_ms: 15_000,
  hold_ttl_s: 600,
  hold_age_max_ms: 240_000,
  connections_max: 1_024,
  connection_wait_ms: 5_000,
  unread_max_ms: 60_000,
};

/** Builds the configuration from {@link GATEWAY_ENVIRONMENT}. */
export const buildGateway = (env: z.output<z.ZodObject<typeof GATEWAY_ENVIRONMENT>>): GatewayConfig => ({
  calls_in_flight: env.GATEWAY_CALLS_IN_FLIGHT,
  usage_cost: env.GATEWAY_USAGE_COST,
  cost_comments: env.GATEWAY_COST_COMMENTS === 'on',
});

/** Builds the configuration from {@link OPENROUTER_ENVIRONMENT}. */
export function buildOpenRouter(env: z.output<z.ZodObject<typeof OPENROUTER_ENVIRONMENT>>): OpenRouterConfig {
  return {
    base_url: env.OPENROUTER_BASE_URL,
    sync: env.PRICE_SYNC === 'on',
    api_key: env.OPENROUTER_API_KEY ?? null,
    management_key: env.OPENROUTER_MANAGEMENT_KEY ?? null,
    own_key_fee_rate: env.OWN_KEY_FEE_RATE,
    timeout_ms: env.OPENROUTER_TIMEOUT_MS,
  };
}
