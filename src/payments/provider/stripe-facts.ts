import { Logger } from '@nestjs/common';
import type { z } from 'zod';
import type { dispute_status, refund_status } from '../../generated/prisma/enums.js';
import type {
  CardFact,
  ChargeFact,
  CheckoutFact,
  DisputeFact,
  Fact,
  Money,
  Paid,
  PlanPrice,
  ReportedRefund,
  UnreadFact,
} from './facts.js';
import { invoice } from './stripe-invoice.js';
import {
  addressed,
  CHARGE,
  DISPUTE,
  INTENT,
  INVOICE,
  OF_MONEY,
  PAID_CHARGE,
  REFUND,
  SESSION,
  storable,
  SUBSCRIPTION,
} from './stripe-objects.js';

const LOG = new Logger('payments');

type StripeObject = Record<string, unknown>;
type Session = z.output<typeof SESSION>;
type Item = NonNullable<z.output<typeof SUBSCRIPTION>['items']>['data'][number];

/** Event types that concern money. */
const ABOUT_MONEY = /^(charge|credit_note|invoice|payment_intent|refund|customer_cash_balance_transaction)\./;
/** Event types that can be ignored, because other events report the same more completely. */
const STEPS =
  /^(invoice\.(created|updated|finalized|upcoming|sent|payment_succeeded|voided|deleted|will_be_due|overdue|marked_uncollectible|finalization_failed|payment_action_required|payment_attempt_required)|charge\.(updated|captured|pending|failed|expired)|payment_intent\.(created|processing|requires_action|canceled|amount_capturable_updated|partially_funded))$/;

const READERS: Record<string, (object: StripeObject) => Fact | CardFact | null> = {
  'checkout.session.completed': (object) => checkout(SESSION.parse(object), null),
  'checkout.session.async_payment_succeeded': (object) => checkout(SESSION.parse(object), null),
  'checkout.session.async_payment_failed': (object) => checkout(SESSION.parse(object), 'failed'),
  'checkout.session.expired': (object) => checkout(SESSION.parse(object), 'expired'),
  'payment_intent.succeeded': (object) => charge(object),
  'payment_intent.payment_failed': (object) => charge(object),
  'invoice.paid': (object) => invoice(INVOICE.parse(object), 'paid'),
  'invoice.payment_failed': (object) => invoice(INVOICE.parse(object), 'failed'),
  'customer.subscription.updated': (object) => subscription(object, false),
  'customer.subscription.deleted': (object) => subscription(object, true),
  'charge.succeeded': (object) => card(PAID_CHARGE.safeParse(object).data),
  'charge.refunded': (object) => refundsOf(CHARGE.parse(object)),
  'charge.refund.updated': (object) => refund(REFUND.parse(object)),
  'refund.created': (object) => refund(REFUND.parse(object)),
  'refund.updated': (object) => refund(REFUND.parse(object)),
  'refund.failed': (object) => refund({ ...REFUND.parse(object), status: 'failed' }),
  'charge.dispute.created': (object) => dispute(DISPUTE.parse(object)),
  'charge.dispute.updated': (object) => dispute(DISPUTE.parse(object)),
  'charge.dispute.closed': (object) => dispute(DISPUTE.parse(object)),
  'charge.dispute.funds_withdrawn': (object) => dispute(DISPUTE.parse(object), 'withdrawn'),
  'charge.dispute.funds_reinstated': (object) => dispute(DISPUTE.parse(object), 'reinstated'),
};

/**
 * Translates a Stripe event into a fact; null if the event is irrelevant. An event about money that cannot be parsed
 * becomes an {@link UnreadFact}, never an error, because Stripe would resend it for days.
 */
export function factOf(type: string, object: StripeObject): Fact | CardFact | null {
  const read = READERS[type];
  if (!read) return ABOUT_MONEY.test(type) && !STEPS.test(type) ? unread(object) : null;
  try {
    return read(object);
  } catch (error) {
    LOG.warn(`${type} cannot be read: ${(error as Error).message}`);
    return unread(object);
  }
}

/**
 * Returns the outcome of a charge to the card on file; null for other payments, which are reported by their checkout or
 * invoice.
 */
export function charge(object: unknown): ChargeFact | null {
  const intent = INTENT.parse(object);
  const addressee = addressed(intent.metadata);
  if (intent.metadata?.['kind'] !== 'top_up' || addressee.payment_id === null) return null;
  const outcome = chargeOutcome(intent);
  const reason = outcome === 'failed' ? storable(intent.last_payment_error?.message ?? 'The card was declined.') : null;
  const money = { amount_cents: intent.amount, currency: intent.currency };
  return { kind: 'charge', outcome, reason, ...money, ...addressee, payment_intent_id: intent.id };
}

function chargeOutcome({ status, last_payment_error }: z.output<typeof INTENT>): ChargeFact['outcome'] {
  if (status === 'succeeded') return 'paid';
  if (status === 'processing') return 'processing';
  const isUnconfirmed = status === 'requires_action' || last_payment_error?.code === 'authentication_required';
  return isUnconfirmed ? 'unconfirmed' : 'failed';
}

/** The card of a charge; null for other means of payment. The money is reported by the checkout, the intent or the invoice. */
function card(charge: z.output<typeof PAID_CHARGE> | undefined): CardFact | null {
  const fingerprint = charge?.payment_method_details?.card?.fingerprint;
  if (!charge || !fingerprint) return null;
  return { kind: 'card', ...addressed(charge.metadata), customer_id: charge.customer, fingerprint };
}

