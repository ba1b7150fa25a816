import { Injectable } from '@nestjs/common';
import { eventPage } from '../../metering/events.sql.js';
import { usageParameters, usageRows } from '../../metering/usage.sql.js';
import type { Period } from '../../platform/values/calendar.js';
import { Database } from '../../platform/database/database.js';
import { propertiesOf } from '../../platform/http/view.js';
import { NIL_UUID } from '../../platform/database/uuid.js';
import { UsageEventView } from '../../usage/tracking/track.dto.js';

/** The account and period of an export. */
export interface ExportRequest extends Period {
  user_id: string;
}

const PAGE = 1_000;
/** The events after the event $4 at the time $2. */
const NEXT_PAGE = eventPage({
  start: '$2::timestamptz',
  end: '$3::timestamptz',
  order: 'ASC',
  columns: propertiesOf(UsageEventView).join(', '),
  matching: 'user_id = $1 AND (occurred_at, id) > ($2::timestamptz, $4::uuid)',
  take: PAGE,
  skip: 0,
});
const COUNT = `SELECT COALESCE(sum(event_count), 0) AS total FROM (${usageRows(['event_count'])}) AS u`;

/**
 * Reads events for an export; writes nothing. Statements are planned on each execution: a cached plan from when the
 * user had few events could read all of them for every page.
 */
@Injectable()
export class UsageExportRepository {
  constructor(private readonly db: Database) {}

  /** Reads all events, oldest first, page by page, so that a slow reader does not occupy a connection. */
  async *pages({ user_id, start, end }: ExportRequest): AsyncGenerator<UsageEventView[]> {
    let after = { occurred_at: start, id: NIL_UUID };
    for (;;) {
      const { occurred_at, id } = after;
      const values = [user_id, occurred_at, end, id];
      const is_patient = id !== NIL_UUID;
      const rows = await this.db.reads.query<UsageEventView>(user_id, NEXT_PAGE, values, { is_patient });
      yield rows;
      const last = rows.at(-1);
      if (last === undefined || rows.length < PAGE) return;
      after = last;
    }
  }

  /** Returns the number of events. */
  async count(request: ExportRequest): Promise<number> {
    const [row] = await this.db.reads.query<{ total: string }>(request.user_id, COUNT, usageParameters(request));
    return Number(row?.total ?? 0);
  }
}
