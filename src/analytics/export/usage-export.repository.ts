import { Injectable } from '@nestjs/common';
import {
  type AttributionFilter,
  attributionConditions,
  eventsBetween,
  inTime,
  late,
} from '../../metering/events.sql.js';
import { usageParameters, usageRows } from '../../metering/usage.sql.js';
import type { Period } from '../../platform/values/calendar.js';
import { Database } from '../../platform/database/database.js';
import { propertiesOf } from '../../platform/http/view.js';
import { NIL_UUID } from '../../platform/database/uuid.js';
import { UsageEventView } from '../../usage/tracking/track.dto.js';

/** The events of an export. */
export interface ExportRequest extends Period, AttributionFilter {
  user_id: string;
}

const PAGE = 1_000;
const SPAN = { start: '$2::timestamptz', end: '$3::timestamptz' };
const EVENTS = `SELECT ${propertiesOf(UsageEventView).join(', ')} FROM usage_events WHERE user_id = $1`;
/** Pages after the event $5, whose work was done at $4. */
const LATE = {
  matching: `${late(SPAN)} AND (occurred_at, id) > ($4::timestamptz, $5::uuid)`,
  order: 'occurred_at, id',
};
const IN_TIME = { matching: `${inTime(SPAN)} AND id > $5 AND $4::timestamptz IS NOT NULL`, order: 'id' };
const COUNT = `SELECT COALESCE(sum(event_count), 0) AS total FROM (${usageRows(['event_count'])}) AS u`;

/**
 * Reads events for an export; writes nothing. Statements are planned on each execution: a cached plan from when the
 * user had few events could read all of them for every page.
 */
@Injectable()
export class UsageExportRepository {
  constructor(private readonly db: Database) {}

  /**
   * Reads all events page by page, so that a slow reader does not occupy a connection. Work that was recorded late comes
   * first, in the order of the work; all other work follows in the order of recording.
   */
  async *pages(request: ExportRequest): AsyncGenerator<UsageEventView[]> {
    yield* this.pagesOf(LATE, request, false);
    yield* this.pagesOf(IN_TIME, request, true);
  }

  private async *pagesOf({ matching, order }: typeof LATE, request: ExportRequest, has_begun: boolean) {
    const { user_id, start, end } = request;
    let after = { occurred_at: new Date(0), id: NIL_UUID };
    for (;;) {
      const { occurred_at, id } = after;
      const values: unknown[] = [user_id, start, end, occurred_at, id];
      const conditions = [matching, ...attributionConditions(request, values)].join(' AND ');
      const text = `${EVENTS} AND ${conditions} ORDER BY ${order} LIMIT ${PAGE}`;
      const is_patient = has_begun || id !== NIL_UUID;
      const rows = await this.db.reads.query<UsageEventView>(user_id, text, values, { is_patient });
      yield rows;
      const last = rows.at(-1);
      if (last === undefined || rows.length < PAGE) return;
      after = last;
    }
  }

  /** Returns the number of events. */
  async count(request: ExportRequest): Promise<number> {
    const { user_id, start, end } = request;
    const values: unknown[] = [user_id, start, end];
    const conditions = attributionConditions(request, values);
    const [row] = await (conditions.length === 0
      ? this.db.reads.query<{ total: string }>(user_id, COUNT, usageParameters(request))
      : this.db.reads.query<{ total: string }>(user_id, countOf(conditions), values));
    return Number(row?.total ?? 0);
  }
}

const countOf = (conditions: string[]): string =>
  `SELECT count(*) AS total FROM (${eventsBetween(SPAN, 'id', ['user_id = $1', ...conditions].join(' AND '))}) AS e`;
