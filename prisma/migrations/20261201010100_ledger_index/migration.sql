-- Outside a transaction.
-- Ids begin with the time of booking, so lists and filters by time are served by the ids alone.
DROP INDEX CONCURRENTLY IF EXISTS "credit_transactions_user_id_id_idx";
CREATE INDEX CONCURRENTLY "credit_transactions_user_id_id_idx" ON "credit_transactions"("user_id", "id" DESC);
DROP INDEX CONCURRENTLY IF EXISTS "credit_transactions_user_id_created_at_id_idx";
