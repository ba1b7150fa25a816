import type { EventRow } from '../generated/rows.js';
import type { EventType } from './event-types.js';

/** An event as it was written. */
export interface StoredEvent {
  id: string;
  user_id: string;
  sequence: number;
  type: EventType;
  occurred_at: Date;
  data: { object: Record<string, unknown>; previous?: Record<string, unknown> };
}

/** The columns of a {@link StoredEvent}. */
export const EVENT_COLUMNS = 'id, user_id, sequence, type, occurred_at, data';

/** Converts a row: what is stored was written by `writeEvents`. */
export const toEvent = ({ id, user_id, sequence, type, occurred_at, data }: EventRow): StoredEvent => ({
  id,
  user_id,
  sequence,
  type: type as EventType,
  occurred_at,
  data: data as StoredEvent['data'],
});
