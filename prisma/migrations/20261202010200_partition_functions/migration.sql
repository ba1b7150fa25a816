-- When a row with this id was made.
CREATE FUNCTION tollgate_id_time(id uuid) RETURNS timestamptz
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN to_timestamp(('x' || left(replace(id::text, '-', ''), 12))::bit(48)::bigint / 1000.0);

-- The partitions of usage_events by time, the default one aside. The first one has no start.
CREATE FUNCTION tollgate_event_partitions() RETURNS TABLE (name text, starts_at timestamptz, ends_at timestamptz)
LANGUAGE sql STABLE AS $$
  SELECT c.relname::text,
    public.tollgate_id_time(substring(bound FROM 'FROM \(''([^'']+)''\)')::uuid),
    public.tollgate_id_time(substring(bound FROM 'TO \(''([^'']+)''\)')::uuid)
  FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid, LATERAL pg_get_expr(c.relpartbound, c.oid) AS bound
  WHERE i.inhparent = 'public.usage_events'::regclass AND bound <> 'DEFAULT'
  ORDER BY 3
$$;

-- Makes the missing partitions of whole months (UTC) from now up to `until`, and returns their names. Recording goes on
-- meanwhile. Events of these months that are in the default partition move to theirs, unless there are so many that recording
-- would wait for it: then the month stays in the default partition.
CREATE FUNCTION tollgate_add_event_partitions(until timestamptz) RETURNS SETOF text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET lock_timeout = '2s' SET enable_seqscan = on AS $$
DECLARE
  month timestamp := date_trunc('month', clock_timestamp() AT TIME ZONE 'UTC');
  month_start timestamptz;
  first_id uuid;
  end_id uuid;
  made text;
  movable_max CONSTANT integer := 20000;
BEGIN
  PERFORM pg_advisory_xact_lock(7401102);
  IF to_regclass('usage_events_default') IS NULL THEN
    CREATE TABLE usage_events_default PARTITION OF usage_events DEFAULT;
  END IF;
  WHILE month AT TIME ZONE 'UTC' <= until LOOP
    month_start := month AT TIME ZONE 'UTC';
    made := 'usage_events_' || to_char(month, 'YYYY_MM');
    month := month + interval '1 month';
    CONTINUE WHEN EXISTS (
      SELECT FROM tollgate_event_partitions() p WHERE COALESCE(p.starts_at <= month_start, true) AND p.ends_at > month_start
    );
    first_id := tollgate_id_at(month_start);
    end_id := tollgate_id_at(month AT TIME ZONE 'UTC');
    CONTINUE WHEN (SELECT count(*) FROM (
      SELECT FROM usage_events_default WHERE id >= first_id AND id < end_id LIMIT movable_max + 1
    ) AS events) > movable_max;
    LOCK TABLE usage_events_default IN ACCESS EXCLUSIVE MODE;
    EXECUTE format('CREATE TABLE %I (LIKE usage_events INCLUDING ALL EXCLUDING COMMENTS)', made);
    EXECUTE format('WITH moved AS (DELETE FROM usage_events_default WHERE id >= %L AND id < %L RETURNING *)
      INSERT INTO %I SELECT * FROM moved', first_id, end_id, made);
    EXECUTE format('ALTER TABLE usage_events ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)', made, first_id, end_id);
    RETURN NEXT made;
  END LOOP;
END;
$$;

-- Drops a partition whose month is over, or detaches it, so that it remains as a table of its own.
CREATE FUNCTION tollgate_retire_event_partition(partition text, keep boolean) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET lock_timeout = '2s' AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM tollgate_event_partitions() p WHERE p.name = partition AND p.ends_at <= clock_timestamp()) THEN
    RAISE '% is no past partition of usage_events', partition;
  END IF;
  EXECUTE format('ALTER TABLE usage_events DETACH PARTITION %I', partition);
  IF NOT keep THEN
    EXECUTE format('DROP TABLE %I', partition);
  END IF;
END;
$$;
