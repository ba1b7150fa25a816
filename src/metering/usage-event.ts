import type { UsageEventRow } from '../generated/rows.js';
import { DomainError } from '../platform/errors.js';

/** A piece of work as it is reported and rated; ids and instants that recording gives it are still open. */
export type NewEvent = Omit<
  UsageEventRow,
  'id' | 'request_id' | 'occurred_at' | 'transaction_id' | 'recorded_xid' | 'created_at'
> & {
  /** Null: the event is named by its own id, and is never a duplicate. */
  request_id: string | null;
  /** Null: the work was done when the event is recorded. */
  occurred_at: Date | null;
  /** What free work would have cost at list price, decimal text: the account adds it up, the event does not keep it. */
  list_cost?: string | undefined;
};

/** An event as it is stored. */
export type RecordedEvent = Omit<UsageEventRow, 'recorded_xid'>;

/** What recording gives an event. */
export type RecordedFacts = Pick<RecordedEvent, 'id' | 'transaction_id' | 'created_at'>;

/** What may be recorded once: the piece of work that a system reported. */
export type EventName = Pick<UsageEventRow, 'user_id' | 'source' | 'request_id'>;

/** The name as a key of maps and sets. */
export const nameKey = ({ user_id, source, request_id }: EventName): string =>
  JSON.stringify([user_id, source, request_id]);

/** The name of a new event; null when it is named by its own id. */
export function nameOf({ user_id, source, request_id }: NewEvent): EventName | null {
  return request_id === null ? null : { user_id, source, request_id };
}

/** Whether two pieces of work under one name are the same, as far as both say what they are. */
export const isSameWork = (a: Pick<NewEvent, 'content_hash'>, b: Pick<NewEvent, 'content_hash'>): boolean =>
  a.content_hash === null || b.content_hash === null || a.content_hash === b.content_hash;

/** The refusal of a name that came with other work before. */
export const workConflict = (): DomainError =>
  new DomainError(
    'conflict',
    'idempotency_conflict',
    'Other work was recorded under this id before. The same id is a repeat only with the same content.',
  );

/** The row that a new event became. */
export function recordedAs(
  { list_cost: _, ...event }: NewEvent,
  { id, transaction_id, created_at }: RecordedFacts,
): RecordedEvent {
  const { request_id, occurred_at } = event;
  return {
    ...event,
    ...{ id, transaction_id, created_at },
    request_id: request_id ?? id,
    occurred_at: occurred_at ?? created_at,
  };
}
