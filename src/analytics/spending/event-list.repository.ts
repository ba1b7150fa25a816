import { Injectable } from '@nestjs/common';
import {
  type AttributionFilter,
  attributionConditions,
  eventsBetween,
  newestEvents,
} from '../../metering/events.sql.js';
import { usageParameters, usageRows } from '../../metering/usage.sql.js';
import { Database } from '../../platform/database/database.js';
import type { PageSlice } from '../../platform/database/paging.js';
import { propertiesOf } from '../../platform/http/view.js';
import type { Period } from '../../platform/values/calendar.js';
import { UsageEventView } from '../../usage/tracking/track.dto.js';

/** The events to return. */
export interface EventFilter extends Period, AttributionFilter {
  user_id: string;
  service?: string | undefined;
  provider?: string | undefined;
  model?: string | undefined;
  succeeded?: boolean | undefined;
}

const SPAN = { start: '$2::timestamptz', end: '$3::timestamptz' };
const COLUMNS = propertiesOf(UsageEventView).join(', ');
/** The provider of an event, as in a series: the path segment before the model's name, or the service. */
const PROVIDER = `COALESCE(substring(lower(model) FROM '([^/~]+)/[^/]*$'), service)`;

/** Reads lists of usage events. */
@Injectable()
export class EventListRepository {
  constructor(private readonly db: Database) {}

  /** Returns `take` events, newest work first. */
  async list(filter: EventFilter, { take, skip, after }: PageSlice): Promise<UsageEventView[]> {
    const { user_id, start, end, succeeded } = filter;
    const values: unknown[] = [user_id, start, after ? earlier(end, justAfter(after.created_at)) : end];
    const conditions = ['user_id = $1', ...named(filter, values), ...attributionConditions(filter, values)];
    if (succeeded !== undefined) conditions.push(`succeeded = $${values.push(succeeded)}`);
    if (after) {
      const [at, id] = [values.push(after.created_at), values.push(after.id)];
      conditions.push(`(occurred_at, id) < ($${at}::timestamptz, $${id}::uuid)`);
    }
    const text = newestEvents({ ...SPAN, columns: COLUMNS, matching: conditions.join(' AND '), take, skip });
    return this.db.reads.query<UsageEventView>(user_id, text, values);
  }

  /** Returns the number of events: from the roll-up, or from the events if they are selected by who acted. */
  async count(filter: EventFilter): Promise<number> {
    const { user_id, start, end, succeeded, api_key_id, member_id, tag } = filter;
    if ([api_key_id, member_id, tag].some((value) => value !== undefined)) return this.countEvents(filter);
    const values: unknown[] = usageParameters({ user_id, start, end });
    const conditions = ['true', ...named(filter, values)];
    const counted =
      succeeded === undefined ? 'event_count' : succeeded ? 'event_count - failed_events' : 'failed_events';
    const text = `SELECT COALESCE(sum(${counted}), 0) AS total
      FROM (${usageRows(['event_count', 'failed_events'])}) AS u WHERE ${conditions.join(' AND ')}`;
    const [row] = await this.db.reads.query<{ total: string }>(user_id, text, values);
    return Number(row?.total ?? 0);
  }

  private async countEvents(filter: EventFilter): Promise<number> {
    const { user_id, start, end, succeeded } = filter;
    const values: unknown[] = [user_id, start, end];
    const conditions = ['user_id = $1', ...named(filter, values), ...attributionConditions(filter, values)];
    if (succeeded !== undefined) conditions.push(`succeeded = $${values.push(succeeded)}`);
    const text = `SELECT count(*) AS total FROM (${eventsBetween(SPAN, 'id', conditions.join(' AND '))}) AS events`;
    const [row] = await this.db.reads.query<{ total: string }>(user_id, text, values);
    return Number(row?.total ?? 0);
  }
}

/** Returns the conditions on names, which events and roll-up share, and adds their values. */
function named({ service, provider, model }: EventFilter, values: unknown[]): string[] {
  const wanted = { service, [PROVIDER]: provider?.toLowerCase(), model };
  return Object.entries(wanted).flatMap(([column, value]) =>
    value === undefined ? [] : [`${column} = $${values.push(value)}`],
  );
}

const justAfter = (at: Date): Date => new Date(at.getTime() + 1);
const earlier = (a: Date, b: Date): Date => (a < b ? a : b);
