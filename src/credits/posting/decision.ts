import type { CreditHoldRow } from '../../generated/rows.js';
import type { RecordedEvent } from '../../metering/usage-event.js';
import { DomainError } from '../../platform/errors.js';
import type { SavedAccount, StoredLine } from '../accounts/accounts.repository.js';
import type { AccountDelta, Result } from './posting.js';

/** What a posting created or changed. New lines, holds and events are given by index, stored ones by id or as rows. */
export type PostingEffect = Partial<Record<'line' | 'new_hold' | 'new_event', number>> & {
  id?: string;
  hold?: CreditHoldRow | undefined;
  event?: RecordedEvent | undefined;
};

/** The rows that a session stored; lines, holds and events have their ids now. */
export interface StoredSession extends SavedAccount {
  new_holds: CreditHoldRow[];
  new_events: RecordedEvent[];
}

/** An accepted posting. Rows that are not stored yet are given by their index in the session. */
export interface Accepted {
  /** The amounts of the account right after the posting. */
  after: AccountDelta;
  line: StoredLine | number | null;
  hold: CreditHoldRow | number | null;
  event: RecordedEvent | number | null;
  replayed: boolean;
}

/** What a session decided on a posting: accepted, or the refusal to return to the caller. */
export type Decision = Accepted | DomainError;

/** Builds the result of a posting from the stored rows. */
export function resultOf(decision: Decision, stored: StoredSession): Result {
  if (decision instanceof DomainError) return decision;
  const { after, line, hold, event, replayed } = decision;
  return {
    account: { ...stored.account, ...after },
    line: rowOf(line, stored.lines),
    hold: rowOf(hold, stored.new_holds),
    event: rowOf(event, stored.new_events),
    replayed,
  };
}

function rowOf<Row extends object>(row: Row | number | null, stored: readonly Row[]): Row | null {
  return typeof row === 'number' ? (stored[row] ?? null) : row;
}

/** Returns the error for a hold that was captured, released or has expired. */
export function alreadyResolved(hold: CreditHoldRow): DomainError {
  const at = hold.resolved_at?.toISOString() ?? 'before';
  return new DomainError(
    'conflict',
    'hold_already_resolved',
    `The hold was ${hold.status} at ${at}; a hold can be captured or released only once.`,
    { hold_status: hold.status },
  );
}
