// Queries for violations of the invariants of accounts. Each row is a fault: (user_id, subject, expected, found). The
// subject is the faulty line, grant, hold or key; null means the account itself.

/** The rows that the checks of a batch of accounts read. $1 is the list of user ids. */
export const ACCOUNT_ROWS = `
  accounts AS MATERIALIZED (SELECT * FROM user_credits WHERE user_id = ANY($1::text[])),
  lines AS MATERIALIZED (
    SELECT id, user_id, amount, balance_after, transaction_type, refund_of, hold_id, created_at,
      lag(balance_after, 1, 0::numeric) OVER posted AS balance_before, lag(id) OVER posted AS id_before,
      lead(id) OVER posted IS NULL AS is_newest,
      row_number() OVER posted AS n
    FROM credit_transactions WHERE user_id = ANY($1::text[])
    WINDOW posted AS (PARTITION BY user_id ORDER BY created_at, id)
  ),
  grants AS MATERIALIZED (SELECT * FROM credit_grants WHERE user_id = ANY($1::text[]) AND remaining > 0),
  active_holds AS MATERIALIZED (SELECT * FROM credit_holds WHERE user_id = ANY($1::text[]) AND status = 'active'),
  unsettled AS (
    SELECT a.user_id, COALESCE(g.remaining, 0) - a.balance AS burned
    FROM accounts a LEFT JOIN (SELECT user_id, sum(remaining) AS remaining FROM grants GROUP BY user_id) g USING (user_id)
  ),
  -- Every line that is not a charge attributes earlier burns first, so unattributed credits were burned after it.
  settled AS MATERIALIZED (
    SELECT DISTINCT ON (user_id) user_id, n, created_at, balance_after FROM lines
    WHERE transaction_type <> 'usage' ORDER BY user_id, n DESC
  ),
  burnable AS (
    SELECT l.user_id, s.created_at AS settled_at, s.balance_after AS settled_balance,
      COALESCE(-sum(l.amount) FILTER (WHERE l.transaction_type = 'usage' AND l.n > COALESCE(s.n, 0)), 0) AS charged
    FROM lines l LEFT JOIN settled s USING (user_id)
    GROUP BY l.user_id, s.created_at, s.balance_after
  )`;

/** Budgets in force, with the accounts whose work they count. */
const BUDGETS = `
  SELECT b.*, ARRAY(SELECT tollgate_accounts_of(b.user_id)) AS accounts FROM budgets b
  WHERE b.user_id = ANY($1::text[]) AND b.is_active AND b.window_start <= clock_timestamp()`;

/** Whether a line, an event or a hold \`w\` is work that a budget \`b\` is about. */
const IS_ABOUT = `
  (b.api_key_id IS NULL OR w.api_key_id = b.api_key_id) AND (b.member_id IS NULL OR w.member_id = b.member_id)
  AND (b.service IS NULL OR w.service = b.service) AND (b.model IS NULL OR w.model = b.model)
  AND (b.tag IS NULL OR b.tag = ANY (w.tags))`;

/** Work of the window of a budget, among the rows of a table. */
const inWindow = (table: string): string =>
  `FROM ${table} w WHERE w.user_id = ANY (b.accounts) AND w.id >= tollgate_id_at(b.window_start) AND ${IS_ABOUT}`;

