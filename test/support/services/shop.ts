import { expect } from '@jest/globals';
import type { Answer } from '../app.js';
import { type Json, type JsonAnswer, TestEnv } from '../factories.js';
import { type StripeEvent, StripeStandIn } from './stripe-stand-in.js';
import { verificationOf } from '../faults/verification.js';

/** The application with payments and a stand-in for Stripe. */
export class Shop {
  private constructor(
    readonly w: TestEnv,
    readonly stripe: StripeStandIn,
  ) {}

  static async start(env: Record<string, string> = {}): Promise<Shop> {
    const stripe = await StripeStandIn.start();
    const w = await TestEnv.start({ env: { ...stripe.env, ...env } });
    for (const [package_code, credits, price] of [
      ['small', '10', '9'],
      ['large', '50', '45'],
    ]) {
      await w.done('payments/packages', { package_code, name: `Package ${String(package_code)}`, credits, price });
    }
    return new Shop(w, stripe);
  }

  async close(): Promise<void> {
    await this.w.close();
    await this.stripe.stop();
  }

  /** Delivers an event like Stripe. */
  async deliver(event: unknown, options: { secret?: string; timestamp?: number } = {}): Promise<JsonAnswer> {
    const signed = StripeStandIn.signed(event, options);
    return (await this.w.t.call('integrations/stripe/webhook', { method: 'POST', ...signed })) as JsonAnswer;
  }

  /** Delivers events one after the other, and asserts that each is accepted. */
  async tell(...events: StripeEvent[]): Promise<string[]> {
    const states: string[] = [];
    for (const event of events) {
      const answer = await this.deliver(event);
      expect(answer.status).toBe(200);
      states.push(answer.body.state as string);
    }
    return states;
  }

  async checkout(user_id: string, wanted: { package_code: string } | { tier: string }): Promise<Json> {
    return this.w.done('payments/checkout', { user_id, ...wanted });
  }

  /** Returns the stored checkout page of a payment. */
  async sessionOf(payment: Json): Promise<string> {
    const [row] = await this.w.sql('SELECT session_id FROM payments WHERE id = $1', [payment.id]);
    return row?.session_id as string;
  }

  /** Pays an offer. The test delivers the events. */
  async pay(payment: Json, changes: Record<string, unknown> = {}): Promise<StripeEvent[]> {
    return this.stripe.pay(await this.sessionOf(payment), changes);
  }

  async buy(user_id: string, package_code = 'small'): Promise<Json> {
    const payment = await this.checkout(user_id, { package_code });
    await this.tell(...(await this.pay(payment)));
    return this.payment(payment.id);
  }

  /** Pays for a plan. @returns the provider's subscription */
  async subscribe(user_id: string, tier = 'starter'): Promise<string> {
    await this.tell(...(await this.pay(await this.checkout(user_id, { tier }))));
    const [row] = await this.w.sql(
      `SELECT subscription_id FROM subscriptions WHERE user_id = $1 AND status <> 'canceled'`,
      [user_id],
    );
    return row?.subscription_id as string;
  }

  async payment(id: unknown): Promise<Json> {
    const [row] = await this.w.sql('SELECT * FROM payments WHERE id = $1', [id]);
    return row as Json;
  }

  /** Returns the ledger lines of purchased packages. */
  async purchases(user_id: string): Promise<Json[]> {
    return (await this.w.ledger(user_id)).filter((line) => (line.metadata as Json).reason === 'package_purchase');
  }

  async history(user_id: string): Promise<Json[]> {
    return (await this.w.list('payments/history', { user_id })).body;
  }

  async subscription(user_id: string): Promise<Json> {
    return (await this.w.get('payments/subscription', { user_id })).body;
  }

  async switch(user_id: string, new_tier: string): Promise<JsonAnswer> {
    return this.w.post('credits/tiers/switch', { new_tier }, { token: await this.w.as(user_id) });
  }

  put(path: string, body: object): Promise<Answer> {
    return this.w.t.call(path, { method: 'PUT', token: this.w.admin, body });
  }

  /** Moves an account and its plan `days` into the past. */
  async age(user_id: string, days: number): Promise<void> {
    await this.w.age(user_id, days);
    for (const table of ['user_credits', 'subscriptions']) {
      const text = `UPDATE ${table} SET paid_until = paid_until - $2 * interval '1 day' WHERE user_id = $1`;
      await this.w.sql(text, [user_id, days]);
    }
    for (const subscription of this.stripe.subscriptions.values()) {
      if ((subscription.metadata as Json).user_id !== user_id) continue;
      subscription.current_period_end = (subscription.current_period_end as number) - days * 86_400;
    }
  }

  /** Asserts the invariants of an account and of the ledger. */
  async verify(user_id: string): Promise<void> {
    await this.w.verify(user_id);
    const { faults } = await verificationOf(this.w.t.app).verify(user_id);
    expect(faults).toEqual([]);
  }
}
