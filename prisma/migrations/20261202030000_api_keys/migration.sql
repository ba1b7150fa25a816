-- CreateEnum
CREATE TYPE "api_key_role" AS ENUM ('user', 'service');

-- CreateTable
CREATE TABLE "api_keys" (
    "id" UUID NOT NULL DEFAULT tollgate_uuid7(clock_timestamp()),
    "user_id" VARCHAR(255) NOT NULL,
    "name" VARCHAR(100) NOT NULL,
    "prefix" VARCHAR(16),
    "start" VARCHAR(32) NOT NULL,
    "key_hash" CHAR(64) NOT NULL,
    "hash_alg" VARCHAR(64) NOT NULL,
    "previous_hash" CHAR(64),
    "previous_hash_alg" VARCHAR(64),
    "previous_expires_at" TIMESTAMPTZ(3),
    "rotated_at" TIMESTAMPTZ(3),
    "role" "api_key_role" NOT NULL DEFAULT 'user',
    "member_id" VARCHAR(255),
    "scopes" TEXT[],
    "allowed_models" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "denied_models" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "allowed_services" VARCHAR(64)[] DEFAULT ARRAY[]::VARCHAR(64)[],
    "allowed_cidrs" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "tags" VARCHAR(64)[] DEFAULT ARRAY[]::VARCHAR(64)[],
    "metadata" JSONB NOT NULL DEFAULT '{}',
    "requests_per_minute" INTEGER,
    "tokens_per_minute" INTEGER,
    "expires_at" TIMESTAMPTZ(3),
    "paused_at" TIMESTAMPTZ(3),
    "paused_reason" VARCHAR(500),
    "revoked_at" TIMESTAMPTZ(3),
    "last_used_at" TIMESTAMPTZ(3),
    "last_used_ip" VARCHAR(64),
    "created_by" VARCHAR(255) NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "changed_at" TIMESTAMPTZ(6),

    CONSTRAINT "api_keys_pkey" PRIMARY KEY ("id","user_id")
);

