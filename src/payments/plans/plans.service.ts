import { Injectable, Logger } from '@nestjs/common';
import type { Account } from '../../credits/accounts/account.js';
import { AccountLocks } from '../../credits/accounts/account-locks.js';
import { accountResult } from '../../credits/credits.service.js';
import type { BalanceView } from '../../credits/credits.views.js';
import { idempotencyKey } from '../../credits/posting/idempotency.js';
import { isSold } from '../../credits/grants/paid-plan.js';
import { SwitchService } from '../../credits/grants/switch.service.js';
import type { SubscriptionRow, TierRow } from '../../generated/rows.js';
import type { Actor } from '../../platform/actor.js';
import { units } from '../../platform/values/amount.js';
import type { Tx } from '../../platform/database/database.js';
import { DomainError } from '../../platform/errors.js';
import type { Replayable } from '../../platform/replayable.js';
import { TiersRepository } from '../../tiers/tiers.repository.js';
import { PROVIDER_ACTOR } from '../payment-settlement.js';
import { CheckoutService } from '../checkout/checkout.service.js';
import { Customers } from '../provider/customers.js';
import { freezeTerms, soldTermsOf } from '../checkout/sold-terms.js';
import { cents } from '../checkout/offer.js';
import { SubscriptionsRepository } from './subscriptions.repository.js';

/**
 * Switches plans and synchronizes the provider's subscription. Changes are committed here first, then pushed to the
 * provider with retries.
 */
@Injectable()
export class PlansService {
  private readonly log = new Logger('payments');

  constructor(
    private readonly switches: SwitchService,
    private readonly checkout: CheckoutService,
    private readonly customers: Customers,
    private readonly subscriptions: SubscriptionsRepository,
    private readonly tiers: TiersRepository,
    private readonly locks: AccountLocks,
  ) {}

  /**
   * Switches the tier like {@link SwitchService.switch}. A user who requests an upgrade gets a checkout page. The
   * subscription follows a scheduled downgrade: a cheaper plan is billed from the next period on, and a free plan ends
   * the subscription. Requesting the current tier cancels the scheduled downgrade.
   * @throws DomainError `payment_required` with `checkout_url`, or without it if payments are not configured
   */
  async switch(
    actor: Actor,
    user_id: string,
    new_tier: string,
    key: string | undefined,
  ): Promise<Replayable<BalanceView>> {
    const once = idempotencyKey(key, actor, 'switch', { new_tier });
    const switched = await this.switches
      .switch(actor, user_id, new_tier, once, (tx, account, next) => this.follow(tx, account, next))
      .catch((error: unknown) => this.askForPayment(actor, user_id, new_tier, error));
    await this.pushToProvider(user_id);
    return accountResult(switched);
  }

  /** Returns the account's subscription, or null. */
  current(user_id: string): Promise<SubscriptionRow | null> {
    return this.subscriptions.findLive(user_id);
  }

  /**
   * Pushes pending subscription changes to the provider, of one user or of all users. Failed pushes are retried later.
   * @returns the number of subscriptions synchronized
   */
  async pushToProvider(user_id: string | null = null, signal?: AbortSignal): Promise<number> {
    if (!this.customers.isConfigured) return 0;
    for (let synced = 0; ; synced += 1) {
      signal?.throwIfAborted();
      const subscription = await this.subscriptions.claimUnsynced(user_id);
      if (!subscription) return synced;
      try {
        await this.push(subscription);
      } catch (error) {
        this.log.warn(
          `subscription ${subscription.subscription_id} could not be synchronized and will be retried: ${(error as Error).message}`,
        );
        continue;
      }
      await this.subscriptions.synced(subscription);
    }
  }

  /**
   * Postpones the next invoice of subscriptions whose plan is paid for longer than the provider knows, for example
   * after a free month.
   */
  async postpone(signal?: AbortSignal): Promise<void> {
    for (const user_id of await this.subscriptions.postponed()) {
      signal?.throwIfAborted();
      await this.locks.withLock(PROVIDER_ACTOR, user_id, async ({ state }, tx) => {
        const live = await this.subscriptions.findLive(user_id, tx);
        if (!live?.paid_until || state.paid_until === null || state.paid_until <= live.paid_until) return;
        await this.subscriptions.decide(tx, live, { paid_until: state.paid_until });
      });
    }
  }

  private async push(subscription: SubscriptionRow): Promise<void> {
    const { subscription_id, status, tier, currency, cancel_at_period_end } = subscription;
    if (status === 'canceled') return this.customers.payments.endSubscription(subscription_id);
    const { name } = await this.tiers.get(tier);
    await this.customers.payments.changeSubscription({
      subscription_id,
      tier,
      currency,
      cancel_at_period_end,
      name: `${name} plan`,
      paid_until: subscription.paid_until,
      amount_cents: cents(units(subscription.amount)),
    });
  }

  private async follow(tx: Tx, { user_id, state }: Account, next: TierRow): Promise<void> {
    const live = await this.subscriptions.findLive(user_id, tx);
    if (!live) return;
    const isCalledOff = next.tier === state.tier;
    if (isCalledOff && live.tier === live.paid_tier && !live.cancel_at_period_end) return;
    // the current tier can be one that an admin assigned; then the plan that is paid for remains
    const plan = isCalledOff ? await this.tiers.get(live.paid_tier, tx) : next;
    const goods = isCalledOff ? soldTermsOf(live.paid_terms, plan) : freezeTerms(plan);
    const terms = { tier: goods.tier, amount: goods.price_monthly, terms: { ...goods }, cancel_at_period_end: false };
    await this.subscriptions.decide(tx, live, isCalledOff || isSold(plan) ? terms : { cancel_at_period_end: true });
  }

  private async askForPayment(actor: Actor, user_id: string, new_tier: string, error: unknown): Promise<never> {
    const isUpgrade = error instanceof DomainError && error.code === 'payment_required';
    if (!isUpgrade || !this.customers.isConfigured) throw error;
    const { id: payment_id, checkout_url } = await this.checkout.subscribe(actor, user_id, new_tier);
    const detail = `Switching to ${new_tier} is an upgrade and must be paid first. Open checkout_url.`;
    throw new DomainError('payment_required', 'payment_required', detail, { checkout_url, payment_id });
  }
}
