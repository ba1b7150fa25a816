-- Outside a transaction.
-- The next primary key of usage_events, events that were recorded late, and events by the time of recording.
DROP INDEX CONCURRENTLY IF EXISTS "usage_events_next_pkey";
CREATE UNIQUE INDEX CONCURRENTLY "usage_events_next_pkey" ON "usage_events"("user_id", "id");
DROP INDEX CONCURRENTLY IF EXISTS "usage_events_late_idx";
CREATE INDEX CONCURRENTLY "usage_events_late_idx" ON "usage_events"("user_id", "occurred_at") WHERE tollgate_is_late(id, occurred_at);
DROP INDEX CONCURRENTLY IF EXISTS "usage_events_created_at_idx";
CREATE INDEX CONCURRENTLY "usage_events_created_at_idx" ON "usage_events"("created_at");
