-- Outside a transaction.
-- What a key has spent is the sum of its ledger lines; lines without a key are not in the index.
DROP INDEX CONCURRENTLY IF EXISTS "credit_transactions_api_key_idx";
CREATE INDEX CONCURRENTLY "credit_transactions_api_key_idx" ON "credit_transactions"("api_key_id", "id") WHERE (api_key_id IS NOT NULL);
