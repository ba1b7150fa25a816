import { EVENTS } from '../../metering/usage-events.sql.js';
import { RecordSet } from '../../platform/database/record-set.js';
import {
  ASKED,
  canAfford,
  COMMIT_MODE,
  ENTRIES,
  type Entry,
  HAS_TERMS,
  HOLD_JSON,
  HOLDING,
  INSERT_HOLDS,
  insertKeys,
  insertLines,
  METERED,
  resolveHolds,
  SHOWN,
} from './batch.sql.js';
import { budgeted, type Budgeted, UNBUDGETED, WITHOUT_BUDGETS } from './budgets.sql.js';
import { capped } from './capped.sql.js';

/*
 * Statements for batches of a single posting, which are the most common ones under low load. They have the effects of the
 * general statement and take half the time: parameters instead of arrays, and only the parts that the posting needs. The
 * lock on the account row orders concurrent postings, and PostgreSQL evaluates the guards on the latest version of the
 * row. A key or an event that is known violates its unique index, which undoes the whole statement; looking for it first
 * would slow down every new posting.
 */

/** A statement, and its parameters: whether to commit asynchronously, the group, and its only step. */
interface LoneStatement {
  text: string;
  values: (isLater: boolean, group: object, entry: Entry) => unknown[];
}

const asked = new RecordSet({ ...ASKED, ...HOLDING.asked, ...METERED.asked });
const step = new RecordSet<string>({ ...ENTRIES, ...HOLDING.entry });

const LAST_UPDATED = "last_updated = GREATEST(clock_timestamp(), u.last_updated + interval '1 microsecond')";

/** The step with its id, and the account after it. */
const POSTED = `
  SELECT e.*, tollgate_row_id(e.user_id, c.last_updated) AS id, c.balance AS balance_after,
    date_trunc('milliseconds', c.last_updated) AS at
  FROM charged c, entry e`;

const hold = (budgets: Budgeted): string => `
WITH entry AS NOT MATERIALIZED (
  SELECT e.* FROM ${step.fromOne('e', 2 + asked.size)}
)${budgets.counted}, charged AS (
  UPDATE user_credits u SET ${HOLDING.set}${METERED.set}
    ${LAST_UPDATED}
  FROM ${asked.fromOne('g', 2)}, ${COMMIT_MODE}
  WHERE u.user_id = g.user_id AND ${canAfford(budgets.fits)}${METERED.where}${HAS_TERMS}
  RETURNING ${SHOWN}
), posted AS (${POSTED}
), hold AS (${INSERT_HOLDS}
), key AS (${insertKeys('id')}
)${budgets.made}
SELECT c.*, p.id AS ids, p.at FROM charged c, posted p`;

const capture = (budgets: Budgeted): string => `
WITH entry AS NOT MATERIALIZED (
  SELECT e.*${METERED.named} FROM ${step.fromOne('e', 2 + asked.size, EVENTS)}
)${budgets.counted}, charged AS (
  UPDATE user_credits u SET
    balance = u.balance - g.charged, used_this_period = ${capped('u.used_this_period + g.charged')},${HOLDING.set}${METERED.set}
    ${LAST_UPDATED}
  FROM ${asked.fromOne('g', 2)}, entry e, ${COMMIT_MODE}
  WHERE u.user_id = g.user_id AND ${canAfford(budgets.fits)}${METERED.where}
    AND EXISTS (
      SELECT FROM credit_holds h
      WHERE h.id = e.hold_id AND h.user_id = e.user_id AND h.resolved_at IS NULL AND h.expires_at > clock_timestamp()
    )
  RETURNING ${SHOWN}
), posted AS (${POSTED}
), line AS (${insertLines('hold_id')}
), resolved AS (${resolveHolds()}
)${METERED.made}${budgets.made}
SELECT c.*, p.id AS ids, p.at, jsonb_build_array(${HOLD_JSON}) AS resolved
FROM charged c CROSS JOIN posted p LEFT JOIN resolved h ON true
WHERE tollgate_expect((SELECT count(*) FROM posted), (SELECT count(*) FROM resolved))`;

const holdStatement = (budgets: Budgeted): LoneStatement => ({
  text: hold(budgets),
  values: (isLater, group, entry) => [isLater, ...asked.parametersOfOne(group), ...step.parametersOfOne(entry)],
});

const captureStatement = (budgets: Budgeted): LoneStatement => ({
  text: capture(budgets),
  values: (isLater, group, entry) => [
    isLater,
    ...asked.parametersOfOne(group),
    ...step.parametersOfOne(entry),
    ...EVENTS.parametersOfOne(entry.event),
  ],
});

/** The statements for a hold, and for the capture of a hold together with its usage event. */
export const LONE = {
  lone_hold: holdStatement(UNBUDGETED),
  lone_hold_budgets: holdStatement(budgeted('0', true)),
  lone_capture: captureStatement(UNBUDGETED),
  lone_capture_budgets: captureStatement(budgeted('COALESCE(e.tokens_used, 0)', true)),
} as const;

/** The statement for a charge without an event. Its parameters are few enough to be listed. */
export const CHARGE = `
WITH charged AS (
  UPDATE user_credits u SET
    balance = balance - $2::numeric, used_this_period = ${capped('used_this_period + $2::numeric')},
    last_updated = GREATEST(clock_timestamp(), last_updated + interval '1 microsecond')
  WHERE user_id = $1 AND status = 'active' AND debt = 0 AND balance - held - capped >= $2::numeric AND due_at > clock_timestamp()
    AND balance - capped - $2::numeric >= alert_below AND ${WITHOUT_BUDGETS}
  RETURNING ${SHOWN}
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
SELECT charged.*, line.id, line.created_at AS at FROM charged, line`;
