-- AlterTable
ALTER TABLE "api_keys" ADD COLUMN     "rate_requests" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "rate_tokens" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "rate_window_at" TIMESTAMPTZ(3);

COMMENT ON COLUMN "api_keys"."rate_window_at" IS 'Minute that rate_requests and rate_tokens count; null if they never counted.';
COMMENT ON COLUMN "api_keys"."rate_requests" IS 'Requests that instances reserved in that minute.';
COMMENT ON COLUMN "api_keys"."rate_tokens" IS 'Tokens that were used in that minute, as far as an integer can count them.';
