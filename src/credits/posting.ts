import type { CreditHoldRow, UserCreditsRow } from '../generated/rows.js';
import type { Actor } from '../platform/actor.js';
import { amount, type Units } from '../platform/amount.js';
import { type DomainError } from '../platform/errors.js';
import type { Account, LineDetails } from './account.js';
import type { AccountState } from './account-state.js';
import type { StoredLine } from './accounts.repository.js';
import type { IdempotencyKey } from './idempotency.js';

/** What never changes of a hold: safe to read ahead of the lock. */
export type HoldFacts = Pick<CreditHoldRow, 'id' | 'user_id' | 'service' | 'model' | 'metadata'> & { amount: Units };

interface Common {
  user_id: string;
  actor: Actor;
  key: IdempotencyKey | undefined;
}

/** Work about to be done (`deduct`) or already done (`settle`). */
export interface ChargePosting extends Common {
  kind: 'deduct' | 'settle';
  amount: Units;
  details: LineDetails;
}

/** Credits to set aside for `ttl_s` seconds. */
export interface HoldPosting extends Common {
  kind: 'hold';
  amount: Units;
  ttl_s: number;
  service: string;
  model: string | null;
  metadata: Record<string, unknown>;
}

/** A hold to charge with `amount`. */
export interface CapturePosting extends Common {
  kind: 'capture';
  hold: HoldFacts;
  amount: Units;
}

/** A hold to give back. */
export interface ReleasePosting extends Common {
  kind: 'release';
  hold: HoldFacts;
}

/** A hold to keep alive for `ttl_s` seconds from now. */
export interface ExtendPosting extends Common {
  kind: 'extend';
  hold: HoldFacts;
  ttl_s: number;
}

/** Whatever goes through the posting engine. */
export type Posting = ChargePosting | HoldPosting | CapturePosting | ReleasePosting | ExtendPosting;

/** What a posting did: the account right after it, the line it booked, the hold it touched. */
export interface Outcome {
  account: UserCreditsRow;
  line: StoredLine | null;
  hold: CreditHoldRow | null;
  replayed: boolean;
}

/** An outcome, or the refusal that the caller is to see. */
export type Result = Outcome | DomainError;

/** The amounts of an account that a posting changes. */
export type Moved = Pick<UserCreditsRow, 'balance' | 'held' | 'debt' | 'used_this_period'>;

export const movedOf = (state: AccountState): Moved => ({
  balance: amount(state.balance),
  held: amount(state.held),
  debt: amount(state.debt),
  used_this_period: amount(state.used_this_period),
});

/** A line's sentence for people: what was used. */
export const describe = (work: { service: string; model: string | null | undefined }): string =>
  work.model ? `${work.service}: ${work.model}` : work.service;

/** What the line of a captured hold says. */
export function captureDetails({ id, service, model, metadata }: HoldFacts): LineDetails {
  return { service, model, metadata, hold_id: id, description: describe({ service, model }) };
}

/** What the line of a charge says. */
export function chargeDetails(order: {
  service: string;
  model?: string | null | undefined;
  cost_breakdown?: object | null | undefined;
  metadata?: Record<string, unknown> | undefined;
}): LineDetails {
  const { service, model, cost_breakdown, metadata } = order;
  return { service, model, cost_breakdown, metadata, description: describe({ service, model }) };
}

/** Books the charge of a capture. @returns the index of its first line; null when nothing was charged */
export function captureOn(account: Account, { hold, amount: charged }: CapturePosting): number | null {
  const first = account.lines.length;
  account.capture(hold.amount, charged, captureDetails(hold));
  return charged > 0n ? first : null;
}
