-- Outside a transaction.
-- Admins list disputed payments, which are few among many.
DROP INDEX CONCURRENTLY IF EXISTS "payments_disputed_idx";
CREATE INDEX CONCURRENTLY "payments_disputed_idx" ON "payments"("created_at" DESC, "id" DESC) WHERE (dispute <> 'none');
