-- Spending and usage by hour: what the charts of the dashboard read. The worker fills the table from the first ledger line
-- and the first event on; until it has caught up, reports read the rest from the ledger and the events.
-- CreateTable
CREATE TABLE "usage_hourly" (
    "user_id" VARCHAR(255) NOT NULL,
    "hour" TIMESTAMPTZ(3) NOT NULL,
    "service" VARCHAR(64) NOT NULL,
    "model" VARCHAR(255) NOT NULL,
    "has_usage" BOOLEAN NOT NULL,
    "charges" BIGINT NOT NULL DEFAULT 0,
    "credits" DECIMAL(30,10) NOT NULL DEFAULT 0,
    "event_count" BIGINT NOT NULL DEFAULT 0,
    "failed_events" BIGINT NOT NULL DEFAULT 0,
    "tokens_used" BIGINT NOT NULL DEFAULT 0,
    "input_tokens" BIGINT NOT NULL DEFAULT 0,
    "output_tokens" BIGINT NOT NULL DEFAULT 0,
    "cache_read_tokens" BIGINT NOT NULL DEFAULT 0,
    "cache_write_tokens" BIGINT NOT NULL DEFAULT 0,
    "cache_write_1h_tokens" BIGINT NOT NULL DEFAULT 0,
    "reasoning_tokens" BIGINT NOT NULL DEFAULT 0,
    "audio_input_tokens" BIGINT NOT NULL DEFAULT 0,
    "audio_cache_read_tokens" BIGINT NOT NULL DEFAULT 0,
    "audio_output_tokens" BIGINT NOT NULL DEFAULT 0,
    "image_tokens" BIGINT NOT NULL DEFAULT 0,
    "image_output_tokens" BIGINT NOT NULL DEFAULT 0,

    CONSTRAINT "usage_hourly_pkey" PRIMARY KEY ("user_id","hour","service","model","has_usage")
);

-- CreateTable
CREATE TABLE "hourly_rollups" (
    "name" VARCHAR(64) NOT NULL,
    "event_watermark" BIGINT NOT NULL DEFAULT 0,
    "ledger_until" TIMESTAMPTZ(3) NOT NULL,
    "horizon_at" TIMESTAMPTZ(3) NOT NULL,
    "horizon_xid" BIGINT NOT NULL DEFAULT 0,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "hourly_rollups_pkey" PRIMARY KEY ("name")
);

-- CreateIndex
CREATE INDEX "usage_hourly_hour_idx" ON "usage_hourly"("hour");

INSERT INTO "hourly_rollups" ("name", "ledger_until", "horizon_at") VALUES ('usage_hourly', 'epoch', 'epoch');

-- The hours of an erased account continue under its pseudonym, too.
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

COMMENT ON TABLE "usage_hourly" IS 'Spending and usage by hour, service and model: ledger lines and charged events by the time they were booked, other events by the time the work was done.';
COMMENT ON COLUMN "usage_hourly"."user_id" IS 'User of the account.';
COMMENT ON COLUMN "usage_hourly"."hour" IS 'Start of the hour, UTC.';
COMMENT ON COLUMN "usage_hourly"."service" IS 'Service; empty if the ledger line names none.';
COMMENT ON COLUMN "usage_hourly"."model" IS 'Model; empty if there is none.';
COMMENT ON COLUMN "usage_hourly"."has_usage" IS 'Whether the row is about recorded work. False for charges without a usage event.';
COMMENT ON COLUMN "usage_hourly"."charges" IS 'Number of ledger lines that charge, or correct a charge.';
COMMENT ON COLUMN "usage_hourly"."credits" IS 'Credits spent: the sum of these lines. Refunds are not deducted.';
COMMENT ON COLUMN "usage_hourly"."event_count" IS 'Number of events, charged or not.';
COMMENT ON COLUMN "usage_hourly"."failed_events" IS 'Number of events whose work failed.';
COMMENT ON COLUMN "usage_hourly"."tokens_used" IS 'Total tokens.';
COMMENT ON COLUMN "usage_hourly"."input_tokens" IS 'Input tokens that are not counted in any other input pool.';
COMMENT ON COLUMN "usage_hourly"."output_tokens" IS 'Output tokens that are not counted in any other output pool.';
COMMENT ON COLUMN "usage_hourly"."cache_read_tokens" IS 'Input tokens read from the provider''s cache.';
COMMENT ON COLUMN "usage_hourly"."cache_write_tokens" IS 'Input tokens written to the provider''s short-lived (minutes) cache.';
COMMENT ON COLUMN "usage_hourly"."cache_write_1h_tokens" IS 'Input tokens written to the provider''s one-hour cache.';
COMMENT ON COLUMN "usage_hourly"."reasoning_tokens" IS 'Hidden reasoning tokens.';
COMMENT ON COLUMN "usage_hourly"."audio_input_tokens" IS 'Audio input tokens that were not read from the cache.';
COMMENT ON COLUMN "usage_hourly"."audio_cache_read_tokens" IS 'Audio input tokens read from the provider''s cache.';
COMMENT ON COLUMN "usage_hourly"."audio_output_tokens" IS 'Audio output tokens.';
COMMENT ON COLUMN "usage_hourly"."image_tokens" IS 'Image input tokens.';
COMMENT ON COLUMN "usage_hourly"."image_output_tokens" IS 'Image output tokens.';
COMMENT ON TABLE "hourly_rollups" IS 'Progress of the hourly roll-up, in one row.';
COMMENT ON COLUMN "hourly_rollups"."name" IS 'Name of the roll-up.';
COMMENT ON COLUMN "hourly_rollups"."event_watermark" IS 'Transaction id. The roll-up contains exactly the events recorded by older transactions.';
COMMENT ON COLUMN "hourly_rollups"."ledger_until" IS 'The roll-up contains exactly the ledger lines booked before this instant.';
COMMENT ON COLUMN "hourly_rollups"."horizon_at" IS 'Every ledger line booked before this instant is visible once no transaction older than horizon_xid is open.';
COMMENT ON COLUMN "hourly_rollups"."horizon_xid" IS 'The next transaction id when horizon_at was noted.';
COMMENT ON COLUMN "hourly_rollups"."updated_at" IS 'When the roll-up last advanced.';
