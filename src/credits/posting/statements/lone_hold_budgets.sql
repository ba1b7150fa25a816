WITH entry AS NOT MATERIALIZED (
  SELECT e.* FROM (SELECT $17::text AS user_id, $18::int AS n, $19::numeric AS amount, $20::numeric AS after, $21::text AS service, $22::text AS model, $23::jsonb AS cost_breakdown, $24::text AS description, $25::jsonb AS metadata, $26::uuid AS api_key_id, $27::text AS member_id, $28::text AS tags, $29::text AS actor, $30::text AS actor_request_id, $31::text AS idempotency_key, $32::text AS request_hash, $33::uuid AS hold_id, $34::numeric AS captured, $35::numeric AS hold_amount, $36::int AS ttl_s, $37::int AS lease_s) AS e
), counted AS MATERIALIZED (
  SELECT m.user_id, b.id, bool_or(b.resets_at <= clock_timestamp() + interval '1 second') AS is_over,
    sum(CASE b.unit WHEN 'credits' THEN m.charged WHEN 'calls' THEN 1 ELSE m.tokens END)
      FILTER (WHERE m.charged IS NOT NULL AND b.has_begun) AS used,
    sum(CASE b.unit WHEN 'credits' THEN m.held WHEN 'calls' THEN sign(m.held) ELSE 0 END) AS held,
    sum(CASE b.unit WHEN 'credits' THEN COALESCE(m.charged, m.held) WHEN 'calls' THEN 1 ELSE GREATEST(m.tokens, 1) END)
      FILTER (WHERE m.charged IS NOT NULL OR m.held > 0) AS need,
    bool_or(m.is_new AND b.has_begun AND b.on_exceed = 'block') AS is_limited,
    min(b.limit_amount + b.boost - b.used - b.held) AS room, min(b.alert_at - b.used) AS alert_in
  FROM (
  SELECT e.user_id, e.api_key_id, e.member_id, e.service, e.model, e.tags::varchar(64)[] AS tags, -e.amount AS charged,
    e.hold_amount AS held, 0 AS tokens, e.hold_id IS NULL AS is_new
  FROM entry e WHERE e.amount IS NOT NULL OR e.hold_amount > 0
  UNION ALL
  SELECT h.user_id, h.api_key_id, h.member_id, h.service, h.model, h.tags, NULL, -h.amount, 0, false
  FROM credit_holds h WHERE h.id = ANY (ARRAY(SELECT hold_id FROM entry WHERE hold_id IS NOT NULL)) AND h.amount > 0
  ) AS m, LATERAL (
    SELECT *, o.window_start <= clock_timestamp() AS has_begun FROM budgets o
    WHERE o.user_id = m.user_id AND o.is_active OFFSET 0
  ) AS b
  WHERE (b.api_key_id IS NULL OR b.api_key_id = m.api_key_id) AND (b.member_id IS NULL OR b.member_id = m.member_id)
    AND (b.service IS NULL OR b.service = m.service) AND (b.model IS NULL OR b.model = m.model)
    AND (b.tag IS NULL OR b.tag = ANY (m.tags))
  GROUP BY m.user_id, b.id
), charged AS (
  UPDATE user_credits u SET 
    held = u.held + g.held,
    due_at = LEAST(u.due_at, date_trunc('milliseconds', clock_timestamp() + g.ttl_s * interval '1 second')),
    calls_today = LEAST(CASE WHEN u.calls_reset_at > now() THEN u.calls_today ELSE 0 END::bigint + g.calls, 2147483647)::int,
    free_calls_today = LEAST(CASE WHEN u.calls_reset_at > now() THEN u.free_calls_today ELSE 0 END::bigint + g.free_calls, 2147483647)::int,
    calls_this_period = LEAST(u.calls_this_period::bigint + g.calls, 2147483647)::int,
    free_tier_used = LEAST(u.free_tier_used + g.list_cost, 9999999999.9999999999),
    calls_reset_at = CASE WHEN u.calls_reset_at > now() THEN u.calls_reset_at
      ELSE date_trunc('day', now(), 'UTC') + interval '24 hours' END,
    last_updated = GREATEST(clock_timestamp(), u.last_updated + interval '1 microsecond')
  FROM (SELECT $2::text AS user_id, $3::numeric AS need, $4::numeric AS charged, $5::numeric AS held, $6::int AS ttl_s, $7::int AS holds, $8::uuid AS revision, $9::text AS tier, $10::text AS sealed_key, $11::int AS calls, $12::int AS calls_need, $13::int AS free_calls, $14::int AS free_calls_need, $15::numeric AS list_cost, $16::timestamptz AS since) AS g, set_config('synchronous_commit', CASE WHEN $1 THEN 'off' ELSE current_setting('synchronous_commit') END, true)
  WHERE u.user_id = g.user_id AND u.status = 'active' AND u.debt = 0 AND u.due_at > clock_timestamp()
    AND u.balance - u.held - u.capped >= g.need AND u.balance - u.capped - g.charged >= u.alert_below AND (NOT u.has_budgets OR u.last_updated = (SELECT a.last_updated FROM user_credits a WHERE a.user_id = g.user_id) AND u.user_id NOT IN (
      SELECT user_id FROM counted WHERE is_over OR is_limited AND need > room OR COALESCE(used >= alert_in, false)))
    AND COALESCE(g.since >= GREATEST(u.period_start, date_trunc('day', now(), 'UTC')), true)
    AND COALESCE(CASE WHEN u.calls_reset_at > now() THEN u.calls_today ELSE 0 END::bigint + g.calls_need <= u.calls_per_day, true)
    AND COALESCE(CASE WHEN u.calls_reset_at > now() THEN u.free_calls_today ELSE 0 END::bigint + g.free_calls_need <= u.free_calls_per_day, true)
    AND COALESCE(u.calls_this_period::bigint + g.calls_need <= u.calls_per_month, true)
    AND (g.revision IS NULL OR g.revision = (SELECT revision FROM catalogue_revisions WHERE id = 1) AND g.tier = u.tier AND g.sealed_key IS NOT DISTINCT FROM
      (SELECT o.encrypted_key FROM openrouter_accounts o WHERE o.user_id = u.user_id AND o.is_active))
  RETURNING u.user_id, u.balance, u.held, u.debt, u.used_this_period, u.allocated_monthly, u.bonus_credits, u.free_tier_used, u.monthly_cap, u.tier, u.next_tier, u.period_start, u.reset_date, u.paid_until, u.status, u.moved_to, u.last_updated, u.created_at
), posted AS (
  SELECT e.*, tollgate_row_id(e.user_id, c.last_updated) AS id, c.balance AS balance_after,
    date_trunc('milliseconds', c.last_updated) AS at
  FROM charged c, entry e
), hold AS (
  INSERT INTO credit_holds (id, user_id, amount, service, model, metadata, api_key_id, member_id, tags, expires_at,
    lease_until, actor, created_at)
  SELECT id, user_id, hold_amount, service, model, metadata, api_key_id, member_id, tags::varchar(64)[],
    at + ttl_s * interval '1 second', at + lease_s * interval '1 second', actor, at
  FROM posted WHERE hold_amount IS NOT NULL
), key AS (
  INSERT INTO idempotency_keys (user_id, idempotency_key, request_hash, resource_id)
  SELECT user_id, idempotency_key, request_hash, id FROM posted WHERE idempotency_key IS NOT NULL
), spent AS (
  UPDATE budgets b SET used = LEAST(b.used + COALESCE(c.used, 0), 9999999999.9999999999), held = LEAST(GREATEST(b.held + COALESCE(c.held, 0), 0), 9999999999.9999999999)
  FROM counted c JOIN charged a USING (user_id)
  WHERE b.user_id = c.user_id AND b.id = c.id
)
SELECT c.*, p.id AS ids, p.at FROM charged c, posted p;
