import { idAtSql } from '../../platform/database/row-id.js';

/** The pools of tokens. Each is a column of usage_events and of usage_hourly; they never overlap. */
export const TOKEN_POOLS = [
  'input_tokens',
  'output_tokens',
  'cache_read_tokens',
  'cache_write_tokens',
  'cache_write_1h_tokens',
  'reasoning_tokens',
  'audio_input_tokens',
  'audio_cache_read_tokens',
  'audio_output_tokens',
  'image_tokens',
  'image_output_tokens',
] as const;

/** The sums of usage_hourly that come from events, each with the SQL expression for its value in one event. */
const EVENT_SUMS = {
  event_count: '1',
  failed_events: '(NOT succeeded)::int',
  tokens_used: 'tokens_used',
  ...(Object.fromEntries(TOKEN_POOLS.map((pool) => [pool, pool])) as Record<(typeof TOKEN_POOLS)[number], string>),
} as const;

/** The counts of usage_hourly. */
export const HOURLY_COUNTS = ['charges', 'event_count', 'failed_events', 'tokens_used', ...TOKEN_POOLS] as const;
export type HourlyCount = (typeof HOURLY_COUNTS)[number];

/** The key of a row within its account and hour. */
export const HOURLY_KEY = ['service', 'model', 'has_usage'] as const;

/** All columns besides account and hour, in the order in which the queries below return them. */
export const HOURLY_COLUMNS: readonly string[] = [...HOURLY_KEY, 'credits', ...HOURLY_COUNTS];

/**
 * When an event counts: when it was charged, so that it stands beside its ledger line; otherwise when the work was done.
 */
export const EVENT_TIME = '(CASE WHEN transaction_id IS NULL THEN occurred_at ELSE created_at END)';

/** Whether the ledger line `l` spends credits: a charge, or the correction of one, which names its service. */
export const IS_SPENDING = `(l.transaction_type = 'usage' OR (l.transaction_type = 'adjustment' AND l.service IS NOT NULL))`;

/**
 * Whether the spending line `l` belongs to recorded work: it corrects work, has the id of its event, or captured the
 * same hold as a line that has. A plain charge has none.
 */
const HAS_USAGE = `(l.transaction_type = 'adjustment'
  OR EXISTS (SELECT FROM usage_events e WHERE e.id = l.id AND e.user_id = l.user_id)
  OR (l.hold_id IS NOT NULL AND EXISTS (
    SELECT FROM credit_transactions s JOIN usage_events e ON e.id = s.id AND e.user_id = s.user_id
    WHERE s.user_id = l.user_id AND s.id >= ${idAtSql('l.created_at')}
      AND s.id < ${idAtSql(`l.created_at + interval '1 millisecond'`)} AND s.hold_id = l.hold_id)))`;

/** The columns of usage_hourly for one row of usage_events. */
export const EVENT_COLUMNS = [
  'service',
  `COALESCE(model, '') AS model`,
  'true AS has_usage',
  '0 AS credits',
  '0 AS charges',
  Object.entries(EVENT_SUMS).map(([name, value]) => `${value} AS ${name}`),
]
  .flat()
  .join(', ');

/** The columns of usage_hourly for a spending line `l`. */
export const LINE_COLUMNS = [
  `COALESCE(l.service, '') AS service`,
  `COALESCE(l.model, '') AS model`,
  `${HAS_USAGE} AS has_usage`,
  '-l.amount AS credits',
  '1 AS charges',
  Object.keys(EVENT_SUMS).map((name) => `0 AS ${name}`),
]
  .flat()
  .join(', ');

/** The select list that sums these columns, except the key. */
export const HOUR_SUMS = ['credits', ...HOURLY_COUNTS].map((name) => `sum(${name}) AS ${name}`).join(', ');
