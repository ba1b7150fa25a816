import { eventColumns, sumsOf } from '../metering/measures.js';
import { NOT_ROLLED_UP } from '../metering/usage.sql.js';

/*
 * Usage of one account in buckets, as one statement and so as of one snapshot: roll-up and tail never count an event
 * twice or not at all, whatever the roll-up worker does meanwhile.
 *
 * $1 user_id, $2 first day, $3 day after the last, $4 time zone, $5 bucket (hour, day, week, month).
 */

const COUNTS = ['event_count', 'free_events', 'failed_events', 'tokens_used', 'timed_events'] as const;
const AMOUNTS = ['total_cost', 'provider_cost', 'platform_markup', 'duration_seconds'] as const;
const COUNTED = [...COUNTS, ...AMOUNTS];
const COLUMNS = ['service', 'model', ...COUNTED].join(', ');

const BUCKET_OF_DAY = 'date_trunc($5, day::timestamp)::date';
const BUCKET_OF_LOCAL_TIME = 'date_trunc($5, local_time)::date';
const HOUR_OF_EVENT = 'date_trunc($5, occurred_at, $4)';

/**
 * Events of the user $1 of the days from $2 until before $3 of the time zone $4. The bounds are wide and for the index;
 * which day an event is of, its local time decides: where the clock is put back over midnight, a day has no first
 * instant to compare with.
 */
const BOUNDS = `user_id = $1 AND occurred_at >= ($2::date - 1)::timestamp AT TIME ZONE 'UTC'
      AND occurred_at < ($3::date + 1)::timestamp AT TIME ZONE 'UTC'`;
const isWithin = (local_time: string): string => `${local_time} >= $2::date AND ${local_time} < $3::date`;

/** The condition on usage_events. */
export const IN_RANGE = `${BOUNDS} AND ${isWithin('(occurred_at AT TIME ZONE $4)')}`;

/** The same events with their local time, which is worked out once for each. */
const LOCAL_EVENTS = `(
      SELECT *, occurred_at AT TIME ZONE $4 AS local_time FROM usage_events WHERE ${BOUNDS} OFFSET 0
    ) AS events WHERE ${isWithin('local_time')}`;

/** Days of UTC: what is rolled up, and the events recorded since. The tail goes by its own index, then by time. */
const ROLLED_UP = `
  tail AS MATERIALIZED (
    SELECT session_id, ${eventColumns(COUNTED)} FROM usage_events
    WHERE user_id = $1 AND ${NOT_ROLLED_UP}),
  parts AS (
    SELECT ${BUCKET_OF_DAY} AS bucket, ${COLUMNS} FROM (
      SELECT day, ${COLUMNS} FROM usage_daily WHERE user_id = $1
      UNION ALL SELECT day, ${COLUMNS} FROM tail
    ) AS days WHERE day >= $2::date AND day < $3::date),
  visits AS (
    SELECT ${BUCKET_OF_DAY} AS bucket, session_id FROM (
      SELECT day, session_id FROM usage_sessions WHERE user_id = $1
      UNION ALL SELECT day, session_id FROM tail
    ) AS days WHERE day >= $2::date AND day < $3::date)`;

/** Days elsewhere begin at other hours, and hours are not rolled up: the events themselves, summed up in one pass. */
const raw = (bucket: string): string => `
  parts AS MATERIALIZED (
    SELECT bucket, session_id, service, model, ${sumsOf(COUNTED)}
    FROM (SELECT ${bucket} AS bucket, session_id, ${eventColumns(COUNTED)} FROM ${LOCAL_EVENTS}) AS counted
    GROUP BY bucket, session_id, service, model),
  visits AS (SELECT bucket, session_id FROM parts)`;

/** Amounts travel as text inside the JSON: as JSON numbers they would become binary floats. */
const series = (source: string, start: string, end: string): string => `
  WITH ${source},
  usage AS (
    SELECT bucket, service, model, ${COUNTS.map((m) => `sum(${m})::bigint AS ${m}`).join(', ')},
      ${AMOUNTS.map((m) => `sum(${m})::text AS ${m}`).join(', ')}
    FROM parts GROUP BY bucket, service, model ORDER BY bucket, service, model),
  sessions AS (SELECT bucket, count(DISTINCT session_id) AS sessions FROM visits GROUP BY bucket),
  spans AS (SELECT DISTINCT bucket, ${start} AS period_start, ${end} AS period_end FROM usage)
  SELECT (SELECT coalesce(json_agg(u), '[]') FROM usage u) AS usage,
    (SELECT coalesce(json_agg(s), '[]') FROM sessions s) AS sessions,
    (SELECT coalesce(json_agg(p ORDER BY bucket), '[]') FROM spans p) AS spans`;

const DAY_START = 'bucket::timestamp AT TIME ZONE $4';
const DAY_END = `(bucket + ('1 ' || $5)::interval) AT TIME ZONE $4`;

/** Days, weeks or months of UTC. */
export const UTC_SERIES = series(ROLLED_UP, DAY_START, DAY_END);
/** Days, weeks or months of another time zone. */
export const ZONED_SERIES = series(raw(BUCKET_OF_LOCAL_TIME), DAY_START, DAY_END);
/** Hours; a bucket is named by its first instant. */
export const HOURLY_SERIES = series(raw(HOUR_OF_EVENT), 'bucket', `bucket + interval '1 hour'`);
