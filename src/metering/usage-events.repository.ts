import { Injectable } from '@nestjs/common';
import type { usage_events } from '../generated/prisma/client.js';
import { batched } from '../platform/database/batched.js';
import { textArray } from '../platform/database/record-set.js';
import { Database, type Tx } from '../platform/database/database.js';
import { isOutage, sqlState } from '../platform/database/database-errors.js';
import { NotFound } from '../platform/errors.js';
import { wire } from '../platform/values/wire.js';
import {
  type EventName,
  isSameWork,
  nameKey,
  nameOf,
  type NewEvent,
  type RecordedEvent,
  recordedAs,
  workConflict,
} from './usage-event.js';
import { EVENTS, FIND_BY_NAME, INSERT_ALL, INSERT_NEW, NAMED, ORIGINS } from './usage-events.sql.js';

/** The result of recording an event: a new row, or the existing one of a duplicate. */
export interface Recording {
  event: RecordedEvent;
  is_duplicate: boolean;
}

/** An event with the id of the ledger line that charged it, if any. */
export interface ChargedEvent {
  event: NewEvent;
  line_id: string | null;
}

interface Made {
  n: number;
  id: string;
  created_at: Date;
}

const BATCH_MAX = 1000;

/** The SQL on usage events, except for those that are posted together with their charge (src/credits/posting/batch.sql.ts). */
@Injectable()
export class UsageEventsRepository {
  /** Combines the events of one turn of the event loop into one statement. */
  private readonly recorder = batched<NewEvent, Recording>(BATCH_MAX, (events) => this.insertBatch(events));

  constructor(private readonly db: Database) {}

  /**
   * Records an event without a charge, once per name. Durable when it returns.
   * @throws DomainError `idempotency_conflict` when the name was used for different work
   */
  insert(event: NewEvent): Promise<Recording> {
    return this.recorder.load(event);
  }

  /**
   * Records the events of one account, in order, in the transaction that holds its lock. `recorded_at` is the time at
   * which the account was stored.
   * @throws 40001 when another transaction recorded one of them in the meantime; the transaction is then retried
   */
  async insertAll(tx: Tx, events: readonly ChargedEvent[], recorded_at: Date): Promise<RecordedEvent[]> {
    if (events.length === 0) return [];
    const origins = events.map(({ event, line_id }) => ({ ...event, line_id, transaction_id: line_id, recorded_at }));
    const made = await tx.$queryRawUnsafe<Made[]>(INSERT_ALL, ...parametersOf(origins));
    const facts = new Map(made.map((row) => [row.n, row]));
    return events.map(({ event, line_id }, n) => {
      const { id, created_at } = facts.get(n) as Made;
      return recordedAs(event, { id, created_at, transaction_id: line_id });
    });
  }

  /**
   * Returns the events recorded under the given names, by {@link nameKey} of the name. If an organization paid for the
   * work, it has the event.
   */
  async findByName(names: readonly EventName[]): Promise<Map<string, RecordedEvent>> {
    if (names.length === 0) return new Map();
    return byName(await this.db.statement<NamedEvent>('events_by_name', FIND_BY_NAME, NAMED.parameters(names)));
  }

  /** The same inside a transaction. */
  async findByNameIn(tx: Tx, names: readonly EventName[]): Promise<Map<string, RecordedEvent>> {
    if (names.length === 0) return new Map();
    const rows = await tx.$queryRawUnsafe<(usage_events & Named)[]>(FIND_BY_NAME, ...NAMED.parameters(names));
    return byName(rows.map(({ named_for, ...row }) => ({ ...recorded(row), named_for })));
  }

  /** Takes the name of an event on the account of a person whose work an organization paid for. */
  async takeName(tx: Tx, { user_id: paid_by, source, request_id, id }: RecordedEvent, user_id: string): Promise<void> {
    await tx.$executeRaw`
      INSERT INTO usage_event_names (user_id, digest, event_id, paid_by)
      VALUES (${user_id}, tollgate_event_digest(${source}, ${request_id}), ${id}::uuid, ${paid_by})`;
  }

  /** Returns the given events of some accounts. */
  async findAll(tx: Tx, user_ids: string[], ids: string[]): Promise<RecordedEvent[]> {
    if (ids.length === 0) return [];
    return (await tx.usage_events.findMany({ where: { user_id: { in: user_ids }, id: { in: ids } } })).map(recorded);
  }

  async find(user_id: string, id: string): Promise<RecordedEvent | null> {
    const row = await this.db.prisma.usage_events.findUnique({ where: { user_id_id: { user_id, id } } });
    return row && recorded(row);
  }

  /** @throws NotFound when the account has no such event */
  async get(user_id: string, id: string): Promise<RecordedEvent> {
    const event = await this.find(user_id, id);
    if (!event) throw new NotFound(`Usage event ${id}`);
    return event;
  }

  private async insertBatch(events: readonly NewEvent[]): Promise<(Recording | Error)[]> {
    try {
      return await this.insertNew(events);
    } catch (error) {
      // an event that the database rejects must not fail the others
      if (events.length === 1 || sqlState(error) === undefined || isOutage(error)) throw error;
      const alone = await Promise.allSettled(events.map((event) => this.insertNew([event])));
      return alone.map((end) =>
        end.status === 'fulfilled' ? (end.value[0] as Recording | Error) : (end.reason as Error),
      );
    }
  }

  private async insertNew(events: readonly NewEvent[]): Promise<(Recording | Error)[]> {
    const made = await this.db.statement<Made>('events_insert', INSERT_NEW, parametersOf(events));
    const facts = new Map(made.map((row) => [row.n, row]));
    const repeated = events.flatMap((event, n) => (facts.has(n) ? [] : (nameOf(event) ?? [])));
    const known = await this.findByName(repeated);
    return events.map((event, n) => {
      const fact = facts.get(n);
      if (fact) return { event: recordedAs(event, { ...fact, transaction_id: null }), is_duplicate: false };
      const before = known.get(nameKey(nameOf(event) as EventName));
      if (!before) throw new Error('an event was neither recorded nor found');
      return isSameWork(before, event) ? { event: before, is_duplicate: true } : workConflict();
    });
  }
}

/** An event to insert, with the columns that come from its charge. */
type Given = NewEvent & { line_id?: string | null; transaction_id?: string | null; recorded_at?: Date };

const parametersOf = (events: readonly Given[]): unknown[] => [
  ...ORIGINS.parameters(events.map((event, n) => ({ ...event, n, tags: event.tags && textArray(event.tags) }))),
  ...EVENTS.parameters(events),
];

/** The account on which the name of an event was looked up. */
interface Named {
  named_for: string;
}
type NamedEvent = RecordedEvent & Named;

const byName = (events: NamedEvent[]): Map<string, RecordedEvent> =>
  new Map(events.map(({ named_for, ...event }) => [nameKey({ ...event, user_id: named_for }), event]));

function recorded(row: usage_events): RecordedEvent {
  const { recorded_xid: _, ...event } = wire(row);
  return event;
}
