import { Injectable } from '@nestjs/common';
import { AccountsService } from '../../credits/accounts/accounts.service.js';
import { isSold } from '../../credits/grants/paid-plan.js';
import type { SubscriptionRow, UserCreditsRow } from '../../generated/rows.js';
import type { Actor } from '../../platform/actor.js';
import { type Units, units } from '../../platform/values/amount.js';
import { InvalidInput, NotFound } from '../../platform/errors.js';
import { TiersRepository } from '../../tiers/tiers.repository.js';
import { freezeTerms, type SoldTerms, soldTermsOf } from './sold-terms.js';
import { cents, fromCents, upgradePrice } from './offer.js';
import { PackagesRepository } from '../packages/packages.repository.js';
import { planConflict } from '../payments.errors.js';
import type { OpenOfferQuery } from '../payments.repository.js';
import { SubscriptionsRepository } from '../plans/subscriptions.repository.js';

/** A purchase and its price. */
export interface Offer extends OpenOfferQuery {
  /** Shown to the payer. */
  name: string;
  credits: string;
  price: Units;
  /** Terms of the plan at this price; null for a package. */
  terms: SoldTerms | null;
  /** The subscription to upgrade; null unless this is an upgrade. */
  subscription_id: string | null;
}

/** Prices packages and plans for an account. */
@Injectable()
export class Offers {
  constructor(
    private readonly packages: PackagesRepository,
    private readonly tiers: TiersRepository,
    private readonly subscriptions: SubscriptionsRepository,
    private readonly accounts: AccountsService,
  ) {}

  /** @throws NotFound if the package does not exist or is not for sale */
  async package(package_code: string): Promise<Offer> {
    const { name, credits, price } = await this.packages.get(package_code, undefined, true);
    const plan = { tier: null, from_tier: null, terms: null, subscription_id: null };
    return { kind: 'package', package_code, ...plan, name, credits, price: units(price) };
  }

  /**
   * Offers a plan to an account without a subscription, or an upgrade to an account with one.
   * @throws NotFound if the plan does not exist or is not public; InvalidInput if it has no price or no period;
   *   DomainError `already_subscribed`, `not_an_upgrade`, `payment_overdue`
   */
  async plan(actor: Actor, user_id: string, code: string): Promise<Offer> {
    const tier = await this.tiers.get(code);
    if (!tier.is_public) throw new NotFound(`Tier ${code}`);
    if (!isSold(tier))
      throw new InvalidInput([{ field: 'tier', message: 'is not for sale because it has no price or no period' }]);
    const account = await this.accounts.current(actor, user_id);
    const live = await this.subscriptions.findLive(user_id);
    const terms = freezeTerms(tier);
    const offer = { package_code: null, tier: code, name: `${tier.name} plan`, credits: tier.credits_monthly, terms };
    const price = fromCents(cents(units(tier.price_monthly)));
    if (!live) return { ...offer, kind: 'plan', from_tier: null, price, subscription_id: null };
    const current = soldTermsOf(live.paid_terms, await this.tiers.get(account.tier));
    assertUpgrade(live, account, current, terms);
    const difference = upgradePrice(fromCents(cents(units(current.price_monthly))), price);
    const upgrade = { from_tier: current.tier, name: `Upgrade to ${tier.name}`, price: difference };
    return { ...offer, kind: 'upgrade', ...upgrade, subscription_id: live.subscription_id };
  }
}

function assertUpgrade(live: SubscriptionRow, account: UserCreditsRow, current: SoldTerms, tier: SoldTerms): void {
  if (live.status === 'past_due' || account.paid_until === null || account.paid_until <= new Date()) {
    throw planConflict(
      'payment_overdue',
      'The payment for the current period is overdue. Pay it first: POST /payments/portal.',
    );
  }
  if (tier.tier === current.tier)
    throw planConflict('already_subscribed', `The account is already on tier ${tier.tier}.`);
  const isUpgrade =
    units(tier.price_monthly) >= units(current.price_monthly) &&
    units(tier.credits_monthly) >= units(current.credits_monthly);
  if (isUpgrade) return;
  throw planConflict(
    'not_an_upgrade',
    `Tier ${tier.tier} is not an upgrade from ${current.tier}. Schedule the change with POST /credits/tiers/switch.`,
  );
}
