-- Usage by API key, member and tag; every pool of tokens by day; and what caches of providers saved.
-- CreateEnum
CREATE TYPE "usage_dimension" AS ENUM ('api_key', 'member', 'tag');

-- AlterTable
ALTER TABLE "usage_by_hour" ADD COLUMN     "audio_cache_read_tokens" BIGINT NOT NULL DEFAULT 0,
ADD COLUMN     "audio_input_tokens" BIGINT NOT NULL DEFAULT 0,
ADD COLUMN     "audio_output_tokens" BIGINT NOT NULL DEFAULT 0,
ADD COLUMN     "cache_read_tokens" BIGINT NOT NULL DEFAULT 0,
ADD COLUMN     "cache_savings" DECIMAL(30,10) NOT NULL DEFAULT 0,
ADD COLUMN     "cache_write_1h_tokens" BIGINT NOT NULL DEFAULT 0,
ADD COLUMN     "cache_write_tokens" BIGINT NOT NULL DEFAULT 0,
ADD COLUMN     "image_output_tokens" BIGINT NOT NULL DEFAULT 0,
ADD COLUMN     "image_tokens" BIGINT NOT NULL DEFAULT 0,
ADD COLUMN     "reasoning_tokens" BIGINT NOT NULL DEFAULT 0;

-- AlterTable
ALTER TABLE "usage_daily" ADD COLUMN     "audio_cache_read_tokens" BIGINT NOT NULL DEFAULT 0,
ADD COLUMN     "audio_input_tokens" BIGINT NOT NULL DEFAULT 0,
ADD COLUMN     "audio_output_tokens" BIGINT NOT NULL DEFAULT 0,
ADD COLUMN     "cache_read_tokens" BIGINT NOT NULL DEFAULT 0,
ADD COLUMN     "cache_savings" DECIMAL(30,10) NOT NULL DEFAULT 0,
ADD COLUMN     "cache_write_1h_tokens" BIGINT NOT NULL DEFAULT 0,
ADD COLUMN     "cache_write_tokens" BIGINT NOT NULL DEFAULT 0,
ADD COLUMN     "image_output_tokens" BIGINT NOT NULL DEFAULT 0,
ADD COLUMN     "image_tokens" BIGINT NOT NULL DEFAULT 0,
ADD COLUMN     "reasoning_tokens" BIGINT NOT NULL DEFAULT 0;

-- AlterTable
ALTER TABLE "usage_events" ADD COLUMN     "cache_savings" DECIMAL(20,10);

-- AlterTable
ALTER TABLE "usage_hourly" ADD COLUMN     "cache_savings" DECIMAL(30,10) NOT NULL DEFAULT 0;

-- AlterTable
ALTER TABLE "usage_rollups" ADD COLUMN     "complete_to" BIGINT NOT NULL DEFAULT 0;

-- CreateTable
CREATE TABLE "usage_by_attribution" (
    "user_id" VARCHAR(255) NOT NULL,
    "dimension" "usage_dimension" NOT NULL,
    "hour" TIMESTAMPTZ(3) NOT NULL,
    "value" VARCHAR(255) NOT NULL,
    "service" VARCHAR(64) NOT NULL,
    "model" VARCHAR(255) NOT NULL,
    "has_usage" BOOLEAN NOT NULL,
    "charges" BIGINT NOT NULL DEFAULT 0,
    "credits" DECIMAL(30,10) NOT NULL DEFAULT 0,
    "cache_savings" DECIMAL(30,10) NOT NULL DEFAULT 0,
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

    CONSTRAINT "usage_by_attribution_pkey" PRIMARY KEY ("user_id","dimension","hour","value","service","model","has_usage")
);

-- These were never released without the new columns: the worker makes them again.
TRUNCATE usage_hourly, usage_by_hour;
UPDATE hourly_rollups SET event_watermark = 0, ledger_until = 'epoch', horizon_at = 'epoch', horizon_xid = 0,
  tail_id = DEFAULT, noted_id = DEFAULT, noted_xid = DEFAULT;