function checkout(session: Session, ended: 'failed' | 'expired' | null): CheckoutFact {
  return {
    kind: 'checkout',
    session_id: session.id,
    ...addressed(session.metadata),
    ...paidBy(session),
    outcome: ended ?? (session.payment_status === 'unpaid' ? 'processing' : 'paid'),
    payment_intent_id: session.payment_intent,
    subscription_id: session.subscription,
  };
}

/**
 * Returns what a checkout was paid with. Taxes are not part of the price, and the payer may have paid in another
 * currency.
 */
function paidBy({
  amount_total,
  currency,
  total_details,
  currency_conversion: converted,
  presentment_details,
}: Session): Paid {
  const own = { amount_cents: amount_total ?? 0, currency: currency ?? '' };
  // converted: the session is in the payer's currency, and the conversion has the amount in ours
  const all = converted ? { amount_cents: converted.amount_total, currency: converted.source_currency } : own;
  const charged = converted ? own : presentedIn(presentment_details);
  const extra = (total_details?.amount_tax ?? 0) + (total_details?.amount_shipping ?? 0);
  const share = own.amount_cents > 0 ? all.amount_cents / own.amount_cents : 1;
  return {
    amount_cents: Math.max(0, all.amount_cents - Math.round(extra * share)),
    currency: all.currency,
    settled_cents: all.amount_cents,
    charged: charged && charged.currency !== all.currency && charged.amount_cents > 0 ? charged : null,
  };
}

const presentedIn = (details: Session['presentment_details']): Money | null =>
  details && { amount_cents: details.presentment_amount, currency: details.presentment_currency };

function subscription(object: StripeObject, isDeleted: boolean): Fact {
  const { id, status, cancel_at, cancel_at_period_end, metadata, items } = SUBSCRIPTION.parse(object);
  const [item, ...others] = items?.data ?? [];
  return {
    kind: 'subscription',
    subscription_id: id,
    ...addressed(metadata),
    cancel_at_period_end: (cancel_at_period_end ?? false) || cancel_at !== null,
    is_past_due: status === 'past_due' || status === 'unpaid',
    is_over: isDeleted || status === 'canceled' || status === 'incomplete_expired',
    price: item && others.length === 0 ? priceOf(item) : null,
  };
}

function priceOf({ price, quantity }: Item): PlanPrice | null {
  if (typeof price?.unit_amount !== 'number') return null;
  const { unit_amount, currency, recurring, metadata } = price;
  const every = recurring ? `${recurring.interval_count ?? 1} ${recurring.interval}` : EVERY_30_DAYS;
  const tier = metadata?.['tier'];
  return {
    amount_cents: unit_amount,
    currency: currency ?? 'usd',
    quantity: quantity ?? 1,
    is_monthly: every === EVERY_30_DAYS || every === '1 month',
    tier: typeof tier === 'string' ? storable(tier) : null,
  };
}

const EVERY_30_DAYS = '30 day';

const REFUND_STATES: Record<string, refund_status> = {
  pending: 'pending',
  requires_action: 'pending',
  succeeded: 'succeeded',
  failed: 'failed',
  canceled: 'canceled',
};

const reportedRefund = ({ id, status, amount, currency }: z.output<typeof REFUND>): ReportedRefund => ({
  refund_id: id,
  amount_cents: amount,
  currency,
  status: REFUND_STATES[status ?? 'succeeded'] ?? 'pending',
});

function refund(object: z.output<typeof REFUND>): Fact {
  const { payment_intent, metadata } = object;
  if (payment_intent === null) return unread(object);
  const refunds = [reportedRefund(object)];
  return { kind: 'refunds', refunds, charge: null, payment_intent_id: payment_intent, ...addressed(metadata) };
}

/** A charge has the total of its refunds and, in some API versions, the refunds themselves. */
function refundsOf(object: z.output<typeof CHARGE>): Fact {
  const { id, payment_intent, amount, currency, amount_refunded, refunds, metadata } = object;
  if (payment_intent === null) return unread(object);
  const sum = { refund_id: `${id.slice(0, 240)}:${amount_refunded}`, amount_cents: amount_refunded, currency };
  const charge: Money | null = amount !== null && currency !== null ? { amount_cents: amount, currency } : null;
  return {
    kind: 'refunds',
    payment_intent_id: payment_intent,
    charge,
    ...addressed(metadata),
    refunds: [{ ...sum, status: 'reported' }, ...(refunds?.data ?? []).map(reportedRefund)],
  };
}

const DISPUTE_STATES: Record<string, Exclude<dispute_status, 'none'>> = {
  won: 'won',
  lost: 'lost',
  prevented: 'prevented',
  warning_needs_response: 'inquiry',
  warning_under_review: 'inquiry',
  warning_closed: 'inquiry',
};

function dispute(object: z.output<typeof DISPUTE>, funds: 'withdrawn' | 'reinstated' | null = null): Fact {
  const { id, payment_intent, amount, currency, charge: whole } = object;
  if (payment_intent === null) return unread(object);
  const state = DISPUTE_STATES[object.status] ?? 'open';
  const hasMoved = funds === 'withdrawn' && (state === 'inquiry' || state === 'prevented');
  const status: DisputeFact['status'] = funds === 'reinstated' ? 'won' : hasMoved ? 'open' : state;
  return {
    kind: 'dispute',
    dispute_id: id,
    status,
    amount_cents: amount,
    currency,
    payment_intent_id: payment_intent,
    charge: whole && { amount_cents: whole.amount, currency: whole.currency },
    user_id: null,
    payment_id: null,
  };
}

function unread(object: StripeObject): UnreadFact {
  const { data } = OF_MONEY.safeParse(object);
  const amount_cents = data?.amount_paid ?? data?.amount_received ?? data?.amount_total ?? data?.amount ?? null;
  return { kind: 'unread', object_id: data?.id ?? null, amount_cents, currency: data?.currency ?? null };
}
