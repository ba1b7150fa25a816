import { moveTail, RESET_TAIL } from './new-events.sql.js';
import { ALL_MEASURES, DAILY_KEY, eventColumns, sumsOf } from './measures.js';

/** The row of usage_rollups that belongs to this roll-up. */
export const ROLLUP = 'usage_daily';

/**
 * The xmin horizon: every older transaction has committed or aborted. It applies to the whole cluster, so a long
 * transaction in any database holds it back; reports stay exact.
 */
const HORIZON = 'pg_snapshot_xmin(pg_current_snapshot())::text::bigint';

/** Whether there are events to roll up. Writes nothing, so that an idle service stays idle. */
export const PENDING = `
SELECT r.watermark > pg_snapshot_xmax(pg_current_snapshot())::text::bigint AS is_ahead, EXISTS (
  SELECT FROM usage_events e WHERE e.recorded_xid >= r.watermark AND e.recorded_xid < ${HORIZON}
) AS is_pending
FROM usage_rollups r WHERE r.name = $1`;

/** Locks the roll-up for this transaction; returns no row if another worker holds the lock. */
export const TAKE = 'SELECT watermark FROM usage_rollups WHERE name = $1 FOR UPDATE SKIP LOCKED';

const KEY = DAILY_KEY.join(', ');

/** Events with the columns of the roll-up. */
const COUNTED = `SELECT user_id, session_id, ${eventColumns(ALL_MEASURES)} FROM usage_events`;

/** Returns a query that sums events by user, day, service and model. */
export const dailySums = (source: string): string =>
  `SELECT ${KEY}, ${sumsOf(ALL_MEASURES)} FROM ${source} GROUP BY ${KEY}`;

/** Adds the events of the CTE `fresh` to the days and the sessions. */
const ADD = `
days AS (
  INSERT INTO usage_daily AS d (${KEY}, ${ALL_MEASURES.join(', ')}) ${dailySums('fresh')}
  ON CONFLICT (${KEY}) DO UPDATE SET ${ALL_MEASURES.map((m) => `${m} = d.${m} + excluded.${m}`).join(', ')}
), sessions AS (
  INSERT INTO usage_sessions (user_id, day, session_id)
  SELECT DISTINCT user_id, day, session_id FROM fresh WHERE session_id IS NOT NULL
  ON CONFLICT DO NOTHING
)`;

/**
 * Rolls up about $2 of the next events, as far as the horizon. Runs under the lock of {@link TAKE}, but as a separate
 * statement, because its snapshot must be taken after the lock.
 */
export const ADVANCE = `
WITH reach AS MATERIALIZED (
  SELECT watermark, COALESCE((
    -- all events of a transaction are taken together: at least one transaction, however large
    SELECT GREATEST(e.recorded_xid, watermark + 1) FROM usage_events e
    WHERE e.recorded_xid >= watermark AND e.recorded_xid < ${HORIZON} ORDER BY e.recorded_xid OFFSET $2 LIMIT 1
  ), ${HORIZON}) AS next
  FROM usage_rollups WHERE name = $1
), fresh AS MATERIALIZED (
  SELECT counted.* FROM reach, LATERAL (
    ${COUNTED} WHERE recorded_xid >= reach.watermark AND recorded_xid < reach.next OFFSET 0
  ) AS counted
), ${ADD}
UPDATE usage_rollups r SET watermark = reach.next, updated_at = clock_timestamp(),${moveTail('reach.next')}
FROM reach
WHERE r.name = $1 AND reach.next > r.watermark
RETURNING (SELECT count(*) FROM fresh)::int AS events`;

/** Locks the roll-up, waiting for another worker. */
export const TAKE_WAITING = 'SELECT watermark FROM usage_rollups WHERE name = $1 FOR UPDATE';

/**
 * Resets the transaction ids of events that were restored from a dump. They come from another cluster and would
 * otherwise be confused with future transactions of this one.
 */
export const ADOPT = `
UPDATE usage_events SET recorded_xid = 0 WHERE recorded_xid >= pg_snapshot_xmax(pg_current_snapshot())::text::bigint`;