const at = (column: string): string => `to_char(${column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

/** The checks of the accounts in $1. */
export const ACCOUNT_FAULTS = {
  ledger_sum: `
    SELECT a.user_id, NULL AS subject, (a.balance - a.debt)::text AS expected, COALESCE(l.total, 0)::text AS found
    FROM accounts a LEFT JOIN (SELECT user_id, sum(amount) AS total FROM lines GROUP BY user_id) l USING (user_id)
    WHERE COALESCE(l.total, 0) <> a.balance - a.debt`,
  chain: `
    SELECT user_id, id::text, (balance_before + amount)::text, balance_after::text
    FROM lines WHERE balance_after <> balance_before + amount`,
  newest_line: `
    SELECT a.user_id, l.id::text, (a.balance - a.debt)::text, l.balance_after::text
    FROM accounts a JOIN lines l ON l.user_id = a.user_id AND l.is_newest
    WHERE l.balance_after <> a.balance - a.debt`,
  line_order: `
    SELECT user_id, id::text, 'above ' || id_before, id::text FROM lines WHERE id < id_before`,
  grants_cover: `
    SELECT a.user_id, NULL, 'at least ' || a.balance, (a.balance + u.burned)::text
    FROM unsettled u JOIN accounts a USING (user_id) WHERE u.burned < 0`,
  unsettled_burns: `
    SELECT u.user_id, NULL, 'at most ' || COALESCE(b.charged, 0), u.burned::text
    FROM unsettled u LEFT JOIN burnable b USING (user_id)
    WHERE u.burned > COALESCE(b.charged, 0)
      -- holds released after that line can have paid older debt; the margin allows for the length of a transaction
      AND u.burned > COALESCE(b.charged, 0) + GREATEST(0, COALESCE((
        SELECT sum(h.amount) FROM credit_holds h WHERE h.user_id = u.user_id AND h.created_at <= b.settled_at
          AND (h.resolved_at IS NULL OR h.resolved_at > b.settled_at - interval '1 minute')), 0)
        - COALESCE(b.settled_balance, 0))`,
  held: `
    SELECT a.user_id, NULL, COALESCE(h.total, 0)::text, a.held::text
    FROM accounts a LEFT JOIN (SELECT user_id, sum(amount) AS total FROM active_holds GROUP BY user_id) h USING (user_id)
    WHERE a.held <> COALESCE(h.total, 0)`,
  budget_used: `
    SELECT user_id, id::text, measured::text, used::text FROM (
      SELECT b.*, CASE b.unit
        WHEN 'credits' THEN (SELECT COALESCE(sum(-w.amount), 0) ${inWindow('credit_transactions')} AND w.amount < 0
          AND (w.transaction_type = 'usage' OR (w.transaction_type = 'adjustment' AND w.service IS NOT NULL)))
        WHEN 'calls' THEN (SELECT count(DISTINCT COALESCE(w.hold_id, w.id)) ${inWindow('credit_transactions')}
          AND w.transaction_type = 'usage')
        ELSE (SELECT COALESCE(sum(w.tokens_used), 0) ${inWindow('usage_events')} AND w.transaction_id IS NOT NULL)
      END AS measured FROM (${BUDGETS}) b) m WHERE used <> measured`,
  budget_held: `
    SELECT user_id, id::text, measured::text, held::text FROM (
      SELECT b.*, (SELECT CASE b.unit WHEN 'credits' THEN COALESCE(sum(w.amount), 0) WHEN 'calls' THEN count(*) ELSE 0 END
        FROM active_holds w WHERE w.user_id = b.user_id AND w.amount > 0 AND ${IS_ABOUT}) AS measured
      FROM (${BUDGETS}) b) m WHERE held <> measured`,
  budget_flag: `
    SELECT a.user_id, NULL, (NOT a.has_budgets)::text, a.has_budgets::text FROM accounts a
    WHERE a.has_budgets <> EXISTS (SELECT FROM budgets b WHERE b.user_id = a.user_id AND b.is_active)`,
  hold_captured: `
    SELECT l.user_id, l.hold_id::text, COALESCE(h.captured_amount::text, 'a captured hold'), l.charged::text
    FROM (SELECT user_id, hold_id, -sum(amount) AS charged FROM lines WHERE hold_id IS NOT NULL GROUP BY user_id, hold_id) l
    LEFT JOIN credit_holds h ON h.id = l.hold_id AND h.user_id = l.user_id AND h.status = 'captured'
    WHERE h.captured_amount IS DISTINCT FROM l.charged`,
  refunded: `
    SELECT r.user_id, r.refund_of::text, COALESCE('at most ' || -c.amount, 'a charge of this account'), r.given::text
    FROM (SELECT user_id, refund_of, sum(amount) AS given FROM lines WHERE refund_of IS NOT NULL GROUP BY user_id, refund_of) r
    LEFT JOIN credit_transactions c ON c.id = r.refund_of AND c.user_id = r.user_id AND c.transaction_type = 'usage'
    WHERE c.id IS NULL OR r.given > -c.amount`,
  debt: `
    SELECT user_id, NULL, 'no debt, or nothing left to pay it', debt || ' owed, ' || balance - held || ' free' FROM accounts
    WHERE balance < 0 OR held < 0 OR held > balance OR debt < 0 OR (debt > 0 AND balance <> held)`,
  period: `
    SELECT user_id, NULL, 'within 30 days from now, and 30 more for each free month', ${at('reset_date')} FROM accounts a
    WHERE reset_date < created_at OR CASE WHEN reset_date > clock_timestamp() + interval '30 days' THEN
      reset_date > clock_timestamp() + interval '30 days' * (1 + (SELECT count(*) FROM credit_transactions l
        WHERE l.user_id IN (SELECT tollgate_accounts_of(a.user_id)) AND l.transaction_type = 'bonus'
          AND l.metadata->>'coupon_type' = 'free_month'))
      ELSE false END`,
  due: `
    SELECT a.user_id, NULL, 'by ' || ${at('d.latest')}, ${at('a.due_at')}
    FROM accounts a JOIN (
      SELECT user_id, min(instant) AS latest FROM (
        SELECT user_id, reset_date AS instant FROM accounts
        UNION ALL SELECT user_id, expires_at FROM grants
        UNION ALL SELECT user_id, expires_at FROM active_holds
        UNION ALL SELECT user_id, resets_at FROM budgets WHERE user_id = ANY($1::text[]) AND is_active AND is_exceeded
      ) every GROUP BY user_id
    ) d USING (user_id)
    WHERE a.due_at > d.latest`,
  idempotency: `
    SELECT k.user_id, k.idempotency_key, 'a line, hold or event of this account', k.resource_id::text
    FROM idempotency_keys k
    WHERE k.user_id = ANY($1::text[]) AND k.resource_id IS NOT NULL
      AND NOT EXISTS (SELECT FROM credit_transactions l WHERE l.id = k.resource_id AND l.user_id = k.user_id)
      AND NOT EXISTS (SELECT FROM credit_holds h WHERE h.id = k.resource_id AND h.user_id = k.user_id)
      AND NOT EXISTS (SELECT FROM usage_events v WHERE v.id = k.resource_id AND v.user_id = k.user_id)`,
} as const;

const orphans = (table: string, key: string): string => `
    SELECT user_id, min(${key}::text), 'an account', count(*) || ' rows without one' FROM ${table} t
    WHERE ($1::text IS NULL OR user_id = $1) AND NOT EXISTS (SELECT FROM user_credits a WHERE a.user_id = t.user_id)
    GROUP BY user_id`;

/** The checks of whole tables, each read once. $1 is a user id, or null for all. */
export const TABLE_FAULTS = {
  orphan_lines: orphans('credit_transactions', 'id'),
  orphan_grants: orphans('credit_grants', 'id'),
  orphan_holds: orphans('credit_holds', 'id'),
  orphan_keys: orphans('idempotency_keys', 'idempotency_key'),
  grant_remaining: `
    SELECT user_id, id::text, '0 to ' || amount, remaining::text FROM credit_grants
    WHERE ($1::text IS NULL OR user_id = $1) AND (remaining < 0 OR remaining > amount)`,
  grant_line: `
    SELECT user_id, id::text, 'a line of this account', transaction_id::text FROM credit_grants g
    WHERE ($1::text IS NULL OR user_id = $1) AND transaction_id IS NOT NULL AND NOT EXISTS (
      SELECT FROM credit_transactions l WHERE l.id = g.transaction_id AND l.user_id = g.user_id AND l.amount > 0)`,
  hold_uncharged: `
    SELECT user_id, id::text, captured_amount::text, '0' FROM credit_holds h
    WHERE ($1::text IS NULL OR user_id = $1) AND captured_amount > 0 AND NOT EXISTS (
      SELECT FROM credit_transactions l WHERE l.user_id = h.user_id AND l.hold_id = h.id)`,
} as const;

/** Combines checks into one statement, so that all of them read the same snapshot. */
export function faultsOf(checks: Record<string, string>, rows = ''): string {
  const selects = Object.entries(checks).map(
    ([check, sql]) => `SELECT '${check}' AS check, f.* FROM (${sql}) AS f (user_id, subject, expected, found)`,
  );
  return `${rows === '' ? '' : `WITH ${rows}`} ${selects.join('\nUNION ALL\n')}`;
}
