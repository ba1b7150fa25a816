-- Outside a transaction.
-- How accounts were opened is read by the time of opening.
DROP INDEX CONCURRENTLY IF EXISTS "user_credits_created_at_idx";
CREATE INDEX CONCURRENTLY "user_credits_created_at_idx" ON "user_credits"("created_at");
