import { Injectable } from '@nestjs/common';
import { writeEvents } from '../events/event-log.js';
import type { UsageEventRow } from '../generated/rows.js';
import { Database, type Tx } from '../platform/database/database.js';

/** The row of usage_rollups with the progress: events recorded by older transactions were looked at. */
const NAME = 'unrated_usage';
const WATERMARK = `(SELECT watermark FROM usage_rollups WHERE name = '${NAME}')`;
/** Every older transaction has ended, as for the roll-ups. */
const HORIZON = 'pg_snapshot_xmin(pg_current_snapshot())::text::bigint';

/** Writes nothing, so that an idle service stays idle. A restored dump can be ahead of the transaction ids of its server. */
const PENDING = `
SELECT ${WATERMARK} > ${HORIZON} OR EXISTS (
  SELECT FROM usage_events WHERE recorded_xid >= ${WATERMARK} AND recorded_xid < ${HORIZON}
) AS is_pending`;

const TAKE = `SELECT watermark FROM usage_rollups WHERE name = '${NAME}' FOR UPDATE SKIP LOCKED`;

/** The transaction id before which about $2 of the next events were recorded. */
const REACH = `
SELECT COALESCE((
  SELECT GREATEST(recorded_xid, $1 + 1) FROM usage_events
  WHERE recorded_xid >= $1 AND recorded_xid < ${HORIZON} ORDER BY recorded_xid OFFSET $2 LIMIT 1
), ${HORIZON}) AS next`;

const EARLIER = 'NOT e.is_rated AND e.service = n.service AND e.user_id = n.user_id AND e.recorded_xid < $1';

/** The first unrated event of each account, service and model between two transaction ids, unless there was one before. */
const BEGINNINGS = `
SELECT * FROM (
  SELECT DISTINCT ON (user_id, service, model) user_id, id, service, model, request_id, occurred_at
  FROM usage_events WHERE NOT is_rated AND recorded_xid >= $1 AND recorded_xid < $2
  ORDER BY user_id, service, model, id
) AS n
WHERE CASE WHEN n.model IS NULL
  THEN NOT EXISTS (SELECT FROM usage_events e WHERE ${EARLIER} AND e.model IS NULL)
  ELSE NOT EXISTS (SELECT FROM usage_events e WHERE ${EARLIER} AND e.model = n.model) END`;

type Beginning = Pick<UsageEventRow, 'user_id' | 'id' | 'service' | 'model' | 'request_id' | 'occurred_at'>;

/** Finds work without a price that is new for an account, and writes the events about it. */
@Injectable()
export class UnratedWatchRepository {
  constructor(private readonly db: Database) {}

  /** Whether usage was recorded that nobody has looked at. */
  async isPending(): Promise<boolean> {
    const [state] = await this.db.statement<{ is_pending: boolean | null }>('unrated_pending', PENDING, []);
    return state?.is_pending === true;
  }

  /**
   * Looks at about `batch` of the next events. What it writes and how far it looked are committed together, so each
   * beginning is told once, on any number of instances.
   */
  advance(batch: number): Promise<void> {
    return this.db.transaction(async (tx) => {
      const [row] = await tx.$queryRawUnsafe<{ watermark: bigint }[]>(TAKE);
      if (!row) return; // another instance is at work
      const [reach] = await tx.$queryRawUnsafe<{ next: bigint }[]>(REACH, row.watermark, batch);
      const next = reach?.next ?? row.watermark;
      await tell(tx, row.watermark, next);
      await tx.$executeRaw`
        UPDATE usage_rollups SET watermark = ${next}, complete_to = ${next}, updated_at = clock_timestamp() WHERE name = ${NAME}`;
    });
  }
}

async function tell(tx: Tx, from: bigint, to: bigint): Promise<void> {
  const found = await tx.$queryRawUnsafe<Beginning[]>(BEGINNINGS, from, to);
  await writeEvents(
    tx,
    found.map(({ user_id, ...object }) => ({ user_id, type: 'usage.unrated', object })),
  );
}
