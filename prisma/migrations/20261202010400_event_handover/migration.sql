-- Drops the trigger that names events of earlier releases, a day after the table was partitioned: by then none of their
-- instances serves.
CREATE FUNCTION tollgate_end_event_handover() RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET lock_timeout = '2s' AS $$
DECLARE
  first regclass := (
    SELECT tgrelid FROM pg_trigger JOIN pg_inherits ON inhrelid = tgrelid
    WHERE inhparent = 'usage_events'::regclass AND tgname = 'usage_events_name');
BEGIN
  IF first IS NULL OR NOT EXISTS (
    SELECT FROM _prisma_migrations
    WHERE migration_name = '20261202010300_event_partitions' AND finished_at < clock_timestamp() - interval '1 day'
  ) THEN
    RETURN false;
  END IF;
  EXECUTE format('DROP TRIGGER usage_events_name ON %s', first);
  RETURN true;
END;
$$;
