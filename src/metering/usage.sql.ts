import { DAY_MS, HOUR_MS } from '../platform/values/calendar.js';
import { eventsBetween } from './events.sql.js';
import { DAILY_KEY, eventColumns, HOUR, type Measure } from './measures.js';
import { type EventRollup, isNew, isNewOfAccount } from './new-events.sql.js';
import { DAYS, HOURS } from './rollup.sql.js';

/** A user and a span of time; `start` is inclusive, `end` exclusive. */
export interface UsageSpan {
  user_id: string;
  start: Date;
  end: Date;
}

const rollup = (name: string): EventRollup => ({ table: 'usage_rollups', name, watermark: 'watermark' });

/** The condition for events of all accounts that are not in usage_daily yet. */
export const NOT_ROLLED_UP = isNew(rollup(DAYS));

const newOfAccount = (name: string): string => `user_id = $1 AND ${isNewOfAccount(rollup(name))}`;

/** The condition for events of the account $1 that are not in usage_daily yet. */
export const NOT_ROLLED_UP_OF_ACCOUNT = newOfAccount(DAYS);

/**
 * Returns the seven parameters of {@link usageRows}: user; start; the whole hours of the span from `first_hour` to before
 * `last_hour`, and in them the whole UTC days from `first_day` to before `last_day`, in chronological order; end.
 */
export function usageParameters({ user_id, start, end }: UsageSpan): [string, ...Date[]] {
  const [first_hour, last_hour] = whole(start, end, HOUR_MS);
  const [first_day, last_day] = whole(first_hour, last_hour, DAY_MS);
  return [user_id, start, first_hour, first_day, last_day, last_hour, end];
}

/** Returns the bounds of the whole days or hours within a span; if there are none, both are the end. */
function whole(start: Date, end: Date, unit_ms: number): [Date, Date] {
  const first = Math.ceil(start.getTime() / unit_ms) * unit_ms;
  const last = Math.floor(end.getTime() / unit_ms) * unit_ms;
  return first < last ? [new Date(first), new Date(last)] : [end, end];
}

/** Whether the account $1 has hours. If not, it has few events, and these are read instead. */
const HAS_HOURS = `EXISTS (SELECT FROM ${HOURS} WHERE user_id = $1)`;

/** Events that a roll-up lacks. OFFSET 0 stops the planner from scanning all events of the span for the new ones. */
const unrolled = (name: string): string =>
  `(SELECT * FROM usage_events WHERE ${newOfAccount(name)} OFFSET 0) AS unrolled`;

/**
 * Returns a query for all usage of a span, exact as of its snapshot: the roll-ups of whole days and hours, the events of
 * these that are not rolled up yet, and the events of the incomplete hours at both ends. The rows have the UTC day,
 * service, model ('' for none) and measures, and still have to be summed. The parameters are {@link usageParameters}.
 */
export function usageRows(measures: readonly Measure[]): string {
  const [, , ...key] = DAILY_KEY;
  const columns = [...key, ...measures].join(', ');
  const event = eventColumns(measures);
  const edge = (start: string, end: string): string => eventsBetween({ start, end }, event);
  const hoursOr = (hour: string, day: string): string =>
    `(SELECT CASE WHEN ${HAS_HOURS} THEN ${hour}::timestamptz ELSE ${day}::timestamptz END)`;
  const isWithin = (at: string, from: number, to: number): string =>
    `${at} >= $${from}::timestamptz AND ${at} < $${to}::timestamptz`;
  const isAtAnEdge = (at: string): string => `(${isWithin(at, 3, 4)} OR ${isWithin(at, 5, 6)})`;
  const hours = (from: number, to: number): string => `
  SELECT (hour AT TIME ZONE 'UTC')::date AS day, ${columns} FROM ${HOURS} WHERE user_id = $1 AND ${isWithin('hour', from, to)}`;
  return `
  SELECT day, ${columns} FROM ${DAYS}
  WHERE user_id = $1 AND day >= ($4::timestamptz AT TIME ZONE 'UTC')::date AND day < ($5::timestamptz AT TIME ZONE 'UTC')::date
  UNION ALL
  SELECT ${event} FROM ${unrolled(DAYS)} WHERE ${isWithin('occurred_at', 4, 5)}
  UNION ALL ${hours(3, 4)}
  UNION ALL ${hours(5, 6)}
  UNION ALL
  SELECT ${event} FROM ${unrolled(HOURS)} WHERE ${isAtAnEdge('occurred_at')} AND ${HAS_HOURS}
  UNION ALL ${edge('$2::timestamptz', hoursOr('$3', '$4'))}
  UNION ALL ${edge(hoursOr('$6', '$5'), '$7::timestamptz')}`;
}

/** Hours that contain one of the bounds $4, as the hours of half-hour time zones do at midnight. */
const SPLIT_HOURS = `
  SELECT DISTINCT date_trunc('hour', bound, 'UTC') AS hour FROM unnest($4::timestamptz[]) AS bound
  WHERE bound <> date_trunc('hour', bound, 'UTC')`;

/**
 * Returns a query for the usage of the account $1 in buckets, exact as of its snapshot. $4 are the starts of the buckets
 * and the end of the last one, $2 is the first and $3 the last of them. Hours with a bound inside are read from the
 * events, all others from the roll-up if the account has hours. The rows have the number of the bucket, from 1, service,
 * model ('' for none) and measures, and still have to be summed.
 */
export function usageInBuckets(measures: readonly Measure[]): string {
  const bucketOf = (at: string): string => `width_bucket(${at}, $4::timestamptz[]) AS bucket`;
  const event = `${bucketOf('occurred_at')}, ${eventColumns(measures)}`;
  const columns = ['bucket', 'service', 'model', ...measures].join(', ');
  const isWithin = (at: string): string => `${at} >= $2::timestamptz AND ${at} < $3::timestamptz`;
  return `
  SELECT ${bucketOf('hour')}, service, model, ${measures.join(', ')} FROM ${HOURS}
  WHERE user_id = $1 AND ${isWithin('hour')} AND hour NOT IN (${SPLIT_HOURS})
  UNION ALL
  SELECT ${columns} FROM (
    SELECT ${event} FROM ${unrolled(HOURS)} WHERE ${isWithin('occurred_at')} AND ${HOUR} NOT IN (${SPLIT_HOURS}) AND ${HAS_HOURS}
  ) AS fresh
  UNION ALL
  SELECT ${columns} FROM (
    SELECT GREATEST(hour, $2::timestamptz) AS since, LEAST(hour + interval '60 minutes', $3::timestamptz) AS until
    FROM (${SPLIT_HOURS}) AS split WHERE ${HAS_HOURS}
    UNION ALL SELECT $2::timestamptz, $3::timestamptz WHERE NOT ${HAS_HOURS}
  ) AS part, LATERAL (${eventsBetween({ start: 'part.since', end: 'part.until' }, event)}) AS parts`;
}
