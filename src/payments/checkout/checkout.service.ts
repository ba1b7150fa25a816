import { Injectable } from '@nestjs/common';
import type { PaymentRow } from '../../generated/rows.js';
import type { Actor } from '../../platform/actor.js';
import { units } from '../../platform/values/amount.js';
import { Customers } from '../provider/customers.js';
import { cents } from './offer.js';
import { type Offer, Offers } from './offers.service.js';
import { Orders } from './orders.service.js';
import { planConflict } from '../payments.errors.js';
import { StaleCheckouts } from '../provider/stale-checkouts.js';
import { PaymentsRepository } from '../payments.repository.js';
import type { CheckoutOrder } from '../provider/provider.js';

/** Opens checkout pages. Credits and plans are granted only after the payment has arrived. */
@Injectable()
export class CheckoutService {
  constructor(
    private readonly offers: Offers,
    private readonly orders: Orders,
    private readonly customers: Customers,
    private readonly staleCheckouts: StaleCheckouts,
    private readonly payments: PaymentsRepository,
  ) {}

  /**
   * Opens a checkout page for a package. Repeating the call while the page is open returns the same page.
   * @throws NotFound; DomainError `payment_provider_unavailable`, `payments_not_configured`
   */
  async buy(actor: Actor, user_id: string, package_code: string): Promise<PaymentRow> {
    return this.open(actor, user_id, await this.offers.package(package_code));
  }

  /**
   * Opens a checkout page for a plan or an upgrade. Closes any open page for another plan first, so that only one of
   * them can be paid.
   * @throws the errors of {@link Offers.plan}; DomainError `payment_in_progress` if the other page has just been paid
   */
  async subscribe(actor: Actor, user_id: string, tier: string): Promise<PaymentRow> {
    const offer = await this.offers.plan(actor, user_id, tier);
    for (const other of await this.payments.openPlans(user_id)) {
      if (!isFor(other, offer)) await this.closeOther(actor, other);
    }
    return this.open(actor, user_id, offer);
  }

  /** Returns the URL of a page where the customer manages cards, invoices and the subscription. @throws CustomerGone */
  async portal(user_id: string): Promise<string> {
    return this.customers.once(user_id, (customer_id) => this.customers.payments.portalUrl(customer_id));
  }

  private async open(actor: Actor, user_id: string, offer: Offer): Promise<PaymentRow> {
    const provider = this.customers.payments;
    await this.customers.of(user_id);
    await this.staleCheckouts.closeStale(user_id);
    const payment = await this.orders.reserve(actor, user_id, offer);
    if (payment.status !== 'open' || payment.checkout_url !== null) return payment;
    try {
      const page = await this.customers.with(user_id, (customer_id) =>
        provider.createCheckout(checkoutOrder(payment, customer_id, offer.name)),
      );
      return await this.orders.opened(actor, payment, page);
    } catch (error) {
      await this.orders.close(actor, payment, 'failed', 'The payment provider could not open a checkout page.');
      throw error;
    }
  }

  private async closeOther(actor: Actor, other: PaymentRow): Promise<void> {
    if (other.session_id !== null && !(await this.customers.payments.closeCheckout(other.session_id))) {
      throw planConflict(
        'payment_in_progress',
        'A payment for a plan is still being processed. Try again when it has completed.',
      );
    }
    await this.orders.close(actor, other, 'expired', 'Another plan was chosen.');
  }
}

/** Builds the provider's order for a payment's checkout page. */
export function checkoutOrder(payment: PaymentRow, customer_id: string, name: string): CheckoutOrder {
  const { id: payment_id, user_id, currency, amount, discount, kind, tier, expires_at, created_at } = payment;
  return {
    payment_id,
    user_id,
    customer_id,
    currency,
    name,
    amount_cents: cents(units(amount)),
    discount_cents: cents(units(discount)),
    subscribes_to: kind === 'plan' ? tier : null,
    expires_at: expires_at ?? created_at,
  };
}

const isFor = (payment: PaymentRow, { kind, tier, from_tier, price }: Offer): boolean =>
  payment.kind === kind &&
  payment.tier === tier &&
  payment.from_tier === from_tier &&
  units(payment.amount) + units(payment.discount) === price;
