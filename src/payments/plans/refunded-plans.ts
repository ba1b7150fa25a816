import { Inject, Injectable } from '@nestjs/common';
import type { Account } from '../../credits/accounts/account.js';
import { endBilling, restorePlan, revokePlan } from '../../credits/grants/paid-plan.js';
import { adoptTier } from '../../credits/grants/period.js';
import type { PaymentRow, SubscriptionRow } from '../../generated/rows.js';
import { units } from '../../platform/values/amount.js';
import { CONFIG, type Config } from '../../platform/config/config.js';
import type { Tx } from '../../platform/database/database.js';
import { TiersRepository } from '../../tiers/tiers.repository.js';
import { type SoldTerms, soldTermsOf } from '../checkout/sold-terms.js';
import { PaymentsRepository } from '../payments.repository.js';
import { SubscriptionsRepository } from './subscriptions.repository.js';

/**
 * Revokes plans whose price was returned, and restores them if the money is retained after all. Only a final return of
 * the whole price revokes a plan: a partial refund claws back its share of the credits, and an open dispute claws back
 * the credits but leaves the plan.
 */
@Injectable()
export class RefundedPlans {
  constructor(
    private readonly payments: PaymentsRepository,
    private readonly subscriptions: SubscriptionsRepository,
    private readonly tiers: TiersRepository,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** Adjusts the account's plan to the refunds and disputes of a payment for it. */
  async follow(tx: Tx, account: Account, payment: PaymentRow): Promise<void> {
    const { covers_until, subscription_id } = payment;
    if (covers_until === null || subscription_id === null || covers_until <= account.now) return;
    const subscription = await this.subscriptions.find(tx, { user_id: account.user_id, subscription_id });
    if (!subscription) return;
    if (payment.kind === 'upgrade') return this.followUpgrade(tx, account, payment, subscription);
    if (isWhollyReturned(payment)) await this.revoke(tx, account, subscription, covers_until);
    else if (units(payment.taken_back) === units(payment.credits) && payment.dispute !== 'open') {
      await this.restore(tx, account, payment, covers_until);
    }
  }

  /**
   * Ends the plan now, or at the end of the current period if the returned payment was for the next one. Also ends
   * billing.
   */
  private async revoke(tx: Tx, account: Account, subscription: SubscriptionRow, covers_until: Date): Promise<void> {
    const { state } = account;
    const unpaid = await this.tiers.get(this.config.payments.unpaid_tier, tx);
    if (state.paid_until === null) return;
    if (state.reset_date < covers_until) {
      state.paid_until = state.reset_date;
      endBilling(account, await this.tiers.get(state.tier, tx), unpaid);
    } else revokePlan(account, unpaid);
    if (subscription.status === 'canceled') return;
    await this.subscriptions.decide(tx, subscription, { status: 'canceled', grace_until: null });
  }

  /** Restores the plan until the end of the paid period. The subscription stays canceled. */
  private async restore(tx: Tx, account: Account, payment: PaymentRow, covers_until: Date): Promise<void> {
    const { state } = account;
    const unpaid = await this.tiers.get(this.config.payments.unpaid_tier, tx);
    if (state.paid_until !== null || state.tier !== unpaid.tier) return;
    restorePlan(account, await this.goods(tx, payment), unpaid, covers_until);
  }

  private async followUpgrade(
    tx: Tx,
    account: Account,
    payment: PaymentRow,
    subscription: SubscriptionRow,
  ): Promise<void> {
    const { state } = account;
    const [from, to] = isWhollyReturned(payment)
      ? [payment.tier, payment.from_tier]
      : [payment.from_tier, payment.tier];
    if (state.paid_until === null || state.tier !== from || to === null || subscription.status === 'canceled') return;
    const goods = to === payment.tier ? await this.goods(tx, payment) : await this.goodsBefore(tx, payment, to);
    adoptTier(account, goods);
    const terms = { ...goods };
    const price = { tier: to, paid_tier: to, amount: goods.price_monthly, terms, paid_terms: terms };
    await this.subscriptions.decide(tx, subscription, price);
  }

  private async goods(tx: Tx, { tier, terms }: PaymentRow): Promise<SoldTerms> {
    return soldTermsOf(terms, await this.tiers.get(tier ?? '', tx));
  }

  private async goodsBefore(tx: Tx, upgrade: PaymentRow, tier: string): Promise<SoldTerms> {
    const before = await this.payments.planOf(tx, upgrade, tier);
    return soldTermsOf(before?.terms ?? null, await this.tiers.get(tier, tx));
  }
}

/** Whether the whole price was returned for good. */
function isWhollyReturned({ amount, refunded, disputed, dispute }: PaymentRow): boolean {
  const gone = units(refunded) + (dispute === 'open' ? 0n : units(disputed));
  return units(amount) > 0n && gone >= units(amount);
}
