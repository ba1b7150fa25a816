import { Injectable } from '@nestjs/common';
import { Database } from '../platform/database.js';
import { NIL_UUID } from '../platform/http/page.js';
import { propertiesOf } from '../platform/http/view.js';
import { UsageExportView } from './analytics.views.js';
import type { DayRange } from './calendar.js';

/** Whose events of which days, and where days begin. */
export interface ExportRequest extends DayRange {
  user_id: string;
  tz: string;
}

const PAGE = 2_000;
const IN_RANGE = `user_id = $1 AND occurred_at >= $2::date::timestamp AT TIME ZONE $4 AND occurred_at < $3::date::timestamp AT TIME ZONE $4`;
const COLUMNS = propertiesOf(UsageExportView).join(', ');
const NEXT_PAGE = `SELECT ${COLUMNS} FROM usage_events
  WHERE ${IN_RANGE} AND (occurred_at, id) > ($5::timestamptz, $6::uuid) ORDER BY occurred_at, id LIMIT ${PAGE}`;
const COUNT = `SELECT count(*) AS total FROM usage_events WHERE ${IN_RANGE}`;

/** Reads events to export them. It writes nothing. */
@Injectable()
export class UsageExportRepository {
  constructor(private readonly db: Database) {}

  /** Every event, oldest first, read page by page: no connection is held while the reader takes its time. */
  async *pages({ user_id, from, until, tz }: ExportRequest): AsyncGenerator<UsageExportView[]> {
    let after = { occurred_at: new Date(0), id: NIL_UUID };
    for (;;) {
      const { occurred_at, id } = after;
      const rows = await this.db.statement<UsageExportView>('usage_export_page', NEXT_PAGE, [
        ...[user_id, from, until, tz],
        ...[occurred_at, id],
      ]);
      yield rows;
      const last = rows.at(-1);
      if (last === undefined || rows.length < PAGE) return;
      after = last;
    }
  }

  /** How many events there are. */
  async count({ user_id, from, until, tz }: ExportRequest): Promise<number> {
    const [row] = await this.db.statement<{ total: string }>('usage_export_count', COUNT, [user_id, from, until, tz]);
    return Number(row?.total ?? 0);
  }
}
