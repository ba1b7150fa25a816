import { hash } from 'node:crypto';
import Stripe from 'stripe';
import { DomainError } from '../platform/errors.js';
import type { StripeConfig } from '../platform/payments-config.js';
import { type ChargeFact, type ProviderEvent, referencesOf } from './facts.js';
import type { CardOrder, Checkout, CheckoutOrder, PaymentProvider, SubscriptionOrder } from './provider.js';
import { charge, factOf } from './stripe-facts.js';

const TIMEOUT_MS = 20_000;
const RETRIES = 2;
const SIGNATURE_TOLERANCE_S = 300;
const DAY_S = 86_400;
/** A period of ours: months have other lengths. */
const EVERY_30_DAYS = { interval: 'day', interval_count: 30 } as const;

/** Stripe, through its own client. What we ask twice has one effect: every order carries an idempotency key. */
export class StripeProvider implements PaymentProvider {
  private readonly stripe: Stripe;

  constructor(private readonly config: StripeConfig) {
    const { protocol, hostname, port } = new URL(config.api_url);
    this.stripe = new Stripe(config.secret_key, {
      ...{ host: hostname, protocol: protocol === 'http:' ? 'http' : 'https', telemetry: false },
      ...(port === '' ? {} : { port }),
      timeout: TIMEOUT_MS,
      maxNetworkRetries: RETRIES,
    });
  }

  async createCustomer(user_id: string): Promise<string> {
    const key = { idempotencyKey: `customer:${hash('sha256', user_id)}` };
    return (await asked(this.stripe.customers.create({ metadata: { user_id } }, key))).id;
  }

  async createCheckout(order: CheckoutOrder): Promise<Checkout> {
    const { payment_id, user_id, customer_id: customer, subscribes_to } = order;
    const metadata = { user_id, payment_id };
    const subscribes = subscribes_to !== null;
    const discounts = subscribes && order.discount_cents > 0 ? [{ coupon: await this.couponOf(order) }] : [];
    const session = await asked(
      this.stripe.checkout.sessions.create(
        {
          ...{ customer, metadata, client_reference_id: payment_id },
          mode: subscribes ? 'subscription' : 'payment',
          line_items: [{ quantity: 1, price_data: priceOf(order) }],
          success_url: this.config.success_url,
          cancel_url: this.config.cancel_url,
          expires_at: seconds(order.expires_at),
          ...(discounts.length > 0 ? { discounts } : {}),
          ...(subscribes
            ? { subscription_data: { metadata: { ...metadata, tier: subscribes_to } } }
            : { payment_intent_data: { metadata, setup_future_usage: 'off_session' } }),
        },
        { idempotencyKey: `checkout:${payment_id}` },
      ),
    );
    return { session_id: session.id, url: session.url ?? '' };
  }

  async closeCheckout(session_id: string): Promise<boolean> {
    try {
      await this.stripe.checkout.sessions.expire(session_id);
      return true;
    } catch (error) {
      if (!(error instanceof Stripe.errors.StripeInvalidRequestError)) throw unavailable(error);
      return (await asked(this.stripe.checkout.sessions.retrieve(session_id))).status === 'expired';
    }
  }

  async portalUrl(customer_id: string): Promise<string> {
    const order = { customer: customer_id, return_url: this.config.success_url };
    return (await asked(this.stripe.billingPortal.sessions.create(order))).url;
  }

  async chargeCard(order: CardOrder): Promise<ChargeFact> {
    const { payment_id, user_id, customer_id: customer, amount_cents: amount, currency } = order;
    const declined = (reason: string, payment_intent_id = ''): ChargeFact => {
      const who = { user_id, payment_id, currency, amount_cents: amount };
      return { kind: 'charge', outcome: 'failed', reason, payment_intent_id, ...who };
    };
    const payment_method = await this.cardOf(customer);
    if (payment_method === null) return declined('There is no card on file.');
    try {
      const intent = await this.stripe.paymentIntents.create(
        {
          ...{ amount, currency, customer, payment_method, description: order.name },
          ...{ confirm: true, off_session: true, metadata: { user_id, payment_id, kind: 'top_up' } },
        },
        { idempotencyKey: `charge:${payment_id}` },
      );
      return charge(intent) ?? declined('The payment was not accepted.', intent.id);
    } catch (error) {
      if (!(error instanceof Stripe.errors.StripeCardError)) throw unavailable(error);
      return declined(error.message, error.payment_intent?.id);
    }
  }

