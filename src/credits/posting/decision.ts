import type { CreditHoldRow } from '../../generated/rows.js';
import type { RecordedEvent } from '../../metering/usage-event.js';
import { DomainError } from '../../platform/errors.js';
import type { StoredLine } from '../accounts/account-lines.js';
import type { SavedAccount } from '../accounts/accounts.repository.js';
import type { ShownAccount } from '../accounts/shown-account.js';
import type { AccountDelta, Outcome, Result } from './posting.js';

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

/** The result of a charge: the account right after it and its ledger line. A replay returns the original line. */
export interface Posted {
  account: ShownAccount;
  line: StoredLine;
  replayed: boolean;
}

/** The result of metering: the account right after it and the recorded event. A replay returns the original event. */
export interface Metered {
  account: ShownAccount;
  event: RecordedEvent;
  replayed: boolean;
}

/** The result of a hold operation: the account right after it, the hold, and the event that a capture recorded. */
export interface HoldPosted {
  account: ShownAccount;
  hold: CreditHoldRow;
  event: RecordedEvent | null;
  replayed: boolean;
}

/** Returns the result of a charge. */
export function charged({ account, line, replayed }: Outcome): Posted {
  if (!line) throw new Error('a charge was posted without a line');
  return { account, line, replayed };
}

/** Returns the result of metering. */
export function metered({ account, event, replayed }: Outcome): Metered {
  if (!event) throw new Error('work was metered without an event');
  return { account, event, replayed };
}

/** Returns the result of a hold operation. */
export function held({ account, hold, event, replayed }: Outcome): HoldPosted {
  if (!hold) throw new Error('a hold was posted without a hold');
  return { account, hold, event, replayed };
}
