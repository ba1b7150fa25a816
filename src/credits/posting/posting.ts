import type { CreditHoldRow, UserCreditsRow } from '../../generated/rows.js';
import type { NewEvent, RecordedEvent } from '../../metering/usage-event.js';
import type { Actor } from '../../platform/actor.js';
import { type Attribution, attributionOf } from '../../platform/attribution.js';
import { amount, type Units, units } from '../../platform/values/amount.js';
import { type DomainError } from '../../platform/errors.js';
import type { Account, LineDetails } from '../accounts/account.js';
import type { AccountState } from '../accounts/account-state.js';
import type { ShownAccount } from '../accounts/shown-account.js';
import type { StoredLine } from '../accounts/account-lines.js';
import type { CallKind } from '../accounts/calls.js';
import type { IdempotencyKey } from './idempotency.js';

/** The immutable fields of a hold. They can be read before the account is locked. */
export type HoldFacts = Pick<CreditHoldRow, 'id' | 'user_id' | 'service' | 'model' | 'metadata'> &
  Attribution & { amount: Units };

interface Common {
  user_id: string;
  /**
   * Account where repeated work is recognized, if it is not the one that pays: a person's, when an organization pays by
   * the person's burn order. That can change, and the work must not be paid for twice then.
   */
  home?: string | undefined;
  actor: Actor;
  key: IdempotencyKey | undefined;
}

/** Work about to be done (`deduct`) or already done (`settle`). */
export interface ChargePosting extends Common {
  kind: 'deduct' | 'settle';
  amount: Units;
  details: LineDetails;
  /** The work that the charge is for. It is recorded with the charge and counts as a call. */
  event?: NewEvent | undefined;
}

/** What the amount of a hold was calculated from, as read before. */
export interface HoldTerms {
  /** Revision of plans, prices and markup rules. */
  revision: string;
  /** Plan of the account. */
  tier: string;
  /** The user's own OpenRouter key, encrypted; null for none. */
  sealed_key: string | null;
}

/** The terms of a hold have changed, or only the locked path can decide on it. Without terms it can be posted. */
export class TermsOutdated extends Error {}

/** Credits to set aside for `ttl_s` seconds. */
export interface HoldPosting extends Common {
  kind: 'hold';
  amount: Units;
  ttl_s: number;
  service: string;
  model: string | null;
  metadata: Record<string, unknown>;
  attribution?: Attribution | undefined;
  /** Whether the hold counts as a call; its capture then does not. */
  is_call?: boolean;
  /**
   * Length of the lease in seconds, for a hold whose work this process does itself. Such a hold commits asynchronously:
   * losing it is harmless, because the work is settled by the name of its event with or without the hold.
   */
  lease_s?: number;
  /** The hold is only created if these are still the current terms, and fails with {@link TermsOutdated} otherwise. */
  terms?: HoldTerms | undefined;
  /** Whether the call is one of a free model. */
  is_free?: boolean | undefined;
}

/** A hold to capture with `amount`. */
export interface CapturePosting extends Common {
  kind: 'capture';
  hold: HoldFacts;
  amount: Units;
  /** The work that the hold was for. It is recorded with the charge. */
  event?: NewEvent | undefined;
}

/** A hold to release. */
export interface ReleasePosting extends Common {
  kind: 'release';
  hold: HoldFacts;
}

/** A hold to extend to `ttl_s` seconds from now. */
export interface ExtendPosting extends Common {
  kind: 'extend';
  hold: HoldFacts;
  ttl_s: number;
}

/** One change of an account on its way through the posting engine. */
export type Posting = ChargePosting | HoldPosting | CapturePosting | ReleasePosting | ExtendPosting;

/** Returns the work that a posting records. */
export const eventOf = (posting: Posting): NewEvent | undefined => ('event' in posting ? posting.event : undefined);

/** Returns when the work of a posting was done, if the caller stated it. */
export const doneAt = (posting: Posting): Date | null => eventOf(posting)?.occurred_at ?? null;

/** Returns the posting as one of `user_id`, the account that took over the original one. */
export const paidBy = (user_id: string, posting: Posting): Posting => {
  const event = eventOf(posting);
  return { ...posting, user_id, ...(event && { event: { ...event, user_id } }) };
};

/**
 * Returns the account where a posting has to be recognized besides the one that pays; undefined if there is none, or the
 * posting has neither a key nor a name.
 */
