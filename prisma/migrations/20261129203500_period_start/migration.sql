-- Work that was done before the running period does not count to it.
ALTER TABLE "user_credits" ADD COLUMN "period_start" TIMESTAMPTZ(3);

COMMENT ON COLUMN "user_credits"."period_start" IS 'When the running period began; null in the first one, which work of any age counts to.';

-- Accounts in their first period stay null. Where a payment or a free month made a later one longer, it began earlier than
-- this says, but not later than now.
UPDATE "user_credits" SET "period_start" = LEAST("reset_date" - interval '720 hours', CURRENT_TIMESTAMP)
WHERE "created_at" < "reset_date" - interval '721 hours';
