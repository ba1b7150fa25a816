import { Injectable } from '@nestjs/common';
import { Prisma } from '../../generated/prisma/client.js';
import { Database } from '../../platform/database/database.js';
import type { PageSlice } from '../../platform/database/paging.js';
import { propertiesOf } from '../../platform/http/view.js';
import type { Period } from '../../platform/values/calendar.js';
import { UsageEventView } from '../../usage/tracking/track.dto.js';

/** The events to return. */
export interface EventFilter extends Partial<Period> {
  user_id: string;
  service?: string | undefined;
  provider?: string | undefined;
  model?: string | undefined;
  succeeded?: boolean | undefined;
}

const COLUMNS = Prisma.raw(propertiesOf(UsageEventView).join(', '));
/** The provider of an event, as in a series: the path segment before the model's name, or the service. */
const PROVIDER = Prisma.raw(`COALESCE(substring(lower(model) FROM '([^/~]+)/[^/]*$'), service)`);

/** Reads lists of usage events. */
@Injectable()
export class EventListRepository {
  constructor(private readonly db: Database) {}

  /** Returns `take` events, newest work first. */
  async list(filter: EventFilter, { take, skip, after }: PageSlice): Promise<UsageEventView[]> {
    const keyset = after
      ? Prisma.sql`AND (occurred_at, id) < (${after.created_at}::timestamptz, ${after.id}::uuid)`
      : Prisma.empty;
    const { text, values } = Prisma.sql`
      SELECT ${COLUMNS} FROM usage_events WHERE ${where(filter)} ${keyset}
      ORDER BY occurred_at DESC, id DESC LIMIT ${take} OFFSET ${skip}`;
    return this.db.reads.query<UsageEventView>(filter.user_id, text, values);
  }

  async count(filter: EventFilter): Promise<number> {
    const { text, values } = Prisma.sql`SELECT count(*) AS total FROM usage_events WHERE ${where(filter)}`;
    const [row] = await this.db.reads.query<{ total: string }>(filter.user_id, text, values);
    return Number(row?.total ?? 0);
  }
}

function where({ user_id, start, end, service, provider, model, succeeded }: EventFilter): Prisma.Sql {
  const conditions = [
    Prisma.sql`user_id = ${user_id}`,
    start && Prisma.sql`occurred_at >= ${start}`,
    end && Prisma.sql`occurred_at < ${end}`,
    service !== undefined && Prisma.sql`service = ${service}`,
    provider !== undefined && Prisma.sql`${PROVIDER} = ${provider.toLowerCase()}`,
    model !== undefined && Prisma.sql`model = ${model}`,
    succeeded !== undefined && Prisma.sql`succeeded = ${succeeded}`,
  ];
  return Prisma.join(
    conditions.filter((condition) => condition instanceof Prisma.Sql),
    ' AND ',
  );
}
