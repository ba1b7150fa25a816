-- Usage as providers report it today: more pools of tokens, several measures for one piece of work, service tiers;
-- prices for all of them, with steps and variants.
CREATE TYPE "service_tier" AS ENUM ('standard', 'batch', 'flex', 'priority');
ALTER TYPE "usage_unit" ADD VALUE 'page';
ALTER TYPE "usage_unit" ADD VALUE 'video_second';

ALTER TABLE "usage_events"
  ADD COLUMN "cache_write_1h_tokens" INTEGER NOT NULL DEFAULT 0,
  ADD COLUMN "audio_cache_read_tokens" INTEGER NOT NULL DEFAULT 0,
  ADD COLUMN "image_output_tokens" INTEGER NOT NULL DEFAULT 0,
  ADD COLUMN "measures" JSONB,
  ADD COLUMN "service_tier" "service_tier",
  ADD COLUMN "price_multiplier" DECIMAL(20,10),
  ADD COLUMN "unread_usage" JSONB;

-- The sum of all pools is at most all tokens, and no pool is negative.
ALTER TABLE "usage_events"
  DROP CONSTRAINT "usage_events_tokens_check",
  ADD CONSTRAINT "usage_events_tokens_check" CHECK (tokens_used >= input_tokens::bigint + output_tokens + cache_read_tokens + cache_write_tokens
    + cache_write_1h_tokens + reasoning_tokens + audio_input_tokens + audio_cache_read_tokens + audio_output_tokens + image_tokens + image_output_tokens
    AND LEAST(input_tokens, output_tokens, cache_read_tokens, cache_write_tokens, cache_write_1h_tokens, reasoning_tokens, audio_input_tokens,
      audio_cache_read_tokens, audio_output_tokens, image_tokens, image_output_tokens) >= 0) NOT VALID,
  ADD CONSTRAINT "usage_events_measures_check" CHECK (jsonb_typeof(measures) = 'object' AND jsonb_typeof(unread_usage) = 'object') NOT VALID,
  ADD CONSTRAINT "usage_events_multiplier_check" CHECK (price_multiplier > 0) NOT VALID;
ALTER TABLE "usage_events" VALIDATE CONSTRAINT "usage_events_tokens_check";
ALTER TABLE "usage_events" VALIDATE CONSTRAINT "usage_events_measures_check";
ALTER TABLE "usage_events" VALIDATE CONSTRAINT "usage_events_multiplier_check";

ALTER TABLE "model_prices"
  ADD COLUMN "cache_write_1h_per_million" DECIMAL(20,10),
  ADD COLUMN "audio_cache_read_per_million" DECIMAL(20,10),
  ADD COLUMN "image_output_per_million" DECIMAL(20,10),
  ADD COLUMN "per_page" DECIMAL(20,10),
  ADD COLUMN "per_video_second" DECIMAL(20,10),
  ADD COLUMN "overrides" JSONB NOT NULL DEFAULT '[]',
  ADD COLUMN "is_free" BOOLEAN NOT NULL DEFAULT false;

-- What an admin priced at zero is free because somebody said so; what a list gave as zero is not, unless its id says it.
ALTER TABLE "model_prices" DISABLE TRIGGER "model_prices_append_only";
UPDATE "model_prices" SET is_free = true
WHERE source = 'admin' AND GREATEST(input_per_million, output_per_million, cache_read_per_million, cache_write_per_million, reasoning_per_million,
  audio_input_per_million, audio_output_per_million, image_per_million, per_request, per_character, per_second, per_query, per_execution, per_image) = 0;
ALTER TABLE "model_prices" ENABLE TRIGGER "model_prices_append_only";

ALTER TABLE "model_prices"
  DROP CONSTRAINT "model_prices_amounts_check",
  ADD CONSTRAINT "model_prices_amounts_check" CHECK (LEAST(input_per_million, output_per_million, cache_read_per_million, cache_write_per_million,
    cache_write_1h_per_million, reasoning_per_million, audio_input_per_million, audio_cache_read_per_million, audio_output_per_million, image_per_million,
    image_output_per_million, per_request, per_character, per_second, per_query, per_execution, per_image, per_page, per_video_second) >= 0),
  DROP CONSTRAINT "model_prices_priced_check",
  ADD CONSTRAINT "model_prices_priced_check" CHECK (is_free OR num_nonnulls(input_per_million, output_per_million, per_request, per_character, per_second,
    per_query, per_execution, per_image, per_page, per_video_second) > 0),
  DROP CONSTRAINT "model_prices_base_check",
  ADD CONSTRAINT "model_prices_base_check" CHECK (num_nonnulls(input_per_million, output_per_million) > 0
    OR num_nonnulls(cache_read_per_million, cache_write_per_million, cache_write_1h_per_million, reasoning_per_million, audio_input_per_million,
      audio_cache_read_per_million, audio_output_per_million, image_per_million, image_output_per_million) = 0),
  ADD CONSTRAINT "model_prices_free_check" CHECK (NOT is_free OR COALESCE(GREATEST(input_per_million, output_per_million, cache_read_per_million,
    cache_write_per_million, cache_write_1h_per_million, reasoning_per_million, audio_input_per_million, audio_cache_read_per_million,
    audio_output_per_million, image_per_million, image_output_per_million, per_request, per_character, per_second, per_query, per_execution, per_image,
    per_page, per_video_second), 0) = 0),
  ADD CONSTRAINT "model_prices_overrides_check" CHECK (jsonb_typeof(overrides) = 'array');

