import type { dispute_status, refund_status } from '../../generated/prisma/enums.js';

/**
 * The content of a provider event in our terms, without personal or card data. Nothing else of an event is stored.
 * Amounts are whole numbers of the currency's smallest unit; instants are seconds since 1970.
 */
export type Fact = CheckoutFact | ChargeFact | InvoiceFact | SubscriptionFact | RefundsFact | DisputeFact | UnreadFact;

/** The outcome of a checkout. `amount_cents` is the price paid, without tax, in the currency of the offer. */
export interface CheckoutFact extends Paid, Addressed {
  kind: 'checkout';
  outcome: 'paid' | 'processing' | 'failed' | 'expired';
  session_id: string;
  payment_intent_id: string | null;
  subscription_id: string | null;
}

/** A charge to the card on file. An unconfirmed charge needs the payer's confirmation. */
export interface ChargeFact extends Money, Addressed {
  kind: 'charge';
  outcome: 'paid' | 'failed' | 'processing' | 'unconfirmed';
  reason: string | null;
  payment_intent_id: string;
}

/** An invoice of a subscription, or a manual one. `amount_cents` is the money paid, or due if unpaid. */
export interface InvoiceFact extends Money, Addressed {
  kind: 'invoice';
  outcome: 'paid' | 'failed';
  /** The first period of a subscription, a later one, a change within one, or something else. */
  reason: 'first' | 'cycle' | 'change' | 'other';
  invoice_id: string;
  subscription_id: string | null;
  customer_id: string | null;
  /** Everything that settled the invoice, without tax: money, customer balance, credit notes and discounts. */
  settled_cents: number;
  /** Total of the invoice, after discounts and with taxes. */
  total_cents: number;
  lines: InvoiceLine[];
}

/** A line of an invoice: a period of the plan, a proration for a change within a period, or something else. */
export interface InvoiceLine {
  kind: 'plan' | 'proration' | 'other';
  /** Null if the provider does not report it. */
  amount_cents: number | null;
  begins_s: number | null;
  ends_s: number;
}

export interface SubscriptionFact extends Addressed {
  kind: 'subscription';
  subscription_id: string;
  cancel_at_period_end: boolean;
  is_past_due: boolean;
  is_over: boolean;
  /** Null if the provider does not report it. */
  price: PlanPrice | null;
}

/** The price of a subscription period at the provider. */
export interface PlanPrice extends Money {
  quantity: number;
  /** Whether it is billed every 30 days or every month. */
  is_monthly: boolean;
  /** Tier in the metadata of the provider's price, or null. */
  tier: string | null;
}

export interface RefundsFact extends Addressed {
  kind: 'refunds';
  payment_intent_id: string;
  refunds: ReportedRefund[];
  /** The whole charge; null if the provider does not report it. */
  charge: Money | null;
}

/** A reported refund. A null currency means the currency of the payment. */
export interface ReportedRefund {
  refund_id: string;
  status: refund_status;
  amount_cents: number;
  currency: string | null;
}

export interface DisputeFact extends Addressed {
  kind: 'dispute';
  payment_intent_id: string;
  dispute_id: string;
  status: Exclude<dispute_status, 'none'>;
  amount_cents: number;
  currency: string | null;
  charge: Money | null;
}

/** The card that paid. It is never stored, only keyed digests of it. */
export interface CardFact extends Addressed {
  kind: 'card';
  customer_id: string | null;
  /** What the provider calls the card, whoever pays with it. */
  fingerprint: string;
}

/** An event about money that could not be interpreted. It is stored for manual review. */
export interface UnreadFact {
  kind: 'unread';
  object_id: string | null;
  amount_cents: number | null;
  currency: string | null;
}

export interface Money {
  amount_cents: number;
  currency: string;
}

/** Money paid for an offer. */
export interface Paid extends Money {
  /** Total paid, with tax. */
  settled_cents: number;
  /** Amount charged to the payer's card; null unless the currency differs. */
  charged: Money | null;
}

/** User and payment from the metadata that we attached; null if the provider does not return it. */
export interface Addressed {
  user_id: string | null;
  payment_id: string | null;
}

/** An event from the provider. */
export interface ProviderEvent {
  /** Null if the event has none. */
  event_id: string | null;
  type: string;
  occurred_at: Date;
  /** Null if the event is irrelevant. */
  fact: Fact | CardFact | null;
}

/**
 * Returns the provider's ids in a fact. Waiting events are retried when another event has one of these ids. The last id
 * is the fact's own reference.
 */
export function referencesOf(fact: Fact): string[] {
  const ids: (string | null)[] = [];
  if ('session_id' in fact) ids.push(fact.session_id);
  if ('payment_intent_id' in fact) ids.push(fact.payment_intent_id);
  if ('invoice_id' in fact && fact.subscription_id === null) ids.push(fact.invoice_id);
  if ('subscription_id' in fact) ids.push(fact.subscription_id);
  if (fact.kind === 'unread') ids.push(fact.object_id);
  return ids.filter((id) => id !== null);
}

/** The result of applying a fact. */
export type EventState = 'applied' | 'ignored' | 'waiting';
