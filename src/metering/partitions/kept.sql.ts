/**
 * The instant from which on all events of work done since are kept; of earlier work, some were retired. Everything that
 * compares a roll-up with events, or rebuilds it from them, leaves out what is earlier. Work can be recorded a few minutes
 * before it is done, so a day is added.
 */
export const KEPT_FROM = `(
  SELECT CASE WHEN bool_and(starts_at IS NOT NULL) THEN min(starts_at) + interval '1 day' ELSE '-infinity' END
  FROM tollgate_event_partitions())`;

/** The same as a day (UTC). */
export const KEPT_DAY = `(${KEPT_FROM} AT TIME ZONE 'UTC')::date`;
