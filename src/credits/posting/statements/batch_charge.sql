WITH charged AS (
  UPDATE user_credits u SET
    balance = balance - $2::numeric, used_this_period = LEAST(used_this_period + $2::numeric, 9999999999.9999999999),
    last_updated = GREATEST(clock_timestamp(), last_updated + interval '1 microsecond')
  WHERE user_id = $1 AND status = 'active' AND debt = 0 AND balance - held - capped >= $2::numeric AND due_at > clock_timestamp()
    AND balance - capped - $2::numeric >= alert_below AND NOT u.has_budgets
  RETURNING u.user_id, u.balance, u.held, u.debt, u.used_this_period, u.allocated_monthly, u.bonus_credits, u.free_tier_used, u.monthly_cap, u.tier, u.next_tier, u.period_start, u.reset_date, u.paid_until, u.status, u.moved_to, u.last_updated, u.created_at
), line AS (
  INSERT INTO credit_transactions (id, user_id, amount, balance_after, transaction_type, service, model,
    cost_breakdown, description, metadata, actor, request_id, api_key_id, member_id, tags, created_at)
  SELECT tollgate_row_id(user_id, last_updated), user_id, -$2::numeric, balance, 'usage', $3, $4, $5::jsonb, $6, $7::jsonb, $8,
    $9, $12, $13, $14::varchar(64)[], date_trunc('milliseconds', last_updated)
  FROM charged
  RETURNING id, created_at
), key AS (
  INSERT INTO idempotency_keys (user_id, idempotency_key, request_hash, resource_id)
  SELECT $1, $10::text, $11, line.id FROM line WHERE $10::text IS NOT NULL
)
SELECT charged.*, line.id, line.created_at AS at FROM charged, line;
