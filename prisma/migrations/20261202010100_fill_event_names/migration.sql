-- Outside a transaction.
-- Names of the events that were recorded before the trigger existed, some thousand at a time.
DO $$
DECLARE
  last_user text := '';
  last_id uuid := '00000000-0000-0000-0000-000000000000';
BEGIN
  LOOP
    -- an account is erased before or after a step, not during it
    PERFORM FROM usage_rollups WHERE name = 'usage_daily' FOR SHARE;
    WITH page AS MATERIALIZED (
      SELECT user_id, id, source, request_id FROM usage_events WHERE (user_id, id) > (last_user, last_id)
      ORDER BY user_id, id LIMIT 5000
    ), named AS (
      INSERT INTO usage_event_names (user_id, digest, event_id)
      SELECT user_id, tollgate_event_digest(source, request_id), id FROM page
      ON CONFLICT DO NOTHING
    )
    SELECT user_id, id INTO last_user, last_id FROM page ORDER BY user_id DESC, id DESC LIMIT 1;
    EXIT WHEN NOT FOUND;
    COMMIT;
  END LOOP;
END $$;
