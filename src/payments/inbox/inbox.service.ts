import { Injectable, Logger } from '@nestjs/common';
import { AuditRepository } from '../../audit/audit.repository.js';
import { AccountLocks } from '../../credits/accounts/account-locks.js';
import type { payment_event_state } from '../../generated/prisma/enums.js';
import type { Actor } from '../../platform/actor.js';
import { Database, type Tx } from '../../platform/database/database.js';
import { PROVIDER_ACTOR } from '../payment-settlement.js';
import { EventsRepository, type StoredEvent } from './events.repository.js';
import { type Fact, type ProviderEvent, referencesOf } from '../provider/facts.js';
import { PaymentEffects } from './payment-effects.js';
import { PaymentTargets } from './payment-targets.js';

/** An event about money, or an irrelevant one. */
type MoneyEvent = Omit<ProviderEvent, 'fact'> & { fact: Fact | null };

const BATCH = 100;
const UNKNOWN = 'No record matches the ids in this event (yet).';

/**
 * Receives the provider's events. An event is stored first, and then applied in one transaction with its effects, under
 * the account's lock. It is applied once, however often and in whatever order events arrive. An event that matches no
 * record yet waits and is retried for days. Events that were given up are in the audit log.
 */
@Injectable()
export class PaymentEventInbox {
  private readonly log = new Logger('payments');

  constructor(
    private readonly events: EventsRepository,
    private readonly targets: PaymentTargets,
    private readonly effects: PaymentEffects,
    private readonly locks: AccountLocks,
    private readonly audit: AuditRepository,
    private readonly db: Database,
  ) {}

  /** Stores an event and applies it. @returns its state */
  async receive(event: MoneyEvent): Promise<payment_event_state> {
    const { event_id, type, occurred_at, fact } = event;
    if (event_id === null || fact === null) return 'ignored';
    if (fact.kind === 'unread')
      this.log.warn(`payment event ${event_id} (${type}) was stored but could not be interpreted`);
    await this.events.store({ event_id, type, occurred_at }, fact);
    return this.process(event_id);
  }

  /** Retries due events. @returns the number of events tried */
  async retryDue(signal?: AbortSignal): Promise<number> {
    const due = await this.events.due(BATCH);
    for (const event_id of due) {
      signal?.throwIfAborted();
      await this.process(event_id).catch(() => undefined); // already logged and postponed
    }
    return due.length;
  }

  /** Retries an event on request of an admin. @throws NotFound */
  async retry(actor: Actor, event_id: string): Promise<StoredEvent> {
    await this.events.get(event_id);
    await this.events.revive(event_id);
    await this.process(event_id);
    const event = await this.events.get(event_id);
    await this.db.transaction((tx) => this.record(tx, actor, event, 'payment.event_retried'));
    return event;
  }

  /** Returns the newest events, optionally only those in a state. */
  list(state: payment_event_state | undefined, limit: number, offset: number): Promise<StoredEvent[]> {
    return this.events.list(state, limit, offset);
  }

  private async process(event_id: string): Promise<payment_event_state> {
    const event = await this.events.get(event_id);
    if (event.state !== 'received' && event.state !== 'waiting') return event.state;
    try {
      const state = await this.apply(event);
      if (state === 'waiting') return await this.postpone(event, 'waiting', UNKNOWN);
      for (const waiting of await this.events.waiting(referencesOf(event.facts))) {
        if (waiting !== event_id) await this.process(waiting);
      }
      return state;
    } catch (error) {
      this.log.error(error);
      await this.postpone(event, 'received', 'An error occurred; see the log.');
      throw error;
    }
  }

  private async apply({ event_id, facts, occurred_at }: StoredEvent): Promise<payment_event_state> {
    const target = await this.targets.find(facts);
    if (!target) return 'waiting';
    const { user_id, payment_id } = target;
    return this.locks.withLock(PROVIDER_ACTOR, user_id, async (account, tx) => {
      const state = await this.events.lock(tx, event_id);
      if (state !== 'received' && state !== 'waiting') return state;
      const verdict = await this.effects.apply(tx, account, facts, payment_id, occurred_at);
      if (verdict !== 'waiting') await this.events.setState(tx, event_id, user_id, verdict);
      return verdict;
    });
  }

  private async postpone(event: StoredEvent, as: 'waiting' | 'received', detail: string): Promise<payment_event_state> {
    const state = await this.events.postpone(event.event_id, as, detail);
    if (state === 'failed') {
      this.log.error(`payment event ${event.event_id} (${event.type}) was given up: ${detail}`);
      await this.db.transaction((tx) => this.record(tx, PROVIDER_ACTOR, event, 'payment.event_given_up', detail));
    }
    return state;
  }

  private record(
    tx: Tx,
    actor: Actor,
    { event_id, type, user_id }: StoredEvent,
    action: string,
    detail?: string,
  ): Promise<void> {
    return this.audit.record(tx, actor, {
      user_id: user_id ?? actor.user_id,
      action,
      resource_type: 'payment_event',
      resource_id: event_id,
      result: detail === undefined ? 'success' : 'failure',
      metadata: { type, ...(detail === undefined ? {} : { detail }) },
    });
  }
}
