import { Injectable } from '@nestjs/common';
import type { payment_events, Prisma } from '../../generated/prisma/client.js';
import type { payment_event_state } from '../../generated/prisma/enums.js';
import type { PaymentEventRow } from '../../generated/rows.js';
import { Database, type Tx } from '../../platform/database/database.js';
import { NotFound } from '../../platform/errors.js';
import { wire } from '../../platform/values/wire.js';
import { type Fact, type ProviderEvent, referencesOf } from '../provider/facts.js';
import { PAYMENTS_READER } from '../payments.repository.js';

/** An event as it is stored. */
export type StoredEvent = Omit<PaymentEventRow, 'facts'> & { facts: Fact };

/** An event that has an id. */
export type StoredMessage = Pick<ProviderEvent, 'type' | 'occurred_at'> & { event_id: string };

const UNREAD = 'The event concerns money, but could not be interpreted.';

/**
 * Attempts to apply an event. The first delay is a minute; delays double up to 12 hours, for about three days in total.
 */
const ATTEMPTS_MAX = 13;
const FIRST_WAIT_S = 60;
const LONGEST_WAIT_S = 12 * 3600;

/** All SQL on events from the payment provider. */
@Injectable()
export class EventsRepository {
  constructor(private readonly db: Database) {}

  /** Stores an event once. An event that could not be interpreted is not processed further. */
  async store({ event_id, type, occurred_at }: StoredMessage, fact: Fact): Promise<void> {
    const facts = fact as unknown as Prisma.InputJsonObject;
    const reference = referencesOf(fact).at(-1) ?? '';
    const isUnread = fact.kind === 'unread';
    const state = isUnread ? ({ state: 'ignored', detail: UNREAD } as const) : { next_try_at: new Date() };
    const data = { event_id, type, occurred_at, reference, facts, ...state };
    await this.db.prisma.payment_events.createMany({ data, skipDuplicates: true });
  }

  /** @throws NotFound */
  async get(event_id: string): Promise<StoredEvent> {
    const row = await this.db.prisma.payment_events.findUnique({ where: { event_id } });
    if (!row) throw new NotFound(`Event ${event_id}`);
    return toEvent(row);
  }

  /** Returns events, newest first, optionally only those in a state. */
  async list(state: payment_event_state | undefined, limit: number, offset: number): Promise<StoredEvent[]> {
    const query: Prisma.payment_eventsFindManyArgs = {
      where: state === undefined ? {} : { state },
      orderBy: [{ created_at: 'desc' }],
      take: limit,
      skip: offset,
    };
    const rows = await this.db.reads.run(PAYMENTS_READER, (db) => db.payment_events.findMany(query));
    return rows.map(toEvent);
  }

  /** Locks an event until the transaction ends. @returns its state */
  async lock(tx: Tx, event_id: string): Promise<payment_event_state> {
    const [row] = await tx.$queryRaw<Pick<payment_events, 'state'>[]>`
      SELECT state FROM payment_events WHERE event_id = ${event_id} FOR UPDATE`;
    if (!row) throw new NotFound(`Event ${event_id}`);
    return row.state;
  }

  /** Marks an event as processed. */
  async setState(tx: Tx, event_id: string, user_id: string, state: 'applied' | 'ignored'): Promise<void> {
    await tx.$executeRaw`
      UPDATE payment_events SET state = ${state}::payment_event_state, user_id = ${user_id}, attempts = attempts + 1,
        detail = NULL, next_try_at = NULL, applied_at = CASE WHEN ${state} = 'applied' THEN clock_timestamp() END
      WHERE event_id = ${event_id}`;
  }

  /**
   * Schedules a retry of an event that could not be applied. After {@link ATTEMPTS_MAX} attempts the event fails.
   * @returns its state
   */
  async postpone(event_id: string, state: 'waiting' | 'received', detail: string): Promise<payment_event_state> {
    const [row] = await this.db.prisma.$queryRaw<Pick<payment_events, 'state'>[]>`
      UPDATE payment_events SET attempts = attempts + 1, detail = left(${detail}, 500),
        state = CASE WHEN attempts + 1 < ${ATTEMPTS_MAX} THEN ${state} ELSE 'failed' END::payment_event_state,
        next_try_at = CASE WHEN attempts + 1 < ${ATTEMPTS_MAX} THEN
          clock_timestamp() + LEAST(${LONGEST_WAIT_S}, ${FIRST_WAIT_S} * 2 ^ attempts) * interval '1 second' END
      WHERE event_id = ${event_id} AND state IN ('received', 'waiting')
      RETURNING state`;
    return row?.state ?? 'applied';
  }

  /** Schedules a failed event for another round of attempts. */
  async revive(event_id: string): Promise<void> {
    await this.db.prisma.$executeRaw`
      UPDATE payment_events SET state = 'waiting', attempts = 0, next_try_at = clock_timestamp()
      WHERE event_id = ${event_id} AND state = 'failed'`;
  }

  /** Returns the ids of due events, oldest first. */
  due(limit: number): Promise<string[]> {
    return this.ids(`next_try_at <= clock_timestamp() ORDER BY next_try_at LIMIT $1`, [limit], 'events_due');
  }

  /** Returns the ids of events waiting for one of these references, in the order they occurred. */
  waiting(references: string[]): Promise<string[]> {
    const where = `state = 'waiting' AND reference = ANY ($1::text[]) ORDER BY occurred_at, event_id`;
    return this.ids(where, [references], 'events_waiting');
  }

  private async ids(where: string, values: unknown[], name: string): Promise<string[]> {
    const text = `SELECT event_id FROM payment_events WHERE ${where}`;
    return (await this.db.statement<{ event_id: string }>(name, text, values)).map((row) => row.event_id);
  }
}

const toEvent = (row: payment_events): StoredEvent => ({ ...wire(row), facts: row.facts as unknown as Fact });
