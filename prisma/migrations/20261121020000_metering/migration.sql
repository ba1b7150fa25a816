-- CreateEnum
CREATE TYPE "usage_unit" AS ENUM ('token', 'character', 'second', 'minute', 'query', 'execution', 'image', 'request');

-- CreateEnum
CREATE TYPE "markup_scope" AS ENUM ('model', 'provider', 'tier', 'class');

-- AlterTable
ALTER TABLE "user_credits" ADD COLUMN     "calls_per_day" INTEGER,
ADD COLUMN     "calls_per_month" INTEGER,
ADD COLUMN     "calls_reset_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
ADD COLUMN     "calls_this_period" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "calls_today" INTEGER NOT NULL DEFAULT 0;

-- CreateTable
CREATE TABLE "usage_events" (
    "id" UUID NOT NULL DEFAULT tollgate_uuid7(clock_timestamp()),
    "user_id" VARCHAR(255) NOT NULL,
    "service" VARCHAR(64) NOT NULL,
    "model" VARCHAR(255),
    "tokens_used" INTEGER NOT NULL DEFAULT 0,
    "input_tokens" INTEGER NOT NULL DEFAULT 0,
    "output_tokens" INTEGER NOT NULL DEFAULT 0,
    "cache_read_tokens" INTEGER NOT NULL DEFAULT 0,
    "cache_write_tokens" INTEGER NOT NULL DEFAULT 0,
    "reasoning_tokens" INTEGER NOT NULL DEFAULT 0,
    "audio_input_tokens" INTEGER NOT NULL DEFAULT 0,
    "audio_output_tokens" INTEGER NOT NULL DEFAULT 0,
    "image_tokens" INTEGER NOT NULL DEFAULT 0,
    "quantity" DECIMAL(20,10),
    "unit" "usage_unit",
    "provider_cost" DECIMAL(20,10) NOT NULL DEFAULT 0,
    "platform_markup" DECIMAL(20,10) NOT NULL DEFAULT 0,
    "total_cost" DECIMAL(20,10) NOT NULL DEFAULT 0,
    "is_free_tier" BOOLEAN NOT NULL DEFAULT false,
    "billable" BOOLEAN NOT NULL DEFAULT true,
    "is_rated" BOOLEAN NOT NULL DEFAULT true,
    "succeeded" BOOLEAN NOT NULL DEFAULT true,
    "session_id" VARCHAR(255),
    "request_id" VARCHAR(255) NOT NULL,
    "duration_seconds" DECIMAL(20,10),
    "source" VARCHAR(255) NOT NULL DEFAULT 'api',
    "occurred_at" TIMESTAMPTZ(3) NOT NULL,
    "transaction_id" UUID,
    "price_id" UUID,
    "markup_rule_id" UUID,
    "markup_rate" DECIMAL(20,10),
    "metadata" JSONB NOT NULL DEFAULT '{}',
    "recorded_xid" BIGINT NOT NULL DEFAULT ((pg_current_xact_id())::text)::bigint,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "usage_events_pkey" PRIMARY KEY ("id","user_id")
);

-- CreateTable
CREATE TABLE "usage_daily" (
    "user_id" VARCHAR(255) NOT NULL,
    "day" DATE NOT NULL,
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
    "timed_events" BIGINT NOT NULL DEFAULT 0,
    "duration_seconds" DECIMAL(30,10) NOT NULL DEFAULT 0,

    CONSTRAINT "usage_daily_pkey" PRIMARY KEY ("user_id","day","service","model")
);

-- CreateTable
CREATE TABLE "usage_sessions" (
    "user_id" VARCHAR(255) NOT NULL,
    "day" DATE NOT NULL,
    "session_id" VARCHAR(255) NOT NULL,

    CONSTRAINT "usage_sessions_pkey" PRIMARY KEY ("user_id","day","session_id")
);

-- CreateTable
CREATE TABLE "usage_rollups" (
    "name" VARCHAR(64) NOT NULL,
    "watermark" BIGINT NOT NULL DEFAULT 0,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "usage_rollups_pkey" PRIMARY KEY ("name")
);