-- Adds what events have in the pools that usage_daily did not have before. Null users are all users.
CREATE FUNCTION tollgate_add_pools(since bigint, until bigint, users text[]) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
  UPDATE usage_daily d SET
    cache_read_tokens = d.cache_read_tokens + s.cache_read_tokens,
    cache_write_tokens = d.cache_write_tokens + s.cache_write_tokens,
    cache_write_1h_tokens = d.cache_write_1h_tokens + s.cache_write_1h_tokens,
    reasoning_tokens = d.reasoning_tokens + s.reasoning_tokens,
    audio_input_tokens = d.audio_input_tokens + s.audio_input_tokens,
    audio_cache_read_tokens = d.audio_cache_read_tokens + s.audio_cache_read_tokens,
    audio_output_tokens = d.audio_output_tokens + s.audio_output_tokens,
    image_tokens = d.image_tokens + s.image_tokens,
    image_output_tokens = d.image_output_tokens + s.image_output_tokens,
    cache_savings = d.cache_savings + s.cache_savings
  FROM (
    SELECT user_id, (occurred_at AT TIME ZONE 'UTC')::date AS day, service, COALESCE(model, '') AS model,
      sum(cache_read_tokens) AS cache_read_tokens,
      sum(cache_write_tokens) AS cache_write_tokens,
      sum(cache_write_1h_tokens) AS cache_write_1h_tokens,
      sum(reasoning_tokens) AS reasoning_tokens,
      sum(audio_input_tokens) AS audio_input_tokens,
      sum(audio_cache_read_tokens) AS audio_cache_read_tokens,
      sum(audio_output_tokens) AS audio_output_tokens,
      sum(image_tokens) AS image_tokens,
      sum(image_output_tokens) AS image_output_tokens,
      sum(COALESCE(usage_events.cache_savings, 0)) AS cache_savings
    FROM usage_events
    WHERE recorded_xid >= since AND recorded_xid < until AND (users IS NULL OR user_id = ANY (users))
      AND cache_read_tokens::bigint + cache_write_tokens + cache_write_1h_tokens + reasoning_tokens + audio_input_tokens + audio_cache_read_tokens + audio_output_tokens + image_tokens + image_output_tokens > 0
    GROUP BY 1, 2, 3, 4
  ) AS s
  WHERE d.user_id = s.user_id AND d.day = s.day AND d.service = s.service AND d.model = s.model;
END;
$$;

-- A release that does not know these columns moves the watermark without them: they are filled in its transaction.
CREATE FUNCTION tollgate_complete_days() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
  -- rebuilding the roll-up resets noted_xid
  PERFORM tollgate_add_pools(CASE WHEN NEW.noted_xid = 0 THEN 0 ELSE OLD.watermark END, NEW.watermark, NULL);
  UPDATE usage_rollups SET complete_to = watermark WHERE name = NEW.name;
  RETURN NULL;
END;
$$;
UPDATE usage_rollups SET complete_to = watermark;
CREATE TRIGGER usage_rollups_complete_days AFTER UPDATE OF watermark ON usage_rollups
FOR EACH ROW WHEN (NEW.name = 'usage_daily' AND NEW.complete_to <> NEW.watermark) EXECUTE FUNCTION tollgate_complete_days();

-- A price that arrives late also changes what the cache saved, in the hours that contain the event already.
CREATE OR REPLACE FUNCTION tollgate_rate_hour() RETURNS trigger
LANGUAGE plpgsql AS $$
DECLARE
  rolled_up_to bigint;
  savings numeric := COALESCE(NEW.cache_savings, 0) - COALESCE(OLD.cache_savings, 0);
  counted_in timestamptz := date_trunc('hour',
    CASE WHEN NEW.transaction_id IS NULL THEN NEW.occurred_at ELSE NEW.created_at END, 'UTC');
