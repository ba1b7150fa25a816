-- Outside a transaction.
-- Reports on the whole platform read usage by day, payments by the time they were received, and what needs an administrator.
DROP INDEX CONCURRENTLY IF EXISTS "usage_daily_day_idx";
CREATE INDEX CONCURRENTLY "usage_daily_day_idx" ON "usage_daily"("day");
DROP INDEX CONCURRENTLY IF EXISTS "payments_paid_idx";
CREATE INDEX CONCURRENTLY "payments_paid_idx" ON "payments"("paid_at") WHERE (paid_at IS NOT NULL);
DROP INDEX CONCURRENTLY IF EXISTS "payment_events_failed_idx";
CREATE INDEX CONCURRENTLY "payment_events_failed_idx" ON "payment_events"("created_at") WHERE (state = 'failed');
DROP INDEX CONCURRENTLY IF EXISTS "payment_disputes_open_idx";
CREATE INDEX CONCURRENTLY "payment_disputes_open_idx" ON "payment_disputes"("created_at") WHERE (status = 'open');
