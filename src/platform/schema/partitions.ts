import type pg from 'pg';
import type { Difference } from './catalogue.js';

interface Coverage {
  /** The month of an instant, `2026-12`. */
  month: string;
  has_partition: boolean;
  has_default: boolean;
}

/** Now, and the time at which the next partition should exist at the latest. */
const COVERAGE = `
  SELECT to_char(instant AT TIME ZONE 'UTC', 'YYYY-MM') AS month, EXISTS (
    SELECT FROM public.tollgate_event_partitions() WHERE COALESCE(starts_at <= instant, true) AND ends_at > instant
  ) AS has_partition, to_regclass('public.usage_events_default') IS NOT NULL AS has_default
  FROM unnest(ARRAY[clock_timestamp(), clock_timestamp() + interval '7 days']) AS instant ORDER BY instant`;

const REPAIR = 'the job event-partitions makes it, or run: tollgate doctor --repair';

/** Returns the partitions that usage_events lacks. Without one, events are recorded in the default partition. */
export async function readMissingPartitions(db: Pick<pg.Pool, 'query'>): Promise<Difference[]> {
  const { rows } = await db.query<Coverage>(COVERAGE);
  const missing = rows.filter(({ has_partition }, n) => !has_partition && rows[n - 1]?.month !== rows[n]?.month);
  const [now] = rows;
  if (now?.has_default) {
    return missing.map(({ month }) =>
      lack('warning', `no partition for ${month}, so its events go to usage_events_default: ${REPAIR}`),
    );
  }
  if (now?.has_partition) return [lack('warning', `no default partition: ${REPAIR}`)];
  return [
    lack('fault', `no partition for ${now?.month ?? 'now'} and no default one, so no event can be recorded: ${REPAIR}`),
  ];
}

const lack = (severity: Difference['severity'], what: string): Difference => ({
  kind: 'missing',
  severity,
  object: 'usage_events',
  message: `usage_events has ${what}`,
});