-- CreateIndex
CREATE INDEX "api_keys_user_id_created_at_id_idx" ON "api_keys"("user_id", "created_at" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "api_keys_key_hash_idx" ON "api_keys"("key_hash");

-- CreateIndex
CREATE INDEX "api_keys_previous_hash_idx" ON "api_keys"("previous_hash") WHERE (previous_hash IS NOT NULL);

-- CreateIndex
CREATE INDEX "api_keys_changed_at_idx" ON "api_keys"("changed_at") WHERE (changed_at IS NOT NULL);

COMMENT ON TYPE "api_key_role" IS 'What an API key acts as. A key of role user acts on its own account; a key of role service meters and charges for any user.';
COMMENT ON TABLE "api_keys" IS 'An API key: a long-lived credential of a user or a backend, limited to scopes, models, services and addresses.';
COMMENT ON COLUMN "api_keys"."id" IS 'UUIDv7 of the key. It never changes, not even when the secret is rotated.';
COMMENT ON COLUMN "api_keys"."user_id" IS 'User that the key acts as.';
COMMENT ON COLUMN "api_keys"."name" IS 'Name for people.';
COMMENT ON COLUMN "api_keys"."prefix" IS 'Prefix of the secret; null for an imported key.';
COMMENT ON COLUMN "api_keys"."start" IS 'How the secret starts, so that people recognise it.';
COMMENT ON COLUMN "api_keys"."key_hash" IS 'Digest of the secret.';
COMMENT ON COLUMN "api_keys"."hash_alg" IS 'How key_hash was computed: sha256 for an imported key until its first use, otherwise hmac-sha256 and the encryption key.';
COMMENT ON COLUMN "api_keys"."previous_hash" IS 'Digest of the secret before the last rotation.';
COMMENT ON COLUMN "api_keys"."previous_hash_alg" IS 'How previous_hash was computed.';
COMMENT ON COLUMN "api_keys"."previous_expires_at" IS 'When the secret before the last rotation stops working; null if the key was never rotated.';
COMMENT ON COLUMN "api_keys"."rotated_at" IS 'When the secret was last rotated.';
COMMENT ON COLUMN "api_keys"."role" IS 'What the key acts as.';
COMMENT ON COLUMN "api_keys"."member_id" IS 'Member whose work the key does, when an organization pays; otherwise null.';
COMMENT ON COLUMN "api_keys"."scopes" IS 'What the key can be used for.';
COMMENT ON COLUMN "api_keys"."allowed_models" IS 'Model ids and id prefixes (`openai/*`) that the key can call; an empty list allows every model.';
COMMENT ON COLUMN "api_keys"."denied_models" IS 'Model ids and id prefixes that the key cannot call, even if they are allowed.';
COMMENT ON COLUMN "api_keys"."allowed_services" IS 'Services that the key can charge and report usage for; an empty list allows every service.';
COMMENT ON COLUMN "api_keys"."allowed_cidrs" IS 'Addresses and networks from which the key works; an empty list allows every address.';
COMMENT ON COLUMN "api_keys"."tags" IS 'Tags of everything that the key does, before those of the request.';
COMMENT ON COLUMN "api_keys"."metadata" IS 'Metadata attached by the owner.';
COMMENT ON COLUMN "api_keys"."requests_per_minute" IS 'Requests that the key can send per minute, counted over all instances; null for no limit.';
COMMENT ON COLUMN "api_keys"."tokens_per_minute" IS 'Tokens that the key can use per minute, counted over all instances; null for no limit.';
COMMENT ON COLUMN "api_keys"."expires_at" IS 'When the key expires; null for never.';
COMMENT ON COLUMN "api_keys"."paused_at" IS 'When the key was paused; null if it is not paused.';
COMMENT ON COLUMN "api_keys"."paused_reason" IS 'Why the key is paused.';
COMMENT ON COLUMN "api_keys"."revoked_at" IS 'When the key was revoked; null if it was not.';
COMMENT ON COLUMN "api_keys"."last_used_at" IS 'When the key was last used, to the minute.';
COMMENT ON COLUMN "api_keys"."last_used_ip" IS 'Address from which it was then used.';
COMMENT ON COLUMN "api_keys"."created_by" IS 'Actor who created the key.';
COMMENT ON COLUMN "api_keys"."created_at" IS 'When the key was created.';
COMMENT ON COLUMN "api_keys"."changed_at" IS 'When the key was last changed, for instances that have it in memory; null if never.';

ALTER TABLE "api_keys"
  ADD CONSTRAINT "api_keys_scopes_check" CHECK (cardinality("scopes") > 0),
  ADD CONSTRAINT "api_keys_tags_check" CHECK (cardinality("tags") <= 10),
  ADD CONSTRAINT "api_keys_previous_check" CHECK (("previous_hash" IS NULL) = ("previous_hash_alg" IS NULL)),
  ADD CONSTRAINT "api_keys_paused_check" CHECK ("paused_reason" IS NULL OR "paused_at" IS NOT NULL);

-- Instances keep the keys that they have verified in memory, and drop those that were changed since. A use is no change.
CREATE FUNCTION tollgate_api_key_changed() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
  NEW.changed_at := clock_timestamp();
  RETURN NEW;
END;
$$;

CREATE TRIGGER api_keys_changed BEFORE UPDATE OF user_id, previous_hash, previous_expires_at, rotated_at, role, member_id,
  scopes, allowed_models, denied_models, allowed_services, allowed_cidrs, tags, requests_per_minute, tokens_per_minute,
  expires_at, paused_at, revoked_at, name, paused_reason ON api_keys
FOR EACH ROW EXECUTE FUNCTION tollgate_api_key_changed();

-- The keys of a person who is erased remain as revoked rows without secrets, so that every instance learns of their end.
CREATE OR REPLACE FUNCTION tollgate_erase_account(owner text, pseudonym text) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
  -- roll-ups wait, so that sums, events and ledger lines change together
  PERFORM FROM usage_rollups ORDER BY name DESC FOR UPDATE;
  PERFORM FROM hourly_rollups FOR UPDATE;
  UPDATE credit_transactions SET user_id = pseudonym, description = NULL, request_id = NULL,
    tags = NULL, metadata = tollgate_impersonal(metadata), actor = CASE WHEN actor = owner THEN pseudonym ELSE actor END
  WHERE user_id = owner;
  UPDATE audit_logs SET user_id = pseudonym, request_id = NULL, ip = NULL, metadata = '{}',
    resource_id = CASE WHEN resource_id = owner THEN pseudonym ELSE resource_id END,
    actor = CASE WHEN actor = owner THEN pseudonym ELSE actor END
  WHERE user_id = owner;
  UPDATE credit_transactions SET actor = pseudonym WHERE actor = owner;
  UPDATE audit_logs SET actor = pseudonym WHERE actor = owner;
  UPDATE credit_holds SET user_id = pseudonym, metadata = '{}', tags = NULL, work_id = NULL, work_progress = NULL
  WHERE user_id = owner;
  UPDATE credit_holds SET actor = pseudonym WHERE actor = owner;
  UPDATE usage_events SET user_id = pseudonym, metadata = '{}', tags = NULL, session_id = NULL, request_id = id::text,
    content_hash = NULL
  WHERE user_id = owner;
  DELETE FROM usage_event_names WHERE user_id = owner;
  DELETE FROM usage_sessions WHERE user_id = owner;
  DELETE FROM idempotency_keys WHERE user_id = owner;
  DELETE FROM call_answers WHERE user_id = owner;
  DELETE FROM portal_sessions WHERE user_id = owner;
  UPDATE portal_sessions SET created_by = pseudonym WHERE created_by = owner;
  UPDATE api_keys SET user_id = pseudonym, name = 'erased', start = '', key_hash = repeat('0', 64), previous_hash = NULL,
    previous_hash_alg = NULL, member_id = NULL, tags = '{}', metadata = '{}', paused_reason = NULL, last_used_ip = NULL,
    revoked_at = COALESCE(revoked_at, clock_timestamp())
  WHERE user_id = owner;
  UPDATE api_keys SET member_id = NULL WHERE member_id = owner;
  UPDATE api_keys SET created_by = pseudonym WHERE created_by = owner;
  DELETE FROM litellm_rejected_logs
  WHERE owner IN (named_user, assigned_to, log->>'end_user', log->'metadata'->>'user_api_key_user_id',
    log->'metadata'->>'user_api_key_end_user_id');
  UPDATE litellm_rejected_logs SET resolved_by = pseudonym WHERE resolved_by = owner;
  UPDATE coupon_redemptions SET user_id = pseudonym, metadata = '{}' WHERE user_id = owner;
  DELETE FROM coupon_attempts WHERE user_id = owner;
  UPDATE coupon_codes SET created_by = pseudonym WHERE created_by = owner;
  DELETE FROM openrouter_key_tries WHERE user_id = owner;
  DELETE FROM openrouter_accounts WHERE user_id = owner;
  DELETE FROM payment_customers WHERE user_id = owner;
  DELETE FROM auto_topups WHERE user_id = owner;
  UPDATE payments SET user_id = pseudonym, checkout_url = NULL, detail = NULL WHERE user_id = owner;
  UPDATE payments SET reviewed_by = pseudonym WHERE reviewed_by = owner;
  UPDATE payment_refunds SET user_id = pseudonym WHERE user_id = owner;
  UPDATE payment_disputes SET user_id = pseudonym WHERE user_id = owner;
  UPDATE payment_events SET user_id = pseudonym, detail = NULL,
    facts = CASE WHEN facts->>'user_id' = owner THEN jsonb_set(facts, '{user_id}', to_jsonb(pseudonym)) ELSE facts END
  WHERE user_id = owner;
  UPDATE user_credits SET moved_to = pseudonym WHERE moved_to = owner;
  UPDATE credit_grants SET user_id = pseudonym WHERE user_id = owner;
  UPDATE usage_daily SET user_id = pseudonym WHERE user_id = owner;
  UPDATE usage_hourly SET user_id = pseudonym WHERE user_id = owner;
  UPDATE usage_by_hour SET user_id = pseudonym WHERE user_id = owner;
  UPDATE subscriptions SET user_id = pseudonym WHERE user_id = owner;
  UPDATE account_discounts SET user_id = pseudonym WHERE user_id = owner;
  UPDATE user_credits SET user_id = pseudonym, status = 'closed', status_reason = 'erased',
    status_changed_at = clock_timestamp()
  WHERE user_id = owner;
END;
$$;
