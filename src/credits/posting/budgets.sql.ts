import { capped } from './capped.sql.js';

/** Leaves accounts with budgets to the locked path. */
export const WITHOUT_BUDGETS = 'NOT u.has_budgets';

/** The holds that a batch resolves. */
export const HOLDS = 'ARRAY(SELECT hold_id FROM entry WHERE hold_id IS NOT NULL)';

/** Version of the account of the group `g` in the statement's snapshot, in which the budgets are read, too. */
const SEEN_AT = '(SELECT a.last_updated FROM user_credits a WHERE a.user_id = g.user_id)';

/** What a step charges and holds, and what it gives back of a hold, with the work that each is about. */
const moves = (tokens: string, isHolding: boolean): string => `
  SELECT e.user_id, e.api_key_id, e.member_id, e.service, e.model, e.tags::varchar(64)[] AS tags, -e.amount AS charged,
    ${isHolding ? 'e.hold_amount' : 'NULL::numeric'} AS held, ${tokens} AS tokens, ${isHolding ? 'e.hold_id IS NULL' : 'true'} AS is_new
  FROM entry e WHERE e.amount IS NOT NULL${isHolding ? ' OR e.hold_amount > 0' : ''}${isHolding ? GIVEN_BACK : ''}`;

const GIVEN_BACK = `
  UNION ALL
  SELECT h.user_id, h.api_key_id, h.member_id, h.service, h.model, h.tags, NULL, -h.amount, 0, false
  FROM credit_holds h WHERE h.id = ANY (${HOLDS}) AND h.amount > 0`;

/**
 * The additional parts of a statement for accounts that have budgets. A group is accepted only if no window of its budgets
 * ends, none would be exceeded by new work and no event about one is due. What its holds give back makes no room within the
 * group. The budgets are read in the statement's snapshot: each change of them moves `last_updated`, which is compared
 * with the latest version of the row.
 */
export const budgeted = (tokens: string, isHolding = false) => ({
  counted: `, counted AS MATERIALIZED (
  SELECT m.user_id, b.id, bool_or(b.resets_at <= clock_timestamp() + interval '1 second') AS is_over,
    sum(CASE b.unit WHEN 'credits' THEN m.charged WHEN 'calls' THEN 1 ELSE m.tokens END)
      FILTER (WHERE m.charged IS NOT NULL AND b.has_begun) AS used,
    sum(CASE b.unit WHEN 'credits' THEN m.held WHEN 'calls' THEN sign(m.held) ELSE 0 END) AS held,
    sum(CASE b.unit WHEN 'credits' THEN COALESCE(m.charged, m.held) WHEN 'calls' THEN 1 ELSE GREATEST(m.tokens, 1) END)
      FILTER (WHERE m.charged IS NOT NULL OR m.held > 0) AS need,
    bool_or(m.is_new AND b.has_begun AND b.on_exceed = 'block') AS is_limited,
    min(b.limit_amount + b.boost - b.used - b.held) AS room, min(b.alert_at - b.used) AS alert_in
  FROM (${moves(tokens, isHolding)}
  ) AS m, LATERAL (
    SELECT *, o.window_start <= clock_timestamp() AS has_begun FROM budgets o
    WHERE o.user_id = m.user_id AND o.is_active OFFSET 0
  ) AS b
  WHERE (b.api_key_id IS NULL OR b.api_key_id = m.api_key_id) AND (b.member_id IS NULL OR b.member_id = m.member_id)
    AND (b.service IS NULL OR b.service = m.service) AND (b.model IS NULL OR b.model = m.model)
    AND (b.tag IS NULL OR b.tag = ANY (m.tags))
  GROUP BY m.user_id, b.id
)`,
  fits: `(NOT u.has_budgets OR u.last_updated = ${SEEN_AT} AND u.user_id NOT IN (
      SELECT user_id FROM counted WHERE is_over OR is_limited AND need > room OR COALESCE(used >= alert_in, false)))`,
  made: `, spent AS (
  UPDATE budgets b SET used = ${capped('b.used + COALESCE(c.used, 0)')}, held = ${capped('GREATEST(b.held + COALESCE(c.held, 0), 0)')}
  FROM counted c JOIN charged a USING (user_id)
  WHERE b.user_id = c.user_id AND b.id = c.id
)`,
});
export type Budgeted = ReturnType<typeof budgeted>;

export const UNBUDGETED: Budgeted = { counted: '', fits: WITHOUT_BUDGETS, made: '' };
