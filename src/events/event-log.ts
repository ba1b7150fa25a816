import type { Tx } from '../platform/database/database.js';
import { toWire } from '../platform/http/view.js';
import { json } from '../platform/values/wire.js';
import { EVENT_TYPES, type NewEvent } from './event-types.js';

/**
 * Writes events in the transaction that causes them: both are committed or neither is. Events of an account are numbered
 * without gaps, in the given order. The number is taken under a lock on the
 * account's counter that lasts until the transaction ends, so events of an account are committed in order of their
 * numbers, whether or not the caller holds the lock of the account. A transaction that writes about several accounts
 * writes all its events in one call: their counters are then locked in the order of `user_id`.
 */
export async function writeEvents(tx: Tx, events: readonly NewEvent[]): Promise<void> {
  if (events.length === 0) return;
  await tx.$executeRaw`
    WITH given AS MATERIALIZED (
      SELECT *, row_number() OVER (PARTITION BY user_id ORDER BY n) AS k, count(*) OVER (PARTITION BY user_id) AS size
      FROM jsonb_to_recordset(${json(events.map(stored))}::jsonb)
        AS e (user_id text, n int, type text, occurred_at timestamptz, data jsonb)
    ), counter AS (
      INSERT INTO event_counters AS c (user_id, last_sequence, last_at)
      SELECT user_id, count(*), clock_timestamp() FROM given GROUP BY user_id ORDER BY user_id
      ON CONFLICT (user_id) DO UPDATE SET last_sequence = c.last_sequence + excluded.last_sequence,
        last_at = GREATEST(clock_timestamp(), c.last_at + interval '1 microsecond')
      RETURNING user_id, last_sequence, last_at
    )
    INSERT INTO events (id, user_id, sequence, type, occurred_at, data)
    SELECT tollgate_row_id(g.user_id, c.last_at, g.k::int), g.user_id, c.last_sequence - g.size + g.k, g.type,
      COALESCE(g.occurred_at, c.last_at), g.data
    FROM given g JOIN counter c USING (user_id)`;
}

/** Converts an event to its columns: `data` has only the documented properties, in the form of the API. */
function stored({ user_id, type, occurred_at, object, previous }: NewEvent, n: number): object {
  const view = EVENT_TYPES[type].object;
  const data = { object: toWire(view, object), ...(previous && { previous: toWire(view, previous) }) };
  return { user_id, n, type, occurred_at: occurred_at?.toISOString(), data };
}
