-- Answers of calls that were made with an Idempotency-Key.
CREATE TABLE "call_answers" (
  "user_id" VARCHAR(255) NOT NULL,
  "hold_id" UUID NOT NULL,
  "content_type" VARCHAR(255) NOT NULL,
  "sealed_answer" TEXT NOT NULL,
  "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT clock_timestamp(),

  CONSTRAINT "call_answers_pkey" PRIMARY KEY ("user_id", "hold_id")
);

CREATE INDEX "call_answers_created_at_idx" ON "call_answers" ("created_at");

COMMENT ON TABLE "call_answers" IS 'Answers of calls that were made with an Idempotency-Key, for those who repeat them within a day.';
COMMENT ON COLUMN "call_answers"."user_id" IS 'Whose call.';
COMMENT ON COLUMN "call_answers"."hold_id" IS 'The hold of the call.';
COMMENT ON COLUMN "call_answers"."content_type" IS 'Media type of the answer.';
COMMENT ON COLUMN "call_answers"."sealed_answer" IS 'The answer, encrypted for its call.';
COMMENT ON COLUMN "call_answers"."created_at" IS 'When it was given.';

