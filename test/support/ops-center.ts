import pg from 'pg';
import { createEmptyDatabase } from './database.js';
import { fernetToken } from './fernet.js';

/** The tables of Ops-Center's documents. */
const OF_DOCUMENTS = `
  CREATE TABLE user_credits (user_id varchar(255) PRIMARY KEY, balance numeric(10,2) NOT NULL,
    allocated_monthly numeric(10,2) NOT NULL DEFAULT 0, bonus_credits numeric(10,2) NOT NULL DEFAULT 0,
    free_tier_used numeric(10,2) NOT NULL DEFAULT 0, reset_date timestamp NOT NULL, tier varchar(50),
    last_updated timestamp DEFAULT now(), created_at timestamp DEFAULT now());
  CREATE TABLE credit_transactions (id serial PRIMARY KEY, user_id varchar(255) NOT NULL, amount numeric(10,2) NOT NULL,
    balance_after numeric(10,2) NOT NULL, transaction_type varchar(50) NOT NULL);
  CREATE TABLE openrouter_accounts (user_id varchar(255) PRIMARY KEY, openrouter_key varchar(500) NOT NULL,
    openrouter_email varchar(255), free_credits_remaining numeric(10,2), is_active boolean DEFAULT true);
  CREATE TABLE coupon_codes (code varchar(50) PRIMARY KEY, coupon_type varchar(50) NOT NULL, value numeric(10,2) NOT NULL,
    description text, max_uses integer, used_count integer DEFAULT 0, expires_at timestamp, is_active boolean DEFAULT true,
    created_by varchar(255), created_at timestamp DEFAULT now());
  CREATE TABLE coupon_redemptions (id serial PRIMARY KEY, coupon_code varchar(50) NOT NULL, user_id varchar(255) NOT NULL,
    credits_awarded numeric(10,2), metadata jsonb, redeemed_at timestamp DEFAULT now());
  CREATE TABLE usage_events (id serial PRIMARY KEY, user_id varchar(255), service varchar(100) NOT NULL,
    model varchar(200), tokens_used integer, provider_cost numeric(10,4), platform_markup numeric(10,4),
    total_cost numeric(12,6), is_free_tier boolean DEFAULT false, request_metadata jsonb, created_at timestamp NOT NULL);
  CREATE TABLE model_access_control (id serial PRIMARY KEY, model_id varchar(255) NOT NULL UNIQUE, display_name varchar(255),
    enabled boolean DEFAULT true, pricing jsonb, context_length integer, max_output_tokens integer);
  CREATE TABLE user_api_keys (id serial PRIMARY KEY, user_id varchar(255));`;

/** The tables of Ops-Center's first migration; here costs are floats. */
const OF_MIGRATION = `
  CREATE TABLE user_credits (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), user_id uuid UNIQUE NOT NULL,
    credits_remaining numeric(12,6) NOT NULL, credits_allocated numeric(12,6) NOT NULL DEFAULT 0,
    tier varchar(50) NOT NULL DEFAULT 'free', monthly_cap numeric(12,6), last_reset timestamptz DEFAULT now());
  CREATE TABLE coupon_codes (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), code varchar(50) UNIQUE NOT NULL,
    discount_type varchar(20) NOT NULL, discount_value numeric(10,2) NOT NULL, max_uses integer, times_used integer);
  CREATE TABLE usage_events (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), user_id varchar(255) NOT NULL,
    event_type varchar(50) NOT NULL, service varchar(50) NOT NULL, provider varchar(100), model varchar(200),
    tokens_used integer, cost double precision, success boolean DEFAULT true, created_at timestamptz DEFAULT now());`;

/** A database of another system, for a spec to change. */
export interface SourceDatabase {
  url: string;
  sql: (text: string, values?: unknown[]) => Promise<Record<string, unknown>[]>;
  close: () => Promise<void>;
}

/** A database with the given tables and rows. */
export async function sourceDatabase(tables: string): Promise<SourceDatabase> {
  const database = await createEmptyDatabase();
  const pool = new pg.Pool({ connectionString: database.url, max: 2, options: '-c TimeZone=America/New_York' });
  pool.on('error', () => undefined);
  await pool.query(tables);
  return {
    url: database.url,
    sql: async (text, values) => (await pool.query<Record<string, unknown>>(text, values)).rows,
    close: async () => {
      await pool.end();
      await database.drop();
    },
  };
}