export const CLEAR = ['DELETE FROM usage_daily', 'DELETE FROM usage_sessions'];

/** The horizon up to which events can be rolled up. */
export const REACH = `SELECT ${HORIZON} AS next`;

const SETTLED = `(${COUNTED} WHERE recorded_xid < $1) AS settled`;

/** Rolls up all events of transactions before $1, into the cleared tables. */
export const REBUILD = [
  `INSERT INTO usage_daily (${KEY}, ${ALL_MEASURES.join(', ')}) ${dailySums(SETTLED)}`,
  `INSERT INTO usage_sessions (user_id, day, session_id)
   SELECT DISTINCT user_id, day, session_id FROM ${SETTLED} WHERE session_id IS NOT NULL`,
  `UPDATE usage_rollups SET watermark = $1, updated_at = clock_timestamp(), ${RESET_TAIL} WHERE name = '${ROLLUP}'`,
];

/** The next $2 users after $1 that have events or a roll-up. Skips from user to user in the indexes. */
export const NEXT_USERS = `
WITH RECURSIVE jump (user_id) AS (
  SELECT LEAST(
    (SELECT min(user_id) FROM usage_events WHERE user_id > $1),
    (SELECT min(user_id) FROM usage_daily WHERE user_id > $1),
    (SELECT min(user_id) FROM usage_hourly WHERE user_id > $1))
  UNION ALL
  SELECT LEAST(
    (SELECT min(e.user_id) FROM usage_events e WHERE e.user_id > j.user_id),
    (SELECT min(d.user_id) FROM usage_daily d WHERE d.user_id > j.user_id),
    (SELECT min(h.user_id) FROM usage_hourly h WHERE h.user_id > j.user_id))
  FROM jump j WHERE j.user_id IS NOT NULL
)
SELECT user_id FROM jump WHERE user_id IS NOT NULL LIMIT $2`;

const SETTLED_OF_USERS = `(${COUNTED} WHERE user_id = ANY ($1::text[])
  AND recorded_xid < (SELECT watermark FROM usage_rollups WHERE name = '${ROLLUP}')) AS settled`;

const row = (alias: string): string => ALL_MEASURES.map((m) => `${alias}.${m}`).join(', ');

/** The days and sessions of the users in $1 whose roll-up disagrees with the events. */
export const FAULTS = `
SELECT user_id, day::text, service, model,
  to_jsonb(e) - '{${DAILY_KEY.join(',')}}'::text[] AS expected, to_jsonb(f) - '{${DAILY_KEY.join(',')}}'::text[] AS found
FROM (${dailySums(SETTLED_OF_USERS)}) AS e
FULL JOIN (SELECT * FROM usage_daily WHERE user_id = ANY ($1::text[])) AS f USING (${KEY})
WHERE (${row('e')}) IS DISTINCT FROM (${row('f')})
UNION ALL
SELECT user_id, day::text, NULL, NULL, to_jsonb(e.session_id), to_jsonb(f.session_id)
FROM (SELECT DISTINCT user_id, day, session_id FROM ${SETTLED_OF_USERS} WHERE session_id IS NOT NULL) AS e
FULL JOIN (SELECT * FROM usage_sessions WHERE user_id = ANY ($1::text[])) AS f USING (user_id, day, session_id)
WHERE e.session_id IS NULL OR f.session_id IS NULL
ORDER BY 1, 2, 3, 4`;

/** Limit of the event count: beyond it, the exact number does not matter. */
export const LAG_EVENTS_MAX = 100_000;

/**
 * Returns the number of events that are not rolled up yet, and the age of the oldest, using the index on recorded_xid.
 */
export const LAG = `
SELECT
  (SELECT count(*)::int FROM (
    SELECT FROM usage_events WHERE recorded_xid >= r.watermark LIMIT $2
  ) AS waiting) AS rollup_events,
  COALESCE((
    SELECT GREATEST(0, EXTRACT(EPOCH FROM clock_timestamp() - created_at)) FROM usage_events
    WHERE recorded_xid >= r.watermark ORDER BY recorded_xid LIMIT 1
  ), 0)::float8 AS rollup_lag_s
FROM usage_rollups r WHERE name = $1`;
