import { Injectable } from '@nestjs/common';
import { accountOf, type Actor, actsForOthers } from '../platform/actor.js';
import { EventFeed } from './event-feed.js';
import type { EventLogQuery } from './events.dto.js';
import { EventLogRepository } from './event-log.repository.js';
import type { StoredEvent } from './stored-event.js';

/** Reads the events of the last 30 days. */
@Injectable()
export class EventsService {
  constructor(
    private readonly events: EventLogRepository,
    private readonly feed: EventFeed,
  ) {}

  /**
   * Returns the next events behind `after`, oldest first. Users see their own; services and admins see those of one
   * account or of all. Whoever goes on with the last event of each answer gets every event once, in order per account.
   */
  async list(actor: Actor, { user_id, after, types, limit }: EventLogQuery): Promise<StoredEvent[]> {
    const filter = { after: after ?? null, types: types?.split(',') ?? [], limit };
    const owner = actsForOthers(actor) ? user_id : accountOf(actor, user_id);
    if (owner !== undefined) return this.events.ofAccount(owner, filter);
    await this.feed.advance();
    return this.events.ofAll(filter);
  }

  /** Returns the id of the latest event of all accounts; undefined if there is none. */
  async latest(): Promise<string | undefined> {
    await this.feed.advance();
    return this.events.latest();
  }
}
