import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { EventFeed } from '../../events/event-feed.js';
import type { StoredEvent } from '../../events/stored-event.js';
import { Jobs } from '../../jobs/jobs.js';
import type { Tx } from '../../platform/database/database.js';
import { TiersRepository } from '../../tiers/tiers.repository.js';
import { OperatorChat } from '../../operator/operator-chat.js';
import { AlertsRepository } from './alerts.repository.js';
import { type Consequences, consequencesOf, isBeginning } from './told.js';
import type { Telling } from './telling.js';
import { Teller } from './teller.js';

const EVENTS_MAX = 200;

/** Tells people what happened: takes each event once, and stores what follows from it in the same transaction. */
@Injectable()
export class EventTeller implements OnModuleInit {
  private readonly log = new Logger('notifications');

  constructor(
    private readonly jobs: Jobs,
    private readonly feed: EventFeed,
    private readonly teller: Teller,
    private readonly alerts: AlertsRepository,
    private readonly chat: OperatorChat,
    private readonly tiers: TiersRepository,
  ) {}

  onModuleInit(): void {
    this.jobs.define({ name: 'tell-events', every_s: 1, run: () => this.tellNew() });
  }

  /** Handles all events that nobody has handled yet. */
  async tellNew(): Promise<void> {
    let taken: number;
    do taken = await this.feed.take('notifications', EVENTS_MAX, (tx, events) => this.handle(tx, events));
    while (taken === EVENTS_MAX);
  }

  private async handle(tx: Tx, events: StoredEvent[]): Promise<void> {
    for (const event of events) {
      const { id, user_id, occurred_at: at } = event;
      const { telling, ends, operator, moved_to } = this.read(event);
      if (moved_to) await this.teller.move(tx, user_id, moved_to);
      if (ends) await this.alerts.end(tx, user_id, ends, at);
      if (operator) await this.chat.tell(tx, operator.cause ?? id, operator.text);
      if (!telling || (telling.kind === 'plan_renewed' && isBeginning(event, events))) continue;
      await this.teller.tell(tx, { user_id, cause: id, at }, await this.withNames(telling, user_id));
    }
  }

  /** An event that cannot be read, such as one of another release, holds up no other. */
  private read(event: StoredEvent): Consequences {
    try {
      return consequencesOf(event);
    } catch (error) {
      this.log.error(`event ${event.id} (${event.type}) tells nobody: ${String(error)}`);
      return {};
    }
  }

  /** Writes the names of plans where events have their codes, or nothing. */
  private async withNames(telling: Telling, user_id: string): Promise<Telling> {
    if (telling.kind === 'plan_renewed') {
      const plan = (await this.tiers.findByUser(user_id))?.name ?? '';
      return { ...telling, facts: { ...telling.facts, plan } };
    }
    if (telling.kind !== 'plan_changed') return telling;
    const { plan, before } = telling.facts;
    const nameOf = async (tier: string): Promise<string> => (await this.tiers.find(tier))?.name ?? tier;
    return { ...telling, facts: { plan: await nameOf(plan), before: before === null ? null : await nameOf(before) } };
  }
}
