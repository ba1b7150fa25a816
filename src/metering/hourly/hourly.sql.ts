import { idAtSql as idAt } from '../../platform/database/row-id.js';
import { eventsBetween } from '../events.sql.js';
import { KEPT_FROM } from '../partitions/kept.sql.js';
import { type EventRollup, hasNote, isNew, isNewOfAccount, moveTail, RESET_TAIL } from '../new-events.sql.js';
import {
  attributed,
  EVENT_TIME,
  EVENT_COLUMNS,
  HOURLY_KEY,
  HOURLY_SUMS,
  HOUR_SUMS,
  IS_SPENDING,
  LINE_COLUMNS,
} from './hourly-measures.js';

/*
 * The hourly roll-ups, usage_hourly and usage_by_attribution, have two sources and one progress. Events carry the id of the transaction that recorded them, so a watermark of
 * transaction ids says which are rolled up (docs/decisions/0006-usage-rollups.md). Ledger lines do not; but each is
 * booked under the lock of its account, with the time that the database showed under this lock, and its id begins with
 * this time. So once every transaction that had begun at an instant has ended, all lines booked before that instant are
 * visible, and no other one appears before it: the ledger is rolled up by time.
 */

/** The row of hourly_rollups. */
export const HOURLY = 'usage_hourly';

/** Every older transaction has ended. */
const ENDED = 'pg_snapshot_xmin(pg_current_snapshot())::text::bigint';
const NEXT_XID = 'pg_snapshot_xmax(pg_current_snapshot())::text::bigint';

/** A clock that is set back by less than this hides no line. */
const CLOCK_MARGIN = `interval '10 seconds'`;

/** The state of the roll-up. Writes nothing, so that an idle service stays idle. */
export const STATE = `
SELECT r.event_watermark > ${NEXT_XID} AS is_ahead,
  EXISTS (SELECT FROM usage_events e WHERE e.recorded_xid >= r.event_watermark AND e.recorded_xid < ${ENDED})
    OR ${hasNote(ENDED)} AS has_events,
  EXISTS (SELECT FROM credit_transactions l WHERE l.id >= ${idAt('r.ledger_until')}) AS has_lines
FROM hourly_rollups r WHERE r.name = $1`;

/** Locks the roll-up for this transaction; returns no row if another worker holds the lock. */
export const TAKE = 'SELECT FROM hourly_rollups WHERE name = $1 FOR UPDATE SKIP LOCKED';

/** The key of each roll-up. */
const KEYS = {
  usage_hourly: ['user_id', 'hour', ...HOURLY_KEY].join(', '),
  usage_by_attribution: ['user_id', 'dimension', 'hour', 'value', ...HOURLY_KEY].join(', '),
} as const;
type HourlyTable = keyof typeof KEYS;

/** Adds rows to the hours of a roll-up. */
const addTo = (table: HourlyTable, rows: string): string => `${table}_sums AS (
  INSERT INTO ${table} AS h (${KEYS[table]}, ${HOURLY_SUMS.join(', ')})
  SELECT ${KEYS[table]}, ${HOUR_SUMS} FROM ${rows} GROUP BY ${KEYS[table]}
  ON CONFLICT (${KEYS[table]}) DO UPDATE SET ${HOURLY_SUMS.map((sum) => `${sum} = h.${sum} + excluded.${sum}`).join(', ')}
)`;

/** Adds the rows of the CTE `fresh` to both. */
const ADD = `${addTo('usage_hourly', 'fresh')},
  ${addTo('usage_by_attribution', `(${attributed('SELECT * FROM fresh')}) AS attributed`)}`;

const hourOf = (instant: string): string => `date_trunc('hour', ${instant}, 'UTC') AS hour`;

/**
 * Rolls up about $2 of the next events. Runs under the lock of {@link TAKE}, as a statement of its own, because its
 * snapshot must be taken after the lock. All events of a transaction are taken together.
 */
