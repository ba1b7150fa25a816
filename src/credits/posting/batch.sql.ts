import { DIGEST, EVENTS, insertEvents, insertNames } from '../../metering/usage-events.sql.js';
import type { NewEvent } from '../../metering/usage-event.js';
import { CATALOGUE_REVISION } from '../../platform/database/catalogue-revision.js';
import { RecordSet } from '../../platform/database/record-set.js';
import { SHOWN_COLUMNS } from '../accounts/shown-account.js';
import { budgeted, type Budgeted, HOLDS, UNBUDGETED } from './budgets.sql.js';
import { capped, counted } from './capped.sql.js';

const today = (counter: string): string => `CASE WHEN u.calls_reset_at > now() THEN u.${counter} ELSE 0 END`;

/** Turns on asynchronous commit for the statement if $1 is true. */
export const COMMIT_MODE =
  "set_config('synchronous_commit', CASE WHEN $1 THEN 'off' ELSE current_setting('synchronous_commit') END, true)";

/**
 * Whether the account `u` can make the postings of the group `g`, as far as its status, credits and budgets allow, and no
 * event about its credits is due then.
 */
export const canAfford = (fits: string): string => `u.status = 'active' AND u.debt = 0 AND u.due_at > clock_timestamp()
    AND u.balance - u.held - u.capped >= g.need AND u.balance - u.capped - g.charged >= u.alert_below AND ${fits}`;

/** Whether the terms that the holds of the group `g` depend on are those of the account `u`, if there are any. */
export const HAS_TERMS = `
    AND (g.revision IS NULL OR g.revision = ${CATALOGUE_REVISION} AND g.tier = u.tier AND g.sealed_key IS NOT DISTINCT FROM
      (SELECT o.encrypted_key FROM openrouter_accounts o WHERE o.user_id = u.user_id AND o.is_active))`;

/** Creates the holds of the steps. */
export const INSERT_HOLDS = `
  INSERT INTO credit_holds (id, user_id, amount, service, model, metadata, api_key_id, member_id, tags, expires_at,
    lease_until, actor, created_at)
  SELECT id, user_id, hold_amount, service, model, metadata, api_key_id, member_id, tags::varchar(64)[],
    at + ttl_s * interval '1 second', at + lease_s * interval '1 second', actor, at
  FROM posted WHERE hold_amount IS NOT NULL`;

/** Resolves the holds of the steps. `more` adds conditions on `h`. */
export const resolveHolds = (more = ''): string => `
  UPDATE credit_holds h SET
    status = CASE WHEN p.captured IS NULL THEN 'released' ELSE 'captured' END::hold_status,
    captured_amount = COALESCE(p.captured, 0), resolved_at = p.at, lease_until = NULL
  FROM posted p
  WHERE h.id = p.hold_id AND h.user_id = p.user_id AND h.resolved_at IS NULL${more}
  RETURNING h.*`;

/** A resolved hold as JSON, with exact amounts. */
export const HOLD_JSON =
  "to_jsonb(h) || jsonb_build_object('amount', h.amount::text, 'captured_amount', h.captured_amount::text)";

/** Creates the ledger lines of the steps that charge something. */
export const insertLines = (hold_id: string): string => `
  INSERT INTO credit_transactions (id, user_id, amount, balance_after, transaction_type, service, model,
    cost_breakdown, description, metadata, api_key_id, member_id, tags, hold_id, actor, request_id, created_at)
  SELECT id, user_id, amount, balance_after, 'usage', service, model, cost_breakdown, description, metadata,
    api_key_id, member_id, tags::varchar(64)[], ${hold_id}, actor, actor_request_id, at
  FROM posted WHERE amount IS NOT NULL`;

/** Records the idempotency keys of the steps, with the id of what each made. */
export const insertKeys = (made: string): string => `
  INSERT INTO idempotency_keys (user_id, idempotency_key, request_hash, resource_id)
  SELECT user_id, idempotency_key, request_hash, ${made} FROM posted WHERE idempotency_key IS NOT NULL`;

