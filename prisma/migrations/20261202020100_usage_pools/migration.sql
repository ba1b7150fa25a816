-- Outside a transaction.
-- Fills the pools of the days that are rolled up already, some accounts at a time, so that nobody waits for long. It can run again.
DO $$
DECLARE
  users text[] := ARRAY[''];
  rolled_up_to bigint;
BEGIN
  LOOP
    users := ARRAY(SELECT DISTINCT user_id FROM usage_daily WHERE user_id > users[array_upper(users, 1)] ORDER BY user_id LIMIT 200);
    EXIT WHEN cardinality(users) = 0;
    SELECT watermark INTO rolled_up_to FROM usage_rollups WHERE name = 'usage_daily' FOR SHARE;
    UPDATE usage_daily SET cache_read_tokens = 0, cache_write_tokens = 0, cache_write_1h_tokens = 0, reasoning_tokens = 0, audio_input_tokens = 0, audio_cache_read_tokens = 0, audio_output_tokens = 0, image_tokens = 0, image_output_tokens = 0, cache_savings = 0
    WHERE user_id = ANY (users) AND cache_read_tokens::bigint + cache_write_tokens + cache_write_1h_tokens + reasoning_tokens + audio_input_tokens + audio_cache_read_tokens + audio_output_tokens + image_tokens + image_output_tokens > 0;
    PERFORM tollgate_add_pools(0, rolled_up_to, users);
    COMMIT;
  END LOOP;
END;
$$;
