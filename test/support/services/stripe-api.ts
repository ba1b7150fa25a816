export type Form = Record<string, string>;
export type Thing = Record<string, unknown> & { id: string };

/** A received request. */
export interface Asked {
  method: string;
  path: string;
  form: Form;
  idempotency_key: string | undefined;
}

/** An error response of Stripe. */
export class Refusal extends Error {
  constructor(
    readonly status: number,
    readonly error: Record<string, unknown>,
  ) {
    super(String(error.message));
  }
}

/** The part of Stripe's API that the service uses, without its transport. It stores the objects it creates. */
export class StripeApi {
  readonly sessions = new Map<string, Thing>();
  readonly subscriptions = new Map<string, Thing>();
  readonly intents = new Map<string, Thing>();
  /**
   * Card on file of a customer. `declines` makes charges fail, `confirms` makes them require the payer's confirmation.
   */
  readonly cards = new Map<string, { declines: boolean; confirms?: boolean }>();
  /** Deleted customers. */
  readonly gone = new Set<string>();
  /** Invoice of each payment intent that paid one. */
  protected readonly invoices = new Map<string, string>();
  private readonly coupons = new Map<string, Thing>();
  private made = 0;

  /**
   * Carries out a request.
   * @throws Refusal as Stripe would refuse it
   */
  protected respond({ method, path, form }: Asked): { status: number; body: object } {
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
      'POST coupons': () => this.createCoupon(form),
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

  private createCoupon(form: Form): Thing {
    const coupon = this.make('coupon', { ...form });
    this.coupons.set(coupon.id, coupon);
    return coupon;
  }

  private createSession(form: Form): Thing {
    const unit_amount = Number(form['line_items[0][price_data][unit_amount]']);
    const coupon = form['discounts[0][coupon]'];
    const off = coupon === undefined ? 0 : Number(this.get(this.coupons, coupon).amount_off);
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

  protected make(prefix: string, members: Record<string, unknown>): Thing {
    return { id: this.id(prefix), created: seconds(), ...members };
  }

  protected id(prefix: string): string {
    this.made += 1;
    return `${prefix}_${this.made}_${Math.random().toString(36).slice(2, 10)}`;
  }

  protected get(things: Map<string, Thing>, id: string): Thing {
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

/** The current time in seconds, as in all of Stripe's objects. */
export const seconds = (): number => Math.floor(Date.now() / 1000);

/** Returns the members of a nested parameter: for `metadata`, `metadata[user_id]=x` gives `{ user_id: 'x' }`. */
function under(form: Form, name: string): Form {
  const prefix = `${name}[`;
  return Object.fromEntries(
    Object.entries(form)
      .filter(([key]) => key.startsWith(prefix))
      .map(([key, value]) => [key.slice(prefix.length, -1), value]),
  );
}
