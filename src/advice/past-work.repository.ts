import { Injectable } from '@nestjs/common';
import type { usage_events } from '../generated/prisma/client.js';
import { newestEvents } from '../metering/events.sql.js';
import { Database } from '../platform/database/database.js';
import type { Wire } from '../platform/values/wire.js';

/** The most pieces of work that advice is computed from. */
export const WORK_MAX = 10_000;

type EventColumns = Omit<Wire<usage_events>, 'recorded_xid'>;
export type PastEvent = EventColumns & { is_own_key: boolean };

/** Work that cost something or was free: what was only recorded says nothing about the account's own spending. */
const WORK = newestEvents({
  start: '$2::timestamptz',
  end: '$3::timestamptz',
  columns: `*, metadata->>'key' = 'own' AS is_own_key`,
  matching: 'user_id = $1 AND transaction_id IS NOT NULL AND is_rated',
  take: WORK_MAX,
  skip: 0,
});

/** Reads the work that an account paid for. */
@Injectable()
export class PastWorkRepository {
  constructor(private readonly db: Database) {}

  /** Returns the newest work of a span, oldest first, at most {@link WORK_MAX} pieces. */
  async find(user_id: string, { from, to }: { from: Date; to: Date }): Promise<PastEvent[]> {
    const rows = await this.db.reads.query<PastEvent>(user_id, WORK, [user_id, from, to]);
    return rows.toReversed();
  }
}
