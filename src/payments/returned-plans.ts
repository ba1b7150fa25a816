import { Inject, Injectable } from '@nestjs/common';
import type { Account } from '../credits/account.js';
import { endBilling, restorePlan, revokePlan } from '../credits/paid-plan.js';
import { adoptTier } from '../credits/period.js';
import type { PaymentRow, SubscriptionRow } from '../generated/rows.js';
import { units } from '../platform/amount.js';
import { CONFIG, type Config } from '../platform/config.js';
import type { Tx } from '../platform/database.js';
import { TiersRepository } from '../tiers/tiers.repository.js';
import { type Goods, goodsOf } from './goods.js';
import { PaymentsRepository } from './payments.repository.js';
import { SubscriptionsRepository } from './subscriptions.repository.js';

/**
 * Money that goes back takes the plan along that it bought, and brings it back when it stays here after all. Only the
 * whole price does, for good: a part takes its share of the credits, a dispute that is open takes the credits alone.
 */
@Injectable()
export class ReturnedPlans {
  constructor(
    private readonly payments: PaymentsRepository,
    private readonly subscriptions: SubscriptionsRepository,
    private readonly tiers: TiersRepository,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** Lets the plan of an account follow what became of a payment for it. */
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

  /** The plan ends now, or with the period before when the one that was paid back has not begun; nothing is billed on. */
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

  /** What was paid is given until its end; the subscription stays ended. */
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

  private async goods(tx: Tx, { tier, terms }: PaymentRow): Promise<Goods> {
    return goodsOf(terms, await this.tiers.get(tier ?? '', tx));
  }

  private async goodsBefore(tx: Tx, upgrade: PaymentRow, tier: string): Promise<Goods> {
    const before = await this.payments.planOf(tx, upgrade, tier);
    return goodsOf(before?.terms ?? null, await this.tiers.get(tier, tx));
  }
}

/** Whether nothing of the price is left here, and that for good. */
function isWhollyReturned({ amount, refunded, disputed, dispute }: PaymentRow): boolean {
  const gone = units(refunded) + (dispute === 'open' ? 0n : units(disputed));
  return units(amount) > 0n && gone >= units(amount);
}
