import { z } from 'zod';
import { oneOf, webUrl, whole } from './config.values.js';

export interface OpenRouterConfig {
  readonly base_url: string;
  /** Whether its list prices are taken over every night. */
  readonly sync: boolean;
  /** The platform's own key; null: only users with a key of their own are served. */
  readonly api_key: string | null;
  /** Key that reads the platform's account, and can not make calls; null: nobody compares with its figures. */
  readonly management_key: string | null;
  /** What calls with a user's own key cost here, as a share of what the provider bills the user. */
  readonly own_key_fee_rate: string;
  /** Longest wait for an answer that is not a completion. */
  readonly timeout_ms: number;
}

/** How calls at the provider are made and kept while they run. Nobody needs to set it, but tests can not wait so long. */
export interface CallsConfig {
  /** How long a call is left alone by other instances unless its own says that it lives. */
  readonly lease_s: number;
  /** How often an instance says so. */
  readonly heartbeat_ms: number;
  readonly hold_ttl_s: number;
  /** Holds are extended long before they end. */
  readonly hold_age_max_ms: number;
  /** Connections to the provider; a call keeps one from its start to the end of its answer. */
  readonly connections_max: number;
  /** How long a call waits for one. */
  readonly connection_wait_ms: number;
  /** How long an answer in one piece is waited for after its client left. */
  readonly unread_max_ms: number;
}

/** What the gateway does as its operator wants it. */
export interface GatewayConfig {
  /** Calls of an account that may run on one instance at once; 0: any number. */
  readonly calls_in_flight: number;
  /** Which cost the usage of an answer tells: what was charged, what the provider took, or none. */
  readonly usage_cost: 'charged' | 'provider' | 'none';
  /** Whether streams tell cost and balance in a comment. */
  readonly cost_comments: boolean;
}

/** What keys of OpenRouter look like. */
export const OPENROUTER_KEY = /^sk-or-v1-[\x21-\x7E]{8,200}$/;
const key = z.string().regex(OPENROUTER_KEY, 'a key of OpenRouter, which begins with sk-or-v1-');

/** Variables of the provider, for the schema of the environment. */
export const OPENROUTER_ENVIRONMENT = {
  OPENROUTER_BASE_URL: webUrl.transform((text) => text.replace(/\/+$/, '')).default('https://openrouter.ai/api/v1'),
  OPENROUTER_TIMEOUT_MS: whole(100, 60_000, 10_000),
  OWN_KEY_FEE_RATE: z
    .string()
    .regex(/^[01](\.\d{1,10})?$/, 'a share below 2 of what the provider bills, such as 0.05')
    .default('0'),
  OPENROUTER_API_KEY: key.optional(),
  OPENROUTER_MANAGEMENT_KEY: key.optional(),
  PRICE_SYNC: oneOf(['on', 'off'], 'on'),
};

/** Variables of the gateway, for the schema of the environment. */
export const GATEWAY_ENVIRONMENT = {
  GATEWAY_CALLS_IN_FLIGHT: whole(0, 100_000, 32),
  GATEWAY_USAGE_COST: oneOf(['charged', 'provider', 'none'], 'charged'),
  GATEWAY_COST_COMMENTS: oneOf(['on', 'off'], 'on'),
};

export const CALLS: CallsConfig = {
  ...{ lease_s: 45, heartbeat_ms: 15_000, hold_ttl_s: 600, hold_age_max_ms: 240_000 },
  ...{ connections_max: 1_024, connection_wait_ms: 5_000, unread_max_ms: 60_000 },
};

/** The part of the configuration that {@link GATEWAY_ENVIRONMENT} makes. */
export const buildGateway = (env: z.output<z.ZodObject<typeof GATEWAY_ENVIRONMENT>>): GatewayConfig => ({
  calls_in_flight: env.GATEWAY_CALLS_IN_FLIGHT,
  usage_cost: env.GATEWAY_USAGE_COST,
  cost_comments: env.GATEWAY_COST_COMMENTS === 'on',
});

/** The part of the configuration that {@link OPENROUTER_ENVIRONMENT} makes. */
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
