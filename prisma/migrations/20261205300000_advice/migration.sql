-- CreateTable
CREATE TABLE "model_equivalents" (
    "id" UUID NOT NULL DEFAULT tollgate_uuid7(clock_timestamp()),
    "from" VARCHAR(255) NOT NULL,
    "to" VARCHAR(255) NOT NULL,
    "note" VARCHAR(500),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "model_equivalents_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "dismissed_recommendations" (
    "user_id" VARCHAR(255) NOT NULL,
    "recommendation_id" CHAR(16) NOT NULL,
    "dismissed_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "dismissed_recommendations_pkey" PRIMARY KEY ("user_id","recommendation_id")
);

-- CreateIndex
CREATE UNIQUE INDEX "model_equivalents_from_to_key" ON "model_equivalents"("from", "to");

COMMENT ON TABLE "model_equivalents" IS 'The statement of an operator that one model can replace another for most work. Advice claims equal quality only then.';
COMMENT ON COLUMN "model_equivalents"."id" IS 'UUIDv7 of the equivalent.';
COMMENT ON COLUMN "model_equivalents"."from" IS 'Model that can be replaced.';
COMMENT ON COLUMN "model_equivalents"."to" IS 'Model that replaces it.';
COMMENT ON COLUMN "model_equivalents"."note" IS 'Why, and for which work; users read it with the advice.';
COMMENT ON COLUMN "model_equivalents"."created_at" IS 'When the equivalent was created.';
COMMENT ON TABLE "dismissed_recommendations" IS 'A recommendation that a user does not want to see again.';
COMMENT ON COLUMN "dismissed_recommendations"."user_id" IS 'User whom the recommendation was for.';
COMMENT ON COLUMN "dismissed_recommendations"."recommendation_id" IS 'Id of the recommendation.';
COMMENT ON COLUMN "dismissed_recommendations"."dismissed_at" IS 'When it was dismissed.';

ALTER TABLE model_equivalents ADD CONSTRAINT model_equivalents_differ CHECK ("from" <> "to");