export function otherHomeOf(posting: Posting): string | undefined {
  const { home, user_id, key } = posting;
  if (home === undefined || home === user_id) return undefined;
  return key || typeof eventOf(posting)?.request_id === 'string' ? home : undefined;
}

/** Returns the kind of call that a posting counts as; null when it does not count. */
export function callOf(posting: Posting): CallKind | null {
  if (posting.kind === 'hold') return posting.is_call ? kindOf(posting.is_free) : null;
  const isWork = posting.kind === 'deduct' || posting.kind === 'settle';
  return isWork && posting.event ? kindOf(posting.event.is_free_tier) : null;
}

/** Returns the immutable fields of a hold. */
export function factsOf(hold: CreditHoldRow): HoldFacts {
  const { id, user_id, service, model, metadata, amount: size } = hold;
  return { id, user_id, service, model, metadata, ...attributionOf(hold), amount: units(size) };
}

const kindOf = (is_free: boolean | undefined): CallKind => (is_free ? 'free' : 'metered');

/** Credits that an API key has spent on a model; work without a model has the name of its service. */
export interface KeySpending {
  readonly api_key_id: string;
  readonly model: string;
  readonly amount: Units;
}

/** Returns what a posting spends with an API key; null if it charges nothing or no key is used. */
export function keySpending(posting: Posting): KeySpending | null {
  if (!('amount' in posting) || posting.kind === 'hold' || posting.amount <= 0n) return null;
  const { attribution, model, service } = posting.kind === 'capture' ? captureDetails(posting) : posting.details;
  const api_key_id = attribution?.api_key_id ?? null;
  return api_key_id === null ? null : { api_key_id, model: model ?? service ?? '', amount: posting.amount };
}

/** Returns the list price of the posting's work if it is free; otherwise zero. */
export function listCostOf(posting: Posting): Units {
  const list_cost = eventOf(posting)?.list_cost;
  return list_cost === undefined ? 0n : units(list_cost);
}

/** The effects of a posting: the account right after it, its ledger line, its hold, and the event it recorded. */
export interface Outcome {
  account: ShownAccount;
  line: StoredLine | null;
  hold: CreditHoldRow | null;
  event: RecordedEvent | null;
  replayed: boolean;
}

/** An outcome, or the refusal to return to the caller. */
export type Result = Outcome | DomainError;

/** The amounts of an account that a posting changes. */
export type AccountDelta = Pick<UserCreditsRow, 'balance' | 'held' | 'debt' | 'used_this_period' | 'free_tier_used'>;

export const deltaOf = (state: AccountState): AccountDelta => ({
  balance: amount(state.balance),
  held: amount(state.held),
  debt: amount(state.debt),
  used_this_period: amount(state.used_this_period),
  free_tier_used: amount(state.free_tier_used),
});

/** Returns the description of a ledger line: the service, and the model if there is one. */
export const describe = (work: { service: string; model: string | null | undefined }): string =>
  work.model ? `${work.service}: ${work.model}` : work.service;

/** Returns the details for the line of a capture: those of the event if there is one, otherwise those of the hold. */
export function captureDetails({ hold, event }: CapturePosting): LineDetails {
  if (event) return { ...eventDetails(event), hold_id: hold.id };
  const { id, service, model, metadata } = hold;
  const attribution = attributionOf(hold);
  return { service, model, metadata, attribution, hold_id: id, description: describe({ service, model }) };
}

/** Returns the details for the line that charges an event. */
export function eventDetails(event: NewEvent): LineDetails {
  const { service, model, metadata, provider_cost, platform_markup: markup, total_cost: total } = event;
  const charged = { service, model, metadata, cost_breakdown: { provider_cost, markup, total } };
  return lineDetails(charged, attributionOf(event));
}

/** The work that a ledger line charges. */
interface ChargedWork {
  service: string;
  model?: string | null | undefined;
  cost_breakdown?: object | null | undefined;
  metadata?: Record<string, unknown> | undefined;
}

/** Returns the details for the line that charges some work. */
export function lineDetails(
  { service, model, cost_breakdown, metadata }: ChargedWork,
  attribution: Attribution,
): LineDetails {
  return { service, model, cost_breakdown, metadata, attribution, description: describe({ service, model }) };
}

/** Captures a hold on the account. @returns the index of its first line; null when nothing was charged */
export function captureOn(account: Account, posting: CapturePosting): number | null {
  const { hold, amount: charged } = posting;
  const first = account.lines.length;
  account.capture(hold.amount, charged, captureDetails(posting));
  return charged > 0n ? first : null;
}
