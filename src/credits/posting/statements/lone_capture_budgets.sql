WITH entry AS NOT MATERIALIZED (
  SELECT e.*, tollgate_event_digest(source, request_id) AS digest FROM (SELECT $17::text AS user_id, $18::int AS n, $19::numeric AS amount, $20::numeric AS after, $21::text AS service, $22::text AS model, $23::jsonb AS cost_breakdown, $24::text AS description, $25::jsonb AS metadata, $26::uuid AS api_key_id, $27::text AS member_id, $28::text AS tags, $29::text AS actor, $30::text AS actor_request_id, $31::text AS idempotency_key, $32::text AS request_hash, $33::uuid AS hold_id, $34::numeric AS captured, $35::numeric AS hold_amount, $36::int AS ttl_s, $37::int AS lease_s, $38::int AS tokens_used, $39::int AS input_tokens, $40::int AS output_tokens, $41::int AS cache_read_tokens, $42::int AS cache_write_tokens, $43::int AS cache_write_1h_tokens, $44::int AS reasoning_tokens, $45::int AS audio_input_tokens, $46::int AS audio_cache_read_tokens, $47::int AS audio_output_tokens, $48::int AS image_output_tokens, $49::int AS image_tokens, $50::numeric AS quantity, $51::usage_unit AS unit, $52::numeric AS provider_cost, $53::numeric AS platform_markup, $54::numeric AS total_cost, $55::numeric AS cache_savings, $56::boolean AS is_free_tier, $57::boolean AS billable, $58::boolean AS is_rated, $59::boolean AS succeeded, $60::text AS session_id, $61::numeric AS duration_seconds, $62::text AS source, $63::uuid AS price_id, $64::uuid AS markup_rule_id, $65::numeric AS markup_rate, $66::numeric AS price_multiplier, $67::jsonb AS measures, $68::service_tier AS service_tier, $69::jsonb AS unread_usage, $70::uuid AS content_hash, $71::text AS request_id, $72::timestamptz AS occurred_at) AS e
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
    e.hold_amount AS held, COALESCE(e.tokens_used, 0) AS tokens, e.hold_id IS NULL AS is_new
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
    balance = u.balance - g.charged, used_this_period = LEAST(u.used_this_period + g.charged, 9999999999.9999999999),
    held = u.held + g.held,
    due_at = LEAST(u.due_at, date_trunc('milliseconds', clock_timestamp() + g.ttl_s * interval '1 second')),
    calls_today = LEAST(CASE WHEN u.calls_reset_at > now() THEN u.calls_today ELSE 0 END::bigint + g.calls, 2147483647)::int,
    free_calls_today = LEAST(CASE WHEN u.calls_reset_at > now() THEN u.free_calls_today ELSE 0 END::bigint + g.free_calls, 2147483647)::int,
    calls_this_period = LEAST(u.calls_this_period::bigint + g.calls, 2147483647)::int,
    free_tier_used = LEAST(u.free_tier_used + g.list_cost, 9999999999.9999999999),
    calls_reset_at = CASE WHEN u.calls_reset_at > now() THEN u.calls_reset_at
      ELSE date_trunc('day', now(), 'UTC') + interval '24 hours' END,
    last_updated = GREATEST(clock_timestamp(), u.last_updated + interval '1 microsecond')
  FROM (SELECT $2::text AS user_id, $3::numeric AS need, $4::numeric AS charged, $5::numeric AS held, $6::int AS ttl_s, $7::int AS holds, $8::uuid AS revision, $9::text AS tier, $10::text AS sealed_key, $11::int AS calls, $12::int AS calls_need, $13::int AS free_calls, $14::int AS free_calls_need, $15::numeric AS list_cost, $16::timestamptz AS since) AS g, entry e, set_config('synchronous_commit', CASE WHEN $1 THEN 'off' ELSE current_setting('synchronous_commit') END, true)
  WHERE u.user_id = g.user_id AND u.status = 'active' AND u.debt = 0 AND u.due_at > clock_timestamp()
    AND u.balance - u.held - u.capped >= g.need AND u.balance - u.capped - g.charged >= u.alert_below AND (NOT u.has_budgets OR u.last_updated = (SELECT a.last_updated FROM user_credits a WHERE a.user_id = g.user_id) AND u.user_id NOT IN (
      SELECT user_id FROM counted WHERE is_over OR is_limited AND need > room OR COALESCE(used >= alert_in, false)))
    AND COALESCE(g.since >= GREATEST(u.period_start, date_trunc('day', now(), 'UTC')), true)
    AND COALESCE(CASE WHEN u.calls_reset_at > now() THEN u.calls_today ELSE 0 END::bigint + g.calls_need <= u.calls_per_day, true)
    AND COALESCE(CASE WHEN u.calls_reset_at > now() THEN u.free_calls_today ELSE 0 END::bigint + g.free_calls_need <= u.free_calls_per_day, true)
    AND COALESCE(u.calls_this_period::bigint + g.calls_need <= u.calls_per_month, true)
    AND EXISTS (
      SELECT FROM credit_holds h
      WHERE h.id = e.hold_id AND h.user_id = e.user_id AND h.resolved_at IS NULL AND h.expires_at > clock_timestamp()
    )
  RETURNING u.user_id, u.balance, u.held, u.debt, u.used_this_period, u.allocated_monthly, u.bonus_credits, u.free_tier_used, u.monthly_cap, u.tier, u.next_tier, u.period_start, u.reset_date, u.paid_until, u.status, u.moved_to, u.last_updated, u.created_at
), posted AS (
  SELECT e.*, tollgate_row_id(e.user_id, c.last_updated) AS id, c.balance AS balance_after,
    date_trunc('milliseconds', c.last_updated) AS at
  FROM charged c, entry e
), line AS (
  INSERT INTO credit_transactions (id, user_id, amount, balance_after, transaction_type, service, model,
    cost_breakdown, description, metadata, api_key_id, member_id, tags, hold_id, actor, request_id, created_at)
  SELECT id, user_id, amount, balance_after, 'usage', service, model, cost_breakdown, description, metadata,
    api_key_id, member_id, tags::varchar(64)[], hold_id, actor, actor_request_id, at
  FROM posted WHERE amount IS NOT NULL
), resolved AS (
  UPDATE credit_holds h SET
    status = CASE WHEN p.captured IS NULL THEN 'released' ELSE 'captured' END::hold_status,
    captured_amount = COALESCE(p.captured, 0), resolved_at = p.at, lease_until = NULL
  FROM posted p
  WHERE h.id = p.hold_id AND h.user_id = p.user_id AND h.resolved_at IS NULL
  RETURNING h.*
), name AS (
  INSERT INTO usage_event_names (user_id, digest, event_id)
  SELECT user_id, COALESCE(digest, tollgate_event_digest(source, id::text)), id FROM posted WHERE source IS NOT NULL
), event AS (
  INSERT INTO usage_events (id, user_id, service, model, metadata, api_key_id, member_id, tags, request_id, occurred_at, transaction_id, created_at,
    tokens_used, input_tokens, output_tokens, cache_read_tokens, cache_write_tokens, cache_write_1h_tokens, reasoning_tokens, audio_input_tokens, audio_cache_read_tokens, audio_output_tokens, image_output_tokens, image_tokens, quantity, unit, provider_cost, platform_markup, total_cost, cache_savings, is_free_tier, billable, is_rated, succeeded, session_id, duration_seconds, source, price_id, markup_rule_id, markup_rate, price_multiplier, measures, service_tier, unread_usage, content_hash)
  SELECT id, user_id, service, model, metadata, api_key_id, member_id, tags::varchar(64)[], COALESCE(request_id, id::text), COALESCE(occurred_at, at),
    CASE WHEN amount IS NOT NULL THEN id END, at, tokens_used, input_tokens, output_tokens, cache_read_tokens, cache_write_tokens, cache_write_1h_tokens, reasoning_tokens, audio_input_tokens, audio_cache_read_tokens, audio_output_tokens, image_output_tokens, image_tokens, quantity, unit, provider_cost, platform_markup, total_cost, cache_savings, is_free_tier, billable, is_rated, succeeded, session_id, duration_seconds, source, price_id, markup_rule_id, markup_rate, price_multiplier, measures, service_tier, unread_usage, content_hash
  FROM posted WHERE source IS NOT NULL
), spent AS (
  UPDATE budgets b SET used = LEAST(b.used + COALESCE(c.used, 0), 9999999999.9999999999), held = LEAST(GREATEST(b.held + COALESCE(c.held, 0), 0), 9999999999.9999999999)
  FROM counted c JOIN charged a USING (user_id)
  WHERE b.user_id = c.user_id AND b.id = c.id
)
SELECT c.*, p.id AS ids, p.at, jsonb_build_array(to_jsonb(h) || jsonb_build_object('amount', h.amount::text, 'captured_amount', h.captured_amount::text)) AS resolved
FROM charged c CROSS JOIN posted p LEFT JOIN resolved h ON true
WHERE tollgate_expect((SELECT count(*) FROM posted), (SELECT count(*) FROM resolved));