/** The additional parts of the statement for batches that contain metered calls or events. */
export const METERED = {
  asked: {
    calls: 'int',
    calls_need: 'int',
    free_calls: 'int',
    free_calls_need: 'int',
    list_cost: 'numeric',
    since: 'timestamptz',
  } as Record<string, string>,
  events: EVENTS as RecordSet<string> | undefined,
  named: `, ${DIGEST} AS digest`,
  // an event that is already recorded was charged then, or was free
  used: `
  UNION ALL
  SELECT e.user_id FROM entry e, LATERAL (
    SELECT FROM usage_event_names v WHERE v.user_id = e.user_id AND v.digest = e.digest OFFSET 0
  ) AS known WHERE e.digest IS NOT NULL`,
  // all columns use one instant, the start of the statement, to decide whether a new day has begun
  set: `
    calls_today = ${counted(`${today('calls_today')}::bigint + g.calls`)},
    free_calls_today = ${counted(`${today('free_calls_today')}::bigint + g.free_calls`)},
    calls_this_period = ${counted('u.calls_this_period::bigint + g.calls')},
    free_tier_used = ${capped('u.free_tier_used + g.list_cost')},
    calls_reset_at = CASE WHEN u.calls_reset_at > now() THEN u.calls_reset_at
      ELSE date_trunc('day', now(), 'UTC') + interval '24 hours' END,`,
  // work of an earlier day or period takes the locked path
  where: `
    AND COALESCE(g.since >= GREATEST(u.period_start, date_trunc('day', now(), 'UTC')), true)
    AND COALESCE(${today('calls_today')}::bigint + g.calls_need <= u.calls_per_day, true)
    AND COALESCE(${today('free_calls_today')}::bigint + g.free_calls_need <= u.free_calls_per_day, true)
    AND COALESCE(u.calls_this_period::bigint + g.calls_need <= u.calls_per_month, true)`,
  made: `, name AS (${insertNames('posted WHERE source IS NOT NULL')}
), event AS (${insertEvents('posted WHERE source IS NOT NULL', 'CASE WHEN amount IS NOT NULL THEN id END')}
)`,
};

/** Columns of a step that creates or resolves a hold. */
const HOLD_STEPS = { hold_id: 'uuid', captured: 'numeric', hold_amount: 'numeric', ttl_s: 'int', lease_s: 'int' };

/** The additional parts of the statement for batches that create or resolve holds. */
export const HOLDING = {
  asked: { held: 'numeric', ttl_s: 'int', holds: 'int', revision: 'uuid', tier: 'text', sealed_key: 'text' } as Record<
    string,
    string
  >,
  entry: HOLD_STEPS as Record<string, string>,
  resolvable: `, resolvable AS MATERIALIZED (
  SELECT h.user_id, count(*) AS holds
  FROM credit_holds h
  WHERE h.id = ANY (${HOLDS}) AND h.resolved_at IS NULL AND h.expires_at > clock_timestamp()
  GROUP BY h.user_id
)`,
  set: `
    held = u.held + g.held,
    due_at = LEAST(u.due_at, date_trunc('milliseconds', clock_timestamp() + g.ttl_s * interval '1 second')),`,
  from: ' LEFT JOIN resolvable r USING (user_id)',
  where: ` AND COALESCE(r.holds, 0) = g.holds${HAS_TERMS}`,
  hold_id: 'hold_id',
  made_for: 'COALESCE(hold_id, id)',
  made: `, hold AS (${INSERT_HOLDS}
), resolved AS (${resolveHolds(` AND h.id = ANY (${HOLDS})`)}
)`,
  answer: `,
    jsonb_agg(${HOLD_JSON} ORDER BY p.n) FILTER (WHERE p.hold_id IS NOT NULL) AS resolved`,
  answer_from: ' LEFT JOIN resolved h ON h.id = p.hold_id',
  answer_where: `
WHERE tollgate_expect((SELECT count(*) FROM posted WHERE hold_id IS NOT NULL), (SELECT count(*) FROM resolved))`,
};

/** Columns of a group, as the statement receives it. */
export const ASKED = { user_id: 'text', need: 'numeric', charged: 'numeric' };

/** Columns of a step, with those of its ledger line. */
export const ENTRIES = {
  user_id: 'text',
  n: 'int',
  amount: 'numeric',
  after: 'numeric',
  service: 'text',
  model: 'text',
  cost_breakdown: 'jsonb',
  description: 'text',
  metadata: 'jsonb',
  api_key_id: 'uuid',
  member_id: 'text',
  tags: 'text',
  actor: 'text',
  actor_request_id: 'text',
  idempotency_key: 'text',
  request_hash: 'text',
};

/** A step to post, with the event to record. */
export type Entry = Partial<Record<keyof typeof ENTRIES | keyof typeof HOLD_STEPS, unknown>> & {
  event: NewEvent | undefined;
};

/** A statement, and its parameters: whether to commit asynchronously, the groups, and their steps. */
interface PostStatement {
  text: string;
  values: (isLater: boolean, groups: readonly object[], entries: readonly Entry[]) => unknown[];
}

/** Stands for the parts that a batch does not need. */
const without = <Part extends object>(part: Part): Part =>
  Object.fromEntries(Object.entries(part).map(([name, text]) => [name, typeof text === 'string' ? '' : {}])) as Part;
const UNHOLDING = { ...without(HOLDING), hold_id: 'NULL::uuid', made_for: 'id' };
const PLAIN: typeof METERED = { ...without(METERED), events: undefined };

export const SHOWN = SHOWN_COLUMNS.map((column) => `u.${column}`).join(', ');

