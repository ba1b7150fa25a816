import { eventsBetween } from '../../metering/events.sql.js';
import { eventColumns } from '../../metering/measures.js';
import { NOT_ROLLED_UP_OF_ACCOUNT, usageInBuckets } from '../../metering/usage.sql.js';

/*
 * Usage of one account in buckets. One statement means one snapshot, so roll-up and tail count every event exactly
 * once, whatever the roll-up worker does meanwhile. The bounds of the buckets are computed before: the database gets
 * instants, or days in UTC, and never the name of a time zone.
 *
 * $1 user_id, $2 start of the first bucket, $3 end of the last one, $4 start of each bucket and end of the last one.
 */

const COUNTS = ['event_count', 'free_events', 'failed_events', 'tokens_used', 'timed_events'] as const;
const AMOUNTS = ['total_cost', 'charged_cost', 'provider_cost', 'platform_markup', 'duration_seconds'] as const;
const COUNTED = [...COUNTS, ...AMOUNTS];
const COLUMNS = ['service', 'model', ...COUNTED].join(', ');

const BUCKET_OF_DAY = 'width_bucket(day, $4::date[])';
const BUCKET_OF_EVENT = 'width_bucket(occurred_at, $4::timestamptz[])';

const SPAN = { start: '$2::timestamptz', end: '$3::timestamptz' };
const DAYS_IN_RANGE = 'day >= $2::date AND day < $3::date';

/**
 * Whole days in UTC: the roll-up, and the events recorded since. The tail is found by its own index, then filtered by
 * time.
 */
const ROLLED_UP = `
  tail AS MATERIALIZED (
    SELECT session_id, ${eventColumns(COUNTED)} FROM usage_events
    WHERE ${NOT_ROLLED_UP_OF_ACCOUNT}),
  parts AS (
    SELECT ${BUCKET_OF_DAY} AS bucket, ${COLUMNS} FROM (
      SELECT day, ${COLUMNS} FROM usage_daily WHERE user_id = $1
      UNION ALL SELECT day, ${COLUMNS} FROM tail
    ) AS days WHERE ${DAYS_IN_RANGE}),
  visits AS (
    SELECT ${BUCKET_OF_DAY} AS bucket, session_id FROM (
      SELECT day, session_id FROM usage_sessions WHERE user_id = $1
      UNION ALL SELECT day, session_id FROM tail
    ) AS days WHERE ${DAYS_IN_RANGE})`;

/** Whether the account had sessions on the days of the range. Without any, the events need not be read. */
const HAS_SESSIONS = `(
    EXISTS (SELECT FROM usage_sessions WHERE user_id = $1
      AND day >= ($2::timestamptz AT TIME ZONE 'UTC')::date AND day <= ($3::timestamptz AT TIME ZONE 'UTC')::date)
    OR EXISTS (SELECT FROM usage_events WHERE ${NOT_ROLLED_UP_OF_ACCOUNT} AND session_id IS NOT NULL))`;

/** Days in other time zones, and hours: the roll-up of hours. Sessions are only rolled up by day in UTC. */
const BY_HOUR = `
  parts AS (SELECT bucket, ${COLUMNS} FROM (${usageInBuckets(COUNTED)}) AS hours),
  visits AS (
    SELECT bucket, session_id FROM (${eventsBetween(SPAN, `${BUCKET_OF_EVENT} AS bucket, session_id`)}) AS events
    WHERE session_id IS NOT NULL AND ${HAS_SESSIONS})`;

/** Amounts are text inside the JSON; JSON numbers would be parsed as floats. */
const series = (source: string): string => `
  WITH ${source},
  usage AS (
    SELECT bucket, service, model, ${COUNTS.map((m) => `sum(${m})::bigint AS ${m}`).join(', ')},
      ${AMOUNTS.map((m) => `sum(${m})::text AS ${m}`).join(', ')}
    FROM parts GROUP BY bucket, service, model ORDER BY bucket, service, model),
  sessions AS (SELECT bucket, count(DISTINCT session_id) AS sessions FROM visits GROUP BY bucket)
  SELECT (SELECT coalesce(json_agg(u), '[]') FROM usage u) AS usage,
    (SELECT coalesce(json_agg(s), '[]') FROM sessions s) AS sessions`;

/** Buckets of whole days in UTC. */
export const SERIES_OF_DAYS = series(ROLLED_UP);
/** Any other buckets. */
export const SERIES_OF_HOURS = series(BY_HOUR);
