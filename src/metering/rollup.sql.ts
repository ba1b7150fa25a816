import { ALL_MEASURES, DAILY_KEY, eventColumns, sumsOf } from './measures.js';

/** The row of usage_rollups that this roll-up keeps. */
export const ROLLUP = 'usage_daily';

/**
 * The soonest transaction that may still be in flight: whatever older ones recorded is there to be seen, or never will
 * be. It counts for the whole cluster, so a long transaction anywhere holds it back; reports stay exact then.
 */
const HORIZON = 'pg_snapshot_xmin(pg_current_snapshot())::text::bigint';

/** Whether anything waits to be rolled up. Writes nothing, so that an idle service stays idle. */
export const PENDING = `
SELECT r.watermark > pg_snapshot_xmax(pg_current_snapshot())::text::bigint AS is_ahead, EXISTS (
  SELECT FROM usage_events e WHERE e.recorded_xid >= r.watermark AND e.recorded_xid < ${HORIZON}
) AS is_pending
FROM usage_rollups r WHERE r.name = $1`;

/** Takes the roll-up for this transaction; no row when another worker has it. */
export const TAKE = 'SELECT watermark FROM usage_rollups WHERE name = $1 FOR UPDATE SKIP LOCKED';

const KEY = DAILY_KEY.join(', ');

/** Events as the roll-up counts them. */
const COUNTED = `SELECT user_id, session_id, ${eventColumns(ALL_MEASURES)} FROM usage_events`;

/** The sums of some counted events by user, day, service and model. */
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
 * Rolls up the next events, about $2 of them: those that older transactions recorded than one that may be in flight.
 * Runs under the lock of {@link TAKE}, as a statement of its own: its snapshot must be younger than the lock.
 */
export const ADVANCE = `
WITH reach AS MATERIALIZED (
  SELECT watermark, COALESCE((
    -- a transaction's events are taken together: at least one transaction, however large
    SELECT GREATEST(e.recorded_xid, watermark + 1) FROM usage_events e
    WHERE e.recorded_xid >= watermark AND e.recorded_xid < ${HORIZON} ORDER BY e.recorded_xid OFFSET $2 LIMIT 1
  ), ${HORIZON}) AS next
  FROM usage_rollups WHERE name = $1
), fresh AS MATERIALIZED (
  SELECT counted.* FROM reach, LATERAL (
    ${COUNTED} WHERE recorded_xid >= reach.watermark AND recorded_xid < reach.next OFFSET 0
  ) AS counted
), ${ADD}
UPDATE usage_rollups r SET watermark = reach.next, updated_at = clock_timestamp() FROM reach
WHERE r.name = $1 AND reach.next > r.watermark
RETURNING (SELECT count(*) FROM fresh)::int AS events`;

/** Waits for the roll-up and takes it. */
export const TAKE_PATIENTLY = 'SELECT watermark FROM usage_rollups WHERE name = $1 FOR UPDATE';

/**
 * Transaction ids count anew where a dump is restored: events of the future belong to the past of another cluster, and
 * no transaction of this one may be taken for theirs.
 */
export const ADOPT = `
UPDATE usage_events SET recorded_xid = 0 WHERE recorded_xid >= pg_snapshot_xmax(pg_current_snapshot())::text::bigint`;

export const CLEAR = ['DELETE FROM usage_daily', 'DELETE FROM usage_sessions'];

/** Everything older than this can be rolled up. */
export const REACH = `SELECT ${HORIZON} AS next`;

const SETTLED = `(${COUNTED} WHERE recorded_xid < $1) AS settled`;

/** Rolls up everything that transactions before $1 recorded, into tables that were cleared. */
export const REBUILD = [
  `INSERT INTO usage_daily (${KEY}, ${ALL_MEASURES.join(', ')}) ${dailySums(SETTLED)}`,
  `INSERT INTO usage_sessions (user_id, day, session_id)
   SELECT DISTINCT user_id, day, session_id FROM ${SETTLED} WHERE session_id IS NOT NULL`,
  `UPDATE usage_rollups SET watermark = $1, updated_at = clock_timestamp() WHERE name = '${ROLLUP}'`,
];

/** The next users, after $1 in their order, who have events or a roll-up. Jumps from user to user in the indexes. */
export const NEXT_USERS = `
WITH RECURSIVE jump (user_id) AS (
  SELECT LEAST(
    (SELECT min(user_id) FROM usage_events WHERE user_id > $1), (SELECT min(user_id) FROM usage_daily WHERE user_id > $1))
  UNION ALL
  SELECT LEAST(
    (SELECT min(e.user_id) FROM usage_events e WHERE e.user_id > j.user_id),
    (SELECT min(d.user_id) FROM usage_daily d WHERE d.user_id > j.user_id))
  FROM jump j WHERE j.user_id IS NOT NULL
)
SELECT user_id FROM jump WHERE user_id IS NOT NULL LIMIT $2`;

const SETTLED_OF_USERS = `(${COUNTED} WHERE user_id = ANY ($1::text[])
  AND recorded_xid < (SELECT watermark FROM usage_rollups WHERE name = '${ROLLUP}')) AS settled`;

const row = (alias: string): string => ALL_MEASURES.map((m) => `${alias}.${m}`).join(', ');

/** Where the roll-up of the users in $1 is not what their events give, days and sessions. */
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

/** More than this is far too much, whatever the number. */
export const LAG_EVENTS_MAX = 100_000;

/** How many events wait to be rolled up, and how old the oldest is, by the index of recorded_xid. */
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
