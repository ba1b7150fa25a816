/*
 * Usage of one account in buckets, as one statement and so as of one snapshot: roll-up and tail never count an event
 * twice or not at all, whatever the roll-up worker does meanwhile.
 *
 * $1 user_id, $2 first day, $3 day after the last, $4 bucket (hour, day, week, month), $5 time zone.
 */

const EVENT_COLUMNS = `service, coalesce(model, '') AS model, 1::bigint AS events, is_free_tier::int AS free_events,
  (NOT succeeded)::int AS failed_events, tokens_used::bigint AS tokens, total_cost, provider_cost, platform_markup,
  (duration_seconds IS NOT NULL)::int AS timed_events, coalesce(duration_seconds, 0) AS duration_seconds`;

const DAY_OF_EVENT = 'date_trunc($4, occurred_at AT TIME ZONE $5)::date::text';
const DAY_OF_ROLLUP = 'date_trunc($4, day::timestamp)::date::text';
const HOUR_OF_EVENT = `to_char(date_trunc($4, occurred_at, $5) AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')`;

const IN_RANGE = `occurred_at >= $2::date::timestamp AT TIME ZONE $5 AND occurred_at < $3::date::timestamp AT TIME ZONE $5`;

/** Days of UTC: what is rolled up, and the events recorded since. The tail goes by its own index, then by time. */
const ROLLED_UP = `
  tail AS MATERIALIZED (
    SELECT ${DAY_OF_EVENT} AS bucket, occurred_at, session_id, ${EVENT_COLUMNS} FROM usage_events
    WHERE user_id = $1 AND recorded_xid >= coalesce((SELECT watermark FROM usage_rollups WHERE name = 'usage_daily'), 0)),
  parts AS (
    SELECT ${DAY_OF_ROLLUP} AS bucket, service, model, event_count AS events, free_events, failed_events,
      tokens_used AS tokens, total_cost, provider_cost, platform_markup, timed_events, duration_seconds
    FROM usage_daily WHERE user_id = $1 AND day >= $2::date AND day < $3::date
    UNION ALL
    SELECT bucket, service, model, events, free_events, failed_events, tokens, total_cost, provider_cost,
      platform_markup, timed_events, duration_seconds
    FROM tail WHERE ${IN_RANGE}),
  visits AS (
    SELECT ${DAY_OF_ROLLUP} AS bucket, session_id FROM usage_sessions
    WHERE user_id = $1 AND day >= $2::date AND day < $3::date
    UNION ALL
    SELECT bucket, session_id FROM tail WHERE ${IN_RANGE})`;

/** Days elsewhere begin at other hours, and hours are not rolled up: the events themselves. */
const raw = (bucket: string): string => `
  parts AS MATERIALIZED (
    SELECT ${bucket} AS bucket, session_id, ${EVENT_COLUMNS} FROM usage_events WHERE user_id = $1 AND ${IN_RANGE}),
  visits AS (SELECT bucket, session_id FROM parts)`;

/** Amounts travel as text inside the JSON: as JSON numbers they would become binary floats. */
const series = (source: string, start: string, end: string): string => `
  WITH ${source},
  usage AS (
    SELECT bucket, service, model, sum(events)::bigint AS events, sum(free_events)::bigint AS free_events,
      sum(failed_events)::bigint AS failed_events, sum(tokens)::bigint AS tokens, sum(total_cost)::text AS total_cost,
      sum(provider_cost)::text AS provider_cost, sum(platform_markup)::text AS platform_markup,
      sum(timed_events)::bigint AS timed_events, sum(duration_seconds)::text AS duration_seconds
    FROM parts GROUP BY bucket, service, model ORDER BY bucket, service, model),
  sessions AS (SELECT bucket, count(DISTINCT session_id) AS sessions FROM visits GROUP BY bucket),
  spans AS (SELECT DISTINCT bucket, ${start} AS period_start, ${end} AS period_end FROM usage)
  SELECT (SELECT coalesce(json_agg(u), '[]') FROM usage u) AS usage,
    (SELECT coalesce(json_agg(s), '[]') FROM sessions s) AS sessions,
    (SELECT coalesce(json_agg(p ORDER BY bucket), '[]') FROM spans p) AS spans`;

const DAY_START = 'bucket::date::timestamp AT TIME ZONE $5';
const DAY_END = `(bucket::date + ('1 ' || $4)::interval) AT TIME ZONE $5`;

/** Days, weeks or months of UTC. */
export const UTC_SERIES = series(ROLLED_UP, DAY_START, DAY_END);
/** Days, weeks or months of another time zone. */
export const ZONED_SERIES = series(raw(DAY_OF_EVENT), DAY_START, DAY_END);
/** Hours; a bucket is named by its first instant. */
export const HOURLY_SERIES = series(
  raw(HOUR_OF_EVENT),
  'bucket::timestamptz',
  `bucket::timestamptz + interval '1 hour'`,
);