  async changeSubscription(order: SubscriptionOrder): Promise<void> {
    const { subscription_id, tier, currency, amount_cents, cancel_at_period_end } = order;
    const known = await asked(this.stripe.subscriptions.retrieve(subscription_id));
    const item = known.items.data[0];
    if (!item) throw new Error(`subscription ${subscription_id} has no item`);
    const product = await this.productOf(order);
    const price_data = { product, currency, unit_amount: amount_cents, recurring: EVERY_30_DAYS };
    const postponed = postponedTo(order, item.current_period_end);
    await asked(
      this.stripe.subscriptions.update(subscription_id, {
        ...{ cancel_at_period_end, proration_behavior: 'none' },
        ...(postponed === null ? {} : { trial_end: postponed }),
        metadata: { ...known.metadata, tier },
        items: [{ id: item.id, price_data }],
      }),
    );
  }

  async endSubscription(subscription_id: string): Promise<void> {
    try {
      await this.stripe.subscriptions.cancel(subscription_id);
    } catch (error) {
      // one that is over already is what was wanted
      if (!(error instanceof Stripe.errors.StripeInvalidRequestError)) throw unavailable(error);
    }
  }

  async invoiceOf(payment_intent_id: string): Promise<string | null> {
    const payment = { type: 'payment_intent', payment_intent: payment_intent_id } as const;
    const [paid] = (await asked(this.stripe.invoicePayments.list({ payment, limit: 1 }))).data;
    if (!paid) return null;
    return typeof paid.invoice === 'string' ? paid.invoice : paid.invoice.id;
  }

  readEvent(body: Buffer, signature: string): ProviderEvent {
    const event = this.verified(body, signature);
    const fact = factOf(event);
    return {
      ...{ event_id: event.id, type: event.type, fact },
      occurred_at: new Date(event.created * 1000),
      reference: fact ? (referencesOf(fact).at(-1) ?? '') : '',
    };
  }

  private verified(body: Buffer, signature: string): Stripe.Event {
    for (const secret of this.config.webhook_secrets) {
      try {
        return this.stripe.webhooks.constructEvent(body, signature, secret, SIGNATURE_TOLERANCE_S);
      } catch (error) {
        if (!(error instanceof Stripe.errors.StripeSignatureVerificationError)) throw error;
      }
    }
    throw new DomainError(
      'malformed',
      'invalid_signature',
      'Stripe-Signature does not fit the body, or is older than 5 minutes. Check STRIPE_WEBHOOK_SECRET and the clock.',
    );
  }

  /** A reduction of the first invoice alone. */
  private async couponOf({ payment_id, discount_cents, currency, name }: CheckoutOrder): Promise<string> {
    const coupon = { amount_off: discount_cents, currency, duration: 'once', max_redemptions: 1 } as const;
    const key = { idempotencyKey: `coupon:${payment_id}` };
    return (await asked(this.stripe.coupons.create({ ...coupon, name: name.slice(0, 40) }, key))).id;
  }

  private async productOf({ tier, name }: SubscriptionOrder): Promise<string> {
    const key = { idempotencyKey: `product:${hash('sha256', `${tier}:${name}`)}` };
    return (await asked(this.stripe.products.create({ name, metadata: { tier } }, key))).id;
  }

  /** The customer's own choice of card, else the newest one. */
  private async cardOf(customer_id: string): Promise<string | null> {
    const customer = await asked(this.stripe.customers.retrieve(customer_id));
    if (customer.deleted) return null;
    const chosen = customer.invoice_settings.default_payment_method;
    if (chosen !== null) return typeof chosen === 'string' ? chosen : chosen.id;
    const [newest] = (await asked(this.stripe.customers.listPaymentMethods(customer_id, { type: 'card', limit: 1 })))
      .data;
    return newest?.id ?? null;
  }
}

/** The price of a checkout; a discount of a subscription is a coupon of its own, for the price stays. */
function priceOf({ name, currency, amount_cents, discount_cents, subscribes_to }: CheckoutOrder) {
  const base = { currency, product_data: { name } };
  if (subscribes_to === null) return { ...base, unit_amount: amount_cents };
  return { ...base, unit_amount: amount_cents + discount_cents, recurring: EVERY_30_DAYS };
}

/** When the next invoice is to come, if that is later than the provider has it by more than clocks differ. */
function postponedTo({ paid_until }: SubscriptionOrder, period_end_s: number): number | null {
  if (paid_until === null || paid_until.getTime() < Date.now()) return null;
  return seconds(paid_until) - period_end_s > DAY_S ? seconds(paid_until) : null;
}

const seconds = (instant: Date): number => Math.floor(instant.getTime() / 1000);

async function asked<T>(call: Promise<T>): Promise<T> {
  try {
    return await call;
  } catch (error) {
    throw unavailable(error);
  }
}

/** What Stripe's client throws, without its particulars, which may hold what we sent. */
function unavailable(error: unknown): Error {
  if (!(error instanceof Stripe.errors.StripeError)) return error as Error;
  const what = error.code ?? error.type;
  return new DomainError(
    'unavailable',
    'payment_provider_unavailable',
    `The payment provider did not take the order (${what}). Try again later.`,
    { retry_after_s: 30 },
  );
}
