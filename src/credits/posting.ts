import type { CreditHoldRow, UserCreditsRow } from '../generated/rows.js';
import type { NewEvent, RecordedEvent } from '../metering/usage-event.js';
import type { Actor } from '../platform/actor.js';
import { amount, type Units, units } from '../platform/amount.js';
import { type DomainError } from '../platform/errors.js';
import type { Account, LineDetails } from './account.js';
import type { AccountState } from './account-state.js';
import type { StoredLine } from './accounts.repository.js';
import type { CallKind } from './calls.js';
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
  /** The work that the charge is for, recorded with it: a metered call. */
  event?: NewEvent | undefined;
}

/** Credits to set aside for `ttl_s` seconds. */
export interface HoldPosting extends Common {
  kind: 'hold';
  amount: Units;
  ttl_s: number;
  service: string;
  model: string | null;
  metadata: Record<string, unknown>;
  /** Whether the work it is for counts as a metered call: then its capture does not. */
  is_call?: boolean;
  /**
   * Seconds for which this process keeps the hold, because it does the work itself and ends it by the name of the work's
   * event. Such a hold is not waited for until it is on the disk.
   */
  lease_s?: number;
  /** Whether that is a call of a free model. */
  is_free?: boolean | undefined;
}

/** A hold to charge with `amount`. */
export interface CapturePosting extends Common {
  kind: 'capture';
  hold: HoldFacts;
  amount: Units;
  /** The work that the hold was for, recorded with its charge. */
  event?: NewEvent | undefined;
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

/** The work that a posting records. */
export const eventOf = (posting: Posting): NewEvent | undefined => ('event' in posting ? posting.event : undefined);

/** When the work of a posting was done, as far as somebody says so. */
export const doneAt = (posting: Posting): Date | null => eventOf(posting)?.occurred_at ?? null;

/** The same work, paid by the account that took over the one it was meant for. */
export const paidBy = (user_id: string, posting: Posting): Posting => {
  const event = eventOf(posting);
  return { ...posting, user_id, ...(event && { event: { ...event, user_id } }) };
};

/** As what kind of call a posting counts; null when it is none. */
export function callOf(posting: Posting): CallKind | null {
  if (posting.kind === 'hold') return posting.is_call ? kindOf(posting.is_free) : null;
  const isWork = posting.kind === 'deduct' || posting.kind === 'settle';
  return isWork && posting.event ? kindOf(posting.event.is_free_tier) : null;
}

/** What never changes of a hold that was just made. */
export const factsOf = ({ id, user_id, service, model, metadata, amount: size }: CreditHoldRow): HoldFacts => ({
  ...{ id, user_id, service, model, metadata },
  amount: units(size),
});

const kindOf = (is_free: boolean | undefined): CallKind => (is_free ? 'free' : 'metered');

/** What the work of a posting would have cost, had it not been free. */
export function listCostOf(posting: Posting): Units {
  const list_cost = eventOf(posting)?.list_cost;
  return list_cost === undefined ? 0n : units(list_cost);
}

/** What a posting did: the account right after it, the line it booked, the hold it touched, the work it recorded. */
export interface Outcome {
  account: UserCreditsRow;
  line: StoredLine | null;
  hold: CreditHoldRow | null;
  event: RecordedEvent | null;
  replayed: boolean;
}

/** An outcome, or the refusal that the caller is to see. */
export type Result = Outcome | DomainError;

/** The amounts of an account that a posting changes. */
export type Moved = Pick<UserCreditsRow, 'balance' | 'held' | 'debt' | 'used_this_period' | 'free_tier_used'>;

export const movedOf = (state: AccountState): Moved => ({
  balance: amount(state.balance),
  held: amount(state.held),
  debt: amount(state.debt),
  used_this_period: amount(state.used_this_period),
  free_tier_used: amount(state.free_tier_used),
});

/** A line's sentence for people: what was used. */
export const describe = (work: { service: string; model: string | null | undefined }): string =>
  work.model ? `${work.service}: ${work.model}` : work.service;

/** What the line of a captured hold says: of the work that was done, where it is known. */
export function captureDetails({ hold, event }: CapturePosting): LineDetails {
  if (event) return { ...eventDetails(event), hold_id: hold.id };
  const { id, service, model, metadata } = hold;
  return { service, model, metadata, hold_id: id, description: describe({ service, model }) };
}

/** What the line that charges a piece of work says. */
export function eventDetails(event: NewEvent): LineDetails {
  const { provider_cost, platform_markup: markup, total_cost: total } = event;
  return chargeDetails({ ...event, cost_breakdown: { provider_cost, markup, total } });
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
export function captureOn(account: Account, posting: CapturePosting): number | null {
  const { hold, amount: charged } = posting;
  const first = account.lines.length;
  account.capture(hold.amount, charged, captureDetails(posting));
  return charged > 0n ? first : null;
}
