-- CreateEnum
CREATE TYPE "litellm_rejection" AS ENUM ('no_user', 'too_old', 'cost_too_high', 'malformed');

-- CreateEnum
CREATE TYPE "litellm_rejected_status" AS ENUM ('open', 'booked', 'discarded');

-- CreateTable
CREATE TABLE "litellm_rejected_logs" (
    "id" UUID NOT NULL DEFAULT tollgate_uuid7(clock_timestamp()),
    "log_hash" UUID NOT NULL,
    "log_id" VARCHAR(255),
    "reason" "litellm_rejection" NOT NULL,
    "detail" VARCHAR(500) NOT NULL,
    "status" "litellm_rejected_status" NOT NULL DEFAULT 'open',
    "named_user" VARCHAR(255),
    "log" JSONB NOT NULL DEFAULT '{}',
    "assigned_to" VARCHAR(255),
    "event_id" UUID,
    "resolved_by" VARCHAR(255),
    "resolved_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "litellm_rejected_logs_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "litellm_rejected_logs_resolved_check" CHECK (("status" = 'open') = ("resolved_at" IS NULL)),
    CONSTRAINT "litellm_rejected_logs_booked_check" CHECK (("status" = 'booked') = ("event_id" IS NOT NULL))
);

-- CreateIndex
CREATE UNIQUE INDEX "litellm_rejected_logs_log_hash_key" ON "litellm_rejected_logs"("log_hash");

-- CreateIndex
CREATE INDEX "litellm_rejected_logs_created_at_id_idx" ON "litellm_rejected_logs"("created_at" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "litellm_rejected_logs_status_created_at_id_idx" ON "litellm_rejected_logs"("status", "created_at" DESC, "id" DESC);

COMMENT ON TYPE "litellm_rejection" IS 'Why a log of LiteLLM was not booked.';
COMMENT ON TYPE "litellm_rejected_status" IS 'What became of a log that was not booked at first.';
COMMENT ON TABLE "litellm_rejected_logs" IS 'A log of LiteLLM that could not be booked, without messages, answers and keys.';
COMMENT ON COLUMN "litellm_rejected_logs"."id" IS 'UUIDv7 of the rejected log.';
COMMENT ON COLUMN "litellm_rejected_logs"."log_hash" IS 'Digest of the log: the same again makes no second row.';
COMMENT ON COLUMN "litellm_rejected_logs"."log_id" IS 'The log''s own id, where it has one.';
COMMENT ON COLUMN "litellm_rejected_logs"."reason" IS 'Why it was not booked.';
COMMENT ON COLUMN "litellm_rejected_logs"."detail" IS 'The same in words.';
COMMENT ON COLUMN "litellm_rejected_logs"."status" IS 'What became of it.';
COMMENT ON COLUMN "litellm_rejected_logs"."named_user" IS 'Who would pay for it by what the log says; null: an admin has to say.';
COMMENT ON COLUMN "litellm_rejected_logs"."log" IS 'What the log says of the work: figures and names.';
COMMENT ON COLUMN "litellm_rejected_logs"."assigned_to" IS 'Whom it was assigned to.';
COMMENT ON COLUMN "litellm_rejected_logs"."event_id" IS 'Usage event that it became.';
COMMENT ON COLUMN "litellm_rejected_logs"."resolved_by" IS 'Who booked or discarded it.';
COMMENT ON COLUMN "litellm_rejected_logs"."resolved_at" IS 'When it was booked or discarded.';
COMMENT ON COLUMN "litellm_rejected_logs"."created_at" IS 'When it came first.';

-- Logs that name somebody go with the account.
CREATE OR REPLACE FUNCTION tollgate_erase_account(owner text, pseudonym text) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
  PERFORM FROM usage_rollups FOR UPDATE; -- roll-ups wait, so that days and events change together
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
  UPDATE subscriptions SET user_id = pseudonym WHERE user_id = owner;
  UPDATE account_discounts SET user_id = pseudonym WHERE user_id = owner;
  UPDATE user_credits SET user_id = pseudonym, status = 'closed', status_reason = 'erased',
    status_changed_at = clock_timestamp()
  WHERE user_id = owner;
END;
$$;
