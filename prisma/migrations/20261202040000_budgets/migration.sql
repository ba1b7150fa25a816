-- CreateEnum
CREATE TYPE "budget_unit" AS ENUM ('credits', 'calls', 'tokens');

-- CreateEnum
CREATE TYPE "budget_window" AS ENUM ('hour', 'day', 'week', 'month', 'period', 'range', 'rolling_24h', 'rolling_30d');

-- CreateEnum
CREATE TYPE "budget_action" AS ENUM ('block', 'warn');

-- CreateEnum
CREATE TYPE "budget_setter" AS ENUM ('user', 'admin', 'organization', 'plan');

-- AlterTable
ALTER TABLE "user_credits" ADD COLUMN     "has_budgets" BOOLEAN NOT NULL DEFAULT false;

-- CreateTable
CREATE TABLE "budgets" (
    "id" UUID NOT NULL DEFAULT tollgate_uuid7(clock_timestamp()),
    "user_id" VARCHAR(255) NOT NULL,
    "api_key_id" UUID,
    "member_id" VARCHAR(255),
    "service" VARCHAR(64),
    "model" VARCHAR(255),
    "tag" VARCHAR(64),
    "limit_amount" DECIMAL(20,10) NOT NULL,
    "unit" "budget_unit" NOT NULL DEFAULT 'credits',
    "window_kind" "budget_window" NOT NULL,
    "window_from" TIMESTAMPTZ(3),
    "window_to" TIMESTAMPTZ(3),
    "timezone" VARCHAR(64) NOT NULL DEFAULT 'UTC',
    "on_exceed" "budget_action" NOT NULL DEFAULT 'block',
    "thresholds" JSONB NOT NULL DEFAULT '[50, 80, 100]',
    "forecast" BOOLEAN NOT NULL DEFAULT false,
    "set_by" "budget_setter" NOT NULL DEFAULT 'user',
    "is_active" BOOLEAN NOT NULL DEFAULT true,
    "used" DECIMAL(20,10) NOT NULL DEFAULT 0,
    "held" DECIMAL(20,10) NOT NULL DEFAULT 0,
    "boost" DECIMAL(20,10) NOT NULL DEFAULT 0,
    "boosted_until" TIMESTAMPTZ(3),
    "window_start" TIMESTAMPTZ(3) NOT NULL,
    "resets_at" TIMESTAMPTZ(3) NOT NULL,
    "alert_at" DECIMAL(20,10),
    "reported_threshold" INTEGER NOT NULL DEFAULT 0,
    "is_exceeded" BOOLEAN NOT NULL DEFAULT false,
    "created_by" VARCHAR(255) NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "budgets_pkey" PRIMARY KEY ("id","user_id"),
    CONSTRAINT "budgets_scope_check" CHECK (num_nonnulls("api_key_id", "member_id", "service", "model", "tag") <= 1),
    CONSTRAINT "budgets_range_check" CHECK (
      CASE WHEN "window_kind" = 'range' THEN "window_from" < "window_to" ELSE num_nonnulls("window_from", "window_to") = 0 END),
    CONSTRAINT "budgets_amounts_check" CHECK ("limit_amount" >= 0 AND "used" >= 0 AND "held" >= 0 AND "boost" >= 0)
);

-- CreateTable
CREATE TABLE "events" (
    "id" UUID NOT NULL DEFAULT tollgate_uuid7(clock_timestamp()),
    "user_id" VARCHAR(255) NOT NULL,
    "sequence" INTEGER NOT NULL,
    "type" VARCHAR(64) NOT NULL,
    "occurred_at" TIMESTAMPTZ(3) NOT NULL,
    "data" JSONB NOT NULL,

    CONSTRAINT "events_pkey" PRIMARY KEY ("id","user_id")
);

-- CreateIndex
CREATE INDEX "budgets_user_id_created_at_id_idx" ON "budgets"("user_id", "created_at" DESC, "id" DESC);

-- CreateIndex
CREATE UNIQUE INDEX "events_user_id_sequence_key" ON "events"("user_id", "sequence");

