import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import Stripe from 'stripe';
import { listen, urlOf } from './listen.js';
import { type Asked, type Form, Refusal, seconds, StripeApi, type Thing } from './stripe-api.js';

export const WEBHOOK_SECRET = 'whsec_of_the_tests';
const PERIOD_S = 30 * 86_400;
const PLAN_LINE = { parent: { type: 'subscription_item_details', subscription_item_details: { proration: false } } };
const PRORATION = { parent: { type: 'subscription_item_details', subscription_item_details: { proration: true } } };

/** A Stripe event to sign. */
export interface StripeEvent {
  id: string;
  object: 'event';
  type: string;
  created: number;
  data: { object: Record<string, unknown> };
}

/**
 * Stripe's API as a real HTTP server for the real client. It honors idempotency keys, and builds the events that Stripe
 * would send.
 */
export class StripeStandIn extends StripeApi {
  readonly asked: Asked[] = [];
  /** Whether every request returns 503. */
  isAway = false;
  /** Awaited before each response, so that a test can delay it. */
  onCall: (asked: Asked) => Promise<void> = () => Promise.resolve();
  private readonly answers = new Map<string, { form: string; status: number; body: object }>();

  private constructor(private readonly server: Server) {
    super();
  }

  static async start(): Promise<StripeStandIn> {
    const server = createServer();
    const standIn = new StripeStandIn(server);
    server.on('request', (request, response) => void standIn.serve(request, response));
    await listen(server);
    return standIn;
  }

  get url(): string {
    return urlOf(this.server);
  }

