import { Injectable } from '@nestjs/common';
import type { EventRow } from '../generated/rows.js';
import { Database } from '../platform/database/database.js';
import { firstIdAt, idAtSql } from '../platform/database/row-id.js';
import { EVENT_COLUMNS, type StoredEvent, toEvent } from './stored-event.js';

/** Which events to read. */
export interface EventsFilter {
  /** Events behind this one; null from the oldest on. */
  after: string | null;
  /** Types and prefixes with `*`; empty for all. */
  types: readonly string[];
  limit: number;
}

/** Time that the transaction of an event can take at most, minutes. */
const LATE_MINUTES = 1;

/** Whether the type of an event is one of the patterns $3. */
const OF_TYPES = `(cardinality($3::text[]) = 0 OR type LIKE ANY ($3::text[]))`;

/** The event $1 itself can be gone; reading then goes on with some events again rather than without some. */
const OF_ALL = `
SELECT ${EVENT_COLUMNS} FROM events
WHERE ${OF_TYPES} AND position > CASE WHEN $1::uuid IS NULL THEN 0 ELSE COALESCE(
  (SELECT position FROM events WHERE id = $1::uuid),
  (SELECT min(position) - 1 FROM events WHERE id >= ${idAtSql('tollgate_id_time($1::uuid)', -LATE_MINUTES)}),
  (SELECT max(position) FROM events)) END
ORDER BY position LIMIT $2`;

/** SQL that reads events and deletes old ones. */
@Injectable()
export class EventLogRepository {
  constructor(private readonly db: Database) {}

  /** Returns events of an account, by their sequence. */
  async ofAccount(user_id: string, { after, types, limit }: EventsFilter): Promise<StoredEvent[]> {
    const rows = await this.db.statement<EventRow & object>(
      'events_of_account',
      `SELECT ${EVENT_COLUMNS} FROM events
       WHERE ${OF_TYPES} AND user_id = $4 AND sequence > COALESCE(
         (SELECT max(sequence) FROM events WHERE user_id = $4 AND id <= $1::uuid), 0)
       ORDER BY sequence LIMIT $2`,
      [after, limit, patternsOf(types), user_id],
    );
    return rows.map(toEvent);
  }

  /** Returns events of all accounts that have a position, by their position. */
  async ofAll({ after, types, limit }: EventsFilter): Promise<StoredEvent[]> {
    const rows = await this.db.statement<EventRow & object>('events_of_all', OF_ALL, [after, limit, patternsOf(types)]);
    return rows.map(toEvent);
  }

  /** Returns an event of an account; null if it is no longer kept. */
  async find(user_id: string, id: string): Promise<StoredEvent | null> {
    const row = await this.db.prisma.events.findUnique({ where: { id_user_id: { id, user_id } } });
    return row && toEvent(row as EventRow);
  }

  /** Returns the id of the event with the latest position. */
  async latest(): Promise<string | undefined> {
    const [row] = await this.db.statement<{ id: string }>(
      'events_latest',
      'SELECT id FROM events WHERE position IS NOT NULL ORDER BY position DESC LIMIT 1',
      [],
    );
    return row?.id;
  }

  /** Deletes events that were written before an instant, at most `limit`. Returns how many. */
  forget(before: Date, limit: number): Promise<number> {
    return this.db.prisma.$executeRaw`
      DELETE FROM events e USING (SELECT id, user_id FROM events WHERE id < ${firstIdAt(before)}::uuid ORDER BY id LIMIT ${limit}) AS old
      WHERE e.id = old.id AND e.user_id = old.user_id`;
  }
}

const patternsOf = (types: readonly string[]): string[] =>
  types.map((type) => type.replaceAll('_', '\\_').replace('*', '%'));
