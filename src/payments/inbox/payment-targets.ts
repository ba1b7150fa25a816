import { Inject, Injectable } from '@nestjs/common';
import { isUuid } from '../../platform/database/uuid.js';
import { CustomersRepository } from '../provider/customers.repository.js';
import type { Addressed, CardFact, Fact, InvoiceFact } from '../provider/facts.js';
import { PaymentsRepository } from '../payments.repository.js';
import { PAYMENT_PROVIDER, type PaymentProvider } from '../provider/provider.js';
import { SubscriptionsRepository } from '../plans/subscriptions.repository.js';

/** The account and the payment that a fact concerns. */
export interface Target {
  user_id: string;
  payment_id: string | null;
}

/** Finds the account that a fact concerns. Can call the provider, so never call it inside a transaction. */
@Injectable()
export class PaymentTargets {
  constructor(
    private readonly payments: PaymentsRepository,
    private readonly subscriptions: SubscriptionsRepository,
    private readonly customers: CustomersRepository,
    @Inject(PAYMENT_PROVIDER) private readonly provider: PaymentProvider | null,
  ) {}

  /** Returns null if no record matches the ids of the fact (yet). */
  async find(fact: Fact): Promise<Target | null> {
    switch (fact.kind) {
      case 'checkout':
      case 'charge':
        return this.ordered(fact);
      case 'invoice':
        return this.invoiced(fact);
      case 'subscription':
        return this.subscribed(fact.subscription_id);
      case 'refunds':
      case 'dispute':
        return (await this.ordered(fact)) ?? (await this.moved(fact.payment_intent_id));
      case 'unread':
        return null;
    }
  }

  /** Returns the account that a card paid for, by metadata or by customer; null if it is none of ours. */
  async ofCard(fact: CardFact): Promise<string | null> {
    const ordered = await this.ordered(fact);
    if (ordered) return ordered.user_id;
    return fact.customer_id === null ? null : this.customers.ownerOf(fact.customer_id);
  }

  /** Finds an invoice's account by subscription or by metadata; an invoice without a subscription, by customer. */
  private async invoiced(fact: InvoiceFact): Promise<Target | null> {
    const { subscription_id, customer_id, reason } = fact;
    if (subscription_id !== null) {
      return (await this.subscribed(subscription_id)) ?? (reason === 'first' ? this.ordered(fact) : null);
    }
    const user_id = customer_id === null ? null : await this.customers.ownerOf(customer_id);
    return user_id === null ? null : { user_id, payment_id: null };
  }

  /** Finds a payment by the metadata that we attached when we created it. */
  private async ordered({ user_id, payment_id }: Addressed): Promise<Target | null> {
    if (user_id === null || !isUuid(payment_id)) return null;
    const known = await this.payments.findOrdered({ id: payment_id, user_id });
    return known && { user_id: known.user_id, payment_id };
  }

  private async subscribed(subscription_id: string): Promise<Target | null> {
    const user_id = await this.subscriptions.ownerOf(subscription_id);
    return user_id === null ? null : { user_id, payment_id: null };
  }

  /** Finds a payment by its payment intent, or by the invoice that the intent paid. */
  private async moved(payment_intent_id: string): Promise<Target | null> {
    const invoice_id = async (): Promise<string | null> => (await this.provider?.invoiceOf(payment_intent_id)) ?? null;
    const known = await this.payments.keyOf({ payment_intent_id });
    const billed = known ? null : await invoice_id();
    const found = known ?? (billed === null ? null : await this.payments.keyOf({ invoice_id: billed }));
    return found && { user_id: found.user_id, payment_id: found.id };
  }
}
