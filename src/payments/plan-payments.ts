import { Inject, Injectable } from '@nestjs/common';
import type { Account } from '../credits/account.js';
import { AccountBook } from '../credits/account-book.js';
import { endBilling, renewPlan, startPlan } from '../credits/paid-plan.js';
import { switchTier } from '../credits/period.js';
import type { PaymentRow, SubscriptionRow } from '../generated/rows.js';
import { amount, units } from '../platform/amount.js';
import { DAY_MS } from '../platform/calendar.js';
import { CONFIG, type Config } from '../platform/config.js';
import type { Tx } from '../platform/database.js';
import { TiersRepository } from '../tiers/tiers.repository.js';
import { Cashier } from './cashier.js';
import type { Fact } from './facts.js';
import { PaymentsRepository } from './payments.repository.js';
import { SubscriptionsRepository } from './subscriptions.repository.js';

type InvoiceFact = Extract<Fact, { kind: 'invoice' }>;
type SubscriptionFact = Extract<Fact, { kind: 'subscription' }>;

/** What became of a fact. */
export type Verdict = 'applied' | 'ignored' | 'waiting';

const PERIOD_OVER = 'The period that was paid is over or was paid before.';

/** What plans do when their payments come, fail or end. The caller holds the account's lock. */
@Injectable()
export class PlanPayments {
  constructor(
    private readonly cashier: Cashier,
    private readonly book: AccountBook,
    private readonly payments: PaymentsRepository,
    private readonly subscriptions: SubscriptionsRepository,
    private readonly tiers: TiersRepository,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** The first invoice of a subscription starts the plan, every later one renews it. */
  async invoice(tx: Tx, account: Account, fact: InvoiceFact): Promise<Verdict> {
    const known = await this.payments.ofInvoice(tx, account.user_id, fact.invoice_id);
    if (known?.status === 'paid' || known?.status === 'held') return 'ignored';
    const key = { user_id: account.user_id, subscription_id: fact.subscription_id };
    const subscription = await this.subscriptions.find(tx, key);
    if (fact.outcome === 'failed') return this.overdue(tx, account, subscription, fact);
    if (fact.is_first) return this.start(tx, account, subscription, fact);
    if (!subscription) return 'waiting';
    const payment = known ?? (await this.expect(tx, subscription, fact));
    await this.renew(tx, account, subscription, payment, fact);
    return 'applied';
  }

  /** Moves an account that pays to a dearer plan within its period. @returns why that can't be done */
  async upgrade(tx: Tx, account: Account, { tier, from_tier }: PaymentRow): Promise<string | null> {
    const { state, user_id } = account;
    const subscription = await this.subscriptions.findLive(user_id, tx);
    // a plan that is not paid any more would be given for nothing from the next period on
    const isPaid = state.paid_until !== null && state.paid_until > account.now;
    if (!subscription || !isPaid || state.tier !== from_tier || tier === null) {
      return `The upgrade was offered from ${String(from_tier)}, but the account has ${state.tier} by now, or pays it no more.`;
    }
    const [current, next] = [await this.tiers.get(from_tier, tx), await this.tiers.get(tier, tx)];
    switchTier(account, current, next);
    const price = { tier, paid_tier: tier, amount: next.price_monthly };
    await this.subscriptions.decide(tx, subscription, { ...price, cancel_at_period_end: false });
    return null;
  }

  /** Takes over what the provider says of a subscription, unless it knew less then than we do. */
  async subscription(tx: Tx, account: Account, fact: SubscriptionFact, told_at: Date): Promise<Verdict> {
    const key = { user_id: account.user_id, subscription_id: fact.subscription_id };
    const known = await this.subscriptions.find(tx, key);
    if (!known) return 'waiting';
    if (known.status === 'canceled') return 'ignored';
    if (fact.is_over) {
      await this.end(tx, account, known, told_at);
      return 'applied';
    }
    if (known.sync_at !== null || (known.told_at !== null && told_at < known.told_at)) return 'ignored';
    const { cancel_at_period_end } = fact;
    if (cancel_at_period_end !== known.cancel_at_period_end) {
      if (cancel_at_period_end) await this.stop(tx, account);
      else account.state.next_tier = null;
    }
    await this.subscriptions.update(tx, known, {
      ...{ cancel_at_period_end, told_at },
      ...(fact.is_past_due ? { status: 'past_due', grace_until: this.graceOf(account) } : {}),
    });
    await this.book.save(tx, account);
    return 'applied';
  }

  private async start(
    tx: Tx,
    account: Account,
    subscription: SubscriptionRow | null,
    fact: InvoiceFact,
  ): Promise<Verdict> {
    const { user_id } = account;
    const payment = fact.payment_id === null ? null : await this.payments.find({ id: fact.payment_id, user_id }, tx);
    if (!payment?.tier) return 'waiting';
    if (payment.status === 'paid' || payment.status === 'held' || subscription) return 'ignored';
    const { subscription_id } = fact;
    const live = await this.subscriptions.findLive(user_id, tx);
    const tier = await this.tiers.get(payment.tier, tx);
    const paid_until = new Date(fact.period_end_s * 1000);
    const links = { invoice_id: fact.invoice_id, subscription_id };
    const isGiven = await this.cashier.settle(tx, account, payment, fact, links, () => {
      if (live) return `The account pays subscription ${live.subscription_id} already: this one is ended.`;
      return startPlan(account, tier, paid_until) === 'nothing' ? PERIOD_OVER : null;
    });
    const price = amount(units(payment.amount) + units(payment.discount));
    const plan = { tier: tier.tier, paid_tier: tier.tier, amount: price, currency: payment.currency };
    const status = live ? 'canceled' : 'active';
    await this.subscriptions.create(tx, {
      ...{ user_id, subscription_id, status, paid_until: isGiven ? paid_until : null },
      ...plan,
    });
    if (live) await this.subscriptions.decide(tx, { user_id, subscription_id }, {});
    return 'applied';
  }

  private async renew(
    tx: Tx,
    account: Account,
    subscription: SubscriptionRow,
    payment: PaymentRow,
    fact: InvoiceFact,
  ): Promise<void> {
    const { state } = account;
    const [current, next] = [await this.tiers.get(state.tier, tx), await this.tiers.get(subscription.tier, tx)];
    const paid_until = new Date(fact.period_end_s * 1000);
    const isEnding = subscription.cancel_at_period_end || subscription.status === 'canceled';
    const unpaid = await this.unpaidTier(tx);
    const links = { invoice_id: fact.invoice_id, subscription_id: fact.subscription_id };
    const isGiven = await this.cashier.settle(tx, account, payment, fact, links, () => {
      if (renewPlan(account, current, next, paid_until) === 'nothing') return PERIOD_OVER;
      if (isEnding) endBilling(account, next, unpaid);
      return null;
    });
    if (!isGiven) return;
    const status = subscription.status === 'canceled' ? 'canceled' : 'active';
    const paid_tier = subscription.tier;
    await this.subscriptions.update(tx, subscription, { paid_until, paid_tier, status, grace_until: null });
  }

  /** A renewal that failed: warned of, and the plan lost after the days of grace unless the money comes. */
  private async overdue(
    tx: Tx,
    account: Account,
    subscription: SubscriptionRow | null,
    fact: InvoiceFact,
  ): Promise<Verdict> {
    if (fact.is_first) return 'ignored'; // the page of the checkout says so itself
    if (!subscription) return 'waiting';
    if (subscription.status === 'canceled') return 'ignored';
    const known = await this.payments.ofInvoice(tx, account.user_id, fact.invoice_id);
    const payment = known ?? (await this.expect(tx, subscription, fact));
    const grace_until = this.graceOf(account);
    const detail = `The payment of the next period failed; the plan is lost at ${grace_until.toISOString()} unless it is paid.`;
    await this.payments.update(tx, payment, { status: 'failed', detail });
    await this.subscriptions.update(tx, subscription, { status: 'past_due', grace_until });
    await this.cashier.record(
      tx,
      payment,
      'payment.renewal_failed',
      { tier: subscription.tier, grace_until },
      'failure',
    );
    return 'applied';
  }

  /** What was paid stays until it is over; a period that nobody paid ends now. */
  private async end(tx: Tx, account: Account, subscription: SubscriptionRow, told_at: Date): Promise<void> {
    await this.stop(tx, account);
    await this.subscriptions.update(tx, subscription, {
      ...{ status: 'canceled', cancel_at_period_end: false, grace_until: null, sync_at: null, told_at },
    });
    await this.book.save(tx, account);
  }

  private async expect(tx: Tx, subscription: SubscriptionRow, { invoice_id }: InvoiceFact): Promise<PaymentRow> {
    const { user_id, subscription_id, tier, amount: price, currency } = subscription;
    const { credits_monthly: credits } = await this.tiers.get(tier, tx);
    const offer = { kind: 'renewal', tier, credits, amount: price, currency } as const;
    return this.payments.create(tx, { ...offer, user_id, subscription_id, invoice_id });
  }

  private graceOf({ state, now }: Account): Date {
    return new Date((state.paid_until ?? now).getTime() + this.config.payments.grace_days * DAY_MS);
  }

  private async stop(tx: Tx, account: Account): Promise<void> {
    endBilling(account, await this.tiers.get(account.state.tier, tx), await this.unpaidTier(tx));
  }

  private unpaidTier(tx: Tx) {
    return this.tiers.get(this.config.payments.unpaid_tier, tx);
  }
}
