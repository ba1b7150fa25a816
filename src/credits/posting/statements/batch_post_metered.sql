WITH asked AS MATERIALIZED (
  SELECT g.* FROM (SELECT record.* FROM (SELECT $2::text[] AS user_id, $3::numeric[] AS need, $4::numeric[] AS charged, $5::int[] AS calls, $6::int[] AS calls_need, $7::int[] AS free_calls, $8::int[] AS free_calls_need, $9::numeric[] AS list_cost, $10::timestamptz[] AS since FROM unnest((SELECT ARRAY[1])) OFFSET 0) AS given, unnest(given.user_id, given.need, given.charged, given.calls, given.calls_need, given.free_calls, given.free_calls_need, given.list_cost, given.since) AS record (user_id, need, charged, calls, calls_need, free_calls, free_calls_need, list_cost, since)) AS g,
    set_config('synchronous_commit', CASE WHEN $1 THEN 'off' ELSE current_setting('synchronous_commit') END, true)
  WHERE need >= 0 AND charged >= 0 AND user_id > '' ORDER BY user_id
), entry AS MATERIALIZED (
  SELECT e.*, tollgate_event_digest(source, request_id) AS digest FROM (SELECT record.* FROM (SELECT $11::text[] AS user_id, $12::int[] AS n, $13::numeric[] AS amount, $14::numeric[] AS after, $15::text[] AS service, $16::text[] AS model, $17::jsonb[] AS cost_breakdown, $18::text[] AS description, $19::jsonb[] AS metadata, $20::uuid[] AS api_key_id, $21::text[] AS member_id, $22::text[] AS tags, $23::text[] AS actor, $24::text[] AS actor_request_id, $25::text[] AS idempotency_key, $26::text[] AS request_hash, $27::int[] AS tokens_used, $28::int[] AS input_tokens, $29::int[] AS output_tokens, $30::int[] AS cache_read_tokens, $31::int[] AS cache_write_tokens, $32::int[] AS cache_write_1h_tokens, $33::int[] AS reasoning_tokens, $34::int[] AS audio_input_tokens, $35::int[] AS audio_cache_read_tokens, $36::int[] AS audio_output_tokens, $37::int[] AS image_output_tokens, $38::int[] AS image_tokens, $39::numeric[] AS quantity, $40::usage_unit[] AS unit, $41::numeric[] AS provider_cost, $42::numeric[] AS platform_markup, $43::numeric[] AS total_cost, $44::numeric[] AS cache_savings, $45::boolean[] AS is_free_tier, $46::boolean[] AS billable, $47::boolean[] AS is_rated, $48::boolean[] AS succeeded, $49::text[] AS session_id, $50::numeric[] AS duration_seconds, $51::text[] AS source, $52::uuid[] AS price_id, $53::uuid[] AS markup_rule_id, $54::numeric[] AS markup_rate, $55::numeric[] AS price_multiplier, $56::jsonb[] AS measures, $57::service_tier[] AS service_tier, $58::jsonb[] AS unread_usage, $59::uuid[] AS content_hash, $60::text[] AS request_id, $61::timestamptz[] AS occurred_at FROM unnest((SELECT ARRAY[1])) OFFSET 0) AS given, unnest(given.user_id, given.n, given.amount, given.after, given.service, given.model, given.cost_breakdown, given.description, given.metadata, given.api_key_id, given.member_id, given.tags, given.actor, given.actor_request_id, given.idempotency_key, given.request_hash, given.tokens_used, given.input_tokens, given.output_tokens, given.cache_read_tokens, given.cache_write_tokens, given.cache_write_1h_tokens, given.reasoning_tokens, given.audio_input_tokens, given.audio_cache_read_tokens, given.audio_output_tokens, given.image_output_tokens, given.image_tokens, given.quantity, given.unit, given.provider_cost, given.platform_markup, given.total_cost, given.cache_savings, given.is_free_tier, given.billable, given.is_rated, given.succeeded, given.session_id, given.duration_seconds, given.source, given.price_id, given.markup_rule_id, given.markup_rate, given.price_multiplier, given.measures, given.service_tier, given.unread_usage, given.content_hash, given.request_id, given.occurred_at) AS record (user_id, n, amount, after, service, model, cost_breakdown, description, metadata, api_key_id, member_id, tags, actor, actor_request_id, idempotency_key, request_hash, tokens_used, input_tokens, output_tokens, cache_read_tokens, cache_write_tokens, cache_write_1h_tokens, reasoning_tokens, audio_input_tokens, audio_cache_read_tokens, audio_output_tokens, image_output_tokens, image_tokens, quantity, unit, provider_cost, platform_markup, total_cost, cache_savings, is_free_tier, billable, is_rated, succeeded, session_id, duration_seconds, source, price_id, markup_rule_id, markup_rate, price_multiplier, measures, service_tier, unread_usage, content_hash, request_id, occurred_at)) AS e
), used AS MATERIALIZED (
  SELECT e.user_id FROM entry e, LATERAL (
    SELECT FROM idempotency_keys k
    WHERE k.user_id = e.user_id AND k.idempotency_key = e.idempotency_key OFFSET 0
  ) AS known WHERE e.idempotency_key IS NOT NULL
  UNION ALL
  SELECT e.user_id FROM entry e, LATERAL (
    SELECT FROM usage_event_names v WHERE v.user_id = e.user_id AND v.digest = e.digest OFFSET 0
  ) AS known WHERE e.digest IS NOT NULL
), charged AS (
  UPDATE user_credits u SET
    balance = u.balance - g.charged, used_this_period = LEAST(u.used_this_period + g.charged, 9999999999.9999999999),
    calls_today = LEAST(CASE WHEN u.calls_reset_at > now() THEN u.calls_today ELSE 0 END::bigint + g.calls, 2147483647)::int,
    free_calls_today = LEAST(CASE WHEN u.calls_reset_at > now() THEN u.free_calls_today ELSE 0 END::bigint + g.free_calls, 2147483647)::int,
    calls_this_period = LEAST(u.calls_this_period::bigint + g.calls, 2147483647)::int,
    free_tier_used = LEAST(u.free_tier_used + g.list_cost, 9999999999.9999999999),
    calls_reset_at = CASE WHEN u.calls_reset_at > now() THEN u.calls_reset_at
      ELSE date_trunc('day', now(), 'UTC') + interval '24 hours' END,
    last_updated = GREATEST(clock_timestamp(), u.last_updated + interval '1 microsecond')
  FROM asked g
  WHERE u.user_id = g.user_id AND u.status = 'active' AND u.debt = 0 AND u.due_at > clock_timestamp()
    AND u.balance - u.held - u.capped >= g.need AND u.balance - u.capped - g.charged >= u.alert_below AND NOT u.has_budgets
    AND u.user_id NOT IN (SELECT user_id FROM used)
    AND COALESCE(g.since >= GREATEST(u.period_start, date_trunc('day', now(), 'UTC')), true)
    AND COALESCE(CASE WHEN u.calls_reset_at > now() THEN u.calls_today ELSE 0 END::bigint + g.calls_need <= u.calls_per_day, true)
    AND COALESCE(CASE WHEN u.calls_reset_at > now() THEN u.free_calls_today ELSE 0 END::bigint + g.free_calls_need <= u.free_calls_per_day, true)
    AND COALESCE(u.calls_this_period::bigint + g.calls_need <= u.calls_per_month, true)
  RETURNING u.user_id, u.balance, u.held, u.debt, u.used_this_period, u.allocated_monthly, u.bonus_credits, u.free_tier_used, u.monthly_cap, u.tier, u.next_tier, u.period_start, u.reset_date, u.paid_until, u.status, u.moved_to, u.last_updated, u.created_at
), posted AS MATERIALIZED (
  SELECT e.*, tollgate_row_id(e.user_id, c.last_updated, e.n) AS id, c.balance + e.after AS balance_after,
    date_trunc('milliseconds', c.last_updated) AS at
  FROM charged c JOIN entry e USING (user_id)
), line AS (
  INSERT INTO credit_transactions (id, user_id, amount, balance_after, transaction_type, service, model,
    cost_breakdown, description, metadata, api_key_id, member_id, tags, hold_id, actor, request_id, created_at)
  SELECT id, user_id, amount, balance_after, 'usage', service, model, cost_breakdown, description, metadata,
    api_key_id, member_id, tags::varchar(64)[], NULL::uuid, actor, actor_request_id, at
  FROM posted WHERE amount IS NOT NULL
), key AS (
  INSERT INTO idempotency_keys (user_id, idempotency_key, request_hash, resource_id)
  SELECT user_id, idempotency_key, request_hash, id FROM posted WHERE idempotency_key IS NOT NULL
), name AS (
  INSERT INTO usage_event_names (user_id, digest, event_id)
  SELECT user_id, COALESCE(digest, tollgate_event_digest(source, id::text)), id FROM posted WHERE source IS NOT NULL
), event AS (
  INSERT INTO usage_events (id, user_id, service, model, metadata, api_key_id, member_id, tags, request_id, occurred_at, transaction_id, created_at,
    tokens_used, input_tokens, output_tokens, cache_read_tokens, cache_write_tokens, cache_write_1h_tokens, reasoning_tokens, audio_input_tokens, audio_cache_read_tokens, audio_output_tokens, image_output_tokens, image_tokens, quantity, unit, provider_cost, platform_markup, total_cost, cache_savings, is_free_tier, billable, is_rated, succeeded, session_id, duration_seconds, source, price_id, markup_rule_id, markup_rate, price_multiplier, measures, service_tier, unread_usage, content_hash)
  SELECT id, user_id, service, model, metadata, api_key_id, member_id, tags::varchar(64)[], COALESCE(request_id, id::text), COALESCE(occurred_at, at),
    CASE WHEN amount IS NOT NULL THEN id END, at, tokens_used, input_tokens, output_tokens, cache_read_tokens, cache_write_tokens, cache_write_1h_tokens, reasoning_tokens, audio_input_tokens, audio_cache_read_tokens, audio_output_tokens, image_output_tokens, image_tokens, quantity, unit, provider_cost, platform_markup, total_cost, cache_savings, is_free_tier, billable, is_rated, succeeded, session_id, duration_seconds, source, price_id, markup_rule_id, markup_rate, price_multiplier, measures, service_tier, unread_usage, content_hash
  FROM posted WHERE source IS NOT NULL
)
SELECT c.*, made.*
FROM charged c FULL JOIN (
  SELECT p.user_id AS posted_for, max(p.at) AS at, string_agg(p.id::text, ' ' ORDER BY p.n) AS ids
  FROM posted p
  GROUP BY p.user_id
) AS made ON made.posted_for = c.user_id;
