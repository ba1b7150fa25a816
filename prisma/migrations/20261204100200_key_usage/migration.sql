-- Outside a transaction.
-- What a key has spent, whoever paid.
DROP INDEX CONCURRENTLY IF EXISTS "usage_by_attribution_api_key_idx";
CREATE INDEX CONCURRENTLY "usage_by_attribution_api_key_idx" ON "usage_by_attribution"("value", "hour") WHERE (dimension = 'api_key'::usage_dimension);
