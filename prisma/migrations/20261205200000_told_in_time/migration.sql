-- AlterTable
ALTER TABLE "account_discounts" ADD COLUMN     "expiry_told_for" TIMESTAMPTZ(3);

-- AlterTable
ALTER TABLE "credit_grants" ADD COLUMN     "expiry_told_for" TIMESTAMPTZ(3);

-- AlterTable
ALTER TABLE "user_credits" ADD COLUMN     "low_balance_threshold" DECIMAL(20,10);

COMMENT ON COLUMN "user_credits"."low_balance_threshold" IS 'Credits below which the account counts as low, as its owner chose; null for a tenth of allocated_monthly.';
COMMENT ON COLUMN "credit_grants"."expiry_told_for" IS 'The expiry that the owner was told of; null if none.';
COMMENT ON COLUMN "account_discounts"."expiry_told_for" IS 'The expiry that the owner was told of; null if none.';

ALTER TABLE "user_credits" ADD CONSTRAINT "user_credits_low_balance_threshold_check" CHECK (low_balance_threshold >= 0);

-- Progress of the job that tells of work without a price. It begins now: what is unrated already is listed elsewhere.
INSERT INTO usage_rollups (name, watermark) VALUES ('unrated_usage', pg_snapshot_xmin(pg_current_snapshot())::text::bigint);
