import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { amount, parseAmount, units } from '../values/amount.js';
import { type AuthConfig, authFaults, isHeader, ownsSecret } from './auth-config.js';
import {
  isLoopback,
  isNetwork,
  isOrigin,
  list,
  NAMED_NETWORKS,
  oneOf,
  secret,
  webUrl,
  whole,
} from './config.values.js';
import { buildDatabase, DATABASE_ENVIRONMENT, type DatabaseConfig } from './database-config.js';
import { buildDashboard, DASHBOARD_ENVIRONMENT, type DashboardConfig, dashboardFaults } from './dashboard-config.js';
import { environment } from './env-file.js';
import { buildEvents, EVENTS_ENVIRONMENT, type EventsConfig } from './events-config.js';
import { buildLimits, LIMITS_ENVIRONMENT, type LimitsConfig } from './http-config.js';
import { storedSecret } from '../secrets/stored-secret.js';
import { KeyRing } from '../secrets/key-ring.js';
import { buildLiteLlm, LITELLM_ENVIRONMENT, type LiteLlmConfig } from './litellm-config.js';
import { buildMail, MAIL_ENVIRONMENT, type MailConfig, mailFaults } from './mail-config.js';
import { buildMetrics, METRICS_ENVIRONMENT, type MetricsConfig } from './metrics-config.js';
import {
  buildGateway,
  buildOpenRouter,
  CALLS,
  type CallsConfig,
  GATEWAY_ENVIRONMENT,
  type GatewayConfig,
  OPENROUTER_ENVIRONMENT,
  type OpenRouterConfig,
} from './openrouter-config.js';
import { buildPayments, PAYMENTS_ENVIRONMENT, type PaymentsConfig, paymentsFaults } from './payments-config.js';
import { buildShutdown, SHUTDOWN_ENVIRONMENT, type ShutdownConfig, shutdownFaults } from './shutdown-config.js';
import { buildTracing, TRACING_ENVIRONMENT, type TracingConfig } from './tracing-config.js';
import { buildWebhooks, WEBHOOKS_ENVIRONMENT, type WebhooksConfig } from './webhooks-config.js';
import { USER_ID_FORMS } from '../values/user-id.js';
import { readFiles } from './variable-files.js';

/** Injection token of the {@link Config}. */
export const CONFIG = Symbol('config');

/** All settings, parsed once at startup. No other code reads the environment. */
export interface Config {
  readonly port: number;
  readonly host: string;
  readonly base_path: '/api/v1';
  readonly env: 'production' | 'development' | 'test';
  /**
   * Whether the service is for one developer: embedded database, own secret, loopback only, not production. Only then
   * does it hand out tokens.
   */
  readonly is_development: boolean;
  readonly log_level: (typeof LOG_LEVELS)[number];
  readonly body_limit_bytes: number;
  /** Origins that browsers can call from; `*` means any, false means none. */
  readonly cors_origins: readonly string[] | false;
  /** Networks of the proxies whose X-Forwarded-For is trusted; false means none. Counting proxies would not be safe. */
  readonly trust_proxy: readonly string[] | false;
  readonly limits: LimitsConfig;
  readonly shutdown: ShutdownConfig;
  readonly metrics: MetricsConfig;
  readonly tracing: TracingConfig;
  readonly database: DatabaseConfig;
  readonly events: EventsConfig;
  readonly auth: AuthConfig;
  readonly posting: PostingConfig;
  readonly payments: PaymentsConfig;
  /** Whether this process runs jobs, or leaves them to `tollgate worker`. */
  readonly works_on_jobs: boolean;
  readonly provisioning: {
    readonly initial_tier: string;
    readonly initial_credits: string;
    /** Days after which initial credits of a trial expire; null if they do not. */
    readonly trial_expires_days: number | null;
    /** Whether gifts to new users wait until their addresses are verified. */
    readonly requires_email_verification: boolean;
    /** Secret that Keycloak signs its events with; null if events are not accepted. */
    readonly keycloak_secret: string | null;
    /** What happens to the account of a user who is deleted in Keycloak. */
    readonly keycloak_deletion: (typeof DELETIONS)[number];
  };
  readonly encryption: EncryptionConfig;
  readonly openrouter: OpenRouterConfig;
  readonly gateway: GatewayConfig;
  readonly litellm: LiteLlmConfig;
  readonly calls: CallsConfig;
  readonly dashboard: DashboardConfig;
  readonly webhooks: WebhooksConfig;
  readonly mail: MailConfig;
}

export interface EncryptionConfig {
  /** Input for {@link KeyRing.parse}; null if users' secrets cannot be stored. */
  readonly keys: string | null;
  /** Whether the embedded mode generated the key. */
  readonly is_self_made: boolean;
}

