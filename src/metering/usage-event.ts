import type { UsageEventRow } from '../generated/rows.js';
import { DomainError } from '../platform/errors.js';

/** A reported and rated piece of work that is not recorded yet; recording assigns its ids and timestamps. */
export type NewEvent = Omit<
  UsageEventRow,
  'id' | 'request_id' | 'occurred_at' | 'transaction_id' | 'recorded_xid' | 'created_at'
> & {
  /** Null: the event's own id becomes its name, so it is never a duplicate. */
  request_id: string | null;
  /** Null: the time of recording. */
  occurred_at: Date | null;
  /** List price of free work, as decimal text. It is added up in the account and not stored with the event. */
  list_cost?: string | undefined;
};

/** A stored event. */
export type RecordedEvent = Omit<UsageEventRow, 'recorded_xid'>;

/** The columns that recording assigns. */
export type RecordedFacts = Pick<RecordedEvent, 'id' | 'transaction_id' | 'created_at'>;

/** The unique name of an event: a piece of work is recorded once per user, source and request id. */
export type EventName = Pick<UsageEventRow, 'user_id' | 'source' | 'request_id'>;

/** Returns the name as a key for maps and sets. The lengths keep its parts apart. */
export const nameKey = ({ user_id, source, request_id }: EventName): string =>
  `${user_id.length} ${source.length} ${user_id}${source}${request_id}`;

/** Returns the name of a new event; null when its own id will be its name. */
export function nameOf({ user_id, source, request_id }: NewEvent): EventName | null {
  return request_id === null ? null : { user_id, source, request_id };
}

/** Whether two pieces of work under one name are the same, by their content hashes if both have one. */
export const isSameWork = (a: Pick<NewEvent, 'content_hash'>, b: Pick<NewEvent, 'content_hash'>): boolean =>
  a.content_hash === null || b.content_hash === null || a.content_hash === b.content_hash;

/** Returns the error for a name that was used for different work. */
export const workConflict = (): DomainError =>
  new DomainError(
    'conflict',
    'idempotency_conflict',
    'Different work was already recorded under this id. Use a new id, or repeat the request with the same content.',
  );

/** Returns the stored row of a new event. */
export function recordedAs(event: NewEvent, { id, transaction_id, created_at }: RecordedFacts): RecordedEvent {
  const { request_id, occurred_at } = event;
  const recorded: RecordedEvent & Pick<NewEvent, 'list_cost'> = {
    ...event,
    id,
    transaction_id,
    created_at,
    request_id: request_id ?? id,
    occurred_at: occurred_at ?? created_at,
  };
  if (recorded.list_cost !== undefined) delete recorded.list_cost; // omitting it while copying is slow
  return recorded;
}
