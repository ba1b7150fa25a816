-- AlterTable
ALTER TABLE "scheduled_grants" ADD COLUMN     "idempotency_key" VARCHAR(255),
ADD COLUMN     "request_hash" CHAR(64);

-- CreateIndex
CREATE UNIQUE INDEX "scheduled_grants_created_by_idempotency_key_key" ON "scheduled_grants"("created_by", "idempotency_key");

COMMENT ON COLUMN "scheduled_grants"."idempotency_key" IS 'Idempotency key of the request that created it; null without one.';
COMMENT ON COLUMN "scheduled_grants"."request_hash" IS 'SHA-256 of that request; null without a key.';
