-- CreateTable
CREATE TABLE "openrouter_key_tries" (
    "user_id" VARCHAR(255) NOT NULL,
    "id" UUID NOT NULL DEFAULT tollgate_uuid7(clock_timestamp()),
    "attempted_at" TIMESTAMPTZ(3) NOT NULL DEFAULT clock_timestamp(),

    CONSTRAINT "openrouter_key_tries_pkey" PRIMARY KEY ("user_id","id")
);

COMMENT ON TABLE "openrouter_key_tries" IS 'A try at an own key of OpenRouter, kept for the hour in which it counts against the limit.';
COMMENT ON COLUMN "openrouter_key_tries"."user_id" IS 'Who tried.';
COMMENT ON COLUMN "openrouter_key_tries"."id" IS 'UUIDv7 of the try.';
COMMENT ON COLUMN "openrouter_key_tries"."attempted_at" IS 'When it was.';
