import type { CreditHoldRow } from '../generated/rows.js';
import { amount } from '../platform/amount.js';
import { DomainError, NotFound } from '../platform/errors.js';
import type { Account } from './account.js';
import type { Saved, StoredLine } from './accounts.repository.js';
import { conflict, type KnownKey } from './idempotency.js';
import {
  captureOn,
  type CapturePosting,
  type ChargePosting,
  type ExtendPosting,
  type HoldPosting,
  movedOf,
  type Outcome,
  type Posting,
  type ReleasePosting,
  type Result,
} from './posting.js';
import { type Refusal, refusalError } from './refusal.js';

/** What a key stands for while its request is decided but not stored: a line by index, a new hold by index, or an id. */
type Recorded = { line: number } | { new_hold: number } | { id: string };

/** What was stored of a session: its lines and holds have their ids now. */
export interface Stored extends Saved {
  new_holds: CreditHoldRow[];
  /** Lines that earlier requests booked, by id. */
  recorded_lines: ReadonlyMap<string, StoredLine>;
}

/** Tells a posting's caller how it ended, once everything is stored. */
export type Ending = (stored: Stored) => Result;

/** Columns of a hold to be made. */
export type NewHold = Omit<CreditHoldRow, 'id' | 'captured_amount' | 'status' | 'resolved_at'>;

/**
 * Postings of one user, taken in order on the locked account: each is accepted, refused or replayed as if it had run
 * alone. Pure: what it decides lies in the account and here for the repositories to store.
 */
export class PostingSession {
  readonly newHolds: NewHold[] = [];
  readonly changedHolds = new Map<string, CreditHoldRow>();
  readonly newKeys = new Map<string, { request_hash: string; recorded: Recorded }>();
  readonly refusals: { posting: ChargePosting; refusal: Refusal }[] = [];

  constructor(
    private readonly account: Account,
    private readonly holds: ReadonlyMap<string, CreditHoldRow>,
    private readonly keys: ReadonlyMap<string, KnownKey>,
  ) {}

  /** Whether anything has to be stored of the account. */
  get hasPosted(): boolean {
    return this.account.lines.length > 0 || this.newHolds.length > 0 || this.changedHolds.size > 0;
  }

  take(posting: Posting): Ending {
    this.account.author = posting.actor;
    const replay = this.replayOf(posting);
    if (replay) return replay;
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

  private charge(posting: ChargePosting): Ending {
    const { account } = this;
    if (posting.kind === 'settle') account.settle(posting.amount, posting.details);
    else {
      const refusal = account.deduct(posting.amount, posting.details);
      if (refusal) {
        this.refusals.push({ posting, refusal });
        return this.refused(refusal);
      }
    }
    const line = account.lines.length - 1;
    this.remember(posting, { line });
    return this.done({ line });
  }

  private hold(posting: HoldPosting): Ending {
    const { account } = this;
    const { user_id, service, model, metadata, actor, ttl_s } = posting;
    const expires_at = new Date(account.now.getTime() + ttl_s * 1000);
    const refusal = account.hold(posting.amount, expires_at);
    if (refusal) return this.refused(refusal);
    const created = { created_at: account.now, actor: actor.user_id, expires_at };
    this.newHolds.push({ user_id, amount: amount(posting.amount), service, model, metadata, ...created });
    const recorded = { new_hold: this.newHolds.length - 1 };
    this.remember(posting, recorded);
    return this.done(recorded);
  }

  private resolve(posting: CapturePosting | ReleasePosting | ExtendPosting): Ending {
    const { account } = this;
    const { id } = posting.hold;
    const hold = this.currentHold(id);
    if (!hold) return () => new NotFound(`Hold ${id}`);
    if (hold.status !== 'active') return () => alreadyResolved(hold);
    let line: number | null = null;
    if (posting.kind === 'extend') {
      const until = new Date(account.now.getTime() + posting.ttl_s * 1000);
      this.changedHolds.set(id, until > hold.expires_at ? { ...hold, expires_at: until } : hold);
    } else {
      const captured = posting.kind === 'capture';
      if (captured) line = captureOn(account, posting);
      else account.release(posting.hold.amount);
      const captured_amount = captured ? amount(posting.amount) : hold.captured_amount;
      const status = captured ? 'captured' : 'released';
      this.changedHolds.set(id, { ...hold, status, captured_amount, resolved_at: account.now });
    }
    this.remember(posting, { id });
    return this.done(line === null ? {} : { line }, this.currentHold(id));
  }

  private replayOf(posting: Posting): Ending | null {
    if (!posting.key) return null;
    const { key, request_hash } = posting.key;
    const known = this.keys.get(key) ?? this.newKeys.get(key);
    if (!known) return null;
    if (known.request_hash !== request_hash) return conflict;
    const recorded = 'recorded' in known ? known.recorded : { id: known.resource_id ?? '' };
    if ('hold' in posting) return this.done({}, this.currentHold(posting.hold.id), true);
    return this.done(recorded, 'id' in recorded ? this.currentHold(recorded.id) : undefined, true);
  }

  private done(
    made: Partial<Record<'line' | 'new_hold', number>> & { id?: string },
    hold?: CreditHoldRow,
    replayed = false,
  ): Ending {
    const moved = movedOf(this.account.state);
    return (stored): Outcome => ({
      account: { ...stored.account, ...moved },
      line: (made.line === undefined ? stored.recorded_lines.get(made.id ?? '') : stored.lines[made.line]) ?? null,
      hold: hold ?? (made.new_hold === undefined ? null : stored.new_holds[made.new_hold]) ?? null,
      replayed,
    });
  }

  private refused(refusal: Refusal): Ending {
    const error = refusalError(refusal, this.account.state);
    return () => error;
  }

  private remember({ key }: Posting, recorded: Recorded): void {
    if (key) this.newKeys.set(key.key, { request_hash: key.request_hash, recorded });
  }

  private currentHold(id: string): CreditHoldRow | undefined {
    return this.changedHolds.get(id) ?? this.holds.get(id);
  }
}

function alreadyResolved(hold: CreditHoldRow): DomainError {
  const at = hold.resolved_at?.toISOString() ?? 'before';
  return new DomainError(
    'conflict',
    'hold_already_resolved',
    `The hold was ${hold.status} at ${at}; a hold resolves once.`,
    {
      hold_status: hold.status,
    },
  );
}