-- CreateTable
CREATE TABLE "model_prices" (
    "id" UUID NOT NULL DEFAULT tollgate_uuid7(clock_timestamp()),
    "service" VARCHAR(64) NOT NULL DEFAULT '*',
    "model" VARCHAR(255) NOT NULL DEFAULT '*',
    "name" VARCHAR(255),
    "input_per_million" DECIMAL(20,10),
    "output_per_million" DECIMAL(20,10),
    "cache_read_per_million" DECIMAL(20,10),
    "cache_write_per_million" DECIMAL(20,10),
    "reasoning_per_million" DECIMAL(20,10),
    "audio_input_per_million" DECIMAL(20,10),
    "audio_output_per_million" DECIMAL(20,10),
    "image_per_million" DECIMAL(20,10),
    "per_request" DECIMAL(20,10),
    "per_character" DECIMAL(20,10),
    "per_second" DECIMAL(20,10),
    "per_query" DECIMAL(20,10),
    "per_execution" DECIMAL(20,10),
    "per_image" DECIMAL(20,10),
    "context_length" INTEGER,
    "max_output_tokens" INTEGER,
    "source" VARCHAR(64) NOT NULL DEFAULT 'admin',
    "effective_from" TIMESTAMPTZ(3) NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "model_prices_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "markup_rules" (
    "id" UUID NOT NULL DEFAULT tollgate_uuid7(clock_timestamp()),
    "scope" "markup_scope" NOT NULL,
    "match" VARCHAR(255) NOT NULL,
    "rate" DECIMAL(20,10) NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "markup_rules_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "usage_events_range_idx" ON "usage_events"("user_id", "occurred_at", "service", "model", "total_cost", "tokens_used", "is_free_tier");

-- CreateIndex
CREATE INDEX "usage_events_user_id_recorded_xid_idx" ON "usage_events"("user_id", "recorded_xid");

-- CreateIndex
CREATE INDEX "usage_events_recorded_xid_idx" ON "usage_events"("recorded_xid");

-- CreateIndex
CREATE INDEX "usage_events_unrated_idx" ON "usage_events"("service", "model", "user_id", "id") WHERE (NOT is_rated);

-- CreateIndex
CREATE UNIQUE INDEX "usage_events_user_id_source_request_id_key" ON "usage_events"("user_id", "source", "request_id");

-- CreateIndex
CREATE UNIQUE INDEX "model_prices_model_service_effective_from_key" ON "model_prices"("model", "service", "effective_from");

-- CreateIndex
CREATE UNIQUE INDEX "markup_rules_scope_match_key" ON "markup_rules"("scope", "match");

-- CreateIndex
CREATE INDEX "user_credits_due_at_idx" ON "user_credits"("due_at");

-- What SQL can hold, SQL holds.
ALTER TABLE "user_credits"
  ADD CONSTRAINT "user_credits_calls_check" CHECK (calls_today >= 0 AND calls_this_period >= 0 AND calls_per_day >= 0 AND calls_per_month >= 0);

ALTER TABLE "usage_events"
  ADD CONSTRAINT "usage_events_tokens_check" CHECK (tokens_used >= input_tokens::bigint + output_tokens + cache_read_tokens + cache_write_tokens + reasoning_tokens + audio_input_tokens + audio_output_tokens + image_tokens
    AND LEAST(input_tokens, output_tokens, cache_read_tokens, cache_write_tokens, reasoning_tokens, audio_input_tokens, audio_output_tokens, image_tokens) >= 0),
  ADD CONSTRAINT "usage_events_quantity_check" CHECK (quantity >= 0 AND (quantity IS NULL) = (unit IS NULL)),
  ADD CONSTRAINT "usage_events_cost_check" CHECK (provider_cost >= 0 AND platform_markup >= 0 AND total_cost = provider_cost + platform_markup),
  ADD CONSTRAINT "usage_events_free_check" CHECK (NOT is_free_tier OR total_cost = 0),
  ADD CONSTRAINT "usage_events_duration_check" CHECK (duration_seconds >= 0),
  ADD CONSTRAINT "usage_events_names_check" CHECK (user_id <> '' AND request_id <> '' AND source <> ''),
  ADD CONSTRAINT "usage_events_metadata_check" CHECK (jsonb_typeof(metadata) = 'object');

ALTER TABLE "usage_rollups" ADD CONSTRAINT "usage_rollups_watermark_check" CHECK (watermark >= 0);

ALTER TABLE "model_prices"
  ADD CONSTRAINT "model_prices_names_check" CHECK (service <> '' AND model <> ''),
  ADD CONSTRAINT "model_prices_amounts_check" CHECK (LEAST(input_per_million, output_per_million, cache_read_per_million, cache_write_per_million, reasoning_per_million, audio_input_per_million, audio_output_per_million, image_per_million,
    per_request, per_character, per_second, per_query, per_execution, per_image) >= 0),
  ADD CONSTRAINT "model_prices_priced_check" CHECK (num_nonnulls(input_per_million, output_per_million, per_request, per_character, per_second, per_query, per_execution, per_image) > 0),
  ADD CONSTRAINT "model_prices_lengths_check" CHECK (context_length >= 0 AND max_output_tokens >= 0);

ALTER TABLE "markup_rules"
  ADD CONSTRAINT "markup_rules_rate_check" CHECK (rate >= 0),
  ADD CONSTRAINT "markup_rules_match_check" CHECK (match <> '' AND (scope <> 'class' OR match IN ('free', 'budget', 'standard', 'premium')));

-- A price is never edited: a new one is a new row.
CREATE TRIGGER "model_prices_append_only" BEFORE UPDATE OR DELETE ON "model_prices"
  FOR EACH ROW EXECUTE FUNCTION tollgate_refuse_change();

-- Room on the page for the next version of a row that the roll-up counts up.
ALTER TABLE "usage_daily" SET (fillfactor = 70);

-- Reports read the newest days through usage_events_range_idx alone, which vacuum has to allow first.
ALTER TABLE "usage_events" SET (autovacuum_vacuum_insert_scale_factor = 0.02);

-- Accounts of today get the limits of their plan.
UPDATE "user_credits" u SET calls_per_day = t.calls_per_day, calls_per_month = t.calls_per_month FROM "tiers" t WHERE t.tier = u.tier;

INSERT INTO "usage_rollups" (name) VALUES ('usage_daily');

-- The platform's markup by class of model; admins edit the rules afterwards.
INSERT INTO "markup_rules" (scope, match, rate) VALUES
  ('class', 'free', 0), ('class', 'budget', 0.05), ('class', 'standard', 0.10), ('class', 'premium', 0.15);

-- For people who look with SQL; the service itself reads the tables. What was not rolled up yet is counted too.
-- Usage by user, day of UTC, service and model, up to this moment.
CREATE VIEW "v_daily_usage" AS
SELECT user_id, day, service, NULLIF(model, '') AS model, sum(event_count)::bigint AS event_count,
  sum(free_events)::bigint AS free_events, sum(failed_events)::bigint AS failed_events,
  sum(tokens_used)::bigint AS tokens_used, sum(provider_cost) AS provider_cost, sum(platform_markup) AS platform_markup,
  sum(total_cost) AS total_cost
FROM (
  SELECT user_id, day, service, model, event_count, free_events, failed_events, tokens_used, provider_cost,
    platform_markup, total_cost
  FROM "usage_daily"
  UNION ALL
  SELECT user_id, (occurred_at AT TIME ZONE 'UTC')::date, service, COALESCE(model, ''), 1, is_free_tier::int,
    (NOT succeeded)::int, tokens_used, provider_cost, platform_markup, total_cost
  FROM "usage_events"
  WHERE recorded_xid >= COALESCE((SELECT watermark FROM "usage_rollups" WHERE name = 'usage_daily'), 0)
) AS counted
GROUP BY user_id, day, service, model;

-- What a month of UTC brought to each account and took from it; net is the change of balance minus debt.
CREATE VIEW "v_monthly_credits" AS
SELECT user_id, date_trunc('month', created_at AT TIME ZONE 'UTC')::date AS month, count(*) AS lines,
  COALESCE(-sum(amount) FILTER (WHERE transaction_type = 'usage'), 0) AS charged,
  COALESCE(sum(amount) FILTER (WHERE transaction_type = 'purchase'), 0) AS purchased,
  COALESCE(sum(amount) FILTER (WHERE transaction_type = 'bonus'), 0) AS bonus,
  COALESCE(sum(amount) FILTER (WHERE transaction_type = 'refund'), 0) AS refunded,
  COALESCE(sum(amount) FILTER (WHERE transaction_type = 'adjustment'), 0) AS adjusted,
  sum(amount) AS net
FROM "credit_transactions" GROUP BY user_id, 2;

-- What everything means, from the docs of schema.prisma.
COMMENT ON TYPE "usage_unit" IS 'What a quantity of work is counted in.';
COMMENT ON TYPE "markup_scope" IS 'What a markup rule applies to; the first that matches in this order wins.';
COMMENT ON COLUMN "user_credits"."calls_per_day" IS 'Most metered calls a day of UTC, as the plan had it when the period began; null is unlimited.';
COMMENT ON COLUMN "user_credits"."calls_per_month" IS 'Most metered calls of this period, as the plan had it when the period began; null is unlimited.';
COMMENT ON COLUMN "user_credits"."calls_today" IS 'Metered calls of the day of UTC that ends at calls_reset_at.';
COMMENT ON COLUMN "user_credits"."calls_this_period" IS 'Metered calls of this period.';
COMMENT ON COLUMN "user_credits"."calls_reset_at" IS 'Midnight of UTC at which calls_today begins anew.';
COMMENT ON TABLE "usage_events" IS 'One metered piece of work. Recorded once per user, source and request.';
COMMENT ON COLUMN "usage_events"."id" IS 'UUIDv7 of the event; of a charged one, the id of its ledger line.';
COMMENT ON COLUMN "usage_events"."user_id" IS 'Whose work.';
COMMENT ON COLUMN "usage_events"."service" IS 'Service that did the work.';
COMMENT ON COLUMN "usage_events"."model" IS 'Model that was used.';
COMMENT ON COLUMN "usage_events"."tokens_used" IS 'Tokens in all: the sum of the pools, or what was given where no pool was.';
COMMENT ON COLUMN "usage_events"."input_tokens" IS 'Prompt tokens that were neither cached nor of a pool of their own.';
COMMENT ON COLUMN "usage_events"."output_tokens" IS 'Answer tokens that are of no pool of their own.';
COMMENT ON COLUMN "usage_events"."cache_read_tokens" IS 'Prompt tokens read from the provider''s cache.';
COMMENT ON COLUMN "usage_events"."cache_write_tokens" IS 'Prompt tokens written to the provider''s cache.';
COMMENT ON COLUMN "usage_events"."reasoning_tokens" IS 'Tokens of hidden reasoning.';
COMMENT ON COLUMN "usage_events"."audio_input_tokens" IS 'Audio tokens of the prompt.';
COMMENT ON COLUMN "usage_events"."audio_output_tokens" IS 'Audio tokens of the answer.';
COMMENT ON COLUMN "usage_events"."image_tokens" IS 'Image tokens.';
COMMENT ON COLUMN "usage_events"."quantity" IS 'How much work, in `unit`.';
COMMENT ON COLUMN "usage_events"."unit" IS 'What the quantity is counted in.';
COMMENT ON COLUMN "usage_events"."provider_cost" IS 'What the provider charges, credits.';
COMMENT ON COLUMN "usage_events"."platform_markup" IS 'What the platform adds, credits.';
COMMENT ON COLUMN "usage_events"."total_cost" IS 'Provider cost plus markup, credits.';
COMMENT ON COLUMN "usage_events"."is_free_tier" IS 'Whether the work was free of charge.';
COMMENT ON COLUMN "usage_events"."billable" IS 'Whether the user pays for the work at all.';
COMMENT ON COLUMN "usage_events"."is_rated" IS 'Whether the price is final; a provisional one is corrected when the model''s price arrives.';
COMMENT ON COLUMN "usage_events"."succeeded" IS 'Whether the work succeeded.';
COMMENT ON COLUMN "usage_events"."session_id" IS 'The user''s session that the work belongs to.';
COMMENT ON COLUMN "usage_events"."request_id" IS 'The caller''s id of the piece of work; the event''s own id where none was given.';
COMMENT ON COLUMN "usage_events"."duration_seconds" IS 'How long the work took, seconds.';
COMMENT ON COLUMN "usage_events"."source" IS 'Which system reported the work.';
COMMENT ON COLUMN "usage_events"."occurred_at" IS 'When the work was done.';
COMMENT ON COLUMN "usage_events"."transaction_id" IS 'Ledger line that charged the work; null when it was only recorded.';
COMMENT ON COLUMN "usage_events"."price_id" IS 'Price that rated the work; null when no price did.';
COMMENT ON COLUMN "usage_events"."markup_rule_id" IS 'Markup rule that applied.';
COMMENT ON COLUMN "usage_events"."markup_rate" IS 'Markup as a share of the provider cost.';
COMMENT ON COLUMN "usage_events"."metadata" IS 'What the caller attached; never prompts or answers.';
COMMENT ON COLUMN "usage_events"."recorded_xid" IS 'Transaction that recorded the event: roll-ups take what is older than every transaction in flight.';
COMMENT ON COLUMN "usage_events"."created_at" IS 'When the event was recorded.';
COMMENT ON TABLE "usage_daily" IS 'Usage by day of UTC, service and model, of all events that were recorded before the watermark of usage_rollups.';
COMMENT ON COLUMN "usage_daily"."user_id" IS 'Whose usage.';
COMMENT ON COLUMN "usage_daily"."day" IS 'Day of UTC.';
COMMENT ON COLUMN "usage_daily"."service" IS 'Service.';
COMMENT ON COLUMN "usage_daily"."model" IS 'Model; empty when the work had none.';
COMMENT ON COLUMN "usage_daily"."event_count" IS 'Number of events.';
COMMENT ON COLUMN "usage_daily"."free_events" IS 'Events that were free of charge.';
COMMENT ON COLUMN "usage_daily"."failed_events" IS 'Events of work that failed.';
COMMENT ON COLUMN "usage_daily"."tokens_used" IS 'Tokens in all.';
COMMENT ON COLUMN "usage_daily"."free_tokens" IS 'Tokens of free events.';
COMMENT ON COLUMN "usage_daily"."input_tokens" IS 'Prompt tokens of every kind.';
COMMENT ON COLUMN "usage_daily"."output_tokens" IS 'Answer tokens of every kind.';
COMMENT ON COLUMN "usage_daily"."provider_cost" IS 'Provider cost, credits.';
COMMENT ON COLUMN "usage_daily"."platform_markup" IS 'Markup, credits.';
COMMENT ON COLUMN "usage_daily"."total_cost" IS 'Total cost, credits.';
COMMENT ON COLUMN "usage_daily"."timed_events" IS 'Events that say how long they took.';
COMMENT ON COLUMN "usage_daily"."duration_seconds" IS 'How long these took together, seconds.';
COMMENT ON TABLE "usage_sessions" IS 'Sessions that had usage on a day of UTC, of all events that were recorded before the watermark of usage_rollups.';
COMMENT ON COLUMN "usage_sessions"."user_id" IS 'Whose session.';
COMMENT ON COLUMN "usage_sessions"."day" IS 'Day of UTC.';
COMMENT ON COLUMN "usage_sessions"."session_id" IS 'The session.';
COMMENT ON TABLE "usage_rollups" IS 'How far the roll-ups have come: one row.';
COMMENT ON COLUMN "usage_rollups"."name" IS 'Name of the roll-up.';
COMMENT ON COLUMN "usage_rollups"."watermark" IS 'Every event recorded by an older transaction is in the roll-up, no other one is.';
COMMENT ON COLUMN "usage_rollups"."updated_at" IS 'When the roll-up last moved on.';
COMMENT ON TABLE "model_prices" IS 'A price from an instant on; never edited, a new price is a new row. The newest one in effect counts.';
COMMENT ON COLUMN "model_prices"."id" IS 'UUIDv7 of the price.';
COMMENT ON COLUMN "model_prices"."service" IS 'Service whose work it prices; * is every service.';
COMMENT ON COLUMN "model_prices"."model" IS 'Model that it prices; * is every model of the service, and work without one.';
COMMENT ON COLUMN "model_prices"."name" IS 'Name shown to people.';
COMMENT ON COLUMN "model_prices"."input_per_million" IS 'USD for a million tokens: prompt; null when the pool has no price of its own.';
COMMENT ON COLUMN "model_prices"."output_per_million" IS 'USD for a million tokens: answer; null when the pool has no price of its own.';
COMMENT ON COLUMN "model_prices"."cache_read_per_million" IS 'USD for a million tokens: prompt, read from the cache; null when the pool has no price of its own.';
COMMENT ON COLUMN "model_prices"."cache_write_per_million" IS 'USD for a million tokens: prompt, written to the cache; null when the pool has no price of its own.';
COMMENT ON COLUMN "model_prices"."reasoning_per_million" IS 'USD for a million tokens: hidden reasoning; null when the pool has no price of its own.';
COMMENT ON COLUMN "model_prices"."audio_input_per_million" IS 'USD for a million tokens: prompt audio; null when the pool has no price of its own.';
COMMENT ON COLUMN "model_prices"."audio_output_per_million" IS 'USD for a million tokens: answer audio; null when the pool has no price of its own.';
COMMENT ON COLUMN "model_prices"."image_per_million" IS 'USD for a million tokens: image; null when the pool has no price of its own.';
COMMENT ON COLUMN "model_prices"."per_request" IS 'USD for one request; null when it is not priced so.';
COMMENT ON COLUMN "model_prices"."per_character" IS 'USD for one character; null when it is not priced so.';
COMMENT ON COLUMN "model_prices"."per_second" IS 'USD for one second; null when it is not priced so.';
COMMENT ON COLUMN "model_prices"."per_query" IS 'USD for one query; null when it is not priced so.';
COMMENT ON COLUMN "model_prices"."per_execution" IS 'USD for one execution; null when it is not priced so.';
COMMENT ON COLUMN "model_prices"."per_image" IS 'USD for one image; null when it is not priced so.';
COMMENT ON COLUMN "model_prices"."context_length" IS 'Most tokens of prompt and answer together; null when unknown.';
COMMENT ON COLUMN "model_prices"."max_output_tokens" IS 'Most tokens of an answer; null when unknown.';
COMMENT ON COLUMN "model_prices"."source" IS 'Where the price came from.';
COMMENT ON COLUMN "model_prices"."effective_from" IS 'From when the price counts.';
COMMENT ON COLUMN "model_prices"."created_at" IS 'When the price was entered.';
COMMENT ON TABLE "markup_rules" IS 'What the platform adds to a provider''s cost.';
COMMENT ON COLUMN "markup_rules"."id" IS 'UUIDv7 of the rule.';
COMMENT ON COLUMN "markup_rules"."scope" IS 'What the rule looks at.';
COMMENT ON COLUMN "markup_rules"."match" IS 'Which model, provider, tier or class (free, budget, standard, premium).';
COMMENT ON COLUMN "markup_rules"."rate" IS 'Markup as a share of the provider cost: 0.1 is 10 %.';
COMMENT ON COLUMN "markup_rules"."created_at" IS 'When the rule was made.';
COMMENT ON COLUMN "markup_rules"."updated_at" IS 'When the rule was last edited.';
