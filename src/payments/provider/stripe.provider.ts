import { hash } from 'node:crypto';
import Stripe from 'stripe';
import { DomainError } from '../../platform/errors.js';
import type { StripeConfig } from '../../platform/config/payments-config.js';
import type { ChargeFact, ProviderEvent } from './facts.js';
import { CustomerGone, refusedByProvider } from '../payments.errors.js';
import type { CardOrder, Checkout, CheckoutOrder, PaymentProvider, SubscriptionOrder } from './provider.js';
import { charge } from './stripe-facts.js';
import { readMessage } from './stripe-message.js';
import { storable } from './stripe-objects.js';

const TIMEOUT_MS = 20_000;
const RETRIES = 2;
const NOT_ACCEPTED = 'The payment was not accepted.';
const DAY_S = 86_400;
/** Length of a plan period; calendar months vary. */
const EVERY_30_DAYS = { interval: 'day', interval_count: 30 } as const;

/** The payment provider for Stripe. Requests carry idempotency keys, so a repeated request has one effect. */
export class StripeProvider implements PaymentProvider {
  private readonly stripe: Stripe;

  constructor(private readonly config: StripeConfig) {
    const { protocol, hostname, port } = new URL(config.api_url);
    this.stripe = new Stripe(config.secret_key, {
      host: hostname,
      protocol: protocol === 'http:' ? 'http' : 'https',
      telemetry: false,
      ...(port === '' ? {} : { port }),
      timeout: TIMEOUT_MS,
      maxNetworkRetries: RETRIES,
    });
  }

  async createCustomer(user_id: string, gone: string | null): Promise<string> {
    // the same key would return the deleted customer
    const key = { idempotencyKey: `customer:${hash('sha256', gone === null ? user_id : `${user_id}:${gone}`)}` };
    return (await translateErrors(this.stripe.customers.create({ metadata: { user_id } }, key))).id;
  }

