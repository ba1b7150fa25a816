import { idAtSql } from '../platform/database/row-id.js';

/*
 * Events that a roll-up lacks. Its watermark is a transaction id below which every transaction has ended; `tail_id` is an
 * id that no event at or above the watermark is below.
 *
 * A pass of the worker notes the id of the present, minus a margin, and its own transaction id N. An event recorded by a
 * transaction above N got its id after the note, because it got it together with its transaction id: no statement waits
 * between reading the clock for an event and getting a transaction id, and the margin is longer than that takes. So once
 * the watermark is above N, the noted id is the new `tail_id` (docs/decisions/0006-usage-rollups.md).
 */

/** A clock that is set back by less than this hides no event. */
const CLOCK_MARGIN = `interval '1 minute'`;

const NEXT_XID = 'pg_snapshot_xmax(pg_current_snapshot())::text::bigint';

/** A roll-up of events: the table and row with its progress, and the column of its watermark. */
export interface EventRollup {
  table: 'usage_rollups' | 'hourly_rollups';
  name: string;
  watermark: 'watermark' | 'event_watermark';
}

/**
 * Returns the assignments of a pass of the worker that moves the watermark of `r` to `next`, over the events of the CTE
 * `fresh`. A pass without events notes nothing, so that an idle service stays idle.
 */
export const moveTail = (next: string): string => {
  const isOfOtherCluster = `r.noted_xid > ${NEXT_XID}`;
  const isOver = `((${next} > r.noted_xid OR ${isOfOtherCluster}) AND EXISTS (SELECT FROM fresh))`;
  return `
  tail_id = CASE WHEN ${next} > r.noted_xid THEN r.noted_id ELSE r.tail_id END,
  noted_id = CASE WHEN ${isOver} THEN ${idAtSql(`now() - ${CLOCK_MARGIN}`)} ELSE r.noted_id END,
  noted_xid = CASE WHEN ${isOver} THEN pg_current_xact_id()::text::bigint ELSE r.noted_xid END`;
};

/** Whether `r` has a note that a pass can use now. `ended` is the transaction id below which every transaction has ended. */
export const hasNote = (ended: string): string => `(r.noted_id <> r.tail_id AND r.noted_xid < ${ended})`;

/** The assignments that let the tail begin with the first event. */
export const RESET_TAIL = `tail_id = DEFAULT, noted_id = DEFAULT, noted_xid = DEFAULT`;

const progress = ({ table, name }: EventRollup, column: string): string =>
  `(SELECT ${column} FROM ${table} WHERE name = '${name}')`;

/** The condition for events of all accounts that are not rolled up yet. */
export const isNew = (rollup: EventRollup): string =>
  `recorded_xid >= COALESCE(${progress(rollup, rollup.watermark)}, 0)`;

/** The condition for events of one account that are not rolled up yet, found by (user_id, id). */
export const isNewOfAccount = (rollup: EventRollup): string =>
  `id >= COALESCE(${progress(rollup, 'tail_id')}, '00000000-0000-0000-0000-000000000000') AND ${isNew(rollup)}`;
