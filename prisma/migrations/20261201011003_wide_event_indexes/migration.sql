-- Outside a transaction.
-- Events are found by (user_id, id) instead: each of these cost every recorded event a place in another page.
DROP INDEX CONCURRENTLY IF EXISTS "usage_events_range_idx";
DROP INDEX CONCURRENTLY IF EXISTS "usage_events_user_id_recorded_xid_idx";
