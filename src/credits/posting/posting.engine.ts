import { Inject, Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import pLimit from 'p-limit';
import type { Actor } from '../../platform/actor.js';
import { type Units, units } from '../../platform/values/amount.js';
import { CONFIG, type Config } from '../../platform/config/config.js';
import { isOutage } from '../../platform/database/database-errors.js';
import { DomainError } from '../../platform/errors.js';
import type { NewEvent } from '../../metering/usage-event.js';
import type { LineDetails } from '../accounts/account.js';
import { BatchRepository } from './batch.repository.js';
import { charged, held, type HoldPosted, type Metered, metered, type Posted } from './decision.js';
import { HoldsRepository } from '../holds/holds.repository.js';
import type { IdempotencyKey } from './idempotency.js';
import { Lane } from './lane.js';
import { hashOf } from './lane-hash.js';
import { LockedPathPoster } from './locked-path-poster.js';
import { PostingMetrics } from './posting-metrics.js';
import { PostingTraces } from './posting-traces.js';
import {
  eventDetails,
  type HoldFacts,
  type HoldPosting,
  type KeySpending,
  keySpending,
  otherHomeOf,
  type Outcome,
  type Posting,
  type Result,
} from './posting.js';

/** Credits to charge, with the details for the ledger line. */
export interface Charge {
  user_id: string;
  amount: Units;
  details: LineDetails;
  key: IdempotencyKey | undefined;
  home?: string | undefined;
}

/** A hold to create. */
export type HoldOrder = Omit<HoldPosting, 'kind' | 'actor'>;

/** Work to charge and to record in one write. The charge is the event's `total_cost`. */
export interface MeteredWork {
  event: NewEvent;
  key: IdempotencyKey | undefined;
  home?: string | undefined;
}

/** The same with the kind of its charge: for work about to be done, or for finished work. */
export interface ChargedWork extends MeteredWork {
  kind: 'deduct' | 'settle';
}

/** The lane a user stays on while any of the user's postings is pending. */
interface LaneAssignment {
  lane: Lane;
  count: number;
}

const QUEUE_MAX = 20_000;
/** Below this number of pending postings, one lane is used: consecutive batches beat two concurrent ones of half the size. */
const SINGLE_LANE_BELOW = 16;
const DRAIN_POLL_MS = 5;

/**
 * Posts all charges and holds, by group commit: while one batch is in flight, the next one is collected. The database
 * accepts, refuses or replays each posting as if it had run alone, in order of arrival per user. No decision depends on
 * the state of this process, so any number of instances can post concurrently (docs/decisions/0004-group-commit.md).
 */
@Injectable()
export class PostingEngine implements OnModuleDestroy {
  private readonly lanes: Lane[];
  /** Posts work that two accounts have to know of. */
  private readonly beside: (home: string, posting: Posting) => Promise<Result>;
  private readonly log = new Logger('posting');
  private readonly assignments = new Map<string, LaneAssignment>();
  private queued = 0;
  private keySpent: (spending: KeySpending) => void = () => undefined;

  constructor(
    batches: BatchRepository,
    poster: LockedPathPoster,
    private readonly holds: HoldsRepository,
    private readonly metrics: PostingMetrics,
    private readonly traces: PostingTraces,
    @Inject(CONFIG) config: Config,
  ) {
    const { lanes, locked_max } = config.posting;
    const slots = pLimit(locked_max);
    metrics.readQueue(() => this.queued);
    this.beside = (home, posting) =>
      slots(() => metrics.locked(1, () => traces.locked([posting], () => poster.postBeside(home, posting))));
    this.lanes = Array.from(
      { length: lanes },
      () =>
        new Lane({
          batch: (groups) => metrics.batch(groups, () => traces.batch(groups, () => batches.post(groups))),
          locked: (user_id, postings) =>
            slots(() =>
              metrics.locked(postings.length, () => traces.locked(postings, () => poster.post(user_id, postings))),
            ),
          isOutage,
          onFault: (error) => this.log.error('a batch failed', (error as Error).stack),
        }),
    );
  }

  /** Calls `listener` after each charge with an API key. It must return immediately. */
  onKeySpending(listener: (spending: KeySpending) => void): void {
    this.keySpent = listener;
  }

  /**
   * Charges for work that is about to be done.
   * @throws DomainError 402 when the account cannot afford it, with no effect; `idempotency_conflict`; `overloaded`
   */
  async deduct(actor: Actor, charge: Charge): Promise<Posted> {
    return charged(await this.post({ kind: 'deduct', actor, ...charge }));
  }

  /** Makes many charges, in order. Each succeeds or fails as by {@link deduct}. */
  async deductAll(actor: Actor, charges: readonly Charge[]): Promise<(Posted | Error)[]> {
    const ends = await this.postAll(charges.map((charge) => ({ kind: 'deduct' as const, actor, ...charge })));
    return ends.map((end) => (end instanceof Error ? end : charged(end)));
  }

  /**
   * Charges for work that is already done. It is always booked; what the balance cannot cover becomes debt.
   * @throws DomainError `idempotency_conflict`, `overloaded`
   */
  async settle(actor: Actor, charge: Charge): Promise<Posted> {
    return charged(await this.post({ kind: 'settle', actor, ...charge }));
  }

  /**
   * Charges for a piece of work and records it, atomically and once per event name. Work that is about to be done
   * (`deduct`) can be refused; finished work (`settle`) never is. Both count as a call: of a free model when the event
   * is free, otherwise of the plan.
   * @throws DomainError 402 when the account cannot afford it or `budget_exceeded`, 429 `call_limit_exceeded` or
   * `free_call_limit_exceeded`, each with no effect; `idempotency_conflict`; `overloaded`
   */
  async meter(actor: Actor, kind: ChargedWork['kind'], work: MeteredWork): Promise<Metered> {
    return metered(await this.post(workPosting(actor, { ...work, kind })));
  }

  /** Meters many pieces of work, in order. Each succeeds or fails as by {@link meter}. */
  async meterAll(actor: Actor, works: readonly ChargedWork[]): Promise<(Metered | Error)[]> {
    const ends = await this.postAll(works.map((work) => workPosting(actor, work)));
    return ends.map((end) => (end instanceof Error ? end : metered(end)));
  }

  /**
   * Creates a hold.
   * @throws DomainError 402 when the account cannot afford it, with no effect; `idempotency_conflict`; `overloaded`
   */
  async hold(actor: Actor, order: HoldOrder): Promise<HoldPosted> {
    return held(await this.post({ kind: 'hold', actor, ...order }));
  }

  /**
   * Captures a hold: charges `amount`, releases the rest, and settles any excess as a separate line. An amount of zero
   * charges nothing. The event, if there is one, is recorded in the same write.
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
   * Releases a hold without charging it.
   * @throws NotFound; DomainError `hold_already_resolved`, `idempotency_conflict`, `overloaded`
   */
  async release(actor: Actor, held_as: string | HoldFacts, key: IdempotencyKey | undefined): Promise<HoldPosted> {
    const hold = await this.factsOf(held_as);
    return held(await this.post({ kind: 'release', actor, hold, user_id: hold.user_id, key }));
  }

  /**
   * Extends an active hold to `ttl_s` seconds from now; never shortens it.
   * @throws NotFound; DomainError `hold_already_resolved`, `idempotency_conflict`, `overloaded`
   */
  async extend(actor: Actor, id: string, ttl_s: number, key: IdempotencyKey | undefined): Promise<HoldPosted> {
    const hold = await this.holds.facts(id);
    return held(await this.post({ kind: 'extend', actor, hold, user_id: hold.user_id, ttl_s, key }));
  }

  /** Drains pending postings before the connection pool closes. */
  async onModuleDestroy(): Promise<void> {
    while (this.queued > 0 || this.lanes.some((lane) => !lane.isIdle))
      await new Promise((wake) => setTimeout(wake, DRAIN_POLL_MS));
  }

  /** Callers that created the hold pass its immutable fields; for an id they are loaded. */
  private factsOf(held_as: string | HoldFacts): HoldFacts | Promise<HoldFacts> {
    return typeof held_as === 'string' ? this.holds.facts(held_as) : held_as;
  }

  private post(posting: Posting): Promise<Outcome> {
    const { promise, resolve, reject } = Promise.withResolvers<Outcome>();
    this.queue(posting, (end) => (end instanceof Error ? reject(end) : resolve(end)));
    return promise;
  }

  /** Posts in order; one promise for all, because those of thousands of postings would cost more than the rest. */
  private postAll(postings: readonly Posting[]): Promise<(Outcome | Error)[]> {
    const { promise, resolve } = Promise.withResolvers<(Outcome | Error)[]>();
    const ends = new Array<Outcome | Error>(postings.length);
    let left = postings.length;
    if (left === 0) resolve([]);
    for (const [i, posting] of postings.entries()) {
      this.queue(posting, (end) => {
        ends[i] = end;
        left -= 1;
        if (left === 0) resolve(ends);
      });
    }
    return promise;
  }

  /** Queues a posting. `ended` is called once, with its outcome or the error. */
  private queue(posting: Posting, ended: (end: Outcome | Error) => void): void {
    if (this.queued >= QUEUE_MAX) {
      const detail = 'Too many charges are pending. Retry with the same Idempotency-Key.';
      ended(new DomainError('unavailable', 'overloaded', detail, { retry_after_s: 1 }));
      return;
    }
    const home = otherHomeOf(posting);
    if (home !== undefined) return void this.postBeside(home, posting).then(ended, ended);
    const assignment = this.assignmentOf(posting.user_id);
    this.queued += 1;
    assignment.count += 1;
    this.traces.taken(posting);
    const finish = (end: Outcome | Error): void => {
      this.traces.ended(posting, end instanceof Error ? end : undefined);
      this.queued -= 1;
      assignment.count -= 1;
      if (assignment.count === 0) this.assignments.delete(posting.user_id);
      ended(end);
    };
    assignment.lane.add({
      posting,
      resolve: (result) => {
        if (result instanceof DomainError) this.metrics.refused(result.code);
        else if (!result.replayed) this.noteSpending(posting);
        finish(result);
      },
      reject: (error) => finish(error as Error),
    });
  }

  private noteSpending(posting: Posting): void {
    const spending = keySpending(posting);
    if (spending) this.keySpent(spending);
  }

  private async postBeside(home: string, posting: Posting): Promise<Outcome | Error> {
    this.queued += 1;
    this.traces.taken(posting);
    const end = await this.beside(home, posting).catch((error: unknown) => error as Error);
    this.queued -= 1;
    this.traces.ended(posting, end instanceof Error ? end : undefined);
    if (end instanceof DomainError) this.metrics.refused(end.code);
    else if (!(end instanceof Error) && !end.replayed) this.noteSpending(posting);
    return end;
  }

  /** Returns the user's lane. A user with pending postings stays on the same lane, which keeps their order. */
  private assignmentOf(user_id: string): LaneAssignment {
    const known = this.assignments.get(user_id);
    if (known) return known;
    const assignment = {
      lane: this.lanes[this.queued < SINGLE_LANE_BELOW ? 0 : hashOf(user_id) % this.lanes.length] as Lane,
      count: 0,
    };
    this.assignments.set(user_id, assignment);
    return assignment;
  }
}

const workPosting = (actor: Actor, { kind, event, key, home }: ChargedWork): Posting => ({
  kind,
  home,
  actor,
  key,
  event,
  user_id: event.user_id,
  amount: units(event.total_cost),
  details: eventDetails(event),
});
