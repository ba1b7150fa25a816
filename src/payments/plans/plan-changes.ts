import { Injectable } from '@nestjs/common';
import type { Account } from '../../credits/accounts/account.js';
import { AccountLocks } from '../../credits/accounts/account-locks.js';
import { endBilling, isSold } from '../../credits/grants/paid-plan.js';
import type { PaymentRow, SubscriptionRow } from '../../generated/rows.js';
import { amount, units } from '../../platform/values/amount.js';
import type { Tx } from '../../platform/database/database.js';
import { TiersRepository } from '../../tiers/tiers.repository.js';
import { PaymentSettlement } from '../payment-settlement.js';
import type { InvoiceFact, PlanPrice, SubscriptionFact, EventState } from '../provider/facts.js';
import { creditsFor, freezeTerms, type SoldTerms, withCredits } from '../checkout/sold-terms.js';
import { cents, CURRENCY, fromCents } from '../checkout/offer.js';
import { PaymentsRepository } from '../payments.repository.js';
import { PlanDelivery } from './plan-delivery.js';
import { SubscriptionsRepository } from './subscriptions.repository.js';

const UNKNOWN_CHANGE = 'It pays for a plan change at the provider that is not known here (yet).';

/** Applies plan changes made at the provider, for example in its portal. The caller holds the account's lock. */
@Injectable()
export class PlanChanges {
  constructor(
    private readonly settlement: PaymentSettlement,
    private readonly locks: AccountLocks,
    private readonly payments: PaymentsRepository,
    private readonly subscriptions: SubscriptionsRepository,
    private readonly tiers: TiersRepository,
    private readonly deliveries: PlanDelivery,
  ) {}

