import type { ChargeFact, ProviderEvent } from './facts.js';

/** Nest's token of the {@link PaymentProvider}; null when payments are not configured. */
export const PAYMENT_PROVIDER = Symbol('payment provider');

/** A page on which somebody pays. Amounts are whole cents. */
export interface CheckoutOrder {
  payment_id: string;
  user_id: string;
  customer_id: string;
  /** Shown to the payer. */
  name: string;
  currency: string;
  /** To pay now, the discount taken off. */
  amount_cents: number;
  discount_cents: number;
  /** The plan, when the payment opens a subscription. */
  subscribes_to: string | null;
  expires_at: Date;
}

/** The page. */
export interface Checkout {
  session_id: string;
  url: string;
}

/** A payment without its payer at hand, by the card on file. */
export interface CardOrder {
  payment_id: string;
  user_id: string;
  customer_id: string;
  name: string;
  currency: string;
  amount_cents: number;
}

/** How a subscription is to be from its next invoice on. */
export interface SubscriptionOrder {
  subscription_id: string;
  tier: string;
  name: string;
  currency: string;
  amount_cents: number;
  cancel_at_period_end: boolean;
  /** No invoice before then; null leaves that as it is. */
  paid_until: Date | null;
}

/**
 * Who takes the money. Nothing of it is called inside a transaction, and every call may be repeated: the same order has
 * one effect.
 */
export interface PaymentProvider {
  /** `gone` is the customer in whose place the new one comes. */
  createCustomer(user_id: string, gone: string | null): Promise<string>;
  /** @throws CustomerGone */
  createCheckout(order: CheckoutOrder): Promise<Checkout>;
  /** Closes an open page. @returns false when it can't be closed, for it was paid */
  closeCheckout(session_id: string): Promise<boolean>;
  /** A page where the customer manages cards, invoices and subscription. @throws CustomerGone */
  portalUrl(customer_id: string): Promise<string>;
  /**
   * Charges the card on file. A declined card is a fact, not an error; what was declined, or waits for its payer, is
   * called off, so that it is never paid later.
   */
  chargeCard(order: CardOrder): Promise<ChargeFact>;
  changeSubscription(order: SubscriptionOrder): Promise<void>;
  endSubscription(subscription_id: string): Promise<void>;
  /** The invoice that a movement of money paid; null when it paid none. */
  invoiceOf(payment_intent_id: string): Promise<string | null>;
  /**
   * Reads a signed message.
   * @throws DomainError `invalid_signature` unless one of our secrets signed exactly these bytes less than 5 minutes ago
   */
  readEvent(body: Buffer, signature: string): ProviderEvent;
}
