import { Injectable } from '@nestjs/common';
import { decodeCursor, type Page, pageOf } from '../../platform/http/page.js';
import type { UsageEventView } from '../../usage/tracking/track.dto.js';
import type { UsageEventsQuery } from './spending.dto.js';
import { periodOf } from './spending-range.js';
import { EventListRepository } from './usage-events.repository.js';

/** Lists usage events. */
@Injectable()
export class EventListService {
  constructor(private readonly events: EventListRepository) {}

  /**
   * Returns a page of events, newest work first.
   * @throws InvalidInput for an invalid cursor or range
   */
  async list(user_id: string, query: UsageEventsQuery): Promise<Page<UsageEventView>> {
    const { service, provider, model, status, limit, offset, cursor, count } = query;
    const after = cursor === undefined ? null : decodeCursor(cursor);
    const succeeded = status === undefined ? undefined : status === 'succeeded';
    const filter = { user_id, service, provider, model, succeeded, ...periodOf(query, new Date()) };
    const [rows, total] = await Promise.all([
      this.events.list(filter, limit, offset, after),
      count ? this.events.count(filter) : null,
    ]);
    const page = pageOf(
      rows.map((event) => ({ event, id: event.id, created_at: event.occurred_at })),
      limit,
      total,
    );
    return { ...page, items: page.items.map(({ event }) => event) };
  }
}