  /** Applies a subscription update, unless a newer one was applied or a change of ours is still pending. */
  async subscriptionChanged(tx: Tx, account: Account, fact: SubscriptionFact, told_at: Date): Promise<EventState> {
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
      cancel_at_period_end,
      told_at,
      ...(fact.is_past_due ? { status: 'past_due', grace_until: this.deliveries.graceOf(account) } : {}),
      ...(fact.price === null ? {} : await this.reprice(tx, account, known, fact.price)),
    });
    await this.locks.save(tx, account);
    await this.settleHeld(tx, account, await this.subscriptions.get(tx, key));
    return 'applied';
  }

  /**
   * Applies a payment for an upgrade within the period. The additional credits are proportional to the paid share of
   * the price difference.
   */
  async paid(tx: Tx, account: Account, subscription: SubscriptionRow, fact: InvoiceFact): Promise<void> {
    const { user_id, subscription_id, paid_tier, tier, currency } = subscription;
    const { invoice_id, settled_cents, total_cents } = fact;
    const created = await this.payments.create(tx, {
      user_id,
      subscription_id,
      invoice_id,
      kind: 'upgrade',
      tier,
      from_tier: paid_tier,
      credits: '0',
      amount: amount(fromCents(settled_cents)),
      currency,
      covers_until: account.state.paid_until,
    });
    const payment = await this.settlement.recordProviderIds(
      tx,
      created,
      {},
      { settled_cents: total_cents, currency: fact.currency, charged: null },
    );
    if (fact.currency === currency) await this.settleChange(tx, account, subscription, payment);
    else
      await this.settlement.markForReview(
        tx,
        account,
        payment,
        `It was paid in ${fact.currency}, but ${currency} was offered.`,
      );
  }

  /** Holds money that a renewal paid for changes within the previous period. An admin decides on credits for it. */
  async late(
    tx: Tx,
    account: Account,
    { subscription_id }: SubscriptionRow,
    fact: InvoiceFact,
    cents: number,
  ): Promise<void> {
    const detail = `Invoice ${fact.invoice_id} also paid for changes within the previous period, for which no credits were granted.`;
    const money = { amount_cents: cents, currency: fact.currency };
    await this.settlement.unexpected(tx, account, money, { subscription_id }, detail);
  }

  /** Holds the money of an invoice that matches no offer. */
  async unexpected(tx: Tx, account: Account, fact: InvoiceFact): Promise<void> {
    const { invoice_id, subscription_id, amount_cents, settled_cents, currency } = fact;
    const money = { amount_cents: Math.max(amount_cents, settled_cents), currency };
    const detail = 'A paid invoice matches no offer.';
    await this.settlement.unexpected(tx, account, money, { invoice_id, subscription_id }, detail);
  }

  private async settleChange(
    tx: Tx,
    account: Account,
    subscription: SubscriptionRow,
    unsettled: PaymentRow,
  ): Promise<void> {
    const [from, to] = [subscription.paid_terms, subscription.terms] as unknown as [SoldTerms, SoldTerms];
    const more = creditsFor(from, to, units(unsettled.amount));
    if (more === 0n) return this.settlement.markForReview(tx, account, unsettled, UNKNOWN_CHANGE);
    const terms = {
      tier: to.tier,
      from_tier: from.tier,
      credits: amount(more),
      terms: { ...withCredits(from, to, more) },
    };
    const payment = await this.payments.update(tx, unsettled, terms);
    await this.settlement.settle(tx, account, payment, null, () => this.deliveries.upgrade(tx, account, payment));
  }

  /** Settles held payments for a change, which can be reported before the change itself. */
  private async settleHeld(tx: Tx, account: Account, subscription: SubscriptionRow): Promise<void> {
    if (subscription.tier === subscription.paid_tier) return;
    for (const held of await this.payments.heldChanges(tx, subscription)) {
      await this.settleChange(tx, account, subscription, held);
    }
  }

  /**
   * Returns the changes to a subscription whose price changed at the provider. A price that matches no tier is recorded
   * in the audit log, and its payments are held.
   */
  private async reprice(tx: Tx, { state }: Account, known: SubscriptionRow, price: PlanPrice) {
    const asked = price.amount_cents * price.quantity;
    if (asked === cents(units(known.amount)) && price.currency === known.currency) return {};
    const goods = await this.goodsAt(tx, known, price);
    if (!goods) {
      const detail = `The price at the provider is now ${price.quantity} x ${price.amount_cents} cents ${price.currency}, which matches no tier. Its payments will be held.`;
      await this.settlement.noteSubscription(tx, known, 'payment.plan_unknown', { detail });
      return {};
    }
    const isLess = units(goods.credits_monthly) < units((known.paid_terms as unknown as SoldTerms).credits_monthly);
    state.next_tier = isLess ? goods.tier : null;
    const change = { tier: goods.tier, amount: goods.price_monthly };
    await this.settlement.noteSubscription(tx, known, 'payment.plan_changed', change);
    return { ...change, terms: { ...goods } };
  }

  /** Returns the terms that a price belongs to: the current paid terms, or the only tier with this price; else null. */
  private async goodsAt(tx: Tx, known: SubscriptionRow, price: PlanPrice): Promise<SoldTerms | null> {
    if (price.quantity !== 1 || !price.is_monthly || price.currency !== CURRENCY) return null;
    const costs = ({ price_monthly }: Pick<SoldTerms, 'price_monthly'>): boolean =>
      cents(units(price_monthly)) === price.amount_cents;
    const paid = known.paid_terms as unknown as SoldTerms;
    if (costs(paid) && (price.tier === null || price.tier === paid.tier)) return paid;
    const sold = (await this.tiers.list(false, tx)).filter((tier) => isSold(tier) && costs(tier));
    const named = sold.filter(({ tier }) => tier === price.tier);
    const [only, ...others] = named.length > 0 ? named : sold;
    return only && others.length === 0 ? freezeTerms(only) : null;
  }

  /** Ends a subscription. A paid period lasts until its end; an unpaid one ends now. */
  private async end(tx: Tx, account: Account, subscription: SubscriptionRow, told_at: Date): Promise<void> {
    await this.stop(tx, account);
    await this.subscriptions.update(tx, subscription, {
      status: 'canceled',
      cancel_at_period_end: false,
      grace_until: null,
      sync_at: null,
      told_at,
    });
    await this.locks.save(tx, account);
  }

  /** Ends the billing of an account. */
  async stop(tx: Tx, account: Account): Promise<void> {
    endBilling(account, await this.tiers.get(account.state.tier, tx), await this.deliveries.unpaidTier(tx));
  }
}