export interface PostingConfig {
  /** Number of concurrent batches; users are spread over them. */
  readonly lanes: number;
  /** Maximum concurrent transactions on the locked path. */
  readonly locked_max: number;
}

const DELETIONS = ['suspend', 'erase', 'ignore'] as const;
const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
const SECRET_MIN_CHARACTERS = 32;
const KEYS_SHOULD = 'keys such as 2026:BASE64 with 32 bytes each, separated by commas, the current one first';

/**
 * Reads the configuration, by default from the environment and `.env`. Empty variables count as not set.
 * @throws Error naming every invalid variable and the expected value; values are not repeated, because some are secret
 */
export function loadConfig(env: NodeJS.ProcessEnv = environment()): Config {
  const nonEmpty = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== ''));
  const { given, faults: fileFaults } = readFiles(nonEmpty, Object.keys(ENVIRONMENT.shape));
  const parsed = ENVIRONMENT.safeParse(given);
  const faults = [
    ...fileFaults,
    ...(parsed.error?.issues ?? []).map((i) => `${i.path.join('.')} must be ${i.message}`),
    ...authFaults(given),
    ...paymentsFaults(given),
    ...dashboardFaults(given),
    ...shutdownFaults(given),
    ...mailFaults(given, ownsSecret(given)),
  ];
  if (!parsed.success || faults.length > 0) {
    throw new Error(`The configuration is invalid:\n${faults.map((fault) => `  ${fault}`).join('\n')}`);
  }
  return deepFreeze(build(parsed.data));
}

/** Returns the same configuration with the address of a database that was started later. */
export function withDatabaseUrl(config: Config, url: string): Config {
  return deepFreeze({ ...config, database: { ...config.database, url } });
}

/** Returns the same configuration with tracing disabled. */
export function withoutTraces(config: Config): Config {
  return deepFreeze({ ...config, tracing: { ...config.tracing, url: null } });
}

/**
 * Returns the secret that the embedded mode signs its tokens with. It is generated once and stored in
 * `<dataDir>/jwt-secret`.
 */
export function embeddedSecret(dataDir: string): string {
  const should = `contain at least ${SECRET_MIN_CHARACTERS} characters`;
  const isLong = (text: string): boolean => text.length >= SECRET_MIN_CHARACTERS;
  return storedSecret(dataDir, 'jwt-secret', () => randomBytes(48).toString('base64url'), isLong, should);
}

/**
 * Returns the key that the embedded mode encrypts users' secrets with. It is generated once and stored in
 * `<dataDir>/encryption-keys`.
 */
function embeddedKeys(dataDir: string): string {
  const isRing = (text: string): boolean => KeyRing.parse(text) !== null;
  return storedSecret(dataDir, 'encryption-keys', () => KeyRing.make('embedded'), isRing, `contain ${KEYS_SHOULD}`);
}

const ENVIRONMENT = z.object({
  PORT: whole(0, 65_535, 8084),
  HOST: z.string().optional(),
  NODE_ENV: oneOf(['production', 'development', 'test'], 'development'),
  LOG_LEVEL: oneOf(LOG_LEVELS, 'info'),
  BODY_LIMIT_BYTES: whole(1_024, 104_857_600, 1_048_576),
  CORS_ORIGINS: list(isOrigin, 'origins such as https://app.example.com, separated by commas, or *').optional(),
  TRUST_PROXY: list(
    isNetwork,
    `networks such as 10.0.0.0/8 or ${NAMED_NETWORKS.join(', ')}, separated by commas`,
  ).optional(),
  ...DATABASE_ENVIRONMENT,
  ...EVENTS_ENVIRONMENT,
  JWT_SECRET: secret(SECRET_MIN_CHARACTERS).optional(),
  JWT_ISSUER: z.string().optional(),
  JWT_AUDIENCE: z.string().optional(),
  JWT_JWKS_URI: webUrl.optional(),
  JWT_ALGORITHMS: z
    .string()
    .transform((text) => text.split(',').map((item) => item.trim()))
    .optional(),
  JWT_USER_ID_CLAIM: z.string().default('sub'),
  JWT_ROLES_CLIENT: z.string().optional(),
  USER_ID_FORM: oneOf(USER_ID_FORMS, 'exact'),
  FORWARDED_USER_HEADERS: list(isHeader, 'names of headers, separated by commas').optional(),
  POSTING_LANES: whole(1, 16, 2),
  JOBS: oneOf(['on', 'off'], 'on'),
  INITIAL_TIER: z
    .string()
    .regex(/^[a-z][a-z0-9_-]{0,63}$/, 'the code of a tier, such as trial')
    .default('trial'),
  INITIAL_CREDITS: z
    .string()
    .refine((text) => parseAmount(text) !== null && units(text) >= 0n, 'an amount of credits, such as 5 or 2.50')
    .transform((text) => amount(units(text)))
    .default('5.000000'),
  TRIAL_EXPIRES_DAYS: whole(0, 3650, 30),
  REQUIRE_EMAIL_VERIFICATION: oneOf(['true', 'false'], 'false'),
  KEYCLOAK_DELETION: oneOf(DELETIONS, 'suspend'),
  KEYCLOAK_WEBHOOK_SECRET: secret(16).optional(),
  ENCRYPTION_KEYS: z
    .string()
    .refine((text) => KeyRing.parse(text) !== null, KEYS_SHOULD)
    .optional(),
  ...LIMITS_ENVIRONMENT,
  ...SHUTDOWN_ENVIRONMENT,
  ...METRICS_ENVIRONMENT,
  ...TRACING_ENVIRONMENT,
  ...OPENROUTER_ENVIRONMENT,
  ...GATEWAY_ENVIRONMENT,
  ...LITELLM_ENVIRONMENT,
  ...PAYMENTS_ENVIRONMENT,
  ...DASHBOARD_ENVIRONMENT,
  ...WEBHOOKS_ENVIRONMENT,
  ...MAIL_ENVIRONMENT,
});

