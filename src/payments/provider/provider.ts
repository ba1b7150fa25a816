import type { ChargeFact, ProviderEvent } from './facts.js';

/** Injection token of the {@link PaymentProvider}; the value is null if payments are not configured. */
export const PAYMENT_PROVIDER = Symbol('payment provider');

/** A checkout page to open. Amounts are whole cents. */
export interface CheckoutOrder {
  payment_id: string;
  user_id: string;
  customer_id: string;
  /** Shown to the payer. */
  name: string;
  currency: string;
  /** Amount to pay now, after the discount. */
  amount_cents: number;
  discount_cents: number;
  /** The plan to subscribe to; null for a one-time payment. */
  subscribes_to: string | null;
  expires_at: Date;
}

/** An open checkout page. */
export interface Checkout {
  session_id: string;
  url: string;
}

/** A charge to the card on file, without the payer present. */
export interface CardOrder {
  payment_id: string;
  user_id: string;
  customer_id: string;
  name: string;
  currency: string;
  amount_cents: number;
}

/** The state a subscription should have from its next invoice on. */
export interface SubscriptionOrder {
  subscription_id: string;
  tier: string;
  name: string;
  currency: string;
  amount_cents: number;
  cancel_at_period_end: boolean;
  /** Earliest time of the next invoice; null leaves it unchanged. */
  paid_until: Date | null;
}

/**
 * The port to the payment provider. Never call it inside a transaction. Every call can be repeated; the same order has
 * one effect.
 */
export interface PaymentProvider {
  /** Creates a customer. `gone` is the deleted customer that the new one replaces. */
  createCustomer(user_id: string, gone: string | null): Promise<string>;
  /** @throws CustomerGone */
  createCheckout(order: CheckoutOrder): Promise<Checkout>;
  /** Closes an open page. @returns false if it cannot be closed because it was paid */
  closeCheckout(session_id: string): Promise<boolean>;
  /** Returns the URL of a page where the customer manages cards, invoices and the subscription. @throws CustomerGone */
  portalUrl(customer_id: string): Promise<string>;
  /**
   * Charges the card on file. A declined card is a fact, not an error. A charge that was declined or needs the payer's
   * confirmation is canceled, so that it is never paid later.
   */
  chargeCard(order: CardOrder): Promise<ChargeFact>;
  changeSubscription(order: SubscriptionOrder): Promise<void>;
  endSubscription(subscription_id: string): Promise<void>;
  /** Returns the invoice that a payment intent paid, or null. */
  invoiceOf(payment_intent_id: string): Promise<string | null>;
  /**
   * Verifies and parses a webhook event.
   * @throws DomainError `invalid_signature` unless the body was signed with one of the configured secrets at most 5
   *   minutes ago
   */
  readEvent(body: Buffer, signature: string): ProviderEvent;
}
