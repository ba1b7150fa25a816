import { ALL_MEASURES, BY_HOUR_KEY, DAILY_KEY, eventColumns, HOUR, sumsOf } from './measures.js';
import { KEPT_DAY, KEPT_FROM } from './partitions/kept.sql.js';
import { hasNote, moveTail, RESET_TAIL } from './new-events.sql.js';

/** The rows of usage_rollups. Each has the name of its table. */
export const DAYS = 'usage_daily';
export const HOURS = 'usage_by_hour';

/** The key columns of each roll-up. */
const KEYS = { [DAYS]: DAILY_KEY.join(', '), [HOURS]: BY_HOUR_KEY.join(', ') } as const;
type Rollup = keyof typeof KEYS;
const ROLLUPS = [DAYS, HOURS] as const;
const NAMES = ROLLUPS.map((name) => `'${name}'`).join(', ');

/**
 * The xmin horizon: every older transaction has committed or aborted. It applies to the whole cluster, so a long
 * transaction in any database holds it back; reports stay exact.
 */
const HORIZON = 'pg_snapshot_xmin(pg_current_snapshot())::text::bigint';
const NEXT_XID = 'pg_snapshot_xmax(pg_current_snapshot())::text::bigint';

const watermarkOf = (name: Rollup): string => `(SELECT watermark FROM usage_rollups WHERE name = '${name}')`;

/**
 * Whether there is something to do: events to roll up, or a note to use. Hours are never ahead of days: a release that
 * does not know them moves the days alone. Writes nothing, so that an idle service stays idle.
 */
export const PENDING = `
SELECT r.latest > ${NEXT_XID} OR ${watermarkOf(HOURS)} > ${watermarkOf(DAYS)} AS is_ahead, EXISTS (
  SELECT FROM usage_events e WHERE e.recorded_xid >= r.earliest AND e.recorded_xid < ${HORIZON}
) OR r.has_note AS is_pending
FROM (
  SELECT min(watermark) AS earliest, max(watermark) AS latest, bool_or(${hasNote(HORIZON)}) AS has_note, count(*) AS found
  FROM usage_rollups r WHERE name IN (${NAMES})
) AS r WHERE r.found = ${ROLLUPS.length}`;

/** Locks the roll-ups for this transaction; rows that another transaction has locked are missing. Days come first. */
export const TAKE = `
SELECT watermark FROM usage_rollups WHERE name IN (${NAMES}) ORDER BY name DESC FOR UPDATE SKIP LOCKED`;

/** Events with the columns of the roll-ups. */
const COUNTED = `SELECT user_id, session_id, ${HOUR} AS hour, ${eventColumns(ALL_MEASURES)} FROM usage_events`;

/** Returns a query that sums events by the key of a roll-up. */
const sums = (rollup: Rollup, source: string): string =>
  `SELECT ${KEYS[rollup]}, ${sumsOf(ALL_MEASURES)} FROM ${source} GROUP BY ${KEYS[rollup]}`;

const SESSIONS = `INSERT INTO usage_sessions (user_id, day, session_id)
  SELECT DISTINCT user_id, day, session_id FROM`;

const insert = (rollup: Rollup, source: string): string =>
  `INSERT INTO ${rollup} AS r (${KEYS[rollup]}, ${ALL_MEASURES.join(', ')}) ${sums(rollup, source)}`;

/** An account has hours if it was busy on any day; they are made by {@link MAKE_HOURS}. */
const BUSY_EVENTS = 300;

/** Hours are only kept for accounts that have any: few events are read as fast, and each would need a row. */
const SOURCES = {
  [DAYS]: 'fresh',
  [HOURS]: `fresh WHERE user_id IN (
    SELECT user_id FROM (SELECT DISTINCT user_id FROM fresh) AS users
    WHERE EXISTS (SELECT FROM ${HOURS} h WHERE h.user_id = users.user_id))`,
} as const;

/** The CTEs that add the events of the CTE `fresh` to roll-ups. Each day has its sessions. */
const add = (rollups: readonly Rollup[]): string[] => [
  ...rollups.map(
    (rollup) => `${rollup}_sums AS (
  ${insert(rollup, SOURCES[rollup])}
  ON CONFLICT (${KEYS[rollup]}) DO UPDATE SET ${ALL_MEASURES.map((m) => `${m} = r.${m} + excluded.${m}`).join(', ')}
  RETURNING r.*
)`,
  ),
  ...(rollups.includes(DAYS)
    ? [`sessions AS (${SESSIONS} fresh WHERE session_id IS NOT NULL ON CONFLICT DO NOTHING)`]
    : []),
];

/** The accounts that were busy on a day of the pass and have no hours yet. */
const BUSY = `ARRAY(
  SELECT DISTINCT user_id FROM (
    SELECT user_id FROM ${DAYS}_sums GROUP BY user_id, day HAVING sum(event_count) >= ${BUSY_EVENTS}
  ) AS users WHERE NOT EXISTS (SELECT FROM ${HOURS} h WHERE h.user_id = users.user_id))`;

