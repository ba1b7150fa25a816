-- Outside a transaction.
-- Few rows are about to expire untold; jobs find them by the time of their expiry.
DROP INDEX CONCURRENTLY IF EXISTS "account_discounts_expiring_idx";
CREATE INDEX CONCURRENTLY "account_discounts_expiring_idx" ON "account_discounts"("expires_at") WHERE (used_at IS NULL AND expiry_told_for IS DISTINCT FROM expires_at);
DROP INDEX CONCURRENTLY IF EXISTS "credit_grants_expiring_idx";
CREATE INDEX CONCURRENTLY "credit_grants_expiring_idx" ON "credit_grants"("expires_at") WHERE (remaining > 0 AND source <> 'plan'::grant_source AND expiry_told_for IS DISTINCT FROM expires_at);