export const ADVANCE_EVENTS = `
WITH reach AS MATERIALIZED (
  SELECT event_watermark AS since, COALESCE((
    SELECT GREATEST(e.recorded_xid, event_watermark + 1) FROM usage_events e
    WHERE e.recorded_xid >= event_watermark AND e.recorded_xid < ${ENDED} ORDER BY e.recorded_xid OFFSET $2 LIMIT 1
  ), ${ENDED}) AS next
  FROM hourly_rollups WHERE name = $1
), fresh AS MATERIALIZED (
  SELECT events.* FROM reach, LATERAL (
    SELECT user_id, ${hourOf(EVENT_TIME)}, ${EVENT_COLUMNS} FROM usage_events
    WHERE recorded_xid >= reach.since AND recorded_xid < reach.next OFFSET 0
  ) AS events
), ${ADD}
UPDATE hourly_rollups r SET event_watermark = reach.next, updated_at = clock_timestamp(),${moveTail('reach.next')}
FROM reach
WHERE r.name = $1 AND reach.next > r.event_watermark
RETURNING (SELECT count(*) FROM fresh)::int AS rows`;

/** Rolls up about $2 of the next ledger lines, up to the noted horizon if every transaction before it has ended. */
export const ADVANCE_LINES = `
WITH safe AS MATERIALIZED (
  SELECT ledger_until AS since, horizon_at AS until FROM hourly_rollups
  WHERE name = $1 AND horizon_xid <= ${ENDED} AND horizon_at > ledger_until
), reach AS MATERIALIZED (
  SELECT since, LEAST(until, COALESCE((
    SELECT l.created_at + interval '1 millisecond' FROM credit_transactions l
    WHERE l.id >= ${idAt('since')} AND l.id < ${idAt('until')} ORDER BY l.id OFFSET $2 LIMIT 1
  ), until)) AS next FROM safe
), fresh AS MATERIALIZED (
  SELECT lines.* FROM reach, LATERAL (
    SELECT l.user_id, ${hourOf('l.created_at')}, ${LINE_COLUMNS} FROM credit_transactions l
    WHERE l.id >= ${idAt('reach.since')} AND l.id < ${idAt('reach.next')} AND ${IS_SPENDING} OFFSET 0
  ) AS lines
), ${ADD}
UPDATE hourly_rollups r SET ledger_until = reach.next, updated_at = clock_timestamp() FROM reach
WHERE r.name = $1 AND reach.next > r.ledger_until
RETURNING (SELECT count(*) FROM fresh)::int AS rows`;

/**
 * Notes a new horizon once the old one is used up, or if it belongs to another cluster, as after a restore. Whoever read
 * the clock before it had locked an account, so its transaction is older than this one.
 */
export const NOTE_HORIZON = `
UPDATE hourly_rollups SET horizon_at = date_trunc('milliseconds', now() - ${CLOCK_MARGIN}),
  horizon_xid = pg_current_xact_id()::text::bigint
WHERE name = $1 AND (ledger_until >= horizon_at OR horizon_xid > ${NEXT_XID}) AND now() - ${CLOCK_MARGIN} > ledger_until`;

/** Starts the roll-up from the beginning. */
export const RESTART = [
  'SELECT FROM hourly_rollups FOR UPDATE',
  `DELETE FROM usage_hourly WHERE hour >= ${KEPT_FROM}`,
  `DELETE FROM usage_by_attribution WHERE hour >= ${KEPT_FROM}`,
  `UPDATE hourly_rollups SET event_watermark = 0, ledger_until = GREATEST('epoch', ${KEPT_FROM}), horizon_at = 'epoch',
    horizon_xid = 0, ${RESET_TAIL}`,
];

/**
 * Rolls up the events of transactions before $1, if older ones were retired: the hours of those stay, so the roll-up cannot
 * begin with the first event.
 */
export const RESTART_EVENTS = `
WITH fresh AS (
  SELECT user_id, ${hourOf(EVENT_TIME)}, ${EVENT_COLUMNS} FROM usage_events
  WHERE recorded_xid < $1 AND ${EVENT_TIME} >= ${KEPT_FROM} AND ${KEPT_FROM} > '-infinity'
), ${ADD}
UPDATE hourly_rollups SET event_watermark = $1 WHERE ${KEPT_FROM} > '-infinity'`;

