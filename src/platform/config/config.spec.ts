import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { embeddedSecret, loadConfig, withDatabaseUrl } from './config.js';

const secret = 's'.repeat(32);
const url = 'postgresql://u:p@db:5432/tollgate';
const fault = (env: NodeJS.ProcessEnv): string => {
  try {
    loadConfig(env);
  } catch (error) {
    return (error as Error).message;
  }
  return '';
};

describe('the configuration', () => {
  let dir: string;
  beforeAll(() => {
    dir = mkdtempSync(path.join(tmpdir(), 'tollgate-config-'));
  });
  afterAll(() => rmSync(dir, { recursive: true }));

  it('has the documented defaults', () => {
    expect(loadConfig({ JWT_SECRET: secret, DATABASE_URL: url, CORS_ORIGINS: '' })).toEqual({
      port: 8084,
      host: '0.0.0.0',
      base_path: '/api/v1',
      env: 'development',
      is_development: false,
      log_level: 'info',
      body_limit_bytes: 1_048_576,
      cors_origins: false,
      trust_proxy: false,
      webhooks: { allowed_networks: [] },
      limits: {
        requests_per_user: 3_000,
        tokens_per_user: 0,
        requests_per_address: 1_200,
        key_brake_floor: '5',
        bodies_max_bytes: 268_435_456,
      },
      shutdown: { delay_s: 5, grace_s: 25 },
      mail: { smtp: null, chat_url: null },
      metrics: { port: null, token: null },
      tracing: {
        url: null,
        headers: {},
        service_name: 'tollgate',
        resource: {},
        sampler: 'parentbased_always_on',
        sampled_share: 1,
      },
      database: {
        url,
        read_url: null,
        pool_max: 10,
        read_pool_max: 2,
        statement_timeout_ms: 15_000,
        slow_statement_ms: 1_000,
        migrate_on_start: false,
        data_dir: '.data',
      },
      auth: {
        secret,
        issuer: 'tollgate',
        audience: 'tollgate',
        jwks_uri: null,
        algorithms: ['HS256'],
        user_id_claim: 'sub',
        user_id_form: 'exact',
        forwarded_user_headers: [],
        roles_client: 'tollgate',
      },
      posting: { lanes: 2, locked_max: 5 },
      payments: { grace_days: 7, unpaid_tier: 'free', stripe: null },
      works_on_jobs: true,
      provisioning: {
        initial_tier: 'trial',
        initial_credits: '5.000000',
        trial_expires_days: 30,
        requires_email_verification: false,
        keycloak_secret: null,
        keycloak_deletion: 'suspend',
      },
      events: { retention_months: null, retired: 'drop' },
      encryption: { keys: null, is_self_made: false },
      litellm: {
        end_user: 'known',
        default_user: null,
        cost: 'provider',
        cost_max: '100.000000',
        rejected_days: 90,
      },
      openrouter: {
        base_url: 'https://openrouter.ai/api/v1',
        sync: true,
        api_key: null,
        management_key: null,
        own_key_fee_rate: '0',
        timeout_ms: 10_000,
      },
      gateway: { calls_in_flight: 32, usage_cost: 'charged', cost_comments: true },
      dashboard: {
        public_url: null,
        return_origins: [],
        client: null,
        brand: { name: 'Tollgate', logo_url: null, accent: null, support_email: null, links: [] },
      },
      calls: {
        lease_s: 45,
        heartbeat_ms: 15_000,
        hold_ttl_s: 600,
        hold_age_max_ms: 240_000,
        connections_max: 1_024,
        connection_wait_ms: 5_000,
        unread_max_ms: 60_000,
      },
    });
  });

  it('lets the shutdown begin with a fifth of the grace, or at once where the process stands alone', () => {
    const shutdownOf = (env: NodeJS.ProcessEnv) =>
      loadConfig({ JWT_SECRET: secret, DATABASE_URL: url, ...env }).shutdown;
    expect(shutdownOf({ SHUTDOWN_GRACE_S: '10' })).toEqual({ delay_s: 2, grace_s: 10 });
    expect(shutdownOf({ SHUTDOWN_DELAY_S: '15', SHUTDOWN_GRACE_S: '60' })).toEqual({ delay_s: 15, grace_s: 60 });
    expect(loadConfig({ DATA_DIR: dir }).shutdown.delay_s).toBe(0);
    expect(fault({ JWT_SECRET: secret, SHUTDOWN_DELAY_S: '25' })).toContain('SHUTDOWN_DELAY_S must be less than');
    expect(fault({ JWT_SECRET: secret, SHUTDOWN_DELAY_S: '5 s' })).toContain('SHUTDOWN_DELAY_S must be a whole number');
  });

  it('is frozen all the way down', () => {
    const config = loadConfig({ JWT_SECRET: secret, DATABASE_URL: url });
    expect(Object.isFrozen(config) && Object.isFrozen(config.database) && Object.isFrozen(config.auth.algorithms)).toBe(
      true,
    );
    expect(withDatabaseUrl(config, 'postgresql://other/x').database.url).toBe('postgresql://other/x');
  });

  it('names every bad variable at once, and no value', () => {
    const message = fault({
      PORT: '70000',
      LOG_LEVEL: 'loud',
      BODY_LIMIT_BYTES: '1e6',
      CORS_ORIGINS: 'https://a.example/path',
      TRUST_PROXY: '10.0.0.0/33',
      DATABASE_URL: 'mysql://hunter2@db/x',
      MIGRATE_ON_START: 'yes',
      JWT_SECRET: 'hunter2',
      INITIAL_CREDITS: '-1',
      INITIAL_TIER: 'Trial!',
      ENCRYPTION_KEYS: 'hunter2',
      OPENROUTER_BASE_URL: 'openrouter.ai/hunter2',
      OPENROUTER_API_KEY: 'hunter2',
    });
    for (const name of ['PORT', 'LOG_LEVEL', 'BODY_LIMIT_BYTES', 'CORS_ORIGINS', 'TRUST_PROXY', 'DATABASE_URL']) {
      expect(message).toContain(`${name} must be `);
    }
    for (const name of ['MIGRATE_ON_START', 'JWT_SECRET', 'INITIAL_CREDITS', 'INITIAL_TIER']) {
      expect(message).toContain(`${name} must be `);
    }
    for (const name of ['ENCRYPTION_KEYS', 'OPENROUTER_BASE_URL', 'OPENROUTER_API_KEY']) {
      expect(message).toContain(`${name} must be `);
    }
    expect(message).toContain('PORT must be a whole number from 0 to 65535');
    expect(message).not.toContain('hunter2');
  });

  it('wants somebody who signs tokens, and only one', () => {
    expect(fault({ DATABASE_URL: url })).toContain('JWT_SECRET or JWT_ISSUER must be set');
    expect(fault({ DATA_DIR: dir, NODE_ENV: 'production' })).toContain('JWT_SECRET or JWT_ISSUER must be set');
    expect(fault({ JWT_SECRET: secret, JWT_JWKS_URI: 'https://idp/keys' })).toContain('JWT_JWKS_URI must be absent');
    expect(fault({ JWT_ISSUER: 'https://idp' })).toContain('JWT_AUDIENCE must be set');
    expect(fault({ JWT_ISSUER: 'idp', JWT_AUDIENCE: 'x' })).toContain('JWT_ISSUER must be an http or https URL');
  });

  it('never lets a public key pass for a shared secret', () => {
    expect(fault({ JWT_ISSUER: 'https://idp', JWT_AUDIENCE: 'x', JWT_ALGORITHMS: 'RS256,HS256' })).toContain(
      'JWT_ALGORITHMS',
    );
    expect(fault({ JWT_SECRET: secret, JWT_ALGORITHMS: 'none' })).toContain('JWT_ALGORITHMS');
    expect(fault({ JWT_SECRET: secret, JWT_ALGORITHMS: 'RS256' })).toContain('JWT_ALGORITHMS');
  });

  it('reads lists', () => {
    const config = loadConfig({
      JWT_ISSUER: 'https://idp/realms/x',
      JWT_AUDIENCE: 'api',
      DATABASE_URL: url,
      CORS_ORIGINS: 'https://a.example, http://localhost:5173',
      TRUST_PROXY: '10.0.0.0/8, ::1, loopback',
      INITIAL_CREDITS: '2.5',
    });
    expect(config.cors_origins).toEqual(['https://a.example', 'http://localhost:5173']);
    expect(config.trust_proxy).toEqual(['10.0.0.0/8', '::1', 'loopback']);
    expect(config.auth).toMatchObject({ secret: null, algorithms: ['RS256', 'ES256', 'EdDSA'], roles_client: 'api' });
    expect(config.provisioning.initial_credits).toBe('2.500000');
  });

  it("traces only where it knows where to, by OpenTelemetry's own variables", () => {
    const tracing = (env: NodeJS.ProcessEnv) => loadConfig({ JWT_SECRET: secret, DATABASE_URL: url, ...env }).tracing;
    const base = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318/' };
    expect(tracing({ OTEL_EXPORTER_OTLP_ENDPOINT: '' }).url).toBeNull();
    expect(tracing(base).url).toBe('http://collector:4318/v1/traces');
    const own = { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'https://traces.example/in' };
    expect(tracing({ ...base, ...own }).url).toBe('https://traces.example/in');
    const headers = { OTEL_EXPORTER_OTLP_HEADERS: 'a=1, b=x%3Dy', OTEL_EXPORTER_OTLP_TRACES_HEADERS: 'a=2' };
    expect(tracing(headers).headers).toEqual({ a: '2', b: 'x=y' });
    const sampler = { OTEL_TRACES_SAMPLER: 'traceidratio', OTEL_TRACES_SAMPLER_ARG: '.25' };
    expect(tracing(sampler)).toMatchObject({ sampler: 'traceidratio', sampled_share: 0.25 });
    for (const [name, value] of Object.entries({
      OTEL_EXPORTER_OTLP_ENDPOINT: 'collector:4317',
      OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc',
      OTEL_EXPORTER_OTLP_HEADERS: 'a',
      OTEL_RESOURCE_ATTRIBUTES: 'a=%',
      OTEL_TRACES_SAMPLER: 'some',
      OTEL_TRACES_SAMPLER_ARG: '2',
    })) {
      expect(fault({ JWT_SECRET: secret, DATABASE_URL: url, [name]: value })).toContain(`${name} must be `);
    }
  });

  it('makes a secret of its own in the embedded mode, once, for its owner alone', () => {
    const config = loadConfig({ DATA_DIR: dir });
    expect(config.host).toBe('127.0.0.1');
    expect(config.database.url).toBeNull();
    expect(config.auth.secret).toHaveLength(64);
    expect(embeddedSecret(dir)).toBe(config.auth.secret);
    expect(statSync(path.join(dir, 'jwt-secret')).mode & 0o777).toBe(0o600);
  });

  it('makes a key for the secrets of users as well there, and nowhere else', () => {
    const { encryption } = loadConfig({ DATA_DIR: dir });
    expect(encryption).toEqual({ keys: expect.stringMatching(/^embedded:[A-Za-z0-9+/]{43}=$/), is_self_made: true });
    expect(loadConfig({ DATA_DIR: dir }).encryption).toEqual(encryption);
    expect(statSync(path.join(dir, 'encryption-keys')).mode & 0o777).toBe(0o600);
    expect(loadConfig({ DATA_DIR: dir, JWT_SECRET: secret, NODE_ENV: 'production' }).encryption.keys).toBeNull();
    const { keys } = encryption;
    expect(loadConfig({ JWT_SECRET: secret, DATABASE_URL: url, ENCRYPTION_KEYS: keys! }).encryption).toEqual({
      keys,
      is_self_made: false,
    });
  });
});
