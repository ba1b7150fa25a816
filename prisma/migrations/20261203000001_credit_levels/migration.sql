-- CreateEnum
CREATE TYPE "credit_level" AS ENUM ('ok', 'low', 'exhausted');

-- AlterTable
ALTER TABLE "user_credits" ADD COLUMN     "alert_below" DECIMAL(20,10) NOT NULL DEFAULT 0,
ADD COLUMN     "credit_level" "credit_level";

COMMENT ON TYPE "credit_level" IS 'Whether an account has credits to spend: fewer than a tenth of the allocation is low.';
COMMENT ON COLUMN "user_credits"."credit_level" IS 'How far the credits went down, as the events about them told; null until the account first has credits.';
COMMENT ON COLUMN "user_credits"."alert_below" IS 'A charge that leaves fewer spendable credits than this is due an event; zero if none is.';