/** Ops-Center as its documents show it, with the rows that real ones have. */
export async function opsCenterOfDocuments(fernet: Buffer, api_key: string): Promise<SourceDatabase> {
  const source = await sourceDatabase(OF_DOCUMENTS);
  await source.sql(`
    INSERT INTO user_credits (user_id, balance, allocated_monthly, bonus_credits, reset_date, tier, created_at) VALUES
      ('ann@example.com', 45.50, 60, 5, now() + interval '10 days', 'professional', '2025-10-01'),
      ('Zoë-Ω-用户', 3.01, 5, 0, '2025-01-01', 'trial', '2024-12-01'),
      ('broke', 0, 0, 0, now() + interval '5 days', NULL, now()),
      ('owes', -2.50, 20, 0, now() + interval '5 days', 'starter', now()),
      ('vip', 12, 0, 0, now() + interval '5 days', 'vip_founder', now()),
      (' blank ', 9, 0, 0, now(), 'trial', now())`);
  await source.sql(`
    INSERT INTO usage_events (user_id, service, model, tokens_used, provider_cost, platform_markup, total_cost, is_free_tier, created_at)
    VALUES ('ann@example.com', 'openrouter', 'gpt-4', 2500, 1.14, 0.11, 1.25, false, '2025-10-23 23:30:00'),
      ('ann@example.com', 'LLM Chat', 'gpt-4', 10, NULL, NULL, 0.000053, false, '2025-10-24 00:30:00'),
      ('ann@example.com', 'litellm', 'llama-3.1-70b:free', 500, 0, 0, 0, true, '2025-10-24 01:00:00'),
      ('ann@example.com', 'tts', NULL, NULL, NULL, NULL, NULL, false, '2025-10-24 02:00:00'),
      ('gone-long-ago', 'stt', 'whisper', NULL, NULL, NULL, 0.10, false, '2024-02-29 12:00:00'),
      ('Zoë-Ω-用户', 'openrouter', 'gpt-4', 7, NULL, NULL, 0.5, true, '2025-10-24 02:00:00'),
      ('Zoë-Ω-用户', 'openrouter', 'a:free', 7, NULL, NULL, 0.5, false, '2025-10-24 02:00:00'),
      ('Zoë-Ω-用户', 'openrouter', 'gpt-4', -7, NULL, NULL, 0.5, false, '2025-10-24 02:00:00'),
      (NULL, 'openrouter', 'gpt-4', 7, NULL, NULL, 0.5, false, '2025-10-24 02:00:00')`);
  await source.sql(
    `INSERT INTO openrouter_accounts (user_id, openrouter_key, openrouter_email, is_active)
     VALUES ('ann@example.com', $1, 'ann@example.com', true), ('vip', 'no token', NULL, true), ('broke', $1, NULL, false)`,
    [fernetToken(fernet, api_key)],
  );
  await source.sql(`
    INSERT INTO coupon_codes (code, coupon_type, value, description, max_uses, used_count, expires_at, is_active) VALUES
      ('UC-WELCOME50', 'credit_bonus', 50, 'Welcome', 100, 1, NULL, true),
      ('OLD', 'percentage_discount', 20, NULL, 5, 9, '2099-12-31', false),
      ('MONTH', 'free_month', 30, NULL, NULL, 0, NULL, true),
      ('HALF-OFF', 'percentage_discount', 150, NULL, 1, 0, NULL, true)`);
  await source.sql(`
    INSERT INTO coupon_redemptions (coupon_code, user_id, credits_awarded, redeemed_at)
    VALUES ('UC-WELCOME50', 'ann@example.com', 50, '2025-10-23'), ('HALF-OFF', 'vip', 0, '2025-10-23')`);
  await source.sql(`
    INSERT INTO model_access_control (model_id, display_name, enabled, pricing, context_length) VALUES
      ('acme/chat', 'Acme Chat', true, '{"input_per_1k": 0.0005, "output_per_1k": 0.0015}', 8192),
      ('acme/local', 'Local', true, '{"input_per_1k": 0, "output_per_1k": 0}', NULL),
      ('acme/odd', 'Odd', true, '{"unit": "1M tokens"}', NULL), ('acme/off', 'Off', false, '{"input_per_1k": 1}', NULL)`);
  await source.sql(`INSERT INTO user_api_keys (user_id) VALUES ('ann@example.com'), ('vip')`);
  return source;
}

/** Ops-Center as its first migration made it, with `events` pieces of work of 10 users. */
export async function opsCenterOfMigration(events: number): Promise<SourceDatabase> {
  const source = await sourceDatabase(OF_MIGRATION);
  await source.sql(`
    INSERT INTO user_credits (user_id, credits_remaining, credits_allocated, tier)
    SELECT md5(n::text)::uuid, n + 0.000053, 20, 'starter' FROM generate_series(1, 10) n`);
  await source.sql(
    `INSERT INTO usage_events (user_id, event_type, service, model, tokens_used, cost, created_at)
     SELECT md5((n % 10 + 1)::text)::uuid::text, 'usage', 'litellm', 'gpt-4', n, n * 0.1 / 3, '2025-06-01'::timestamptz + n * interval '1 minute'
     FROM generate_series(1, $1::int) n`,
    [events],
  );
  await source.sql(`
    INSERT INTO coupon_codes (code, discount_type, discount_value, max_uses, times_used)
    VALUES ('TEN', 'percentage', 10, 5, 2), ('FIVER', 'fixed', 5, NULL, NULL)`);
  return source;
}
