import { idAtSql } from '../platform/database/row-id.js';

/*
 * Events of an account are found by (user_id, id). An id begins with the time at which its event was recorded, which is
 * usually soon after the work. The few events that were recorded late are also in an index by the time of the work.
 */

/** An event is late if it was recorded more than this long before or after the work: tollgate_is_late() knows it, too. */
const LATE_MINUTES = 15;

/** Whether an event is late. */
const IS_LATE = 'tollgate_is_late(id, occurred_at)';

/** A span of time, as SQL expressions; `start` is inclusive, `end` exclusive. */
interface Between {
  start: string;
  end: string;
}

const OF_ACCOUNT = 'user_id = $1';

const doneBetween = ({ start, end }: Between): string => `occurred_at >= ${start} AND occurred_at < ${end}`;

/** The condition for ids that an event of work in a span has, unless it is late. */
const recordedNear = ({ start, end }: Between): string =>
  `id >= ${idAtSql(start, -LATE_MINUTES)} AND id < ${idAtSql(end, LATE_MINUTES)}`;

/**
 * Returns a query for the events of an account whose work was done in a span, each once.
 * @param columns its select list
 * @param matching a condition on user_id and any other columns
 */
export function eventsBetween(span: Between, columns: string, matching = OF_ACCOUNT): string {
  // the comparison of the bounds skips an empty span without a look-up
  const matches = `${matching} AND ${doneBetween(span)} AND ${span.start} < ${span.end}`;
  return `
  SELECT ${columns} FROM usage_events WHERE ${matches} AND ${recordedNear(span)}
  UNION ALL
  SELECT ${columns} FROM usage_events WHERE ${matches} AND ${IS_LATE} AND NOT (${recordedNear(span)})`;
}

/** Selects events by who acted and with what. */
export interface AttributionFilter {
  api_key_id?: string | undefined;
  member_id?: string | undefined;
  tag?: string | undefined;
}

/** Returns the conditions of a filter, and adds their values. */
export function attributionConditions({ api_key_id, member_id, tag }: AttributionFilter, values: unknown[]): string[] {
  return [
    ...(api_key_id === undefined ? [] : [`api_key_id = $${values.push(api_key_id)}::uuid`]),
    ...(member_id === undefined ? [] : [`member_id = $${values.push(member_id)}`]),
    ...(tag === undefined ? [] : [`$${values.push(tag)} = ANY (tags)`]),
  ];
}

/** A page of events, newest work first. */
interface EventPage extends Between {
  columns: string;
  /** A condition on user_id and any other columns. */
  matching: string;
  take: number;
  skip: number;
}

/**
 * Returns a query for a page of events by (occurred_at, id), newest first. As many events as the page ends with are
 * taken in the order of recording; only work that is not older than theirs can be on the page and has to be sorted.
 */
export function newestEvents({ start, end, columns, matching, take, skip }: EventPage): string {
  const count = take + skip;
  const sorted = { start: `(SELECT COALESCE(oldest, ${start}) FROM reach)`, end };
  const newest = (condition: string): string => `(
    SELECT * FROM usage_events WHERE ${matching} AND ${doneBetween(sorted)} AND ${condition}
    ORDER BY occurred_at DESC, id DESC LIMIT ${count})`;
  return `
  WITH reach AS MATERIALIZED (
    SELECT CASE WHEN count(*) = ${count} THEN min(occurred_at) END AS oldest FROM (
      SELECT occurred_at FROM usage_events
      WHERE ${matching} AND ${doneBetween({ start, end })} AND ${recordedNear({ start, end })} AND NOT ${IS_LATE}
      ORDER BY id DESC LIMIT ${count}
    ) AS recorded
  )
  SELECT ${columns} FROM (
    ${newest(recordedNear(sorted))}
    UNION ALL
    ${newest(`${IS_LATE} AND NOT (${recordedNear(sorted)})`)}
  ) AS events
  ORDER BY occurred_at DESC, id DESC LIMIT ${take} OFFSET ${skip}`;
}

/** The conditions for the events of a span, apart for those that were recorded in time and those that were late. */
export const inTime = (span: Between): string => `${doneBetween(span)} AND ${recordedNear(span)} AND NOT ${IS_LATE}`;
export const late = (span: Between): string => `${doneBetween(span)} AND ${IS_LATE}`;
