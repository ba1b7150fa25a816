-- AlterTable
ALTER TABLE "api_keys" ADD COLUMN     "expiry_told_at" TIMESTAMPTZ(3);

-- CreateIndex
CREATE INDEX "api_keys_expires_at_idx" ON "api_keys"("expires_at") WHERE (expires_at IS NOT NULL);

COMMENT ON COLUMN "api_keys"."expiry_told_at" IS 'When its user was last told that the key is about to expire; null if never.';