/** Rolls up about $1 of the next events into `rollups`, which have come equally far, up to the transaction id `until`. */
const advance = (rollups: readonly [Rollup, ...Rollup[]], until: string): string => `
WITH reach AS MATERIALIZED (
  SELECT watermark, COALESCE((
    -- all events of a transaction are taken together: at least one transaction, however large
    SELECT GREATEST(e.recorded_xid, watermark + 1) FROM usage_events e
    WHERE e.recorded_xid >= watermark AND e.recorded_xid < ${until} ORDER BY e.recorded_xid OFFSET $1 LIMIT 1
  ), ${until}) AS next
  FROM usage_rollups WHERE name = '${rollups[0]}'
), fresh AS MATERIALIZED (
  SELECT counted.* FROM reach, LATERAL (
    ${COUNTED} WHERE recorded_xid >= reach.watermark AND recorded_xid < reach.next OFFSET 0
  ) AS counted
), ${add(rollups).join(', ')}
UPDATE usage_rollups r SET watermark = reach.next, complete_to = reach.next, updated_at = clock_timestamp(),${moveTail('reach.next')}
FROM reach
WHERE r.name IN (${rollups.map((name) => `'${name}'`).join(', ')}) AND reach.next > r.watermark
RETURNING (SELECT count(*) FROM fresh)::int AS events${rollups.includes(DAYS) ? `, ${BUSY} AS busy` : ''}`;

/**
 * Rolls up about $1 of the next events, as far as the horizon. Runs under the locks of {@link TAKE}, but as a separate
 * statement, because its snapshot must be taken after the lock.
 */
export const ADVANCE = advance(ROLLUPS, HORIZON);

/** The same for hours that are behind the days, up to the days. */
export const ADVANCE_HOURS = advance([HOURS], watermarkOf(DAYS));

/** Adds missing rows of progress, as after a restore. */
export const COMPLETE = `
INSERT INTO usage_rollups (name) SELECT unnest(ARRAY[${NAMES}]) ON CONFLICT DO NOTHING`;

/** Locks the roll-ups, waiting for another worker. */
export const TAKE_WAITING = `SELECT FROM usage_rollups WHERE name IN (${NAMES}) ORDER BY name DESC FOR UPDATE`;

/**
 * Resets the transaction ids of events that were restored from a dump. They come from another cluster and would
 * otherwise be confused with future transactions of this one.
 */
export const ADOPT = `
UPDATE usage_events SET recorded_xid = 0 WHERE recorded_xid >= pg_snapshot_xmax(pg_current_snapshot())::text::bigint`;

/** The conditions for rows of the roll-ups whose events are all kept. */
const SINCE = { [DAYS]: `day >= ${KEPT_DAY}`, [HOURS]: `hour >= ${KEPT_FROM}` } as const;

/** Deletes what can be made again from events. */
export const CLEAR = [
  `DELETE FROM usage_daily WHERE ${SINCE[DAYS]}`,
  `DELETE FROM usage_by_hour WHERE ${SINCE[HOURS]}`,
  `DELETE FROM usage_sessions WHERE ${SINCE[DAYS]}`,
];

/** The horizon up to which events can be rolled up. */
export const REACH = `SELECT ${HORIZON} AS next`;

/** Makes the hours of the account $1 from its events. Runs under the locks of {@link TAKE}, after them. */
export const MAKE_HOURS = `
${insert(HOURS, `(${COUNTED} WHERE user_id = $1 AND recorded_xid < ${watermarkOf(HOURS)}) AS settled`)}
ON CONFLICT DO NOTHING`;

const SETTLED = `(${COUNTED} WHERE recorded_xid < $1 AND occurred_at >= ${KEPT_FROM}) AS settled`;

/** Rolls up all events of transactions before $1, into the cleared tables. */
export const REBUILD = [
  insert(DAYS, SETTLED),
  insert(
    HOURS,
    `${SETTLED} WHERE user_id IN (
    SELECT user_id FROM ${DAYS} GROUP BY user_id, day HAVING sum(event_count) >= ${BUSY_EVENTS})`,
  ),
  `${SESSIONS} ${SETTLED} WHERE session_id IS NOT NULL`,
  `UPDATE usage_rollups SET watermark = $1, complete_to = $1, updated_at = clock_timestamp(), ${RESET_TAIL} WHERE name IN (${NAMES})`,
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

const settledOfUsers = (rollup: Rollup): string => `(${COUNTED} WHERE user_id = ANY ($1::text[])
  AND recorded_xid < ${watermarkOf(rollup)} AND occurred_at >= ${KEPT_FROM}) AS settled`;

const row = (alias: string): string => ALL_MEASURES.map((m) => `${alias}.${m}`).join(', ');

const faults = (rollup: Rollup, day: string, having = ''): string => {
  const key = `'{${KEYS[rollup].replaceAll(' ', '')}}'::text[]`;
  return `
SELECT user_id, ${day} AS day, service, model, to_jsonb(e) - ${key} AS expected, to_jsonb(f) - ${key} AS found
FROM (${sums(rollup, `${settledOfUsers(rollup)}${having}`)}) AS e
FULL JOIN (SELECT * FROM ${rollup} WHERE user_id = ANY ($1::text[]) AND ${SINCE[rollup]}) AS f USING (${KEYS[rollup]})
WHERE (${row('e')}) IS DISTINCT FROM (${row('f')})`;
};

/** The days, hours and sessions of the users in $1 whose roll-up disagrees with the events. */
export const FAULTS = `
${faults(DAYS, 'day::text')}
UNION ALL
${faults(
  HOURS,
  `to_char(hour AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:00')`,
  ` WHERE user_id IN (SELECT h.user_id FROM ${HOURS} h WHERE h.user_id = ANY ($1::text[]))`,
)}
UNION ALL
SELECT user_id, day::text, NULL, NULL, to_jsonb(e.session_id), to_jsonb(f.session_id)
FROM (SELECT DISTINCT user_id, day, session_id FROM ${settledOfUsers(DAYS)} WHERE session_id IS NOT NULL) AS e
FULL JOIN (SELECT * FROM usage_sessions WHERE user_id = ANY ($1::text[]) AND ${SINCE[DAYS]}) AS f USING (user_id, day, session_id)
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
