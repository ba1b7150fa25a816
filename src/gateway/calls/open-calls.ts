import { Inject, Injectable, Logger, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import type { Span } from '@opentelemetry/api';
import pRetry from 'p-retry';
import type { IdempotencyKey } from '../../credits/posting/idempotency.js';
import type { ShownAccount } from '../../credits/accounts/shown-account.js';
import { LeasesRepository } from '../../credits/holds/leases.repository.js';
import { factsOf } from '../../credits/posting/posting.js';
import { type HoldOrder, PostingEngine } from '../../credits/posting/posting.engine.js';
import type { Actor } from '../../platform/actor.js';
import { systemActor } from '../../platform/actor.js';
import { type Attribution, attributionBy } from '../../platform/attribution.js';
import { amount, type Units, units } from '../../platform/values/amount.js';
import { CONFIG, type Config } from '../../platform/config/config.js';
import { DomainError, NotFound } from '../../platform/errors.js';
import type { AnswerFacts, Progress } from '../answers/answer-facts.js';
import type { Estimate } from './call-estimates.js';
import { inProgress } from './call-keys.js';
import { CallRates, type CallResult, type MadeCall, OWN_KEY, SERVICE, type RateTerms } from './call-rates.js';
import { FreeCalls } from './free-calls.js';
import { DeferredKeys } from './deferred-keys.js';
import { progressJson } from './progress.js';

/** A call that this process is making. */
export interface OpenCall extends MadeCall {
  actor: Actor;
  /** The OpenRouter key that the call is made with. */
  api_key: string;
  /** Whether it has an Idempotency-Key. */
  is_keyed: boolean;
  generation_id: string | null;
  /** Whether `generation_id` is stored. */
  is_identified: boolean;
  /** When its hold was created or last extended, by the clock of this process. */
  held_at_ms: number;
  /** The call's span, if it is traced. */
  span?: Span | undefined;
}

/** The terms of a call, the OpenRouter key it is made with, its tags, and what must hold for the terms to apply. */
type BegunTerms = RateTerms &
  Pick<OpenCall, 'api_key'> &
  Pick<Attribution, 'tags' | 'member_id'> &
  Pick<HoldOrder, 'terms' | 'home'>;
/** The amount to hold for it. */
type BoundOfCall = Pick<Estimate, 'cost' | 'is_free'>;

/** The charge of a call and the balance after it, decimal text. */
export interface Settled {
  cost: string;
  balance: string;
}

/** The provider takes a few seconds to record a call. */
const LEFT_FOR_S = 5;
/** Retry time for a call beyond the limit of concurrent calls. */
const IN_FLIGHT_RETRY_S = 2;
const RETRIES = { retries: 10, minTimeout: 500, maxTimeout: 60_000, randomize: true };
const END_POLL_MS = 20;
const GATEWAY_ACTOR = systemActor('gateway');
/** States of a hold that ended without a charge for the work: expired, or lost in a database crash. */
const LEFT_UNPAID = new Set(['expired', 'lost']);

/**
 * Manages calls from hold to settlement. Each call is stored before it is sent, so that its hold is captured or
 * released exactly once even if this process crashes (docs/decisions/0009-gateway.md).
 */
@Injectable()
export class OpenCalls implements OnModuleInit, OnApplicationShutdown {
  private readonly log = new Logger('gateway');
  private readonly open = new Set<OpenCall>();
  /** Number of running calls per account in this process, including those about to begin. */
  private readonly running = new Map<string, number>();
  private leaseTimer: NodeJS.Timeout | undefined;

  constructor(
    private readonly engine: PostingEngine,
    private readonly leases: LeasesRepository,
    private readonly rates: CallRates,
    private readonly freeCalls: FreeCalls,
    private readonly deferredKeys: DeferredKeys,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  onModuleInit(): void {
    const beat = (): void => void this.renewLeases().catch((error: unknown) => this.log.warn(error));
    this.leaseTimer = setInterval(beat, this.config.calls.heartbeat_ms);
    this.leaseTimer.unref();
  }

  /** Leaves open calls to other instances, or to the next start. */
  onApplicationShutdown(): void {
    clearInterval(this.leaseTimer);
  }

  /** Waits until this process has no open calls, including those whose client has disconnected. */
  async ended(signal: AbortSignal): Promise<void> {
    while (this.open.size > 0 && !signal.aborted) await new Promise((wake) => setTimeout(wake, END_POLL_MS));
  }

  /**
   * Holds the estimated cost, which also records the call. It counts towards the plan's call limits or those of free
   * models.
   * @throws DomainError 402 or 429 when the account cannot afford it or a limit is reached, without any effect;
   * `too_many_calls_in_flight`; `call_in_progress` when a call with this key is running; `idempotency_conflict`,
   * `overloaded`; TermsOutdated if the terms no longer apply, without any effect
   */
  async begin(actor: Actor, terms: BegunTerms, estimate: BoundOfCall, key?: IdempotencyKey): Promise<OpenCall> {
    this.countIn(terms.user_id);
    try {
      const call = await this.hold(actor, terms, estimate, key);
      this.open.add(call);
      return call;
    } catch (error) {
      this.countOut(terms.user_id);
      throw error;
    }
  }

  private async hold(
    actor: Actor,
    { user_id, home, member_id, model, is_own_key, rater, api_key, tags, terms: given }: BegunTerms,
    { cost, is_free }: BoundOfCall,
    key: IdempotencyKey | undefined,
  ): Promise<OpenCall> {
    if (cost === 0n) await this.freeCalls.check(user_id, [model]);
    const { hold_ttl_s: ttl_s, lease_s } = this.config.calls;
    const order = { user_id, amount: cost, service: SERVICE, model, metadata: is_own_key ? OWN_KEY : {} };
    const terms = {
      ttl_s,
      lease_s,
      is_call: true,
      is_free,
      key,
      attribution: attributionBy(actor, tags, member_id ?? undefined),
      home,
      terms: given,
    };
    const { hold, replayed } = await this.engine.hold(actor, { ...order, ...terms });
    if (replayed) throw inProgress();
    const made = { hold: factsOf(hold), is_own_key, rater, created_at: null };
    const begun = { ...made, actor, api_key, is_keyed: key !== undefined, generation_id: null, is_identified: false };
    return { ...begun, held_at_ms: Date.now() };
  }

  /** Counts per instance, in memory: the limit protects the connections of this instance. */
  private countIn(user_id: string): void {
    const count = this.running.get(user_id) ?? 0;
    const { calls_in_flight: limit } = this.config.gateway;
    if (limit > 0 && count >= limit) {
      const detail = `The account has reached its limit of ${limit} concurrent calls. Try again when one of them has ended.`;
      const extra = { limit, retry_after_s: IN_FLIGHT_RETRY_S };
      throw new DomainError('rate_limited', 'too_many_calls_in_flight', detail, extra);
    }
    this.running.set(user_id, count + 1);
  }

  private countOut(user_id: string): void {
    const count = (this.running.get(user_id) ?? 1) - 1;
    if (count > 0) this.running.set(user_id, count);
    else this.running.delete(user_id);
  }

  /** Removes the call from this process. */
  private drop(call: OpenCall): void {
    if (this.open.delete(call)) this.countOut(call.hold.user_id);
  }

  /** Stores the provider's id of the call. A failure does not end the call; the next heartbeat retries. */
  async identify(call: OpenCall, generation_id: string): Promise<void> {
    call.generation_id = generation_id;
    try {
      await this.leases.identify(call.hold, generation_id);
      call.is_identified = true;
    } catch (error) {
      this.log.warn(error);
    }
  }

  /** Charges a call of this process and records its usage. On failure, retries in the background and returns null. */
  async end(call: OpenCall, ending: CallResult): Promise<Settled | null> {
    const once = async (): Promise<Settled | null> => {
      const settled = await this.settle(call.actor, call, ending);
      this.drop(call);
      return settled;
    };
    try {
      return await once();
    } catch (error) {
      this.log.error(error);
      void pRetry(once, { ...RETRIES, unref: true }).catch((failure: unknown) => {
        this.log.error(failure);
        this.drop(call); // the recovery job takes over
      });
      return null;
    }
  }

  /** Releases the hold of a call that produced nothing. */
  async cancel(call: OpenCall): Promise<void> {
    this.drop(call); // if the release fails, the recovery job takes over
    await this.release(call.actor, call).catch((error: unknown) => this.log.warn(error));
  }

  /** Settles a call whose answer has ended, or leaves it to the recovery job if too little is known. */
  async close(call: OpenCall, facts: AnswerFacts): Promise<Settled | null> {
    const { made, usage, model } = facts;
    const { generation_id } = call;
    if (made !== null) return this.end(call, { usage, model, made, generation_id });
    if (generation_id !== null && !call.is_identified) await this.identify(call, generation_id);
    return this.deferSettlement(call, facts);
  }

  /**
   * Leaves a partly known call to be settled from the provider's record. A call without a provider id cannot be looked
   * up; it is settled with what is known.
   */
  async deferSettlement(call: OpenCall, known: Progress | null): Promise<Settled | null> {
    const { usage = null, model = null } = known ?? {};
    if (call.generation_id === null) {
      if (usage !== null) return this.end(call, { usage, model, made: 'part', generation_id: null });
      await this.cancel(call);
      return null;
    }
    this.drop(call);
    const sealed_key = this.deferredKeys.seal(call, call.api_key);
    const kept = (usage ?? sealed_key) === null ? null : progressJson({ usage, model }, sealed_key);
    await this.leases.handOver(call.hold, LEFT_FOR_S, kept).catch((error: unknown) => this.log.warn(error));
    return null;
  }

  /**
   * Charges a call of any process and records its usage, exactly once. Returns null if that was done before.
   * @throws DomainError `overloaded`
   */
  async settle(actor: Actor, call: MadeCall, ending: CallResult): Promise<Settled | null> {
    const event = await this.rates.eventOf(call, ending);
    const cost = units(event.total_cost);
    if (cost > call.hold.amount) this.warnOfExcess(call, cost);
    const settled = ({ account }: { account: ShownAccount }): Settled => ({
      cost: amount(cost),
      balance: amount(units(account.balance)),
    });
    try {
      const captured = await this.engine.capture(actor, call.hold, cost, undefined, event);
      this.rates.noteTokens(actor, event);
      return settled(captured);
    } catch (error) {
      if (!LEFT_UNPAID.has(endOf(error))) return null;
      // the event's request id prevents a second charge
      const metered = await this.engine.meter(actor, 'settle', { event, key: undefined });
      await this.leases.end(call.hold);
      return settled(metered);
    }
  }

  /** Logs a call that cost more than its hold: the estimate should cover anything within the call's limits. */
  private warnOfExcess({ hold }: MadeCall, cost: Units): void {
    const facts = { code: 'hold_exceeded', hold_id: hold.id, model: hold.model };
    this.log.warn({ ...facts, held: amount(hold.amount), cost: amount(cost) }, 'a call cost more than its hold');
  }

  /** Releases the hold of a call of any process. */
  async release(actor: Actor, call: MadeCall): Promise<void> {
    try {
      await this.engine.release(actor, call.hold, undefined);
    } catch (error) {
      if (LEFT_UNPAID.has(endOf(error))) await this.leases.end(call.hold);
    }
  }

  /** Renews the lease of every call of this process, and extends old holds. */
  private async renewLeases(): Promise<void> {
    const { lease_s, hold_ttl_s, hold_age_max_ms } = this.config.calls;
    const open = [...this.open];
    await this.leases.renew(
      open.map(({ hold }) => hold),
      lease_s,
    );
    const now_ms = Date.now();
    const old = open.filter(({ held_at_ms }) => now_ms - held_at_ms > hold_age_max_ms);
    const extended = old.map(async (call) => {
      await this.engine.extend(GATEWAY_ACTOR, call.hold.id, hold_ttl_s, undefined);
      call.held_at_ms = now_ms;
    });
    for (const end of await Promise.allSettled(extended)) if (end.status === 'rejected') this.log.warn(end.reason);
    for (const call of open) {
      if (call.generation_id !== null && !call.is_identified) await this.identify(call, call.generation_id);
    }
  }
}

/**
 * Returns how a hold ended that can no longer be captured or released.
 * @throws the error itself if it has another cause
 */
function endOf(error: unknown): string {
  if (error instanceof NotFound) return 'lost';
  if (error instanceof DomainError && error.code === 'hold_already_resolved') return String(error.extra.hold_status);
  throw error;
}