  async createCheckout(order: CheckoutOrder): Promise<Checkout> {
    const { payment_id, user_id, customer_id: customer, subscribes_to } = order;
    const metadata = { user_id, payment_id };
    const subscribes = subscribes_to !== null;
    const discounts = subscribes && order.discount_cents > 0 ? [{ coupon: await this.couponOf(order) }] : [];
    const session = await translateErrors(
      this.stripe.checkout.sessions.create(
        {
          customer,
          metadata,
          client_reference_id: payment_id,
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
        { idempotencyKey: `checkout:${payment_id}:${customer}` },
      ),
    );
    return { session_id: session.id, url: session.url ?? '' };
  }

  async closeCheckout(session_id: string): Promise<boolean> {
    try {
      await this.stripe.checkout.sessions.expire(session_id);
      return true;
    } catch (error) {
      if (!isRefusal(error)) throw toDomainError(error);
      if (error.code === 'resource_missing') return true; // it belongs to another mode (test or live)
      return (await translateErrors(this.stripe.checkout.sessions.retrieve(session_id))).status === 'expired';
    }
  }

  async portalUrl(customer_id: string): Promise<string> {
    const order = { customer: customer_id, return_url: this.config.success_url };
    return (await translateErrors(this.stripe.billingPortal.sessions.create(order))).url;
  }

  async chargeCard(order: CardOrder): Promise<ChargeFact> {
    const { payment_id, user_id, customer_id: customer, amount_cents: amount, currency } = order;
    const details = { user_id, payment_id, currency, amount_cents: amount };
    const failure = { kind: 'charge', outcome: 'failed', payment_intent_id: '', ...details } as const;
    const payment_method = await this.cardOf(customer);
    if (payment_method === null) return { ...failure, reason: 'There is no card on file.' };
    try {
      const intent = await this.stripe.paymentIntents.create(
        {
          amount,
          currency,
          customer,
          payment_method,
          description: order.name,
          confirm: true,
          off_session: true,
          metadata: { user_id, payment_id, kind: 'top_up' },
        },
        { idempotencyKey: `charge:${payment_id}` },
      );
      const fact = charge(intent);
      return fact?.outcome === 'unconfirmed'
        ? await this.cancelIntent(fact)
        : (fact ?? { ...failure, reason: NOT_ACCEPTED });
    } catch (error) {
      if (!(error instanceof Stripe.errors.StripeCardError)) throw toDomainError(error);
      const outcome = error.code === 'authentication_required' ? 'unconfirmed' : 'failed';
      const payment_intent_id = error.payment_intent?.id ?? '';
      return this.cancelIntent({ ...failure, outcome, payment_intent_id, reason: storable(error.message) });
    }
  }

  /**
   * Cancels a charge that did not succeed, so that it never succeeds later. The caller then opens a checkout page or
   * tries the card again.
   */
  private async cancelIntent(fact: ChargeFact): Promise<ChargeFact> {
    if (fact.payment_intent_id === '') return fact;
    try {
      await this.stripe.paymentIntents.cancel(fact.payment_intent_id);
      return fact;
    } catch (error) {
      if (!isRefusal(error)) throw toDomainError(error);
      const intent = await translateErrors(this.stripe.paymentIntents.retrieve(fact.payment_intent_id));
      return intent.status === 'canceled' ? fact : (charge(intent) ?? fact);
    }
  }

  async changeSubscription(order: SubscriptionOrder): Promise<void> {
    const { subscription_id, tier, currency, amount_cents, cancel_at_period_end } = order;
    const known = await translateErrors(this.stripe.subscriptions.retrieve(subscription_id));
    const item = known.items.data[0];
    if (!item) throw new Error(`subscription ${subscription_id} has no item`);
    const product = await this.productOf(order);
    const price_data = { product, currency, unit_amount: amount_cents, recurring: EVERY_30_DAYS };
    const postponed = postponedTo(order, item.current_period_end);
    await translateErrors(
      this.stripe.subscriptions.update(subscription_id, {
        cancel_at_period_end,
        proration_behavior: 'none',
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
      if (!isRefusal(error)) throw toDomainError(error); // a subscription that has already ended is fine
    }
  }

  async invoiceOf(payment_intent_id: string): Promise<string | null> {
    const payment = { type: 'payment_intent', payment_intent: payment_intent_id } as const;
    const [paid] = (await translateErrors(this.stripe.invoicePayments.list({ payment, limit: 1 }))).data;
    if (!paid) return null;
    return typeof paid.invoice === 'string' ? paid.invoice : paid.invoice.id;
  }

  readEvent(body: Buffer, signature: string): ProviderEvent {
    return readMessage(body, signature, this.config.webhook_secrets);
  }

  /** Creates a Stripe coupon that discounts only the first invoice. */
  private async couponOf({ payment_id, discount_cents, currency, name }: CheckoutOrder): Promise<string> {
    const coupon = { amount_off: discount_cents, currency, duration: 'once', max_redemptions: 1 } as const;
    const key = { idempotencyKey: `coupon:${payment_id}` };
    return (await translateErrors(this.stripe.coupons.create({ ...coupon, name: name.slice(0, 40) }, key))).id;
  }

  private async productOf({ tier, name }: SubscriptionOrder): Promise<string> {
    const key = { idempotencyKey: `product:${hash('sha256', `${tier}:${name}`)}` };
    return (await translateErrors(this.stripe.products.create({ name, metadata: { tier } }, key))).id;
  }

  /** Returns the customer's default payment method, or else the newest card. */
  private async cardOf(customer_id: string): Promise<string | null> {
    const customer = await translateErrors(this.stripe.customers.retrieve(customer_id).catch(toCustomerGone));
    if (customer.deleted) throw new CustomerGone();
    const chosen = customer.invoice_settings.default_payment_method;
    if (chosen !== null) return typeof chosen === 'string' ? chosen : chosen.id;
    const [newest] = (
      await translateErrors(this.stripe.customers.listPaymentMethods(customer_id, { type: 'card', limit: 1 }))
    ).data;
    return newest?.id ?? null;
  }
}

/**
 * Builds the price of a checkout. Subscriptions use the full price plus a Stripe coupon, because the discount applies
 * only once.
 */
function priceOf({ name, currency, amount_cents, discount_cents, subscribes_to }: CheckoutOrder) {
  const base = { currency, product_data: { name } };
  if (subscribes_to === null) return { ...base, unit_amount: amount_cents };
  return { ...base, unit_amount: amount_cents + discount_cents, recurring: EVERY_30_DAYS };
}

/** Returns when the next invoice is due if the provider's date is more than a day too early; else null. */
function postponedTo({ paid_until }: SubscriptionOrder, period_end_s: number): number | null {
  if (paid_until === null || paid_until.getTime() < Date.now()) return null;
  return seconds(paid_until) - period_end_s > DAY_S ? seconds(paid_until) : null;
}

const seconds = (instant: Date): number => Math.floor(instant.getTime() / 1000);

async function translateErrors<T>(call: Promise<T>): Promise<T> {
  try {
    return await call;
  } catch (error) {
    throw toDomainError(error);
  }
}

/** Whether Stripe understood the request and refused it. */
const isRefusal = (error: unknown): error is Stripe.errors.StripeInvalidRequestError =>
  error instanceof Stripe.errors.StripeInvalidRequestError;

/**
 * Converts an error of Stripe's client, dropping its details, which can contain the request. Only transient failures
 * become `payment_provider_unavailable`.
 */
function toDomainError(error: unknown): Error {
  if (!(error instanceof Stripe.errors.StripeError)) return error as Error;
  const what = error.code ?? error.type;
  if (error.code === 'resource_missing' && error.param === 'customer') return new CustomerGone();
  const isFinal = FINAL.some((kind) => error instanceof kind);
  if (isFinal) return refusedByProvider(what);
  return new DomainError(
    'unavailable',
    'payment_provider_unavailable',
    `The payment provider did not accept the request (${what}). Try again later.`,
    { retry_after_s: 30 },
  );
}

/** Converts the error for an unknown customer, which differs when the customer is retrieved by id. */
function toCustomerGone(error: unknown): never {
  throw isRefusal(error) && error.code === 'resource_missing' ? new CustomerGone() : error;
}

const FINAL = [
  Stripe.errors.StripeInvalidRequestError,
  Stripe.errors.StripeAuthenticationError,
  Stripe.errors.StripePermissionError,
  Stripe.errors.StripeCardError,
];