CREATE TABLE "service_tier_multipliers" (
    "id" UUID NOT NULL DEFAULT tollgate_uuid7(clock_timestamp()),
    "service_tier" "service_tier" NOT NULL,
    "match" VARCHAR(255) NOT NULL DEFAULT '*',
    "multiplier" DECIMAL(20,10) NOT NULL,
    "effective_from" TIMESTAMPTZ(3) NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "service_tier_multipliers_pkey" PRIMARY KEY ("id")
);

CREATE UNIQUE INDEX "service_tier_multipliers_service_tier_match_effective_from_key" ON "service_tier_multipliers"("service_tier", "match", "effective_from");

ALTER TABLE "service_tier_multipliers"
  ADD CONSTRAINT "service_tier_multipliers_multiplier_check" CHECK (multiplier > 0),
  ADD CONSTRAINT "service_tier_multipliers_match_check" CHECK (match <> '' AND match = lower(match));

CREATE TRIGGER "service_tier_multipliers_append_only" BEFORE UPDATE OR DELETE ON "service_tier_multipliers"
  FOR EACH ROW EXECUTE FUNCTION tollgate_refuse_change();

-- What most providers take: half for work that may wait, double for work that goes first. A model's own prices go before.
INSERT INTO "service_tier_multipliers" (service_tier, match, multiplier, effective_from)
VALUES ('batch', '*', 0.5, '2026-01-01Z'), ('flex', '*', 0.5, '2026-01-01Z'), ('priority', '*', 2, '2026-01-01Z');

COMMENT ON TYPE "service_tier" IS 'How soon the provider does the work, which decides about its price.';
COMMENT ON COLUMN "usage_events"."cache_write_tokens" IS 'Prompt tokens written to the provider''s cache for some minutes.';
COMMENT ON COLUMN "usage_events"."cache_write_1h_tokens" IS 'Prompt tokens written to the provider''s cache for an hour.';
COMMENT ON COLUMN "usage_events"."audio_input_tokens" IS 'Audio tokens of the prompt that were not read from the cache.';
COMMENT ON COLUMN "usage_events"."audio_cache_read_tokens" IS 'Audio tokens of the prompt read from the provider''s cache.';
COMMENT ON COLUMN "usage_events"."image_tokens" IS 'Image tokens of the prompt.';
COMMENT ON COLUMN "usage_events"."image_output_tokens" IS 'Image tokens of the answer.';
COMMENT ON COLUMN "usage_events"."measures" IS 'What else was counted, by unit, each a decimal text; null when nothing was.';
COMMENT ON COLUMN "usage_events"."service_tier" IS 'How soon the provider did the work; null is standard.';
COMMENT ON COLUMN "usage_events"."price_multiplier" IS 'Factor on the prices of tokens for the service tier; null is 1.';
COMMENT ON COLUMN "usage_events"."unread_usage" IS 'Members of the provider''s usage object that no price reads, as they came; null when there were none.';
COMMENT ON COLUMN "model_prices"."cache_write_1h_per_million" IS 'USD for a million tokens: prompt, written to the cache for an hour; null when the pool has no price of its own.';
COMMENT ON COLUMN "model_prices"."audio_cache_read_per_million" IS 'USD for a million tokens: prompt audio, read from the cache; null when the pool has no price of its own.';
COMMENT ON COLUMN "model_prices"."image_per_million" IS 'USD for a million tokens: prompt image; null when the pool has no price of its own.';
COMMENT ON COLUMN "model_prices"."image_output_per_million" IS 'USD for a million tokens: answer image; null when the pool has no price of its own.';
COMMENT ON COLUMN "model_prices"."per_page" IS 'USD for one page; null when it is not priced so.';
COMMENT ON COLUMN "model_prices"."per_video_second" IS 'USD for one second of video; null when it is not priced so.';
COMMENT ON COLUMN "model_prices"."overrides" IS 'Prices that replace these under conditions; of those that apply, a later one counts before an earlier one.';
COMMENT ON COLUMN "model_prices"."is_free" IS 'Whether somebody says that the model costs nothing; zeros alone do not say so.';
COMMENT ON TABLE "service_tier_multipliers" IS 'Factor on a model''s prices of tokens for work of a service tier, from an instant on. Never edited: a new one is a new row.';
COMMENT ON COLUMN "service_tier_multipliers"."id" IS 'UUIDv7 of the multiplier.';
COMMENT ON COLUMN "service_tier_multipliers"."service_tier" IS 'How soon the provider does the work.';
COMMENT ON COLUMN "service_tier_multipliers"."match" IS 'Model or provider whose work it is about; * is every model.';
COMMENT ON COLUMN "service_tier_multipliers"."multiplier" IS 'What the prices of tokens are multiplied by.';
COMMENT ON COLUMN "service_tier_multipliers"."effective_from" IS 'From when it counts.';
COMMENT ON COLUMN "service_tier_multipliers"."created_at" IS 'When it was entered.';