/** What the users in $1 have in events and ledger lines that are rolled up. */
const SETTLED = `
    SELECT user_id, ${hourOf(EVENT_TIME)}, ${EVENT_COLUMNS} FROM usage_events
    WHERE user_id = ANY ($1::text[]) AND recorded_xid < (SELECT event_watermark FROM hourly_rollups WHERE name = '${HOURLY}')
      AND ${EVENT_TIME} >= ${KEPT_FROM}
    UNION ALL
    SELECT l.user_id, ${hourOf('l.created_at')}, ${LINE_COLUMNS} FROM credit_transactions l
    WHERE l.user_id = ANY ($1::text[]) AND ${IS_SPENDING} AND l.created_at >= ${KEPT_FROM}
      AND l.created_at < (SELECT ledger_until FROM hourly_rollups WHERE name = '${HOURLY}')`;

const sumsOf = (alias: string): string => HOURLY_SUMS.map((sum) => `${alias}.${sum}`).join(', ');

/** The hours of a roll-up that disagree with the rows; `of` says what an hour is about. */
const faults = (table: HourlyTable, of: string, rows: string): string => {
  const key = `'{${KEYS[table].replaceAll(' ', '')}}'::text[]`;
  return `
SELECT user_id, to_char(hour AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:00') ${of} AS day, service, model,
  to_jsonb(e) - ${key} AS expected, to_jsonb(f) - ${key} AS found
FROM (SELECT ${KEYS[table]}, ${HOUR_SUMS} FROM (${rows}) AS fresh GROUP BY ${KEYS[table]}) AS e
FULL JOIN (SELECT * FROM ${table} WHERE user_id = ANY ($1::text[]) AND hour >= ${KEPT_FROM}) AS f USING (${KEYS[table]})
WHERE (${sumsOf('e')}) IS DISTINCT FROM (${sumsOf('f')})`;
};

/** The hours of the users in $1 that disagree with the events and ledger lines that are rolled up. */
export const HOUR_FAULTS = `${faults('usage_hourly', '', SETTLED)}
UNION ALL ${faults('usage_by_attribution', `|| ', ' || dimension || ' ' || value`, attributed(SETTLED))}
ORDER BY 1, 2, 3, 4`;

const PROGRESS = `(SELECT %s FROM hourly_rollups WHERE name = '${HOURLY}')`;
/** The instant before which the hours contain every ledger line. */
export const ROLLED_UP_UNTIL = PROGRESS.replace('%s', 'ledger_until');
const HOURS: EventRollup = { table: 'hourly_rollups', name: HOURLY, watermark: 'event_watermark' };
const NEW_LINES_FROM = `GREATEST($2::timestamptz, ${ROLLED_UP_UNTIL})`;

/** How rows are read from a roll-up, and alike from events and ledger lines. */
interface Reading {
  table: HourlyTable;
  columns: string;
  /** Selects the rows of the table. */
  matching: string;
  /** Returns a query for the same columns of the rows of events or ledger lines. */
  of: (rows: string) => string;
}

const COLUMNS = [...HOURLY_KEY, ...HOURLY_SUMS].join(', ');

/** All spending and usage. */
const ALL: Reading = {
  table: 'usage_hourly',
  columns: COLUMNS,
  matching: 'true',
  of: (rows) => `SELECT at, ${COLUMNS} FROM (${rows}) AS rows`,
};

/** What is attributed to a value of the dimension $5: to $6, or to any if that is null. */
const IS_ATTRIBUTED = 'dimension = $5::usage_dimension AND ($6::text IS NULL OR value = $6)';
const ATTRIBUTED: Reading = {
  table: 'usage_by_attribution',
  columns: `value, ${COLUMNS}`,
  matching: IS_ATTRIBUTED,
  of: (rows) => `SELECT at, value, ${COLUMNS} FROM (${attributed(rows)}) AS rows WHERE ${IS_ATTRIBUTED}`,
};

