-- CreateTable
CREATE TABLE "portal_sessions" (
    "id" UUID NOT NULL DEFAULT tollgate_uuid7(clock_timestamp()),
    "user_id" VARCHAR(255) NOT NULL,
    "token_hash" CHAR(64) NOT NULL,
    "scopes" TEXT[],
    "return_url" VARCHAR(2000),
    "created_by" VARCHAR(255) NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "portal_sessions_pkey" PRIMARY KEY ("id", "user_id"),
    CONSTRAINT "portal_sessions_scopes_check" CHECK (cardinality("scopes") > 0),
    CONSTRAINT "portal_sessions_duration_check" CHECK ("expires_at" <= "created_at" + interval '1 hour')
);

-- CreateIndex
CREATE INDEX "portal_sessions_user_id_created_at_id_idx" ON "portal_sessions"("user_id", "created_at" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "portal_sessions_expires_at_idx" ON "portal_sessions"("expires_at");

COMMENT ON TABLE "portal_sessions" IS 'A short sign-in of a user to the dashboard by a link of the platform, limited to some scopes.';
COMMENT ON COLUMN "portal_sessions"."id" IS 'UUIDv7 of the session.';
COMMENT ON COLUMN "portal_sessions"."user_id" IS 'User who is signed in.';
COMMENT ON COLUMN "portal_sessions"."token_hash" IS 'SHA-256 of the token.';
COMMENT ON COLUMN "portal_sessions"."scopes" IS 'What the session can be used for.';
COMMENT ON COLUMN "portal_sessions"."return_url" IS 'Page to which the dashboard links back; null if there is none.';
COMMENT ON COLUMN "portal_sessions"."created_by" IS 'Actor who created the session.';
COMMENT ON COLUMN "portal_sessions"."expires_at" IS 'When the session ends.';
COMMENT ON COLUMN "portal_sessions"."created_at" IS 'When the session was created.';

-- The sessions of a person who is erased end; those that the person created for others name the pseudonym.
CREATE OR REPLACE FUNCTION tollgate_erase_account(owner text, pseudonym text) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
  -- roll-ups wait, so that sums, events and ledger lines change together
  PERFORM FROM usage_rollups FOR UPDATE;
  PERFORM FROM hourly_rollups FOR UPDATE;
  UPDATE credit_transactions SET user_id = pseudonym, description = NULL, request_id = NULL,
    metadata = tollgate_impersonal(metadata), actor = CASE WHEN actor = owner THEN pseudonym ELSE actor END
  WHERE user_id = owner;
  UPDATE audit_logs SET user_id = pseudonym, request_id = NULL, ip = NULL, metadata = '{}',
    resource_id = CASE WHEN resource_id = owner THEN pseudonym ELSE resource_id END,
    actor = CASE WHEN actor = owner THEN pseudonym ELSE actor END
  WHERE user_id = owner;
  UPDATE credit_transactions SET actor = pseudonym WHERE actor = owner;
  UPDATE audit_logs SET actor = pseudonym WHERE actor = owner;
  UPDATE credit_holds SET user_id = pseudonym, metadata = '{}', work_id = NULL, work_progress = NULL
  WHERE user_id = owner;
  UPDATE credit_holds SET actor = pseudonym WHERE actor = owner;
  UPDATE usage_events SET user_id = pseudonym, metadata = '{}', session_id = NULL, request_id = id::text,
    content_hash = NULL
  WHERE user_id = owner;
  DELETE FROM usage_sessions WHERE user_id = owner;
  DELETE FROM idempotency_keys WHERE user_id = owner;
  DELETE FROM call_answers WHERE user_id = owner;
  DELETE FROM portal_sessions WHERE user_id = owner;
  UPDATE portal_sessions SET created_by = pseudonym WHERE created_by = owner;
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
  UPDATE subscriptions SET user_id = pseudonym WHERE user_id = owner;
  UPDATE account_discounts SET user_id = pseudonym WHERE user_id = owner;
  UPDATE user_credits SET user_id = pseudonym, status = 'closed', status_reason = 'erased',
    status_changed_at = clock_timestamp()
  WHERE user_id = owner;
END;
$$;
