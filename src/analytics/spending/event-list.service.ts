import { Injectable } from '@nestjs/common';
import {
  type CursorFormat,
  decodeCursor,
  encodeCursor,
  type Page,
  paginateBy,
  type Position,
} from '../../platform/database/paging.js';
import type { UsageEventView } from '../../usage/tracking/track.dto.js';
import { EventListRepository } from './event-list.repository.js';
import type { UsageEventsQuery } from './spending.dto.js';
import { periodOf } from './spending-range.js';

/** Events are listed by the time of the work. */
const BY_TIME_OF_WORK: CursorFormat<UsageEventView, Position> = {
  encode: ({ id, occurred_at }) => encodeCursor({ id, created_at: occurred_at }),
  decode: decodeCursor,
};

/** Lists usage events. */
@Injectable()
export class EventListService {
  constructor(private readonly events: EventListRepository) {}

  /**
   * Returns a page of events, newest work first.
   * @throws InvalidInput for an invalid cursor or range
   */
  list(user_id: string, query: UsageEventsQuery): Promise<Page<UsageEventView>> {
    const { service, provider, model, status, api_key_id, member_id, tag } = query;
    const succeeded = status === undefined ? undefined : status === 'succeeded';
    const attribution = { api_key_id, member_id, tag };
    const filter = { user_id, service, provider, model, succeeded, ...attribution, ...periodOf(query, new Date()) };
    return paginateBy(BY_TIME_OF_WORK, this.events, filter, query);
  }
}
