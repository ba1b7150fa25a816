-- The minutes of keys and of accounts are counted in one table.
-- AlterTable
ALTER TABLE "api_keys" DROP COLUMN "rate_requests",
DROP COLUMN "rate_tokens",
DROP COLUMN "rate_window_at";

-- CreateTable
CREATE TABLE "rate_counters" (
    "subject" CHAR(43) NOT NULL,
    "minute_at" TIMESTAMPTZ(3) NOT NULL,
    "requests" INTEGER NOT NULL,
    "tokens" INTEGER NOT NULL,

    CONSTRAINT "rate_counters_pkey" PRIMARY KEY ("subject")
);

COMMENT ON TABLE "rate_counters" IS 'Requests and tokens of an account or an API key in the present minute, counted over all instances.';
COMMENT ON COLUMN "rate_counters"."subject" IS 'SHA-256 of whose they are.';
COMMENT ON COLUMN "rate_counters"."minute_at" IS 'The minute.';
COMMENT ON COLUMN "rate_counters"."requests" IS 'Requests that instances reserved in it.';
COMMENT ON COLUMN "rate_counters"."tokens" IS 'Tokens that were used in it, as far as an integer can count them.';
