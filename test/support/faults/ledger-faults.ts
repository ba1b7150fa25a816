import { UNKNOWN_ID } from '../factories.js';

const ORPHAN = 'nobody';

/** SQL that corrupts the account of $1 in one way, the checks that must detect it, and the user they must name. */
export const FAULTS: { name: string; sql: string; checks: string[]; user?: string }[] = [
  {
    name: 'a changed balance',
    sql: 'UPDATE user_credits SET balance = balance + 10 WHERE user_id = $1',
    checks: ['ledger_sum', 'newest_line', 'grants_cover'],
  },
  {
    name: 'a changed amount',
    sql: `UPDATE credit_transactions SET amount = amount - 0.0000000001 WHERE user_id = $1 AND id = (SELECT id FROM credit_transactions WHERE user_id = $1 AND transaction_type = 'usage' AND refund_of IS NULL AND hold_id IS NULL ORDER BY id LIMIT 1)`,
    checks: ['ledger_sum', 'chain'],
  },
  {
    name: 'a changed balance_after',
    sql: `UPDATE credit_transactions SET balance_after = balance_after + 1 WHERE user_id = $1 AND id = (SELECT id FROM credit_transactions WHERE user_id = $1 ORDER BY id DESC LIMIT 1)`,
    checks: ['chain', 'newest_line'],
  },
  {
    name: 'a deleted line',
    sql: `DELETE FROM credit_transactions WHERE user_id = $1 AND id = (SELECT id FROM credit_transactions WHERE user_id = $1 AND transaction_type = 'usage' ORDER BY id LIMIT 1)`,
    checks: ['ledger_sum', 'chain'],
  },
  {
    name: 'lines out of order',
    sql: `UPDATE credit_transactions SET created_at = created_at + interval '1 hour' WHERE user_id = $1 AND id = (SELECT id FROM credit_transactions WHERE user_id = $1 ORDER BY id LIMIT 1)`,
    checks: ['line_order'],
  },
  {
    name: 'a grant that lost credits',
    sql: `UPDATE credit_grants SET remaining = 0 WHERE user_id = $1`,
    checks: ['grants_cover'],
  },
  {
    name: 'a grant that won credits',
    sql: `UPDATE credit_grants SET remaining = remaining + 100, amount = amount + 100 WHERE user_id = $1 AND source = 'purchase'`,
    checks: ['unsettled_burns'],
  },
  {
    name: 'a grant that holds more than it gave',
    sql: `UPDATE credit_grants SET remaining = amount + 0.5 WHERE user_id = $1 AND source = 'purchase'`,
    checks: ['grant_remaining'],
  },
  {
    name: 'a grant of an unknown line',
    sql: `UPDATE credit_grants SET transaction_id = '${UNKNOWN_ID}' WHERE user_id = $1 AND source = 'purchase'`,
    checks: ['grant_line'],
  },
  { name: 'other held credits', sql: 'UPDATE user_credits SET held = held + 0.5 WHERE user_id = $1', checks: ['held'] },
  {
    name: 'another use of budgets',
    sql: 'UPDATE budgets SET used = used + 1 WHERE user_id = $1',
    checks: ['budget_used'],
  },
  {
    name: 'other holds of budgets',
    sql: 'UPDATE budgets SET held = held + 1 WHERE user_id = $1',
    checks: ['budget_held'],
  },
  {
    name: 'budgets that no charge would observe',
    sql: 'UPDATE user_credits SET has_budgets = false WHERE user_id = $1',
    checks: ['budget_flag'],
  },
  {
    name: 'another captured amount',
    sql: `UPDATE credit_holds SET captured_amount = captured_amount + 1 WHERE user_id = $1 AND status = 'captured'`,
    checks: ['hold_captured'],
  },
  {
    name: 'a captured hold that became another',
    sql: `UPDATE credit_holds SET status = 'released', captured_amount = 0 WHERE user_id = $1 AND status = 'captured'`,
    checks: ['hold_captured'],
  },
  {
    name: 'a capture that was never charged',
    sql: `UPDATE credit_holds SET status = 'captured', captured_amount = 0.25 WHERE user_id = $1 AND status = 'released'`,
    checks: ['hold_uncharged'],
  },
  {
    name: 'a refund beyond its charge',
    sql: `UPDATE credit_transactions SET amount = amount + 50 WHERE user_id = $1 AND refund_of IS NOT NULL`,
    checks: ['refunded', 'ledger_sum'],
  },
  {
    name: 'a refund of nothing',
    sql: `UPDATE credit_transactions SET refund_of = '${UNKNOWN_ID}' WHERE user_id = $1 AND refund_of IS NOT NULL`,
    checks: ['refunded'],
  },
  {
    name: 'debt beside credits',
    sql: 'UPDATE user_credits SET debt = 1, balance = balance + 1 WHERE user_id = $1',
    checks: ['debt'],
  },
  {
    name: 'a balance below zero',
    sql: 'UPDATE user_credits SET balance = -1 WHERE user_id = $1',
    checks: ['debt', 'ledger_sum'],
  },
  {
    name: 'a period without an end',
    sql: `UPDATE user_credits SET reset_date = now() + interval '1 year' WHERE user_id = $1`,
    checks: ['period'],
  },
  {
    name: 'something due too late',
    sql: `UPDATE user_credits SET due_at = reset_date + interval '1 day' WHERE user_id = $1`,
    checks: ['due'],
  },
  {
    name: 'other locked credits',
    sql: `UPDATE user_credits SET capped = capped + 0.5 WHERE user_id = $1`,
    checks: ['capped'],
  },
  {
    name: 'a key of an unknown line',
    sql: `UPDATE idempotency_keys SET resource_id = '${UNKNOWN_ID}' WHERE user_id = $1 AND idempotency_key = 'charge-0'`,
    checks: ['idempotency'],
  },
  {
    name: 'a line without an account',
    sql: `UPDATE credit_transactions SET user_id = '${ORPHAN}' WHERE user_id = $1 AND id = (SELECT id FROM credit_transactions WHERE user_id = $1 ORDER BY id LIMIT 1)`,
    checks: ['orphan_lines'],
    user: ORPHAN,
  },
  {
    name: 'a grant without an account',
    sql: `INSERT INTO credit_grants (user_id, source, amount, remaining, priority, effective_at, created_at) SELECT '${ORPHAN}', 'bonus', 1, 1, 1, now(), now() FROM user_credits WHERE user_id = $1`,
    checks: ['orphan_grants'],
    user: ORPHAN,
  },
  {
    name: 'a hold without an account',
    sql: `UPDATE credit_holds SET user_id = '${ORPHAN}' WHERE user_id = $1 AND status = 'released'`,
    checks: ['orphan_holds'],
    user: ORPHAN,
  },
  {
    name: 'a key without an account',
    sql: `UPDATE idempotency_keys SET user_id = '${ORPHAN}' WHERE user_id = $1 AND idempotency_key = 'charge-0'`,
    checks: ['orphan_keys'],
    user: ORPHAN,
  },
];
