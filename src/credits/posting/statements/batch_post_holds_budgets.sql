WITH asked AS MATERIALIZED (
  SELECT g.* FROM (SELECT record.* FROM (SELECT $2::text[] AS user_id, $3::numeric[] AS need, $4::numeric[] AS charged, $5::numeric[] AS held, $6::int[] AS ttl_s, $7::int[] AS holds, $8::uuid[] AS revision, $9::text[] AS tier, $10::text[] AS sealed_key FROM unnest((SELECT ARRAY[1])) OFFSET 0) AS given, unnest(given.user_id, given.need, given.charged, given.held, given.ttl_s, given.holds, given.revision, given.tier, given.sealed_key) AS record (user_id, need, charged, held, ttl_s, holds, revision, tier, sealed_key)) AS g,
    set_config('synchronous_commit', CASE WHEN $1 THEN 'off' ELSE current_setting('synchronous_commit') END, true)
  WHERE need >= 0 AND charged >= 0 AND user_id > '' ORDER BY user_id
), entry AS MATERIALIZED (
  SELECT e.* FROM (SELECT record.* FROM (SELECT $11::text[] AS user_id, $12::int[] AS n, $13::numeric[] AS amount, $14::numeric[] AS after, $15::text[] AS service, $16::text[] AS model, $17::jsonb[] AS cost_breakdown, $18::text[] AS description, $19::jsonb[] AS metadata, $20::uuid[] AS api_key_id, $21::text[] AS member_id, $22::text[] AS tags, $23::text[] AS actor, $24::text[] AS actor_request_id, $25::text[] AS idempotency_key, $26::text[] AS request_hash, $27::uuid[] AS hold_id, $28::numeric[] AS captured, $29::numeric[] AS hold_amount, $30::int[] AS ttl_s, $31::int[] AS lease_s FROM unnest((SELECT ARRAY[1])) OFFSET 0) AS given, unnest(given.user_id, given.n, given.amount, given.after, given.service, given.model, given.cost_breakdown, given.description, given.metadata, given.api_key_id, given.member_id, given.tags, given.actor, given.actor_request_id, given.idempotency_key, given.request_hash, given.hold_id, given.captured, given.hold_amount, given.ttl_s, given.lease_s) AS record (user_id, n, amount, after, service, model, cost_breakdown, description, metadata, api_key_id, member_id, tags, actor, actor_request_id, idempotency_key, request_hash, hold_id, captured, hold_amount, ttl_s, lease_s)) AS e
), used AS MATERIALIZED (
  SELECT e.user_id FROM entry e, LATERAL (
    SELECT FROM idempotency_keys k
    WHERE k.user_id = e.user_id AND k.idempotency_key = e.idempotency_key OFFSET 0
  ) AS known WHERE e.idempotency_key IS NOT NULL
), resolvable AS MATERIALIZED (
  SELECT h.user_id, count(*) AS holds
  FROM credit_holds h
  WHERE h.id = ANY (ARRAY(SELECT hold_id FROM entry WHERE hold_id IS NOT NULL)) AND h.resolved_at IS NULL AND h.expires_at > clock_timestamp()
  GROUP BY h.user_id
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
    balance = u.balance - g.charged, used_this_period = LEAST(u.used_this_period + g.charged, 9999999999.9999999999),
    held = u.held + g.held,
    due_at = LEAST(u.due_at, date_trunc('milliseconds', clock_timestamp() + g.ttl_s * interval '1 second')),
    last_updated = GREATEST(clock_timestamp(), u.last_updated + interval '1 microsecond')
  FROM asked g LEFT JOIN resolvable r USING (user_id)
  WHERE u.user_id = g.user_id AND u.status = 'active' AND u.debt = 0 AND u.due_at > clock_timestamp()
    AND u.balance - u.held - u.capped >= g.need AND u.balance - u.capped - g.charged >= u.alert_below AND (NOT u.has_budgets OR u.last_updated = (SELECT a.last_updated FROM user_credits a WHERE a.user_id = g.user_id) AND u.user_id NOT IN (
      SELECT user_id FROM counted WHERE is_over OR is_limited AND need > room OR COALESCE(used >= alert_in, false))) AND COALESCE(r.holds, 0) = g.holds
    AND (g.revision IS NULL OR g.revision = (SELECT revision FROM catalogue_revisions WHERE id = 1) AND g.tier = u.tier AND g.sealed_key IS NOT DISTINCT FROM
      (SELECT o.encrypted_key FROM openrouter_accounts o WHERE o.user_id = u.user_id AND o.is_active))
    AND u.user_id NOT IN (SELECT user_id FROM used)
  RETURNING u.user_id, u.balance, u.held, u.debt, u.used_this_period, u.allocated_monthly, u.bonus_credits, u.free_tier_used, u.monthly_cap, u.tier, u.next_tier, u.period_start, u.reset_date, u.paid_until, u.status, u.moved_to, u.last_updated, u.created_at
), posted AS MATERIALIZED (
  SELECT e.*, tollgate_row_id(e.user_id, c.last_updated, e.n) AS id, c.balance + e.after AS balance_after,
    date_trunc('milliseconds', c.last_updated) AS at
  FROM charged c JOIN entry e USING (user_id)
), line AS (
  INSERT INTO credit_transactions (id, user_id, amount, balance_after, transaction_type, service, model,
    cost_breakdown, description, metadata, api_key_id, member_id, tags, hold_id, actor, request_id, created_at)
  SELECT id, user_id, amount, balance_after, 'usage', service, model, cost_breakdown, description, metadata,
    api_key_id, member_id, tags::varchar(64)[], hold_id, actor, actor_request_id, at
  FROM posted WHERE amount IS NOT NULL
), hold AS (
  INSERT INTO credit_holds (id, user_id, amount, service, model, metadata, api_key_id, member_id, tags, expires_at,
    lease_until, actor, created_at)
  SELECT id, user_id, hold_amount, service, model, metadata, api_key_id, member_id, tags::varchar(64)[],
    at + ttl_s * interval '1 second', at + lease_s * interval '1 second', actor, at
  FROM posted WHERE hold_amount IS NOT NULL
), resolved AS (
  UPDATE credit_holds h SET
    status = CASE WHEN p.captured IS NULL THEN 'released' ELSE 'captured' END::hold_status,
    captured_amount = COALESCE(p.captured, 0), resolved_at = p.at, lease_until = NULL
  FROM posted p
  WHERE h.id = p.hold_id AND h.user_id = p.user_id AND h.resolved_at IS NULL AND h.id = ANY (ARRAY(SELECT hold_id FROM entry WHERE hold_id IS NOT NULL))
  RETURNING h.*
), key AS (
  INSERT INTO idempotency_keys (user_id, idempotency_key, request_hash, resource_id)
  SELECT user_id, idempotency_key, request_hash, COALESCE(hold_id, id) FROM posted WHERE idempotency_key IS NOT NULL
), spent AS (
  UPDATE budgets b SET used = LEAST(b.used + COALESCE(c.used, 0), 9999999999.9999999999), held = LEAST(GREATEST(b.held + COALESCE(c.held, 0), 0), 9999999999.9999999999)
  FROM counted c JOIN charged a USING (user_id)
  WHERE b.user_id = c.user_id AND b.id = c.id
)
SELECT c.*, made.*
FROM charged c FULL JOIN (
  SELECT p.user_id AS posted_for, max(p.at) AS at, string_agg(p.id::text, ' ' ORDER BY p.n) AS ids,
    jsonb_agg(to_jsonb(h) || jsonb_build_object('amount', h.amount::text, 'captured_amount', h.captured_amount::text) ORDER BY p.n) FILTER (WHERE p.hold_id IS NOT NULL) AS resolved
  FROM posted p LEFT JOIN resolved h ON h.id = p.hold_id
  GROUP BY p.user_id
) AS made ON made.posted_for = c.user_id
WHERE tollgate_expect((SELECT count(*) FROM posted WHERE hold_id IS NOT NULL), (SELECT count(*) FROM resolved));
