import type { dispute_status, refund_status } from '../generated/prisma/enums.js';

/**
 * What the provider's messages say, in our words and without particulars of people and cards: the only thing that is
 * kept of them. Amounts are whole numbers of the currency's smallest unit, instants are seconds since 1970.
 */
export type Fact = CheckoutFact | ChargeFact | InvoiceFact | SubscriptionFact | RefundsFact | DisputeFact | UnreadFact;

/** A payment on a page. `amount_cents` is the price that was paid, without tax, in the currency of the offer. */
export interface CheckoutFact extends Paid, Addressed {
  kind: 'checkout';
  outcome: 'paid' | 'processing' | 'failed' | 'expired';
  session_id: string;
  payment_intent_id: string | null;
  subscription_id: string | null;
}

/** A payment by the card on file; one that is unconfirmed waits for its payer. */
export interface ChargeFact extends Money, Addressed {
  kind: 'charge';
  outcome: 'paid' | 'failed' | 'processing' | 'unconfirmed';
  reason: string | null;
  payment_intent_id: string;
}

/** An invoice, of a subscription or written by hand. `amount_cents` is the money that it was paid with, or asks for. */
export interface InvoiceFact extends Money, Addressed {
  kind: 'invoice';
  outcome: 'paid' | 'failed';
  /** The first period of a subscription, a later one, a change within one, or something else. */
  reason: 'first' | 'cycle' | 'change' | 'other';
  invoice_id: string;
  subscription_id: string | null;
  customer_id: string | null;
  /** Everything that settled it, without tax: money, balance, credit notes and discounts. */
  settled_cents: number;
  /** What it comes to, discounts taken off and taxes added. */
  total_cents: number;
  lines: InvoiceLine[];
}

/** A line of an invoice: the plan's period, what a change within a period costs or gives back, or something else. */
export interface InvoiceLine {
  kind: 'plan' | 'proration' | 'other';
  /** Null where the provider does not say it. */
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
  /** Null where the provider does not say it. */
  price: PlanPrice | null;
}

/** What a period of a subscription costs at the provider. */
export interface PlanPrice extends Money {
  quantity: number;
  /** Whether it is billed every 30 days, or every month. */
  is_monthly: boolean;
  /** Tier that the provider's price names; null when it names none. */
  tier: string | null;
}

export interface RefundsFact extends Addressed {
  kind: 'refunds';
  payment_intent_id: string;
  refunds: RefundTold[];
  /** The whole charge, where the provider says it. */
  charge: Money | null;
}

/** A null currency is that of the payment. */
export interface RefundTold {
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

/** Something about money that is not understood here: kept, for a person to look at. */
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

/** Money that paid an offer. */
export interface Paid extends Money {
  /** All that was paid, with tax. */
  settled_cents: number;
  /** What the payer's card was charged, where that is another currency. */
  charged: Money | null;
}

/** Whom we said it is for when we ordered it; null where the provider does not repeat that. */
export interface Addressed {
  user_id: string | null;
  payment_id: string | null;
}

/** A message of the provider. */
export interface ProviderEvent {
  /** Null where the message has none. */
  event_id: string | null;
  type: string;
  occurred_at: Date;
  /** Null: it says nothing that matters here. */
  fact: Fact | null;
}

/** What a fact is about, so that facts that had to wait for each other find each other. The last one is its own. */
export function referencesOf(fact: Fact): string[] {
  const ids: (string | null)[] = [];
  if ('session_id' in fact) ids.push(fact.session_id);
  if ('payment_intent_id' in fact) ids.push(fact.payment_intent_id);
  if ('invoice_id' in fact && fact.subscription_id === null) ids.push(fact.invoice_id);
  if ('subscription_id' in fact) ids.push(fact.subscription_id);
  if (fact.kind === 'unread') ids.push(fact.object_id);
  return ids.filter((id) => id !== null);
}

/** What became of a fact. */
export type Verdict = 'applied' | 'ignored' | 'waiting';