BEGIN
  -- the roll-up waits for this transaction, so that it sees the event either before or after
  SELECT watermark INTO rolled_up_to FROM usage_rollups WHERE name = 'usage_by_hour' FOR SHARE;
  IF NEW.recorded_xid < rolled_up_to THEN
    UPDATE usage_by_hour SET
      provider_cost = provider_cost + NEW.provider_cost - OLD.provider_cost,
      platform_markup = platform_markup + NEW.platform_markup - OLD.platform_markup,
      total_cost = total_cost + NEW.total_cost - OLD.total_cost,
      charged_cost = charged_cost + CASE WHEN NEW.transaction_id IS NULL THEN 0 ELSE NEW.total_cost - OLD.total_cost END,
      cache_savings = cache_savings + savings,
      free_events = free_events + NEW.is_free_tier::int - OLD.is_free_tier::int,
      free_tokens = free_tokens + (NEW.is_free_tier::int - OLD.is_free_tier::int) * NEW.tokens_used::bigint
    WHERE user_id = NEW.user_id AND hour = date_trunc('hour', NEW.occurred_at, 'UTC')
      AND service = NEW.service AND model = COALESCE(NEW.model, '');
  END IF;
  IF savings = 0 THEN
    RETURN NULL;
  END IF;
  SELECT event_watermark INTO rolled_up_to FROM hourly_rollups WHERE name = 'usage_hourly' FOR SHARE;
  IF NEW.recorded_xid < rolled_up_to THEN
    UPDATE usage_hourly SET cache_savings = cache_savings + savings
    WHERE user_id = NEW.user_id AND hour = counted_in AND service = NEW.service AND model = COALESCE(NEW.model, '')
      AND has_usage;
    UPDATE usage_by_attribution SET cache_savings = cache_savings + savings
    WHERE user_id = NEW.user_id AND hour = counted_in AND service = NEW.service AND model = COALESCE(NEW.model, '')
      AND has_usage AND (dimension = 'api_key' AND value = NEW.api_key_id::text
        OR dimension = 'member' AND value = NEW.member_id OR dimension = 'tag' AND value = ANY (NEW.tags));
  END IF;
  RETURN NULL;
END;
$$;

