-- Outside a transaction.
-- The table becomes the first partition of a new one. It ends with a month that is not over for at least a week. The CHECK
-- spares the switch from reading the table.
DO $$
DECLARE
  in_a_week timestamp := (clock_timestamp() + interval '7 days') AT TIME ZONE 'UTC';
  ends_at timestamptz := (date_trunc('month', in_a_week) + interval '1 month') AT TIME ZONE 'UTC';
BEGIN
  IF (SELECT relkind FROM pg_class WHERE oid = 'usage_events'::regclass) = 'r' THEN
    ALTER TABLE usage_events DROP CONSTRAINT IF EXISTS usage_events_bound_check;
    EXECUTE format('ALTER TABLE usage_events ADD CONSTRAINT usage_events_bound_check CHECK (id < %L) NOT VALID', tollgate_id_at(ends_at));
  END IF;
END $$;

DO $$
BEGIN
  IF (SELECT relkind FROM pg_class WHERE oid = 'usage_events'::regclass) = 'r' THEN
    ALTER TABLE usage_events VALIDATE CONSTRAINT usage_events_bound_check;
  END IF;
END $$;

-- The switch. Its lock is short, because nothing is read or built.
DO $$
DECLARE
  bound uuid;
  first text;
  indexes text[];
  triggers text[];
  views text[];
  part record;
  statement text;
BEGIN
  IF (SELECT relkind FROM pg_class WHERE oid = 'usage_events'::regclass) = 'p' THEN
    RETURN;
  END IF;
  LOCK TABLE usage_events IN ACCESS EXCLUSIVE MODE;
  SELECT substring(pg_get_constraintdef(oid) FROM '''([^'']+)''')::uuid INTO bound
  FROM pg_constraint WHERE conrelid = 'usage_events'::regclass AND conname = 'usage_events_bound_check';
  first := 'usage_events_until_' || to_char(tollgate_id_time(bound) AT TIME ZONE 'UTC', 'YYYY_MM');

  DROP INDEX usage_events_user_id_source_request_id_key;
  SELECT array_agg(pg_get_indexdef(indexrelid)) INTO indexes
  FROM pg_index WHERE indrelid = 'usage_events'::regclass AND NOT indisprimary;
  SELECT COALESCE(array_agg(pg_get_triggerdef(oid)), '{}') INTO triggers
  FROM pg_trigger WHERE tgrelid = 'usage_events'::regclass AND NOT tgisinternal AND tgname <> 'usage_events_name';
  SELECT COALESCE(array_agg(DISTINCT format('CREATE OR REPLACE VIEW %s AS %s', r.ev_class::regclass, pg_get_viewdef(r.ev_class))), '{}')
  INTO views
  FROM pg_depend d JOIN pg_rewrite r ON r.oid = d.objid
  WHERE d.classid = 'pg_rewrite'::regclass AND d.refobjid = 'usage_events'::regclass;

  FOR part IN SELECT tgname FROM pg_trigger
    WHERE tgrelid = 'usage_events'::regclass AND NOT tgisinternal AND tgname <> 'usage_events_name'
  LOOP
    EXECUTE format('DROP TRIGGER %I ON usage_events', part.tgname);
  END LOOP;
  -- renaming the index of the primary key renames its constraint
  FOR part IN SELECT c.relname FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
    WHERE i.indrelid = 'usage_events'::regclass
  LOOP
    EXECUTE format('ALTER INDEX %I RENAME TO %I', part.relname, replace(part.relname, 'usage_events', first));
  END LOOP;
  EXECUTE format('ALTER TABLE usage_events RENAME TO %I', first);

  EXECUTE format('CREATE TABLE usage_events (LIKE %I INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING STORAGE INCLUDING COMMENTS)
    PARTITION BY RANGE (id)', first);
  ALTER TABLE usage_events DROP CONSTRAINT usage_events_bound_check;
  ALTER TABLE usage_events ADD CONSTRAINT usage_events_pkey PRIMARY KEY (user_id, id);
  FOREACH statement IN ARRAY indexes || triggers || views LOOP
    EXECUTE statement;
  END LOOP;
  EXECUTE format('ALTER TABLE usage_events ATTACH PARTITION %I FOR VALUES FROM (MINVALUE) TO (%L)', first, bound);
  EXECUTE format('ALTER TABLE %I DROP CONSTRAINT usage_events_bound_check', first);
  -- only instances of earlier releases need it, and an empty database has none
  IF NOT EXISTS (SELECT FROM usage_events) THEN
    EXECUTE format('DROP TRIGGER usage_events_name ON %I', first);
  END IF;
  PERFORM tollgate_add_event_partitions(clock_timestamp() + interval '3 months');
END $$;

COMMENT ON TABLE "usage_events" IS 'One metered piece of work, recorded once per user, source and request. Partitioned by the month of its id, UTC.';
