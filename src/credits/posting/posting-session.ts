import type { CreditHoldRow } from '../../generated/rows.js';
import { isSameWork, nameKey, nameOf, type NewEvent, workConflict } from '../../metering/usage-event.js';
import type { Actor } from '../../platform/actor.js';
import { UNATTRIBUTED } from '../../platform/attribution.js';
import { amount, units } from '../../platform/values/amount.js';
import { type DomainError, NotFound } from '../../platform/errors.js';
import type { Account } from '../accounts/account.js';
import { countCall, refuseCall } from '../accounts/calls.js';
import { sizesOf } from '../budgets/budget.js';
import { type Accepted, alreadyResolved, type Decision, type PostingEffect } from './decision.js';
import { conflict } from './idempotency.js';
import {
  callOf,
  captureOn,
  type CapturePosting,
  type ChargePosting,
  doneAt,
  eventOf,
  type ExtendPosting,
  type HoldPosting,
  listCostOf,
  deltaOf,
  type Posting,
  type ReleasePosting,
} from './posting.js';
import type { KnownResults } from './replay-lookup.js';
import { type Refusal, refusalError, refuseStatus } from '../accounts/refusal.js';
import { refuseBudgets, tokensOf } from './budgeted-posting.js';

/** Columns of a hold to be created. */
export type NewHold = Omit<
  CreditHoldRow,
  'id' | 'captured_amount' | 'status' | 'resolved_at' | 'work_id' | 'work_progress'
>;

/**
 * Applies the postings of one user, in order, to the locked account. Each is accepted, refused or replayed as if it had
 * run alone. Pure: the decisions are collected in the account and in this object; the repositories store them.
 */
export class PostingSession {
  readonly newHolds: NewHold[] = [];
  readonly changedHolds = new Map<string, CreditHoldRow>();
  /** Work to record, with the index of the line that charges it. */
  readonly newEvents: { event: NewEvent; line: number | null }[] = [];
  readonly newKeys = new Map<string, { request_hash: string; made: PostingEffect }>();
  readonly refusals: { posting: ChargePosting; refusal: Refusal }[] = [];
  /**
   * Holds that an admin released on behalf of their creator. They are audited, since no ledger line records a release.
   */
  readonly releasedForOthers: { actor: Actor; hold: CreditHoldRow }[] = [];

  private readonly newNames = new Map<string, PostingEffect>();

  constructor(
    private readonly account: Account,
    private readonly holds: ReadonlyMap<string, CreditHoldRow>,
    private readonly known: KnownResults,
  ) {}

  /** Whether the account has changed and must be stored. */
  get hasPosted(): boolean {
    const made = [this.account.lines, this.newHolds, this.newEvents];
    const isCounted = this.account.budgets.changed.size > 0;
    return isCounted || made.some((list) => list.length > 0) || this.changedHolds.size > 0;
  }

  /**
   * Applies a posting. Returns null for finished work of a moved account: the account that took over must pay for it.
   */
  post(posting: Posting): Decision | null {
    this.account.author = posting.actor;
    this.account.done_at = doneAt(posting);
    const replay = this.replay(posting);
    if (replay) return replay;
    if (posting.kind === 'settle' && this.account.state.moved_to !== null) return null;
    switch (posting.kind) {
      case 'deduct':
      case 'settle':
        return this.charge(posting);
      case 'hold':
        return this.hold(posting);
      case 'capture':
      case 'release':
      case 'extend':
        return this.resolve(posting);
    }
  }

  /** Returns what an earlier request recorded, if the posting repeats it; otherwise null. */
  replay(posting: Posting): Decision | null {
    return this.replayOf(posting) ?? this.duplicateOf(posting);
  }

  private charge(posting: ChargePosting): Decision {
    const { account } = this;
    const line = account.lines.length;
    if (posting.kind === 'settle') account.settle(posting.amount, posting.details);
    else {
      const refusal = this.refusalOf(posting) ?? account.deduct(posting.amount, posting.details);
      if (refusal) {
        this.refusals.push({ posting, refusal });
        return this.refused(refusal);
      }
    }
    const made = this.recordWork(posting, account.lines.length > line ? line : null);
    this.count(posting);
    this.remember(posting, made);
    return this.done(made);
  }

  private hold(posting: HoldPosting): Decision {
    const { account } = this;
    const { user_id, service, model, metadata, attribution = UNATTRIBUTED, actor, ttl_s, lease_s } = posting;
    const after = (seconds: number): Date => new Date(account.now.getTime() + seconds * 1000);
    const expires_at = after(ttl_s);
    const refusal = this.refusalOf(posting) ?? account.hold(posting.amount, expires_at);
    if (refusal) return this.refused(refusal);
    account.budgets.hold({ service, model, ...attribution }, sizesOf(posting.amount));
    this.count(posting);
    const lease_until = lease_s === undefined ? null : after(lease_s);
    const created = { created_at: account.now, actor: actor.user_id, expires_at, lease_until };
    this.newHolds.push({
      user_id,
      amount: amount(posting.amount),
      service,
      model,
      metadata,
      ...attribution,
      ...created,
    });
    const made = { new_hold: this.newHolds.length - 1 };
    this.remember(posting, made);
    return this.done(made);
  }