function build(env: z.output<typeof ENVIRONMENT>): Config {
  const embedded = env.DATABASE_URL === undefined;
  const host = env.HOST ?? (embedded ? '127.0.0.1' : '0.0.0.0');
  const auth = buildAuth(env);
  const is_development = embedded && env.NODE_ENV !== 'production' && isLoopback(host) && auth.secret !== null;
  return {
    port: env.PORT,
    host,
    base_path: '/api/v1',
    env: env.NODE_ENV,
    is_development,
    log_level: env.LOG_LEVEL,
    body_limit_bytes: env.BODY_LIMIT_BYTES,
    cors_origins: env.CORS_ORIGINS ?? false,
    trust_proxy: env.TRUST_PROXY ?? false,
    limits: buildLimits(env),
    shutdown: buildShutdown(env, embedded),
    database: buildDatabase(env),
    events: buildEvents(env),
    metrics: buildMetrics(env),
    tracing: buildTracing(env),
    auth,
    // half of the pool, so that reads and batches never wait behind the locked path
    posting: { lanes: env.POSTING_LANES, locked_max: Math.max(1, Math.floor(env.DATABASE_POOL_MAX / 2)) },
    payments: buildPayments(env),
    works_on_jobs: env.JOBS === 'on',
    provisioning: {
      initial_tier: env.INITIAL_TIER,
      initial_credits: env.INITIAL_CREDITS,
      trial_expires_days: env.TRIAL_EXPIRES_DAYS || null,
      requires_email_verification: env.REQUIRE_EMAIL_VERIFICATION === 'true',
      keycloak_secret: env.KEYCLOAK_WEBHOOK_SECRET ?? null,
      keycloak_deletion: env.KEYCLOAK_DELETION,
    },
    encryption: buildEncryption(env),
    openrouter: buildOpenRouter(env),
    gateway: buildGateway(env),
    litellm: buildLiteLlm(env),
    calls: CALLS,
    dashboard: buildDashboard(env),
    webhooks: buildWebhooks(env, is_development),
    mail: buildMail(env),
  };
}

function buildEncryption(env: z.output<typeof ENVIRONMENT>): EncryptionConfig {
  const is_self_made = env.ENCRYPTION_KEYS === undefined && ownsSecret(env);
  return { keys: is_self_made ? embeddedKeys(env.DATA_DIR) : (env.ENCRYPTION_KEYS ?? null), is_self_made };
}

function buildAuth(env: z.output<typeof ENVIRONMENT>): AuthConfig {
  const ofProvider = env.JWT_SECRET === undefined && env.JWT_ISSUER !== undefined;
  const audience = env.JWT_AUDIENCE ?? 'tollgate';
  return {
    secret: ofProvider ? null : (env.JWT_SECRET ?? embeddedSecret(env.DATA_DIR)),
    issuer: env.JWT_ISSUER ?? 'tollgate',
    audience,
    jwks_uri: env.JWT_JWKS_URI ?? null,
    algorithms: env.JWT_ALGORITHMS ?? (ofProvider ? ['RS256', 'ES256', 'EdDSA'] : ['HS256']),
    user_id_claim: env.JWT_USER_ID_CLAIM,
    user_id_form: env.USER_ID_FORM,
    forwarded_user_headers: (env.FORWARDED_USER_HEADERS ?? []).map((name) => name.toLowerCase()),
    roles_client: env.JWT_ROLES_CLIENT ?? audience,
  };
}

function deepFreeze<T extends object>(value: T): T {
  for (const member of Object.values(value)) {
    if (typeof member === 'object' && member !== null) deepFreeze(member as object);
  }
  return Object.freeze(value);
}
