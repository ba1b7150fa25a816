import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import Stripe from 'stripe';
import { listen, urlOf } from './listen.js';

export const WEBHOOK_SECRET = 'whsec_of_the_tests';
const PERIOD_S = 30 * 86_400;
const PLAN_LINE = { parent: { type: 'subscription_item_details', subscription_item_details: { proration: false } } };
const PRORATION = { parent: { type: 'subscription_item_details', subscription_item_details: { proration: true } } };

type Form = Record<string, string>;
type Thing = Record<string, unknown> & { id: string };

/** A received request. */
export interface Asked {
  method: string;
  path: string;
  form: Form;
  idempotency_key: string | undefined;
}

/** A Stripe event to sign. */
export interface StripeEvent {
  id: string;
  object: 'event';
  type: string;
  created: number;
  data: { object: Record<string, unknown> };
}

/** An error that the stand-in returns. */
class Refusal extends Error {
  constructor(
    readonly status: number,
    readonly error: Record<string, unknown>,
  ) {
    super(String(error.message));
  }
}

/**
 * The part of Stripe's API that the service uses, as a real HTTP server for the real client. It stores the objects it
 * creates, honors idempotency keys, and builds the events that Stripe would send.
 */
export class StripeStandIn {
  readonly asked: Asked[] = [];
  readonly sessions = new Map<string, Thing>();
  readonly subscriptions = new Map<string, Thing>();
  readonly intents = new Map<string, Thing>();
  /**
   * Card on file of a customer. `declines` makes charges fail, `confirms` makes them require the payer's confirmation.
   */
  readonly cards = new Map<string, { declines: boolean; confirms?: boolean }>();
  /** Deleted customers. */
  readonly gone = new Set<string>();
  /** Whether every request returns 503. */
  isAway = false;
  /** Awaited before each response, so that a test can delay it. */
  onCall: (asked: Asked) => Promise<void> = () => Promise.resolve();
  private readonly invoices = new Map<string, string>();
  private readonly answers = new Map<string, { form: string; status: number; body: object }>();
  private made = 0;