/**
 * Builds the statement that posts for many users. A group is accepted as a whole if its account can afford the group's
 * `need`, nothing is due, none of its keys was used before and every hold it resolves is active. Otherwise the group
 * has no effect and its user is missing from the result.
 *
 * Rows are updated, and so locked, in the order of user_id: `asked` is sorted and the accounts are looked up one by one
 * in that order, so that batches of several processes cannot deadlock. The guards on keys and holds read the
 * statement's snapshot. If another process wins the race, the unique index or tollgate_expect() aborts the statement,
 * and the lane retries it.
 *
 * $1 turns on asynchronous commit for the batch.
 *
 * The generic plan is cached, possibly while tables are still empty, and must use index look-ups when they grow. The
 * conditions on `asked`, which are always true, therefore make the planner expect a single row; `= ANY` and `OFFSET 0`
 * do the same for holds, keys and events. No estimate may depend on the parameter values: PostgreSQL would find a
 * custom plan cheaper and plan the statement again for every batch, which takes longer than the batch itself. The last
 * join is written as a full one, although both sides have the same users, because it cannot become a nested loop.
 *
 * Batches without holds, the most common ones, leave out all parts for holds: what a statement does not contain needs no
 * start and no end.
 */
const post = (
  metered: typeof METERED,
  holding: typeof HOLDING,
  budgets: Budgeted,
  asked: RecordSet<string>,
  entries: RecordSet<string>,
): string => `
WITH asked AS MATERIALIZED (
  SELECT g.* FROM ${asked.from('g', 2)},
    ${COMMIT_MODE}
  WHERE need >= 0 AND charged >= 0 AND user_id > '' ORDER BY user_id
), entry AS MATERIALIZED (
  SELECT e.*${metered.named} FROM ${entries.from('e', 2 + asked.size, metered.events)}
), used AS MATERIALIZED (
  SELECT e.user_id FROM entry e, LATERAL (
    SELECT FROM idempotency_keys k
    WHERE k.user_id = e.user_id AND k.idempotency_key = e.idempotency_key OFFSET 0
  ) AS known WHERE e.idempotency_key IS NOT NULL${metered.used}
)${holding.resolvable}${budgets.counted}, charged AS (
  UPDATE user_credits u SET
    balance = u.balance - g.charged, used_this_period = ${capped('u.used_this_period + g.charged')},${holding.set}${metered.set}
    last_updated = GREATEST(clock_timestamp(), u.last_updated + interval '1 microsecond')
  FROM asked g${holding.from}
  WHERE u.user_id = g.user_id AND ${canAfford(budgets.fits)}${holding.where}
    AND u.user_id NOT IN (SELECT user_id FROM used)${metered.where}
  RETURNING ${SHOWN}
), posted AS MATERIALIZED (
  SELECT e.*, tollgate_row_id(e.user_id, c.last_updated, e.n) AS id, c.balance + e.after AS balance_after,
    date_trunc('milliseconds', c.last_updated) AS at
  FROM charged c JOIN entry e USING (user_id)
), line AS (${insertLines(holding.hold_id)}
)${holding.made}, key AS (${insertKeys(holding.made_for)}
)${metered.made}${budgets.made}
SELECT c.*, made.*
FROM charged c FULL JOIN (
  SELECT p.user_id AS posted_for, max(p.at) AS at, string_agg(p.id::text, ' ' ORDER BY p.n) AS ids${holding.answer}
  FROM posted p${holding.answer_from}
  GROUP BY p.user_id
) AS made ON made.posted_for = c.user_id${holding.answer_where}`;

function statementOf(metered: typeof METERED, holding: typeof HOLDING, budgets = UNBUDGETED): PostStatement {
  const asked = new RecordSet({ ...ASKED, ...holding.asked, ...metered.asked });
  const steps = new RecordSet<string>({ ...ENTRIES, ...holding.entry });
  const values: PostStatement['values'] = (isLater, groups, entries) => [
    isLater,
    ...asked.parameters(groups),
    ...steps.parameters(entries),
    ...(metered.events?.parameters(entries.map(({ event }) => event)) ?? []),
  ];
  return { text: post(metered, holding, budgets, asked, steps), values };
}

/** Tokens of a step of a batch that contains metered calls or events. */
const TOKENS = 'COALESCE(e.tokens_used, 0)';

/**
 * The statements by the batches that they are for. Those for metered calls count them, enforce the plan's limits and
 * record their events.
 */
export const POST = {
  batch_post: statementOf(PLAIN, UNHOLDING),
  batch_post_budgets: statementOf(PLAIN, UNHOLDING, budgeted('0')),
  batch_post_holds: statementOf(PLAIN, HOLDING),
  batch_post_holds_budgets: statementOf(PLAIN, HOLDING, budgeted('0', true)),
  batch_post_metered: statementOf(METERED, UNHOLDING),
  batch_post_metered_budgets: statementOf(METERED, UNHOLDING, budgeted(TOKENS)),
  batch_post_metered_holds: statementOf(METERED, HOLDING),
  batch_post_metered_holds_budgets: statementOf(METERED, HOLDING, budgeted(TOKENS, true)),
} as const;