COMMENT ON TYPE "usage_dimension" IS 'What usage can be attributed to.';
COMMENT ON COLUMN "usage_events"."cache_savings" IS 'Credits that the provider''s cache saved, at list prices: what the work would have cost without it, minus what it cost. Negative if writing to the cache cost more than reading from it saved; null if no cache was used, or the price is unknown.';
COMMENT ON COLUMN "usage_daily"."cache_read_tokens" IS 'Input tokens read from the provider''s cache.';
COMMENT ON COLUMN "usage_daily"."cache_write_tokens" IS 'Input tokens written to the provider''s short-lived (minutes) cache.';
COMMENT ON COLUMN "usage_daily"."cache_write_1h_tokens" IS 'Input tokens written to the provider''s one-hour cache.';
COMMENT ON COLUMN "usage_daily"."reasoning_tokens" IS 'Hidden reasoning tokens.';
COMMENT ON COLUMN "usage_daily"."audio_input_tokens" IS 'Audio input tokens that were not read from the cache.';
COMMENT ON COLUMN "usage_daily"."audio_cache_read_tokens" IS 'Audio input tokens read from the provider''s cache.';
COMMENT ON COLUMN "usage_daily"."audio_output_tokens" IS 'Audio output tokens.';
COMMENT ON COLUMN "usage_daily"."image_tokens" IS 'Image input tokens.';
COMMENT ON COLUMN "usage_daily"."image_output_tokens" IS 'Image output tokens.';
COMMENT ON COLUMN "usage_daily"."cache_savings" IS 'Credits that the provider''s cache saved.';
COMMENT ON COLUMN "usage_by_hour"."cache_read_tokens" IS 'Input tokens read from the provider''s cache.';
COMMENT ON COLUMN "usage_by_hour"."cache_write_tokens" IS 'Input tokens written to the provider''s short-lived (minutes) cache.';
COMMENT ON COLUMN "usage_by_hour"."cache_write_1h_tokens" IS 'Input tokens written to the provider''s one-hour cache.';
COMMENT ON COLUMN "usage_by_hour"."reasoning_tokens" IS 'Hidden reasoning tokens.';
COMMENT ON COLUMN "usage_by_hour"."audio_input_tokens" IS 'Audio input tokens that were not read from the cache.';
COMMENT ON COLUMN "usage_by_hour"."audio_cache_read_tokens" IS 'Audio input tokens read from the provider''s cache.';
COMMENT ON COLUMN "usage_by_hour"."audio_output_tokens" IS 'Audio output tokens.';
COMMENT ON COLUMN "usage_by_hour"."image_tokens" IS 'Image input tokens.';
COMMENT ON COLUMN "usage_by_hour"."image_output_tokens" IS 'Image output tokens.';
COMMENT ON COLUMN "usage_by_hour"."cache_savings" IS 'Credits that the provider''s cache saved.';
COMMENT ON COLUMN "usage_rollups"."complete_to" IS 'Equals the watermark. A release that does not know the pools of tokens leaves it behind; a trigger then fills them.';
COMMENT ON COLUMN "usage_hourly"."cache_savings" IS 'Credits that the provider''s cache saved, at list prices; negative if writing to it cost more.';
COMMENT ON TABLE "usage_by_attribution" IS 'Spending and usage by API key, member and tag: what usage_hourly has, for charges and events that name one. Work with several tags is in the rows of each.';
COMMENT ON COLUMN "usage_by_attribution"."user_id" IS 'User of the account.';
COMMENT ON COLUMN "usage_by_attribution"."dimension" IS 'What the row is about.';
COMMENT ON COLUMN "usage_by_attribution"."hour" IS 'Start of the hour, UTC.';
COMMENT ON COLUMN "usage_by_attribution"."value" IS 'Id of the API key, id of the member, or the tag.';
COMMENT ON COLUMN "usage_by_attribution"."service" IS 'Service; empty if the ledger line names none.';
COMMENT ON COLUMN "usage_by_attribution"."model" IS 'Model; empty if there is none.';
COMMENT ON COLUMN "usage_by_attribution"."has_usage" IS 'Whether the row is about recorded work. False for charges without a usage event.';
COMMENT ON COLUMN "usage_by_attribution"."charges" IS 'Number of ledger lines that charge, or correct a charge.';
COMMENT ON COLUMN "usage_by_attribution"."credits" IS 'Credits spent: the sum of these lines. Refunds are not deducted.';
COMMENT ON COLUMN "usage_by_attribution"."cache_savings" IS 'Credits that the provider''s cache saved, at list prices; negative if writing to it cost more.';
COMMENT ON COLUMN "usage_by_attribution"."event_count" IS 'Number of events, charged or not.';
COMMENT ON COLUMN "usage_by_attribution"."failed_events" IS 'Number of events whose work failed.';
COMMENT ON COLUMN "usage_by_attribution"."tokens_used" IS 'Total tokens.';
COMMENT ON COLUMN "usage_by_attribution"."input_tokens" IS 'Input tokens that are not counted in any other input pool.';
COMMENT ON COLUMN "usage_by_attribution"."output_tokens" IS 'Output tokens that are not counted in any other output pool.';
COMMENT ON COLUMN "usage_by_attribution"."cache_read_tokens" IS 'Input tokens read from the provider''s cache.';
COMMENT ON COLUMN "usage_by_attribution"."cache_write_tokens" IS 'Input tokens written to the provider''s short-lived (minutes) cache.';
COMMENT ON COLUMN "usage_by_attribution"."cache_write_1h_tokens" IS 'Input tokens written to the provider''s one-hour cache.';
COMMENT ON COLUMN "usage_by_attribution"."reasoning_tokens" IS 'Hidden reasoning tokens.';
COMMENT ON COLUMN "usage_by_attribution"."audio_input_tokens" IS 'Audio input tokens that were not read from the cache.';
COMMENT ON COLUMN "usage_by_attribution"."audio_cache_read_tokens" IS 'Audio input tokens read from the provider''s cache.';
COMMENT ON COLUMN "usage_by_attribution"."audio_output_tokens" IS 'Audio output tokens.';
COMMENT ON COLUMN "usage_by_attribution"."image_tokens" IS 'Image input tokens.';
COMMENT ON COLUMN "usage_by_attribution"."image_output_tokens" IS 'Image output tokens.';
COMMENT ON TABLE "hourly_rollups" IS 'Progress of the hourly roll-ups, usage_hourly and usage_by_attribution, in one row.';
