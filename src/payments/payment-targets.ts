import { Inject, Injectable } from '@nestjs/common';
import { isUuid } from '../platform/uuid.js';
import type { Addressed, Fact } from './facts.js';
import { PaymentsRepository } from './payments.repository.js';
import { PAYMENT_PROVIDER, type PaymentProvider } from './provider.js';
import { SubscriptionsRepository } from './subscriptions.repository.js';

/** What a fact is about here. */
export interface Target {
  user_id: string;
  payment_id: string | null;
}

/** Finds whose account a fact is about. May ask the provider, therefore never inside a transaction. */
@Injectable()
export class PaymentTargets {
  constructor(
    private readonly payments: PaymentsRepository,
    private readonly subscriptions: SubscriptionsRepository,
    @Inject(PAYMENT_PROVIDER) private readonly provider: PaymentProvider | null,
  ) {}

  /** Null while nothing here is known by the ids of the fact. */
  async find(fact: Fact): Promise<Target | null> {
    switch (fact.kind) {
      case 'checkout':
      case 'charge':
        return this.ordered(fact);
      case 'invoice':
        return (await this.subscribed(fact.subscription_id)) ?? (fact.is_first ? this.ordered(fact) : null);
      case 'subscription':
        return this.subscribed(fact.subscription_id);
      case 'refund':
      case 'dispute':
        return (await this.ordered(fact)) ?? (await this.moved(fact.payment_intent_id));
    }
  }

  /** By what we said when we ordered the payment. */
  private async ordered({ user_id, payment_id }: Addressed): Promise<Target | null> {
    if (user_id === null || !isUuid(payment_id)) return null;
    const known = await this.payments.find({ id: payment_id, user_id });
    return known && { user_id, payment_id };
  }

  private async subscribed(subscription_id: string): Promise<Target | null> {
    const user_id = await this.subscriptions.ownerOf(subscription_id);
    return user_id === null ? null : { user_id, payment_id: null };
  }

  /** By the movement of money, or the invoice that it paid. */
  private async moved(payment_intent_id: string): Promise<Target | null> {
    const invoice_id = async (): Promise<string | null> => (await this.provider?.invoiceOf(payment_intent_id)) ?? null;
    const known = await this.payments.keyOf({ payment_intent_id });
    const billed = known ? null : await invoice_id();
    const found = known ?? (billed === null ? null : await this.payments.keyOf({ invoice_id: billed }));
    return found && { user_id: found.user_id, payment_id: found.id };
  }
}
