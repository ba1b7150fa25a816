-- Days of any time zone of a busy account are added up from its hours, which the worker makes when it sees the account next.
CREATE TABLE "usage_by_hour" (
    "user_id" VARCHAR(255) NOT NULL,
    "hour" TIMESTAMPTZ(3) NOT NULL,
    "service" VARCHAR(64) NOT NULL,
    "model" VARCHAR(255) NOT NULL,
    "event_count" BIGINT NOT NULL DEFAULT 0,
    "free_events" BIGINT NOT NULL DEFAULT 0,
    "failed_events" BIGINT NOT NULL DEFAULT 0,
    "tokens_used" BIGINT NOT NULL DEFAULT 0,
    "free_tokens" BIGINT NOT NULL DEFAULT 0,
    "input_tokens" BIGINT NOT NULL DEFAULT 0,
    "output_tokens" BIGINT NOT NULL DEFAULT 0,
    "provider_cost" DECIMAL(30,10) NOT NULL DEFAULT 0,
    "platform_markup" DECIMAL(30,10) NOT NULL DEFAULT 0,
    "total_cost" DECIMAL(30,10) NOT NULL DEFAULT 0,
    "charged_cost" DECIMAL(30,10) NOT NULL DEFAULT 0,
    "timed_events" BIGINT NOT NULL DEFAULT 0,
    "duration_seconds" DECIMAL(30,10) NOT NULL DEFAULT 0,

    CONSTRAINT "usage_by_hour_pkey" PRIMARY KEY ("user_id","hour","service","model")
);

INSERT INTO "usage_rollups" (name, watermark) SELECT 'usage_by_hour', watermark FROM "usage_rollups" WHERE name = 'usage_daily';

-- The final price of an event corrects its hour, whichever release sets it: one that doesn't know the hours does as well.
CREATE FUNCTION tollgate_rate_hour() RETURNS trigger
LANGUAGE plpgsql AS $$
DECLARE
  rolled_up_to bigint;
BEGIN
  -- the roll-up waits for this transaction, so that it sees the event either before or after
  SELECT watermark INTO rolled_up_to FROM usage_rollups WHERE name = 'usage_by_hour' FOR SHARE;
  IF NEW.recorded_xid < rolled_up_to THEN
    UPDATE usage_by_hour SET
      provider_cost = provider_cost + NEW.provider_cost - OLD.provider_cost,
      platform_markup = platform_markup + NEW.platform_markup - OLD.platform_markup,
      total_cost = total_cost + NEW.total_cost - OLD.total_cost,
      charged_cost = charged_cost + CASE WHEN NEW.transaction_id IS NULL THEN 0 ELSE NEW.total_cost - OLD.total_cost END,
      free_events = free_events + NEW.is_free_tier::int - OLD.is_free_tier::int,
      free_tokens = free_tokens + (NEW.is_free_tier::int - OLD.is_free_tier::int) * NEW.tokens_used::bigint
    WHERE user_id = NEW.user_id AND hour = date_trunc('hour', NEW.occurred_at, 'UTC')
      AND service = NEW.service AND model = COALESCE(NEW.model, '');
  END IF;
  RETURN NULL;
END;
$$;
CREATE TRIGGER usage_events_rate_hour AFTER UPDATE OF total_cost ON usage_events
FOR EACH ROW WHEN (NOT OLD.is_rated AND NEW.is_rated) EXECUTE FUNCTION tollgate_rate_hour();

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
  UPDATE usage_by_hour SET user_id = pseudonym WHERE user_id = owner;
  UPDATE subscriptions SET user_id = pseudonym WHERE user_id = owner;
  UPDATE account_discounts SET user_id = pseudonym WHERE user_id = owner;
  UPDATE user_credits SET user_id = pseudonym, status = 'closed', status_reason = 'erased',
    status_changed_at = clock_timestamp()
  WHERE user_id = owner;
END;
$$;

COMMENT ON TABLE "usage_by_hour" IS 'Usage of busy accounts by the hour in which the work was done (UTC): what usage_daily has by day. An account has rows for all of its events that are rolled up, or none.';
COMMENT ON COLUMN "usage_by_hour"."user_id" IS 'User of the usage.';
COMMENT ON COLUMN "usage_by_hour"."hour" IS 'Start of the hour, UTC.';
COMMENT ON COLUMN "usage_by_hour"."service" IS 'Service.';
COMMENT ON COLUMN "usage_by_hour"."model" IS 'Model; empty for work without a model.';
COMMENT ON COLUMN "usage_by_hour"."event_count" IS 'Number of events.';
COMMENT ON COLUMN "usage_by_hour"."free_events" IS 'Number of events that were free of charge.';
COMMENT ON COLUMN "usage_by_hour"."failed_events" IS 'Number of events whose work failed.';
COMMENT ON COLUMN "usage_by_hour"."tokens_used" IS 'Total tokens.';
COMMENT ON COLUMN "usage_by_hour"."free_tokens" IS 'Tokens of free events.';
COMMENT ON COLUMN "usage_by_hour"."input_tokens" IS 'Input tokens of all pools.';
COMMENT ON COLUMN "usage_by_hour"."output_tokens" IS 'Output tokens of all pools.';
COMMENT ON COLUMN "usage_by_hour"."provider_cost" IS 'Provider cost, credits.';
COMMENT ON COLUMN "usage_by_hour"."platform_markup" IS 'Markup, credits.';
COMMENT ON COLUMN "usage_by_hour"."total_cost" IS 'Total cost, credits.';
COMMENT ON COLUMN "usage_by_hour"."charged_cost" IS 'Total cost of charged events, credits. The other events were only recorded.';
COMMENT ON COLUMN "usage_by_hour"."timed_events" IS 'Number of events with a duration.';
COMMENT ON COLUMN "usage_by_hour"."duration_seconds" IS 'Total duration of these events, seconds.';