  /** The configuration of a service that uses this stand-in. */
  get env(): Record<string, string> {
    return {
      STRIPE_SECRET_KEY: 'sk_test_of_the_tests',
      STRIPE_WEBHOOK_SECRET: WEBHOOK_SECRET,
      STRIPE_API_URL: this.url,
      PAYMENT_SUCCESS_URL: 'https://app.example.com/paid',
      PAYMENT_CANCEL_URL: 'https://app.example.com/cancelled',
    };
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  calls(method: string, path: RegExp): Asked[] {
    return this.asked.filter((call) => call.method === method && path.test(call.path));
  }

  /** Pays on a page. @returns the resulting events, in order */
  pay(session_id: string, changes: Record<string, unknown> = {}): StripeEvent[] {
    const session = this.get(this.sessions, session_id);
    const metadata = session.metadata as Form;
    const isPlan = session.mode === 'subscription';
    const paid = { ...session, status: 'complete', payment_status: 'paid' };
    if (!isPlan) {
      const intent = this.make('pi', { metadata, amount: session.amount_total, currency: session.currency });
      this.intents.set(intent.id, intent);
      this.sessions.set(session_id, { ...paid, payment_intent: intent.id });
      return [this.event('checkout.session.completed', { ...paid, payment_intent: intent.id, ...changes })];
    }
    const now = seconds();
    const subscription = this.make('sub', {
      metadata: session.subscription_metadata,
      status: 'active',
      cancel_at: null,
      cancel_at_period_end: false,
      items: {
        data: [{ id: this.id('si'), price: { unit_amount: session.unit_amount }, current_period_end: now + PERIOD_S }],
      },
      current_period_end: now + PERIOD_S,
      customer: session.customer,
    });
    this.subscriptions.set(subscription.id, subscription);
    this.sessions.set(session_id, { ...paid, subscription: subscription.id });
    const done = this.event('checkout.session.completed', { ...paid, subscription: subscription.id, ...changes });
    const discount = (session.unit_amount as number) - (session.amount_total as number);
    const total_discount_amounts = discount > 0 ? [{ amount: discount }] : [];
    const details = { total_discount_amounts, ...changes };
    return [done, this.invoice(subscription.id, 'subscription_create', session.amount_total as number, details)];
  }

  /** Starts a new period of a subscription, whose invoice is paid or fails. */
  renew(
    subscription_id: string,
    outcome: 'paid' | 'failed' = 'paid',
    changes: Record<string, unknown> = {},
  ): StripeEvent {
    const subscription = this.get(this.subscriptions, subscription_id);
    subscription.current_period_end = (subscription.current_period_end as number) + PERIOD_S;
    const [item] = (subscription.items as { data: { price: { unit_amount: number }; quantity?: number }[] }).data;
    const price = (item?.price.unit_amount ?? 0) * (item?.quantity ?? 1);
    const event = this.invoice(subscription_id, 'subscription_cycle', price, changes);
    return outcome === 'paid' ? event : { ...event, type: 'invoice.payment_failed' };
  }

  /** Changes a subscription at Stripe. */
  subscriptionEvent(subscription_id: string, changes: Record<string, unknown> = {}, created?: number): StripeEvent {
    const subscription = { ...this.get(this.subscriptions, subscription_id), ...changes } as Thing;
    this.subscriptions.set(subscription_id, subscription);
    const type = subscription.status === 'canceled' ? 'deleted' : 'updated';
    return this.event(`customer.subscription.${type}`, subscription, created);
  }

  /** Changes a plan in the portal: the subscription costs `unit_amount` from now on, and `paid` is paid immediately. */
  changePlan(subscription_id: string, unit_amount: number, paid: number, quantity = 1): StripeEvent[] {
    const subscription = this.get(this.subscriptions, subscription_id);
    const [item] = (subscription.items as { data: Record<string, unknown>[] }).data;
    const items = { data: [{ ...item, quantity, price: { unit_amount, currency: 'usd' } }] };
    const changed = this.subscriptionEvent(subscription_id, { items });
    const line = (amount: number) => ({ amount, period: this.periodOf(subscription_id), ...PRORATION });
    const lines = { data: [line(-1000), line(paid + 1000)] };
    return [changed, this.invoice(subscription_id, 'subscription_update', paid, { lines })];
  }

  /** Reports the card that paid. */
  card(payment_intent: string, fingerprint: string, changes: Record<string, unknown> = {}): StripeEvent {
    const { metadata, amount, currency } = this.get(this.intents, payment_intent);
    const payment_method_details = { type: 'card', card: { fingerprint, last4: '4242' } };
    const charge = { id: `ch_of_${payment_intent}`, payment_intent, metadata, amount, currency };
    return this.event('charge.succeeded', { ...charge, payment_method_details, ...changes });
  }

  /** Reports the total refunded of a charge. */
  refund(payment_intent: string, amount_refunded: number, changes: Record<string, unknown> = {}): StripeEvent {
    const { metadata, amount, currency } = this.get(this.intents, payment_intent);
    return this.event('charge.refunded', {
      id: `ch_of_${payment_intent}`,
      payment_intent,
      metadata,
      amount,
      currency,
      amount_refunded,
      ...changes,
    });
  }

  /** Reports a single refund. */
  refundNamed(payment_intent: string, id: string, amount: number, status: string, type = 'refund.updated') {
    const { currency } = this.get(this.intents, payment_intent);
    return this.event(type, { id, object: 'refund', payment_intent, amount, currency, status, metadata: {} });
  }

  /** Reports the dispute of a payment, or another one if `changes` has its id. */
  dispute(payment_intent: string, status: string, changes: Record<string, unknown> = {}, step?: string): StripeEvent {
    const { amount, currency } = this.get(this.intents, payment_intent);
    const isOver = ['won', 'lost', 'warning_closed', 'prevented'].includes(status);
    const type = `charge.dispute.${step ?? (isOver ? 'closed' : 'created')}`;
    const dispute = { id: `dp_of_${payment_intent}`, payment_intent, status, metadata: {}, amount, currency };
    return this.event(type, { ...dispute, ...changes });
  }

  /** Returns the payment intent of a page, an invoice or a charge. */
  intentOf(metadataOrInvoice: string): string {
    const byInvoice = [...this.invoices].find(([, invoice]) => invoice === metadataOrInvoice)?.[0];
    if (byInvoice !== undefined) return byInvoice;
    const found = [...this.intents.values()].find(
      (intent) => (intent.metadata as Form).payment_id === metadataOrInvoice,
    );
    if (!found) throw new Error(`no money moved for ${metadataOrInvoice}`);
    return found.id;
  }

  event(type: string, object: Record<string, unknown>, created = seconds()): StripeEvent {
    return { id: this.id('evt'), object: 'event', type, created, data: { object } };
  }

  /** Returns the body and the header of an event, signed with Stripe's library. */
  static signed(event: unknown, { secret = WEBHOOK_SECRET, timestamp = seconds() } = {}) {
    const payload = JSON.stringify(event);
    const header = Stripe.webhooks.generateTestHeaderString({ payload, secret, timestamp });
    return { body: payload, headers: { 'stripe-signature': header } };
  }

  private invoice(
    subscription_id: string,
    billing_reason: string,
    cents: number,
    changes: Record<string, unknown>,
  ): StripeEvent {
    const { metadata, items } = this.get(this.subscriptions, subscription_id);
    const [item] = (items as { data: { price: { unit_amount: number }; quantity?: number }[] }).data;
    const price = (item?.price.unit_amount ?? 0) * (item?.quantity ?? 1);
    const intent = this.make('pi', { metadata: {}, amount: cents, currency: 'usd' });
    this.intents.set(intent.id, intent);
    const id = this.id('in');
    this.invoices.set(intent.id, id);
    return this.event('invoice.paid', {
      id,
      billing_reason,
      amount_paid: cents,
      amount_due: cents,
      currency: 'usd',
      parent: { type: 'subscription_details', subscription_details: { subscription: subscription_id, metadata } },
      lines: { data: [{ amount: price, period: this.periodOf(subscription_id), ...PLAN_LINE }] },
      ...changes,
    });
  }

  private periodOf(subscription_id: string): { start: number; end: number } {
    const end = this.get(this.subscriptions, subscription_id).current_period_end as number;
    return { start: end - PERIOD_S, end };
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { status, body } = await this.answer(request).catch((error: unknown) => {
      if (!(error instanceof Refusal)) throw error;
      return { status: error.status, body: { error: error.error } };
    });
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  }

  private async answer(request: IncomingMessage): Promise<{ status: number; body: object }> {
    const url = new URL(request.url ?? '', this.url);
    const text = await textOf(request);
    const form = Object.fromEntries([...url.searchParams, ...new URLSearchParams(text)]);
    const key = request.headers['idempotency-key'] as string | undefined;
    const asked = { method: request.method ?? '', path: url.pathname.slice('/v1'.length), form, idempotency_key: key };
    this.asked.push(asked);
    await this.onCall(asked);
    if (this.isAway) throw new Refusal(503, { type: 'api_error', message: 'away' });
    if (request.headers.authorization !== 'Bearer sk_test_of_the_tests') {
      throw new Refusal(401, { type: 'invalid_request_error', message: 'Invalid API Key' });
    }
    const known = key === undefined || request.method !== 'POST' ? undefined : this.answers.get(key);
    if (known && known.form !== text) {
      throw new Refusal(400, { type: 'idempotency_error', message: 'same key, other parameters' });
    }
    if (known) return known;
    const answer = this.respond(asked);
    if (key !== undefined) this.answers.set(key, { form: text, ...answer });
    return answer;
  }
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}
