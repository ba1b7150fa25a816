import { idAtSql } from '../../platform/database/row-id.js';
import { TOKEN_POOLS } from '../measures.js';

/** The sums of usage_hourly that come from events, each with the SQL expression for its value in one event. */
const EVENT_SUMS = {
  event_count: '1',
  failed_events: '(NOT succeeded)::int',
  tokens_used: 'tokens_used',
  cache_savings: 'COALESCE(cache_savings, 0)',
  ...(Object.fromEntries(TOKEN_POOLS.map((pool) => [pool, pool])) as Record<(typeof TOKEN_POOLS)[number], string>),
} as const;

/** The sums of usage_hourly that come from ledger lines. */
const LINE_SUMS: Partial<Record<string, string>> = { credits: '-l.amount', charges: '1' };

/** The counts of usage_hourly. */
export const HOURLY_COUNTS = ['charges', 'event_count', 'failed_events', 'tokens_used', ...TOKEN_POOLS] as const;
export type HourlyCount = (typeof HOURLY_COUNTS)[number];

/** The key of a row within its account and hour. */
export const HOURLY_KEY = ['service', 'model', 'has_usage'] as const;

/** The sums of usage_hourly. */
export const HOURLY_SUMS = ['credits', 'cache_savings', ...HOURLY_COUNTS] as const;

/**
 * Splits the rows of a query into one for each key, member and tag that they name. The rows have the columns api_key_id,
 * member_id and tags, and get `dimension` and `value`.
 */
export const attributed = (rows: string): string => `
  SELECT * FROM (${rows}) AS named, LATERAL (
    SELECT 'api_key'::usage_dimension AS dimension, named.api_key_id::text AS value WHERE named.api_key_id IS NOT NULL
    UNION ALL SELECT 'member', named.member_id WHERE named.member_id IS NOT NULL
    UNION ALL SELECT 'tag', tag FROM unnest(named.tags) AS tag
  ) AS attribution WHERE num_nonnulls(named.api_key_id, named.member_id, named.tags) > 0`;

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

/** The columns of usage_hourly for one row of usage_events, and what it is attributed to. */
export const EVENT_COLUMNS = [
  'service',
  `COALESCE(model, '') AS model`,
  'true AS has_usage',
  ...HOURLY_SUMS.map((name) => `${name in EVENT_SUMS ? EVENT_SUMS[name as keyof typeof EVENT_SUMS] : '0'} AS ${name}`),
  'api_key_id, member_id, tags',
].join(', ');

/** The same for a spending line `l`. */
export const LINE_COLUMNS = [
  `COALESCE(l.service, '') AS service`,
  `COALESCE(l.model, '') AS model`,
  `${HAS_USAGE} AS has_usage`,
  ...HOURLY_SUMS.map((name) => `${LINE_SUMS[name] ?? '0'} AS ${name}`),
  'l.api_key_id, l.member_id, l.tags',
].join(', ');

/** The select list that sums these columns, except the key. */
export const HOUR_SUMS = HOURLY_SUMS.map((name) => `sum(${name}) AS ${name}`).join(', ');