/** Adds what is not rolled up yet to the hours. OFFSET 0 stops the planner from reading all events for the new ones. */
const current = ({ table, columns, matching, of }: Reading, hours: string, events: string, lines: string): string => `
  SELECT hour AS at, ${columns} FROM ${table} WHERE ${hours} AND ${matching} AND hour >= $2 AND hour < $3
  UNION ALL ${of(`
  SELECT * FROM (
    SELECT ${EVENT_TIME} AS at, ${EVENT_COLUMNS} FROM usage_events WHERE ${events} OFFSET 0
  ) AS events WHERE at >= $2 AND at < $3`)}
  UNION ALL ${of(`
  SELECT l.created_at AS at, ${LINE_COLUMNS} FROM credit_transactions l
  WHERE ${lines} AND l.id >= ${idAt(NEW_LINES_FROM)} AND l.created_at < $3 AND ${IS_SPENDING}`)}`;

const ofAccount = (reading: Reading): string =>
  current(reading, 'user_id = $1', `user_id = $1 AND ${isNewOfAccount(HOURS)}`, 'l.user_id = $1');

/** The same for all accounts. $1 is null. */
export const PLATFORM_ROWS = current(ALL, '$1::text IS NULL', isNew(HOURS), 'true');

/** Hours that contain one of the bounds $4, as the hours of half-hour time zones do at midnight. */
const SPLIT_HOURS = `
  SELECT DISTINCT date_trunc('hour', bound, 'UTC') AS hour FROM unnest($4::timestamptz[]) AS bound
  WHERE bound <> date_trunc('hour', bound, 'UTC')`;

const inParts = (reading: Reading): string => `
  SELECT whole.* FROM (${ofAccount(reading)}) AS whole WHERE date_trunc('hour', whole.at, 'UTC') NOT IN (${SPLIT_HOURS})
  UNION ALL
  SELECT parts.* FROM (
    SELECT GREATEST(hour, $2::timestamptz) AS since, LEAST(hour + interval '1 hour', $3::timestamptz) AS until
    FROM (${SPLIT_HOURS}) AS split
  ) AS part, LATERAL (${reading.of(rowsWithin('part.since', 'part.until'))}) AS parts`;

/** Queries for the rows of one account. */
export interface AccountRows {
  /** Between two whole hours $2 and $3. */
  hours: string;
  /**
   * For any bounds $4, of which $2 is the first and $3 the last. Hours with a bound inside are read from the ledger and
   * the events, all others from the roll-up.
   */
  any: string;
}

/**
 * Queries for the spending and usage of the account $1, exact as of their snapshot: the roll-up, and what is not rolled up
 * yet. The rows have a time `at` and the columns of usage_hourly, and still have to be summed.
 */
export const SPENDING_ROWS: AccountRows = { hours: ofAccount(ALL), any: inParts(ALL) };

/** The same for what is attributed to a value of the dimension $5, or only to the value $6, with the column `value`. */
export const ATTRIBUTED_ROWS: AccountRows = { hours: ofAccount(ATTRIBUTED), any: inParts(ATTRIBUTED) };

/** The rows of the account $1 between two instants, from ledger and events alone. */
function rowsWithin(since: string, until: string): string {
  return `
    SELECT l.created_at AS at, ${LINE_COLUMNS} FROM credit_transactions l
    WHERE l.user_id = $1 AND l.id >= ${idAt(since)} AND l.id < ${idAt(until)} AND ${IS_SPENDING}
    UNION ALL
    -- a charged event has the id and the time of its ledger line
    SELECT created_at AS at, ${EVENT_COLUMNS} FROM usage_events
    WHERE user_id = $1 AND id IN (
      SELECT l.id FROM credit_transactions l
      WHERE l.user_id = $1 AND l.id >= ${idAt(since)} AND l.id < ${idAt(until)} AND l.transaction_type = 'usage')
    UNION ALL
    SELECT occurred_at AS at, ${EVENT_COLUMNS} FROM (${eventsBetween({ start: since, end: until }, '*')}) AS done
    WHERE transaction_id IS NULL`;
}
