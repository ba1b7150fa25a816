-- CreateTable
CREATE TABLE "openrouter_readings" (
    "id" UUID NOT NULL DEFAULT tollgate_uuid7(clock_timestamp()),
    "total_usage" DECIMAL(20,10) NOT NULL,
    "read_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "openrouter_readings_pkey" PRIMARY KEY ("id")
);

COMMENT ON TABLE "openrouter_readings" IS 'What OpenRouter said that the platform''s account had used by then: the next reading less this one is compared with what was booked in between.';
COMMENT ON COLUMN "openrouter_readings"."id" IS 'UUIDv7 of the reading.';
COMMENT ON COLUMN "openrouter_readings"."total_usage" IS 'Since the account was opened, USD.';
COMMENT ON COLUMN "openrouter_readings"."read_at" IS 'When it was read.';
