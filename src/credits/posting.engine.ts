import { Inject, Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import pLimit from 'p-limit';
import type { CreditHoldRow, UserCreditsRow } from '../generated/rows.js';
import type { Actor } from '../platform/actor.js';
import { type Units, units } from '../platform/amount.js';
import { CONFIG, type Config } from '../platform/config.js';
import { isOutage } from '../platform/database-errors.js';
import { DomainError } from '../platform/errors.js';
import type { NewEvent, RecordedEvent } from '../metering/usage-event.js';
import type { LineDetails } from './account.js';
import type { StoredLine } from './accounts.repository.js';
import { BatchRepository } from './batch.repository.js';
import { HoldsRepository } from './holds.repository.js';
import type { IdempotencyKey } from './idempotency.js';
import { Lane } from './lane.js';
import { LockedPoster } from './locked-poster.js';
import { PostingMetrics } from './posting-metrics.js';
import { PostingTraces } from './posting-traces.js';
import { eventDetails, type HoldFacts, type HoldPosting, type Outcome, type Posting } from './posting.js';

/** A charge: credits, and what its ledger line says. */
export interface Charge {
  user_id: string;
  amount: Units;
  details: LineDetails;
  key: IdempotencyKey | undefined;
}

/** Credits to set aside. */
export type HoldOrder = Omit<HoldPosting, 'kind' | 'actor'>;

/** What a charge did: the account right after it and the line it booked, or booked the first time. */
export interface Posted {
  account: UserCreditsRow;
  line: StoredLine;
  replayed: boolean;
}

/** Work to charge and to record in one write; it is charged its total_cost. */
export interface MeteredWork {
  event: NewEvent;
  key: IdempotencyKey | undefined;
}

/** What metering did: the account right after it and the event as it is recorded, or was the first time. */
export interface Metered {
  account: UserCreditsRow;
  event: RecordedEvent;
  replayed: boolean;
}

/** What happened to a hold, the account right after it, and the work that its capture recorded. */
export interface HoldPosted {
  account: UserCreditsRow;
  hold: CreditHoldRow;
  event: RecordedEvent | null;
  replayed: boolean;
}

/** A user's lane while postings of the user are on the way. */
interface Seat {
  lane: Lane;
  count: number;
}

const QUEUE_MAX = 20_000;
/** With fewer postings on the way than this, one batch after the other is faster than two half as large at once. */
const FEW = 16;
const DRAIN_POLL_MS = 5;

/**
 * The one door through which charges and holds are posted, by group commit: while one batch is in flight, the next one
 * gathers. Every posting is accepted, refused or replayed by the database as if it had run alone, in the order of
 * arrival per user; nothing in this process decides, so any number of instances may post at once
 * (docs/decisions/0004-group-commit.md).
 */
@Injectable()
export class PostingEngine implements OnModuleDestroy {
  private readonly lanes: Lane[];
  private readonly log = new Logger('posting');
  private readonly seats = new Map<string, Seat>();
  private queued = 0;

  constructor(
    batches: BatchRepository,
    poster: LockedPoster,
    private readonly holds: HoldsRepository,
    private readonly metrics: PostingMetrics,
    private readonly traces: PostingTraces,
    @Inject(CONFIG) config: Config,
  ) {
    const { lanes, locked_max } = config.posting;
    const slots = pLimit(locked_max);
    metrics.readQueue(() => this.queued);
    this.lanes = Array.from({ length: lanes }, () => {
      return new Lane({
        batch: (groups) => metrics.batch(groups, () => traces.batch(groups, () => batches.post(groups))),
        locked: (user_id, postings) =>
          slots(() =>
            metrics.locked(postings.length, () => traces.locked(postings, () => poster.post(user_id, postings))),
          ),
        isOutage,
        onFault: (error) => this.log.error('a batch failed', (error as Error).stack),
      });
    });
  }

  /**
   * Charges work about to be done.
   * @throws DomainError 402 when it does not fit, with no effect; `idempotency_conflict`; `overloaded`
   */
  async deduct(actor: Actor, charge: Charge): Promise<Posted> {
    return charged(await this.post({ kind: 'deduct', actor, ...charge }));
  }

  /**
   * Charges work already done: always booked, what the balance can't pay becomes debt.
   * @throws DomainError `idempotency_conflict`, `overloaded`
   */
  async settle(actor: Actor, charge: Charge): Promise<Posted> {
    return charged(await this.post({ kind: 'settle', actor, ...charge }));
  }

  /**
   * Charges and records a piece of work, both or neither, once per name of the event. Work that is about to be done
   * (`deduct`) may be refused, finished work (`settle`) never is; both count as a call, of the plan or
   * of a free model.
   * @throws DomainError 402 when it does not fit or `budget_exceeded`, 429 `call_limit_exceeded` or
   * `free_call_limit_exceeded`, each with no effect; `idempotency_conflict`; `overloaded`
   */
  async meter(actor: Actor, kind: 'deduct' | 'settle', { event, key }: MeteredWork): Promise<Metered> {
    const charge = { user_id: event.user_id, amount: units(event.total_cost), details: eventDetails(event) };
    return metered(await this.post({ kind, actor, key, event, ...charge }));
  }

  /**
   * Sets credits aside.
   * @throws DomainError 402 when they do not fit, with no effect; `idempotency_conflict`; `overloaded`
   */
  async hold(actor: Actor, order: HoldOrder): Promise<HoldPosted> {
    return held(await this.post({ kind: 'hold', actor, ...order }));
  }

  /**
   * Charges a hold; what it does not need returns, what exceeds it is settled as its own line. Without an amount the
   * hold is released. The work it was for is recorded in the same write.
   * @throws NotFound; DomainError `hold_already_resolved`, `idempotency_conflict`, `overloaded`
   */
  async capture(
    actor: Actor,
    held_as: string | HoldFacts,
    amount: Units,
    key: IdempotencyKey | undefined,
    event?: NewEvent,
  ): Promise<HoldPosted> {
    const hold = await this.factsOf(held_as);
    if (amount > hold.amount) this.metrics.exceeded();
    return held(await this.post({ kind: 'capture', actor, hold, user_id: hold.user_id, amount, key, event }));
  }

  /**
   * Returns a hold's credits.
   * @throws NotFound; DomainError `hold_already_resolved`, `idempotency_conflict`, `overloaded`
   */
  async release(actor: Actor, held_as: string | HoldFacts, key: IdempotencyKey | undefined): Promise<HoldPosted> {
    const hold = await this.factsOf(held_as);
    return held(await this.post({ kind: 'release', actor, hold, user_id: hold.user_id, key }));
  }

  /**
   * Lets an active hold live for `ttl_s` seconds from now; never shortens it.
   * @throws NotFound; DomainError `hold_already_resolved`, `idempotency_conflict`, `overloaded`
   */
  async extend(actor: Actor, id: string, ttl_s: number, key: IdempotencyKey | undefined): Promise<HoldPosted> {
    const hold = await this.holds.facts(id);
    return held(await this.post({ kind: 'extend', actor, hold, user_id: hold.user_id, ttl_s, key }));
  }

  /** Lets everything that was taken in be posted before the database is closed. */
  async onModuleDestroy(): Promise<void> {
    while (this.lanes.some((lane) => !lane.isIdle)) await new Promise((wake) => setTimeout(wake, DRAIN_POLL_MS));
  }

  /** Who made a hold knows all of it that never changes; others have it looked up. */
  private factsOf(held_as: string | HoldFacts): HoldFacts | Promise<HoldFacts> {
    return typeof held_as === 'string' ? this.holds.facts(held_as) : held_as;
  }

  private post(posting: Posting): Promise<Outcome> {
    if (this.queued >= QUEUE_MAX) {
      const detail = 'More charges wait than can be posted soon. Retry with the same Idempotency-Key.';
      return Promise.reject(new DomainError('unavailable', 'overloaded', detail, { retry_after_s: 1 }));
    }
    const seat = this.seatOf(posting.user_id);
    this.queued += 1;
    seat.count += 1;
    this.traces.taken(posting);
    const leave = (error?: unknown): void => {
      this.traces.ended(posting, error);
      this.queued -= 1;
      seat.count -= 1;
      if (seat.count === 0) this.seats.delete(posting.user_id);
    };
    const { promise, resolve, reject } = Promise.withResolvers<Outcome>();
    seat.lane.add({
      posting,
      resolve: (result) => {
        leave(result instanceof DomainError ? result : undefined);
        if (result instanceof DomainError) {
          this.metrics.refused(result.code);
          reject(result);
        } else resolve(result);
      },
      reject: (error) => {
        leave(error);
        reject(error);
      },
    });
    return promise;
  }

  /** Where a user's postings go. One with postings on the way stays in its lane, for their order. */
  private seatOf(user_id: string): Seat {
    const known = this.seats.get(user_id);
    if (known) return known;
    const seat = { lane: this.lanes[this.queued < FEW ? 0 : hashOf(user_id) % this.lanes.length] as Lane, count: 0 };
    this.seats.set(user_id, seat);
    return seat;
  }
}

function hashOf(text: string): number {
  let hash = 0;
  for (let i = 0; i < text.length; i += 1) hash = (Math.imul(hash, 31) + text.charCodeAt(i)) | 0;
  return Math.abs(hash);
}

function charged({ account, line, replayed }: Outcome): Posted {
  if (!line) throw new Error('a charge was posted without a line');
  return { account, line, replayed };
}

function metered({ account, event, replayed }: Outcome): Metered {
  if (!event) throw new Error('work was metered without an event');
  return { account, event, replayed };
}

function held({ account, hold, event, replayed }: Outcome): HoldPosted {
  if (!hold) throw new Error('a hold was posted without a hold');
  return { account, hold, event, replayed };
}
