import type Stripe from 'stripe';
import type { ChargeFact, Fact } from './facts.js';

type Metadata = Record<string, string> | null | undefined;
type Reference = string | { id: string } | null | undefined;

/**
 * What a message of Stripe says in our words; null for what says nothing here. Lenient about where Stripe's versions
 * put things: an endpoint keeps the version that it was made with.
 */
export function factOf(event: Stripe.Event): Fact | null {
  switch (event.type) {
    case 'checkout.session.completed':
    case 'checkout.session.async_payment_succeeded':
      return checkout(event.data.object, event.data.object.payment_status === 'unpaid' ? 'processing' : 'paid');
    case 'checkout.session.async_payment_failed':
      return checkout(event.data.object, 'failed');
    case 'checkout.session.expired':
      return checkout(event.data.object, 'expired');
    case 'payment_intent.succeeded':
    case 'payment_intent.payment_failed':
      return charge(event.data.object);
    case 'invoice.paid':
      return invoice(event.data.object, 'paid');
    case 'invoice.payment_failed':
      return invoice(event.data.object, 'failed');
    case 'customer.subscription.updated':
    case 'customer.subscription.deleted':
      return subscription(event.data.object, event.type === 'customer.subscription.deleted');
    case 'charge.refunded':
      return refund(event.data.object);
    case 'charge.dispute.created':
    case 'charge.dispute.closed':
      return dispute(event.data.object);
    default:
      return null;
  }
}

/** What a payment by the card on file came to. */
export function charge(intent: Stripe.PaymentIntent): ChargeFact | null {
  const who = addressed(intent.metadata);
  // payments on a page are told of by their checkout, those of invoices by the invoice
  if (intent.metadata['kind'] !== 'top_up' || who.payment_id === null) return null;
  const outcome =
    intent.status === 'succeeded' ? 'paid' : intent.status === 'processing' ? 'processing' : ('failed' as const);
  const reason = outcome === 'failed' ? (intent.last_payment_error?.message ?? 'The card was declined.') : null;
  const money = { amount_cents: intent.amount, currency: intent.currency };
  return { kind: 'charge', outcome, reason, ...money, ...who, payment_intent_id: intent.id };
}

function checkout(session: Stripe.Checkout.Session, outcome: Extract<Fact, { kind: 'checkout' }>['outcome']): Fact {
  return {
    ...{ kind: 'checkout', outcome, session_id: session.id, ...addressed(session.metadata) },
    amount_cents: session.amount_total ?? 0,
    currency: session.currency ?? '',
    payment_intent_id: idOf(session.payment_intent),
    subscription_id: idOf(session.subscription),
  };
}

function invoice(given: Stripe.Invoice, outcome: 'paid' | 'failed'): Fact | null {
  const older = given as unknown as { subscription?: Reference; subscription_details?: { metadata?: Metadata } };
  const details = given.parent?.subscription_details;
  const subscription_id = idOf(details?.subscription) ?? idOf(older.subscription);
  // others pay no period: changes within one, a trial, an invoice by hand
  const paysPeriod = given.billing_reason === 'subscription_create' || given.billing_reason === 'subscription_cycle';
  if (subscription_id === null || !paysPeriod) return null;
  return {
    ...{ kind: 'invoice', outcome, subscription_id, invoice_id: given.id },
    ...addressed(details?.metadata ?? older.subscription_details?.metadata),
    is_first: given.billing_reason === 'subscription_create',
    amount_cents: outcome === 'paid' ? given.amount_paid : given.amount_due,
    currency: given.currency,
    period_end_s: Math.max(0, ...given.lines.data.map((line) => line.period.end)),
  };
}

function subscription(given: Stripe.Subscription, isDeleted: boolean): Fact {
  const { id, status, cancel_at, cancel_at_period_end, metadata } = given;
  return {
    ...{ kind: 'subscription', subscription_id: id, ...addressed(metadata) },
    cancel_at_period_end: cancel_at_period_end || cancel_at !== null,
    is_past_due: status === 'past_due' || status === 'unpaid',
    is_over: isDeleted || status === 'canceled' || status === 'incomplete_expired',
  };
}

function refund(given: Stripe.Charge): Fact | null {
  const payment_intent_id = idOf(given.payment_intent);
  if (payment_intent_id === null) return null;
  return { kind: 'refund', refunded_cents: given.amount_refunded, ...addressed(given.metadata), payment_intent_id };
}

function dispute(given: Stripe.Dispute): Fact | null {
  const payment_intent_id = idOf(given.payment_intent);
  if (payment_intent_id === null) return null;
  const isWon = given.status === 'won' || given.status === 'warning_closed';
  const outcome = isWon ? 'won' : given.status === 'lost' ? 'lost' : ('open' as const);
  return {
    ...{ kind: 'dispute', outcome, disputed_cents: given.amount, payment_intent_id },
    ...{ user_id: null, payment_id: null },
  };
}

function addressed(metadata: Metadata): { user_id: string | null; payment_id: string | null } {
  return { user_id: metadata?.['user_id'] ?? null, payment_id: metadata?.['payment_id'] ?? null };
}

const idOf = (reference: Reference): string | null =>
  typeof reference === 'string' ? reference : (reference?.id ?? null);
