import { Injectable } from '@nestjs/common';
import { Database, type Tx } from '../platform/database/database.js';
import type { EventRow } from '../generated/rows.js';
import { EVENT_COLUMNS, type StoredEvent, toEvent } from './stored-event.js';

/** Those who get every event once. A new one needs a row in `event_positions`, by a migration. */
export type EventConsumer = 'webhooks' | 'notifications';

/** The row of `event_positions` with the latest position that was assigned. */
const LOG = 'log';
/** Most events that get a position in one transaction. */
const PASS = 5_000;

/**
 * Reads the events of all accounts in one order: their positions. An event gets its position after its transaction was
 * committed, by one process at a time, so that no event appears behind a position that somebody has read already,
 * however long its transaction took. The events of an account keep their order.
 */
@Injectable()
export class EventFeed {
  constructor(private readonly db: Database) {}

  /** Gives positions to all events committed so far, unless another process does. */
  async advance(): Promise<void> {
    let assigned: number;
    do assigned = (await this.hasNew()) ? await this.assign() : 0;
    while (assigned === PASS);
  }

  /**
   * Gives a consumer its next events, at most `limit`, in the transaction that also stores that it got them: each event
   * is handled once, whatever fails and however many processes take. `handle` writes with `tx` what the consumer has to
   * do; it can run more than once, so it must not make network calls.
   * @returns the number of events handled; 0 if there are none, or if another process handles some
   */
  async take(
    consumer: EventConsumer,
    limit: number,
    handle: (tx: Tx, events: StoredEvent[]) => Promise<void>,
  ): Promise<number> {
    await this.advance();
    return this.db.transaction(async (tx) => {
      const after = await lock(tx, consumer);
      if (after === null) return 0;
      const rows = await tx.$queryRawUnsafe<(EventRow & { position: bigint })[]>(
        `SELECT ${EVENT_COLUMNS}, position FROM events WHERE position > $1 ORDER BY position LIMIT $2`,
        after,
        limit,
      );
      const last = rows.at(-1);
      if (!last) return 0;
      await handle(tx, rows.map(toEvent));
      await move(tx, consumer, last.position);
      return rows.length;
    });
  }

  private async hasNew(): Promise<boolean> {
    const [found] = await this.db.statement<{ has_new: boolean }>(
      'events_new',
      'SELECT EXISTS (SELECT FROM events WHERE position IS NULL) AS has_new',
      [],
    );
    return found?.has_new === true;
  }

  /** Returns the number of events that got a position. */
  private assign(): Promise<number> {
    return this.db.transaction(async (tx) => {
      const latest = await lock(tx, LOG);
      if (latest === null) return 0;
      // another statement than the lock: it sees what earlier holders of the lock have assigned
      const assigned = await tx.$executeRaw`
        UPDATE events e SET position = ${latest}::bigint + fresh.n
        FROM (
          SELECT id, user_id, row_number() OVER (ORDER BY id) AS n
          FROM (SELECT id, user_id FROM events WHERE position IS NULL ORDER BY id LIMIT ${PASS}) AS unread
        ) AS fresh WHERE e.id = fresh.id AND e.user_id = fresh.user_id`;
      await move(tx, LOG, latest + BigInt(PASS));
      return assigned;
    });
  }
}

/** Locks a row of `event_positions` until the transaction ends; null if another transaction has locked it. */
async function lock(tx: Tx, name: string): Promise<bigint | null> {
  const [row] = await tx.$queryRaw<{ position: bigint }[]>`
    SELECT position FROM event_positions WHERE name = ${name} FOR UPDATE SKIP LOCKED`;
  return row?.position ?? null;
}

async function move(tx: Tx, name: string, position: bigint): Promise<void> {
  await tx.$executeRaw`UPDATE event_positions SET position = ${position} WHERE name = ${name}`;
}
