import { Injectable } from '@nestjs/common';
import type { Period } from '../../platform/values/calendar.js';
import { Database } from '../../platform/database/database.js';
import { propertiesOf } from '../../platform/http/view.js';
import { NIL_UUID } from '../../platform/database/uuid.js';
import { UsageEventView } from '../../usage/tracking/track.dto.js';
import { IN_RANGE } from '../series/usage-series.sql.js';

/** The account and period of an export. */
export interface ExportRequest extends Period {
  user_id: string;
}

const PAGE = 1_000;
const COLUMNS = propertiesOf(UsageEventView).join(', ');
const NEXT_PAGE = `SELECT ${COLUMNS} FROM usage_events
  WHERE ${IN_RANGE} AND (occurred_at, id) > ($4::timestamptz, $5::uuid) ORDER BY occurred_at, id LIMIT ${PAGE}`;
const COUNT = `SELECT count(*) AS total FROM usage_events WHERE ${IN_RANGE}`;

/**
 * Reads events for an export; writes nothing. Statements are planned on each execution: a cached plan from when the
 * user had few events could read all of them for every page.
 */
@Injectable()
export class UsageExportRepository {
  constructor(private readonly db: Database) {}

  /** Reads all events, oldest first, page by page, so that a slow reader does not occupy a connection. */
  async *pages({ user_id, start, end }: ExportRequest): AsyncGenerator<UsageEventView[]> {
    let after = { occurred_at: new Date(0), id: NIL_UUID };
    for (;;) {
      const { occurred_at, id } = after;
      const values = [user_id, start, end, occurred_at, id];
      const is_patient = id !== NIL_UUID;
      const rows = await this.db.reads.query<UsageEventView>(user_id, NEXT_PAGE, values, { is_patient });
      yield rows;
      const last = rows.at(-1);
      if (last === undefined || rows.length < PAGE) return;
      after = last;
    }
  }

  /** Returns the number of events. */
  async count({ user_id, start, end }: ExportRequest): Promise<number> {
    const [row] = await this.db.reads.query<{ total: string }>(user_id, COUNT, [user_id, start, end]);
    return Number(row?.total ?? 0);
  }
}
