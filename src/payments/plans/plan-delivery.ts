import { Inject, Injectable } from '@nestjs/common';
import type { Account } from '../../credits/accounts/account.js';
import { endBilling, renewPlan, startPlan } from '../../credits/grants/paid-plan.js';
import { switchTier } from '../../credits/grants/period.js';
import type { PaymentRow, SubscriptionRow, TierRow } from '../../generated/rows.js';
import { DAY_MS } from '../../platform/values/calendar.js';
import { CONFIG, type Config } from '../../platform/config/config.js';
import type { Tx } from '../../platform/database/database.js';
import { TiersRepository } from '../../tiers/tiers.repository.js';
import { type SoldTerms, soldTermsOf } from '../checkout/sold-terms.js';
import { SubscriptionsRepository } from './subscriptions.repository.js';

const PERIOD_OVER = 'The paid period has ended or was already paid.';

/** Grants paid plans on the terms they were sold with. The caller holds the account's lock. */
@Injectable()
export class PlanDelivery {
  constructor(
    private readonly subscriptions: SubscriptionsRepository,
    private readonly tiers: TiersRepository,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** Starts the plan of a subscription whose first payment arrived. @returns why the plan cannot start, or null */
  async start(tx: Tx, account: Account, payment: PaymentRow): Promise<string | null> {
    const { covers_until, subscription_id } = payment;
    const live = await this.subscriptions.findLive(account.user_id, tx);
    if (live && live.subscription_id !== subscription_id) {
      return `The account already has subscription ${live.subscription_id}; this second subscription is canceled.`;
    }
    const goods = await this.goods(tx, payment);
    if (covers_until === null || startPlan(account, goods, covers_until) === 'nothing') return PERIOD_OVER;
    if (live) await this.subscriptions.update(tx, live, { paid_until: covers_until });
    return null;
  }

  /**
   * Starts the next period of a plan, or schedules it for the end of the current period.
   * @returns why the plan cannot be renewed, or null
   */
  async renew(tx: Tx, account: Account, payment: PaymentRow): Promise<string | null> {
    const { covers_until } = payment;
    const subscription = await this.subscriptionOf(tx, payment);
    if (!subscription) return 'The subscription is unknown.';
    const goods = await this.goods(tx, payment);
    const current = soldTermsOf(subscription.paid_terms, await this.tiers.get(account.state.tier, tx));
    if (covers_until === null || renewPlan(account, current, goods, covers_until) === 'nothing') return PERIOD_OVER;
    const isCanceled = subscription.status === 'canceled';
    if (subscription.cancel_at_period_end || isCanceled) endBilling(account, goods, await this.unpaidTier(tx));
    await this.subscriptions.update(tx, subscription, {
      paid_until: covers_until,
      paid_tier: goods.tier,
      paid_terms: { ...goods },
      status: isCanceled ? 'canceled' : 'active',
      grace_until: null,
    });
    return null;
  }

  /** Upgrades a subscribed account within its period. @returns why the account cannot be upgraded, or null */
  async upgrade(tx: Tx, account: Account, payment: PaymentRow): Promise<string | null> {
    const { state, user_id } = account;
    const { tier, from_tier } = payment;
    const subscription = await this.subscriptions.findLive(user_id, tx);
    // without a paid period, the upgraded plan would be free from the next period on
    const isPaid = state.paid_until !== null && state.paid_until > account.now;
    if (!subscription || !isPaid || state.tier !== from_tier || tier === null) {
      return `The upgrade was offered from ${String(from_tier)}, but the account is on ${state.tier} now or is no longer paid.`;
    }
    const goods = await this.goods(tx, payment);
    switchTier(account, soldTermsOf(subscription.paid_terms, await this.tiers.get(from_tier, tx)), goods);
    // the change was made at the provider; from the next period on the full terms apply
    const isKnown = subscription.tier === tier;
    const full = { ...(isKnown ? (subscription.terms as unknown as SoldTerms) : goods) };
    await this.subscriptions.update(tx, subscription, { tier, paid_tier: tier, terms: full, paid_terms: full });
    if (isKnown) return null;
    const price = { amount: goods.price_monthly, cancel_at_period_end: false };
    await this.subscriptions.decide(tx, subscription, price);
    return null;
  }

  /** Returns the terms that a payment was sold with. */
  async goods(tx: Tx, { tier, terms }: Pick<PaymentRow, 'tier' | 'terms'>): Promise<SoldTerms> {
    return soldTermsOf(terms, await this.tiers.get(tier ?? '', tx));
  }

  /** Returns the tier of accounts whose paid plan has ended. */
  unpaidTier(tx: Tx): Promise<TierRow> {
    return this.tiers.get(this.config.payments.unpaid_tier, tx);
  }

  /** Returns when a plan ends if its overdue payment does not arrive. */
  graceOf({ state, now }: Account): Date {
    return new Date((state.paid_until ?? now).getTime() + this.config.payments.grace_days * DAY_MS);
  }

  private subscriptionOf(tx: Tx, { user_id, subscription_id }: PaymentRow): Promise<SubscriptionRow | null> {
    return subscription_id === null ? Promise.resolve(null) : this.subscriptions.find(tx, { user_id, subscription_id });
  }
}
