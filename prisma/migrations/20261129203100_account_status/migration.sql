-- CreateEnum
CREATE TYPE "account_status" AS ENUM ('active', 'suspended', 'closed', 'erasing');

-- AlterTable
ALTER TABLE "user_credits" ADD COLUMN     "moved_to" VARCHAR(255),
ADD COLUMN     "status" "account_status" NOT NULL DEFAULT 'active',
ADD COLUMN     "status_changed_at" TIMESTAMPTZ(3),
ADD COLUMN     "status_reason" VARCHAR(500);

ALTER TABLE "user_credits" ADD CONSTRAINT "user_credits_moved_check"
  CHECK (moved_to IS NULL OR (status IN ('closed', 'erasing') AND moved_to <> user_id));

-- CreateIndex
CREATE INDEX "user_credits_moved_idx" ON "user_credits"("moved_to") WHERE (moved_to IS NOT NULL);
CREATE INDEX "user_credits_status_idx" ON "user_credits"("status", "user_id") WHERE (status <> 'active');

COMMENT ON TYPE "account_status" IS 'Whether an account may spend: a suspended one may not, a closed one is over, one to be erased is closed and about to be.';
COMMENT ON COLUMN "user_credits"."status" IS 'Whether the account may spend. Finished work is charged whatever it is.';
COMMENT ON COLUMN "user_credits"."status_reason" IS 'Why an admin suspended or closed the account.';
COMMENT ON COLUMN "user_credits"."status_changed_at" IS 'When the status last changed; null while it never did.';
COMMENT ON COLUMN "user_credits"."moved_to" IS 'Account that took over everything of this one; null unless it was moved.';
