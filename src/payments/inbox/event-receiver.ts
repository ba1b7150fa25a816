import { Injectable } from '@nestjs/common';
import type { payment_event_state } from '../../generated/prisma/enums.js';
import { GiftChecks } from '../../growth/abuse/gift-checks.service.js';
import type { CardFact, ProviderEvent } from '../provider/facts.js';
import { PaymentEventInbox } from './inbox.service.js';
import { PaymentTargets } from './payment-targets.js';

/** Receives the provider's events. Those about money go to the inbox; of the card that paid only digests are stored. */
@Injectable()
export class EventReceiver {
  constructor(
    private readonly inbox: PaymentEventInbox,
    private readonly targets: PaymentTargets,
    private readonly checks: GiftChecks,
  ) {}

  /** Receives an event. Safe to repeat: a failure is reported to the provider, which then sends the event again. */
  receive({ fact, ...event }: ProviderEvent): Promise<payment_event_state> {
    return fact?.kind === 'card' ? this.seeCard(fact) : this.inbox.receive({ ...event, fact });
  }

  /** Stores digests that tell whether two accounts belong to one person, if anything compares them. */
  private async seeCard(fact: CardFact): Promise<'applied' | 'ignored'> {
    const user_id = await this.targets.ofCard(fact);
    if (user_id === null) return 'ignored';
    return (await this.checks.observe(user_id, { card: fact.fingerprint })) ? 'applied' : 'ignored';
  }
}
