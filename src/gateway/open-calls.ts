import { type BeforeApplicationShutdown, Inject, Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import pRetry from 'p-retry';
import type { UserCreditsRow } from '../generated/rows.js';
import { PostingEngine } from '../credits/posting.engine.js';
import type { Actor } from '../platform/actor.js';
import { systemActor } from '../platform/actor.js';
import { amount, type Units, units } from '../platform/amount.js';
import { CONFIG, type Config } from '../platform/config.js';
import { DomainError } from '../platform/errors.js';
import { CallRates, type Ending, type MadeCall, SERVICE } from './call-rates.js';
import { CallsRepository, type NewCall } from './calls.repository.js';

/** A call that this process makes. */
export interface OpenCall extends MadeCall {
  actor: Actor;
  generation_id: string | null;
  /** Whether its id is written down. */
  is_identified: boolean;
  /** When its hold was made or last extended, milliseconds of this process. */
  held_at_ms: number;
}

/** What a call cost and what is left; null where it is not known, for the call had been settled before. */
export interface Settled {
  cost: string;
  balance: string;
}

/** The provider needs some seconds until it has a call on record. */
const LEFT_FOR_S = 5;
const RETRIES = { retries: 10, minTimeout: 500, maxTimeout: 60_000, randomize: true };
const KEEPER = systemActor('gateway');

/**
 * Calls from their hold to their end. Each is noted before it is made, so that whatever becomes of this process, its
 * hold is captured or released, once (docs/decisions/0009-gateway.md).
 */
@Injectable()
export class OpenCalls implements OnModuleInit, BeforeApplicationShutdown {
  private readonly log = new Logger('gateway');
  private readonly open = new Set<OpenCall>();
  private heart: NodeJS.Timeout | undefined;

  constructor(
    private readonly engine: PostingEngine,
    private readonly calls: CallsRepository,
    private readonly rates: CallRates,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  onModuleInit(): void {
    const beat = (): void => void this.beat().catch((error: unknown) => this.log.warn(error));
    this.heart = setInterval(beat, this.config.calls.heartbeat_ms);
    this.heart.unref();
  }

  /** What is still open then is left to other instances, or to the next start. */
  beforeApplicationShutdown(): void {
    clearInterval(this.heart);
  }

  /**
   * Sets `cost` aside and notes the call; it counts as a call of the plan.
   * @throws DomainError 402 or 429 when it does not fit, with no effect; `overloaded`
   */
  async begin(actor: Actor, call: Omit<NewCall, 'hold_id'>, cost: Units): Promise<OpenCall> {
    const { user_id, model } = call;
    const { hold_ttl_s: ttl_s, lease_s } = this.config.calls;
    const order = { user_id, amount: cost, ttl_s, service: SERVICE, model, metadata: {}, key: undefined };
    const { hold } = await this.engine.hold(actor, { ...order, is_call: true });
    const noted = { ...call, hold_id: hold.id };
    try {
      await this.calls.insert(noted, lease_s);
    } catch (error) {
      await this.engine.release(actor, hold.id, undefined).catch((late: unknown) => this.log.warn(late));
      throw error;
    }
    const made = {
      ...noted,
      actor,
      created_at: null,
      generation_id: null,
      is_identified: false,
      held_at_ms: Date.now(),
    };
    this.open.add(made);
    return made;
  }

  /**
   * Writes down under which id the provider keeps the call. A failure is no reason to break it off: the next beat tries
   * again.
   */
  async identify(call: OpenCall, generation_id: string): Promise<void> {
    call.generation_id = generation_id;
    try {
      await this.calls.identify(call, generation_id);
      call.is_identified = true;
    } catch (error) {
      this.log.warn(error);
    }
  }

  /**
   * Charges a call that this process made, and records its work. While the database is away that is tried again and
   * again in the background; then there is nothing to tell.
   */
  async end(call: OpenCall, ending: Ending): Promise<Settled | null> {
    const once = async (): Promise<Settled | null> => {
      const settled = await this.settle(call.actor, call, ending);
      this.open.delete(call);
      return settled;
    };
    try {
      return await once();
    } catch (error) {
      this.log.error(error);
      void pRetry(once, { ...RETRIES, unref: true }).catch(() => this.open.delete(call));
      return null;
    }
  }

  /** Gives a call's credits back: nothing was made of it. */
  async cancel(call: OpenCall): Promise<void> {
    this.open.delete(call); // should this fail, it is taken over
    await this.release(call.actor, call).catch((error: unknown) => this.log.warn(error));
  }

  /** Leaves a call whose cost is not known to be settled by what the provider has on record. */
  async leave(call: OpenCall): Promise<void> {
    if (call.generation_id === null) return this.cancel(call);
    this.open.delete(call);
    await this.calls.lease([call], LEFT_FOR_S).catch((error: unknown) => this.log.warn(error));
  }

  /**
   * Charges a call, whoever made it, and records its work, both once. Null when somebody did before.
   * @throws DomainError `overloaded`
   */
  async settle(actor: Actor, call: MadeCall, ending: Ending): Promise<Settled | null> {
    const event = await this.rates.eventOf(call, ending);
    const cost = units(event.total_cost);
    const account = await this.engine.capture(actor, call.hold_id, cost, undefined, event).then(
      (posted) => posted.account,
      async (error: unknown) => {
        if (!isResolved(error)) throw error;
        if (error.extra.hold_status !== 'expired') return null;
        // the hold did not outlive the call: the event's name keeps it from being charged twice
        return (await this.engine.meter(actor, 'settle', { event, key: undefined })).account;
      },
    );
    await this.calls.delete(call);
    return account && { cost: amount(cost), balance: balanceOf(account) };
  }

  /** Gives the credits of a call back, whoever made it. */
  async release(actor: Actor, call: MadeCall): Promise<void> {
    await this.engine.release(actor, call.hold_id, undefined).catch((error: unknown) => {
      if (!isResolved(error)) throw error;
    });
    await this.calls.delete(call);
  }

  /** Keeps every call of this process, and its credits, for a while longer. */
  private async beat(): Promise<void> {
    const { lease_s, hold_ttl_s, hold_age_max_ms } = this.config.calls;
    const open = [...this.open];
    await this.calls.lease(open, lease_s);
    const now_ms = Date.now();
    const old = open.filter(({ held_at_ms }) => now_ms - held_at_ms > hold_age_max_ms);
    const extended = old.map(async (call) => {
      await this.engine.extend(KEEPER, call.hold_id, hold_ttl_s, undefined);
      call.held_at_ms = now_ms;
    });
    for (const end of await Promise.allSettled(extended)) if (end.status === 'rejected') this.log.warn(end.reason);
    for (const call of open) {
      if (call.generation_id !== null && !call.is_identified) await this.identify(call, call.generation_id);
    }
  }
}

const isResolved = (error: unknown): error is DomainError =>
  error instanceof DomainError && error.code === 'hold_already_resolved';

const balanceOf = ({ balance }: UserCreditsRow): string => amount(units(balance));