  private constructor(private readonly server: Server) {}

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
    const answer = this.route(asked);
    if (key !== undefined) this.answers.set(key, { form: text, ...answer });
    return answer;
  }

  private route({ method, path, form }: Asked): { status: number; body: object } {
    const [, kind = '', id = '', more = '', last = ''] = path.split('/');
    const list = (data: object[]) => ({ object: 'list', has_more: false, data });
    const routes: Record<string, () => object> = {
      'POST customers': () => this.make('cus', { metadata: { user_id: form['metadata[user_id]'] } }),
      'GET customers': () =>
        more === 'payment_methods'
          ? list(this.cards.has(id) ? [{ id: `pm_${id}` }] : [])
          : this.gone.has(id)
            ? { id, object: 'customer', deleted: true }
            : { id, object: 'customer', invoice_settings: { default_payment_method: null } },
      'POST checkout': () => (last === 'expire' ? this.expire(more) : this.createSession(form)),
      'GET checkout': () => this.get(this.sessions, more),
      'POST billing_portal': () => ({
        id: this.id('bps'),
        url: `https://billing.stripe.example/${form.customer ?? ''}`,
      }),
      'GET subscriptions': () => this.get(this.subscriptions, id),
      'POST subscriptions': () => this.changeSubscription(id, form),
      'DELETE subscriptions': () => Object.assign(this.get(this.subscriptions, id), { status: 'canceled' }),
      'POST payment_intents': () => this.cancel(id),
      'GET payment_intents': () => this.get(this.intents, id),
      'POST coupons': () => this.make('coupon', { ...form }),
      'POST products': () => this.make('prod', { name: form.name }),
      'GET invoice_payments': () => {
        const invoice = this.invoices.get(form['payment[payment_intent]'] ?? '');
        return list(invoice === undefined ? [] : [{ id: this.id('inpay'), invoice }]);
      },
    };
    if (this.gone.has(form.customer ?? '')) {
      const message = `No such customer: '${form.customer ?? ''}'`;
      throw new Refusal(400, { type: 'invalid_request_error', code: 'resource_missing', param: 'customer', message });
    }
    if (method === 'POST' && kind === 'payment_intents' && id === '') return this.charge(form);
    const route = routes[`${method} ${kind}`];
    if (route) return { status: 200, body: route() };
    throw new Refusal(404, { type: 'invalid_request_error', message: `no such route: ${method} ${path}` });
  }

  private createSession(form: Form): Thing {
    const unit_amount = Number(form['line_items[0][price_data][unit_amount]']);
    const coupon = form['discounts[0][coupon]'];
    const made =
      coupon === undefined ? null : [...this.answers.values()].find(({ body }) => (body as Thing).id === coupon);
    const off = made ? Number((made.body as Form).amount_off) : 0;
    const session = this.make('cs', {
      object: 'checkout.session',
      mode: form.mode,
      status: 'open',
      payment_status: 'unpaid',
      unit_amount,
      amount_total: unit_amount - off,
      currency: form['line_items[0][price_data][currency]'],
      customer: form.customer,
      metadata: under(form, 'metadata'),
      payment_intent: null,
      subscription: null,
      subscription_metadata: under(form, 'subscription_data[metadata]'),
    });
    this.sessions.set(session.id, { ...session, url: `https://checkout.stripe.example/${session.id}` });
    return this.get(this.sessions, session.id);
  }

  private expire(session_id: string): Thing {
    const session = this.get(this.sessions, session_id);
    if (session.status !== 'open') {
      throw new Refusal(400, { type: 'invalid_request_error', message: 'Only open sessions can be expired.' });
    }
    return Object.assign(session, { status: 'expired' });
  }

  private charge(form: Form): { status: number; body: object } {
    const card = this.cards.get(form.customer ?? '');
    const isDeclined = card === undefined || card.declines || card.confirms === true;
    const intent = this.make('pi', {
      amount: Number(form.amount),
      currency: form.currency,
      metadata: under(form, 'metadata'),
      status: isDeclined ? 'requires_payment_method' : 'succeeded',
    });
    this.intents.set(intent.id, intent);
    if (!isDeclined) return { status: 200, body: intent };
    const code = card?.confirms === true ? 'authentication_required' : 'card_declined';
    const error = { type: 'card_error', code, message: 'Your card was declined.' };
    return { status: 402, body: { error: { ...error, payment_intent: intent } } };
  }

  private cancel(id: string): Thing {
    const intent = this.get(this.intents, id);
    if (intent.status === 'succeeded' || intent.status === 'canceled') {
      throw new Refusal(400, { type: 'invalid_request_error', message: `It is ${intent.status} already.` });
    }
    return Object.assign(intent, { status: 'canceled' });
  }

  private changeSubscription(id: string, form: Form): Thing {
    const subscription = this.get(this.subscriptions, id);
    const unit_amount = Number(form['items[0][price_data][unit_amount]']);
    if (form.trial_end !== undefined) subscription.current_period_end = Number(form.trial_end);
    const { current_period_end } = subscription;
    return Object.assign(subscription, {
      cancel_at_period_end: form.cancel_at_period_end === 'true',
      metadata: under(form, 'metadata'),
      items: { data: [{ id: form['items[0][id]'], price: { unit_amount }, current_period_end }] },
    });
  }

  private make(prefix: string, members: Record<string, unknown>): Thing {
    return { id: this.id(prefix), created: seconds(), ...members };
  }

  private id(prefix: string): string {
    this.made += 1;
    return `${prefix}_${this.made}_${Math.random().toString(36).slice(2, 10)}`;
  }

  private get(things: Map<string, Thing>, id: string): Thing {
    const thing = things.get(id);
    if (!thing)
      throw new Refusal(404, {
        type: 'invalid_request_error',
        code: 'resource_missing',
        message: `No such thing: ${id}`,
      });
    return thing;
  }
}

const seconds = (): number => Math.floor(Date.now() / 1000);

/** Returns the members of a nested parameter: for `metadata`, `metadata[user_id]=x` gives `{ user_id: 'x' }`. */
function under(form: Form, name: string): Form {
  const prefix = `${name}[`;
  return Object.fromEntries(
    Object.entries(form)
      .filter(([key]) => key.startsWith(prefix))
      .map(([key, value]) => [key.slice(prefix.length, -1), value]),
  );
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}
