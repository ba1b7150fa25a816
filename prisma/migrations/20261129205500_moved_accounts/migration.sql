-- An account and all those that were moved to it, directly or one after the other.
CREATE FUNCTION tollgate_accounts_of(owner text) RETURNS SETOF text
LANGUAGE sql STABLE AS $$
  WITH RECURSIVE owned AS (
    SELECT owner AS user_id
    UNION SELECT a.user_id FROM user_credits a JOIN owned ON a.moved_to = owned.user_id
  )
  SELECT user_id FROM owned
$$;
