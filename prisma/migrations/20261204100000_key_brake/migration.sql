-- AlterTable
ALTER TABLE "api_keys" ADD COLUMN     "brake" BOOLEAN NOT NULL DEFAULT true,
ADD COLUMN     "braked_burn" DECIMAL(20,10),
ADD COLUMN     "braked_model" VARCHAR(255);

-- CreateTable
CREATE TABLE "api_key_models" (
    "user_id" VARCHAR(255) NOT NULL,
    "api_key_id" UUID NOT NULL,
    "model" VARCHAR(255) NOT NULL,
    "first_used_at" TIMESTAMPTZ(3) NOT NULL,
    "allowed_burn" DECIMAL(20,10),

    CONSTRAINT "api_key_models_pkey" PRIMARY KEY ("user_id","api_key_id","model")
);

-- CreateIndex
CREATE INDEX "api_keys_braked_idx" ON "api_keys"("user_id") WHERE (braked_model IS NOT NULL);

-- AddForeignKey
ALTER TABLE "api_key_models" ADD CONSTRAINT "api_key_models_api_key_id_user_id_fkey" FOREIGN KEY ("api_key_id", "user_id") REFERENCES "api_keys"("id", "user_id") ON DELETE CASCADE ON UPDATE CASCADE;

COMMENT ON COLUMN "api_keys"."brake" IS 'Whether the key is paused when it suddenly spends much on a model that it never used.';
COMMENT ON COLUMN "api_keys"."braked_model" IS 'The model whose cost made the brake pause the key; null if the brake did not. Work without a model has the name of its service.';
COMMENT ON COLUMN "api_keys"."braked_burn" IS 'Credits that the key had then spent on this model within five minutes.';
COMMENT ON TABLE "api_key_models" IS 'A model that an API key has used, as the brake knows it.';
COMMENT ON COLUMN "api_key_models"."user_id" IS 'User of the key.';
COMMENT ON COLUMN "api_key_models"."api_key_id" IS 'The key.';
COMMENT ON COLUMN "api_key_models"."model" IS 'Model; for work without one, its service.';
COMMENT ON COLUMN "api_key_models"."first_used_at" IS 'When the key first used the model, as far as it is known.';
COMMENT ON COLUMN "api_key_models"."allowed_burn" IS 'Credits within five minutes that the brake paused the key for, before somebody resumed it; null if that never happened.';

ALTER TABLE "api_keys"
  ADD CONSTRAINT "api_keys_braked_check" CHECK (
    ("braked_model" IS NULL) = ("braked_burn" IS NULL) AND ("braked_model" IS NULL OR "paused_at" IS NOT NULL));

-- backends start new models on purpose
UPDATE "api_keys" SET "brake" = false WHERE "role" = 'service';

CREATE OR REPLACE TRIGGER api_keys_changed BEFORE UPDATE OF user_id, previous_hash, previous_expires_at, rotated_at, role,
  member_id, scopes, allowed_models, denied_models, allowed_services, allowed_cidrs, tags, requests_per_minute,
  tokens_per_minute, expires_at, paused_at, revoked_at, name, paused_reason, brake ON api_keys
FOR EACH ROW EXECUTE FUNCTION tollgate_api_key_changed();