  private resolve(posting: CapturePosting | ReleasePosting | ExtendPosting): Decision {
    const { account } = this;
    const { id } = posting.hold;
    const hold = this.currentHold(id);
    if (!hold) return new NotFound(`Hold ${id}`);
    if (hold.status !== 'active') return alreadyResolved(hold);
    let effect: PostingEffect = {};
    if (posting.kind === 'extend') {
      const until = new Date(account.now.getTime() + posting.ttl_s * 1000);
      this.changedHolds.set(id, until > hold.expires_at ? { ...hold, expires_at: until } : hold);
    } else {
      account.budgets.release(hold, sizesOf(units(hold.amount)));
      const captured = posting.kind === 'capture';
      if (captured) effect = this.recordWork(posting, captureOn(account, posting));
      else this.release(posting, hold);
      const captured_amount = captured ? amount(posting.amount) : hold.captured_amount;
      const status = captured ? 'captured' : 'released';
      this.changedHolds.set(id, { ...hold, status, captured_amount, resolved_at: account.now });
    }
    this.remember(posting, { id });
    return this.done({ ...effect, hold: this.currentHold(id) });
  }

  private release({ actor }: ReleasePosting, hold: CreditHoldRow): void {
    this.account.release(units(hold.amount));
    if (actor.roles.includes('admin') && actor.user_id !== hold.actor) this.releasedForOthers.push({ actor, hold });
  }

  private replayOf(posting: Posting): Decision | null {
    if (!posting.key) return null;
    const { key, request_hash } = posting.key;
    const known = this.known.keys.get(key) ?? this.newKeys.get(key);
    if (!known) return null;
    if (known.request_hash !== request_hash) return conflict();
    const effect: PostingEffect = 'made' in known ? known.made : { id: known.resource_id ?? '' };
    if ('hold' in posting) {
      return this.done({ ...this.knownWork(posting), hold: this.currentHold(posting.hold.id) }, true);
    }
    return this.done({ ...effect, event: this.known.events.get(effect.id ?? '') }, true);
  }

  /**
   * Work that is already recorded is neither charged nor counted again, whatever its idempotency key. Different work
   * under the same name is refused.
   */
  private duplicateOf(posting: Posting): Decision | null {
    if ('hold' in posting) return null;
    const work = this.knownWork(posting);
    if (!work) return null;
    const recorded = work.event ?? this.newEvents[work.new_event ?? -1]?.event;
    const event = eventOf(posting);
    return recorded && event && !isSameWork(recorded, event) ? workConflict() : this.done(work, true);
  }

  /** Returns what is recorded under the name of a posting's work, by an earlier request or earlier in this session. */
  private knownWork(posting: Posting): PostingEffect | null {
    const event = eventOf(posting);
    const name = event && nameOf(event);
    if (!name) return null;
    const known = this.known.events.get(nameKey(name));
    if (known) return { event: known, id: known.transaction_id ?? '' };
    return this.newNames.get(nameKey(name)) ?? null;
  }

  /** Records the work of a posting with the line that charges it, unless it is already recorded. */
  private recordWork(posting: Posting, line: number | null): PostingEffect {
    const charged = line === null ? {} : { line };
    const event = eventOf(posting);
    if (!event) return charged;
    const known = this.knownWork(posting);
    if (known) return { ...known, ...charged };
    if (line !== null) this.account.budgets.charge(event, tokensOf(event));
    if (this.account.isOfThisPeriod) this.account.state.free_tier_used += listCostOf(posting);
    const effect: PostingEffect = { ...charged, new_event: this.newEvents.push({ event, line }) - 1 };
    const name = nameOf(event);
    if (name) this.newNames.set(nameKey(name), effect);
    return effect;
  }

  /** Refuses new work before its cost is charged: by the status of the account, the limits of the plan, and budgets. */
  private refusalOf(posting: ChargePosting | HoldPosting): Refusal | null {
    const { state, now } = this.account;
    const kind = callOf(posting);
    const refusal = refuseStatus(state) ?? (kind && refuseCall(state, kind, now, doneAt(posting)));
    return refusal ?? refuseBudgets(this.account, posting);
  }

  private count(posting: Posting): void {
    const kind = callOf(posting);
    if (kind) countCall(this.account.state, kind, this.account.now, doneAt(posting));
  }

  private done({ id = '', ...effect }: PostingEffect, replayed = false): Accepted {
    return {
      after: deltaOf(this.account.state),
      line: effect.line ?? this.known.lines.get(id) ?? null,
      hold: effect.hold ?? effect.new_hold ?? this.currentHold(id) ?? null,
      event: effect.event ?? effect.new_event ?? null,
      replayed,
    };
  }

  private refused(refusal: Refusal): DomainError {
    return refusalError(refusal, this.account.state);
  }

  private remember({ key }: Posting, effect: PostingEffect): void {
    if (key) this.newKeys.set(key.key, { request_hash: key.request_hash, made: effect });
  }

  private currentHold(id: string): CreditHoldRow | undefined {
    return this.changedHolds.get(id) ?? this.holds.get(id);
  }
}
