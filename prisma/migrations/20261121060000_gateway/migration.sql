CREATE TABLE "gateway_calls" (
    "hold_id" UUID NOT NULL,
    "user_id" VARCHAR(255) NOT NULL,
    "model" VARCHAR(255) NOT NULL,
    "is_own_key" BOOLEAN NOT NULL,
    "generation_id" VARCHAR(255),
    "lease_until" TIMESTAMPTZ(3) NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "gateway_calls_pkey" PRIMARY KEY ("hold_id", "user_id")
);

CREATE INDEX "gateway_calls_lease_until_idx" ON "gateway_calls" ("lease_until");

-- calls of free models and with own keys set nothing aside, and are counted and ended like all others
ALTER TABLE "credit_holds"
  DROP CONSTRAINT "credit_holds_amount_check",
  ADD CONSTRAINT "credit_holds_amount_check" CHECK (amount >= 0);

COMMENT ON TABLE "gateway_calls" IS 'A call at the provider that is not settled yet: what any instance needs to end what another one began.';
COMMENT ON COLUMN "gateway_calls"."hold_id" IS 'The credits set aside for it; also the name of its usage event.';
COMMENT ON COLUMN "gateway_calls"."user_id" IS 'Whose call.';
COMMENT ON COLUMN "gateway_calls"."model" IS 'Model that was asked for.';
COMMENT ON COLUMN "gateway_calls"."is_own_key" IS 'Whether it was made with the user''s own key.';
COMMENT ON COLUMN "gateway_calls"."generation_id" IS 'Id of the call at the provider; null until its answer begins.';
COMMENT ON COLUMN "gateway_calls"."lease_until" IS 'Until then the process that made it keeps it; afterwards any instance may end it.';
COMMENT ON COLUMN "gateway_calls"."created_at" IS 'When it was made.';