COMMENT ON TYPE "budget_unit" IS 'What a budget counts. Work that costs nothing counts in no budget.';
COMMENT ON TYPE "budget_window" IS 'Window of a budget: a calendar window in its time zone, the period of the plan, a range, or the last 24 hours or 30 days to the full hour.';
COMMENT ON TYPE "budget_action" IS 'What a budget does with work beyond its limit: block refuses new work, warn only reports it.';
COMMENT ON TYPE "budget_setter" IS 'Who set a budget.';
COMMENT ON COLUMN "user_credits"."has_budgets" IS 'Whether the account has active budgets, which every charge must observe.';
COMMENT ON TABLE "budgets" IS 'A limit on what an account, or a part of its work, uses in a window of time. Its counters change under the account''s lock.';
COMMENT ON COLUMN "budgets"."id" IS 'UUIDv7 of the budget.';
COMMENT ON COLUMN "budgets"."user_id" IS 'User id of the account.';
COMMENT ON COLUMN "budgets"."api_key_id" IS 'Only work with this API key; null for any.';
COMMENT ON COLUMN "budgets"."member_id" IS 'Only work of this member; null for any.';
COMMENT ON COLUMN "budgets"."service" IS 'Only work of this service; null for any.';
COMMENT ON COLUMN "budgets"."model" IS 'Only work of this model; null for any.';
COMMENT ON COLUMN "budgets"."tag" IS 'Only work with this tag; null for any.';
COMMENT ON COLUMN "budgets"."limit_amount" IS 'Most that the window may use, in the unit of the budget.';
COMMENT ON COLUMN "budgets"."unit" IS 'What the budget counts.';
COMMENT ON COLUMN "budgets"."window_kind" IS 'Window of the budget.';
COMMENT ON COLUMN "budgets"."window_from" IS 'Start of a range; null for other windows.';
COMMENT ON COLUMN "budgets"."window_to" IS 'End of a range; null for other windows.';
COMMENT ON COLUMN "budgets"."timezone" IS 'IANA name of the time zone of calendar windows.';
COMMENT ON COLUMN "budgets"."on_exceed" IS 'Whether the budget refuses new work beyond its limit or only reports it.';
COMMENT ON COLUMN "budgets"."thresholds" IS 'Percentages of the limit at which an event is written.';
COMMENT ON COLUMN "budgets"."forecast" IS 'Whether the time at which the budget runs out is predicted.';
COMMENT ON COLUMN "budgets"."set_by" IS 'Who set the budget. Only admins change one that an admin set.';
COMMENT ON COLUMN "budgets"."is_active" IS 'Whether the budget is in force.';
COMMENT ON COLUMN "budgets"."used" IS 'Used in the window so far.';
COMMENT ON COLUMN "budgets"."held" IS 'Held by work in progress.';
COMMENT ON COLUMN "budgets"."boost" IS 'Added to the limit for this window only.';
COMMENT ON COLUMN "budgets"."boosted_until" IS 'When the boost ends: with its window, or after the length of a rolling one. Null without a boost.';
COMMENT ON COLUMN "budgets"."window_start" IS 'Start of the window.';
COMMENT ON COLUMN "budgets"."resets_at" IS 'When the counters must be renewed: the end of a window, or the next full hour of a rolling one.';
COMMENT ON COLUMN "budgets"."alert_at" IS 'Use at which the next event about the budget is due; null for none.';
COMMENT ON COLUMN "budgets"."reported_threshold" IS 'Highest threshold that was reported in this window, percent; 0 for none.';
COMMENT ON COLUMN "budgets"."is_exceeded" IS 'Whether the budget was reported as exceeded in this window.';
COMMENT ON COLUMN "budgets"."created_by" IS 'Actor who created the budget.';
COMMENT ON COLUMN "budgets"."created_at" IS 'When the budget was created.';
COMMENT ON TABLE "events" IS 'Something that happened to an account and that somebody may want to know.';
COMMENT ON COLUMN "events"."id" IS 'UUIDv7 of the event.';
COMMENT ON COLUMN "events"."user_id" IS 'User id of the account.';
COMMENT ON COLUMN "events"."sequence" IS 'Number of the event among those of the account, without gaps, from 1 on.';
COMMENT ON COLUMN "events"."type" IS 'Type of the event.';
COMMENT ON COLUMN "events"."occurred_at" IS 'When it happened.';
COMMENT ON COLUMN "events"."data" IS 'What it is about.';

-- The budgets of a person who is erased end, and so do the events about the account.
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
  DELETE FROM budgets WHERE user_id = owner;
  UPDATE budgets SET member_id = pseudonym WHERE member_id = owner;
  UPDATE budgets SET created_by = pseudonym WHERE created_by = owner;
  DELETE FROM events WHERE user_id = owner;
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
  UPDATE user_credits SET user_id = pseudonym, status = 'closed', status_reason = 'erased', has_budgets = false,
    status_changed_at = clock_timestamp()
  WHERE user_id = owner;
END;
$$;
