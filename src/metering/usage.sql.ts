import { DAY_MS } from '../platform/values/calendar.js';
import { eventsBetween } from './events.sql.js';
import { DAILY_KEY, eventColumns, type Measure } from './measures.js';
import { type EventRollup, isNew, isNewOfAccount } from './new-events.sql.js';
import { ROLLUP } from './rollup.sql.js';

/** A user and a span of time; `start` is inclusive, `end` exclusive. */
export interface UsageSpan {
  user_id: string;
  start: Date;
  end: Date;
}

const DAYS: EventRollup = { table: 'usage_rollups', name: ROLLUP, watermark: 'watermark' };

/** The condition for events of all accounts that are not in usage_daily yet. */
export const NOT_ROLLED_UP = isNew(DAYS);

/** The condition for events of the account $1 that are not in usage_daily yet. */
export const NOT_ROLLED_UP_OF_ACCOUNT = `user_id = $1 AND ${isNewOfAccount(DAYS)}`;

/**
 * Returns the five parameters of {@link usageRows}: user, start, the whole UTC days of the span from `first` to before
 * `last`, end. If there is no whole day, both equal the end, so that the whole span is the edge before `first`.
 */
export function usageParameters({ user_id, start, end }: UsageSpan): [string, Date, Date, Date, Date] {
  const first = new Date(Math.ceil(start.getTime() / DAY_MS) * DAY_MS);
  const last = new Date(Math.floor(end.getTime() / DAY_MS) * DAY_MS);
  return first < last ? [user_id, start, first, last, end] : [user_id, start, end, end, end];
}

/**
 * Returns a query for all usage of a span, exact as of its snapshot: the roll-up of whole days, the events of these
 * days that are not rolled up yet, and the events at both edges. The rows have the UTC day, service, model ('' for
 * none) and measures, and still have to be summed. The parameters are {@link usageParameters}.
 */
export function usageRows(measures: readonly Measure[]): string {
  const [, ...key] = DAILY_KEY;
  const columns = [...key, ...measures].join(', ');
  const event = eventColumns(measures);
  const edge = (start: string, end: string): string => eventsBetween({ start, end }, event);
  return `
  SELECT ${columns} FROM usage_daily
  WHERE user_id = $1 AND day >= ($3::timestamptz AT TIME ZONE 'UTC')::date AND day < ($4::timestamptz AT TIME ZONE 'UTC')::date
  UNION ALL
  -- OFFSET 0 stops the planner from scanning all events of the span for the new ones
  SELECT ${event} FROM (
    SELECT * FROM usage_events WHERE ${NOT_ROLLED_UP_OF_ACCOUNT} OFFSET 0
  ) AS unrolled WHERE occurred_at >= $3::timestamptz AND occurred_at < $4::timestamptz
  UNION ALL
  ${edge('$2::timestamptz', '$3::timestamptz')}
  UNION ALL
  ${edge('$4::timestamptz', '$5::timestamptz')}`;
}
