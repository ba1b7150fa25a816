import { Injectable } from '@nestjs/common';
import { AccountLocks } from '../../credits/accounts/account-locks.js';
import type { PaymentRow } from '../../generated/rows.js';
import type { Actor } from '../../platform/actor.js';
import { amount } from '../../platform/values/amount.js';
import { PaymentSettlement } from '../payment-settlement.js';
import { Discounts } from './discounts.js';
import { CURRENCY, discountOf } from './offer.js';
import type { Offer } from './offers.service.js';
import { PaymentEffects } from '../inbox/payment-effects.js';
import type { Checkout } from '../provider/provider.js';
import { type PaymentKey, PaymentsRepository } from '../payments.repository.js';

/** The provider closes checkout pages after 24 hours at the latest. */
const OPEN_MS = 23 * 3_600_000;

/** Records payments before the payer is sent to the provider. */
@Injectable()
export class Orders {
  constructor(
    private readonly locks: AccountLocks,
    private readonly payments: PaymentsRepository,
    private readonly discounts: Discounts,
    private readonly settlement: PaymentSettlement,
    private readonly effects: PaymentEffects,
  ) {}

  /**
   * Returns a payment for an offer: the open one, or a new one with the account's discount. A package or upgrade that
   * the discount covers completely is granted immediately.
   */
  reserve(actor: Actor, user_id: string, offer: Offer): Promise<PaymentRow> {
    return this.locks.withLock(actor, user_id, async (account, tx) => {
      const open = await this.payments.findOpen(tx, user_id, offer, offer.price);
      if (open) return open;
      const { kind, package_code, tier, from_tier, credits, price, terms, subscription_id } = offer;
      const created = await this.payments.create(tx, {
        user_id,
        kind,
        package_code,
        tier,
        from_tier,
        credits,
        currency: CURRENCY,
        amount: amount(price),
        ...(terms ? { terms: { ...terms }, subscription_id } : {}),
        ...(kind === 'upgrade' ? { covers_until: account.state.paid_until } : {}),
        expires_at: new Date(account.now.getTime() + OPEN_MS),
      });
      const reduction = await this.discounts.take(tx, user_id, created.id, account.now);
      const discount = discountOf(price, reduction);
      if (discount === 0n) {
        if (reduction) await this.discounts.giveBack(tx, user_id, created.id);
        return created;
      }
      const less = { amount: amount(price - discount), discount: amount(discount) };
      const reduced = await this.payments.update(tx, created, less);
      if (discount < price || kind === 'plan') return reduced;
      const nothing = { amount_cents: 0, settled_cents: 0, currency: CURRENCY, charged: null };
      await this.effects.pay(tx, account, reduced, nothing, {});
      return this.payments.get(reduced, tx);
    });
  }

  /** Stores the checkout page of a payment. */
  opened(actor: Actor, key: PaymentKey, page: Checkout): Promise<PaymentRow> {
    return this.locks.withLock(actor, key.user_id, async (_account, tx) => {
      const known = await this.payments.get(key, tx);
      const checkout_url = known.status === 'open' ? page.url : null;
      return this.payments.update(tx, key, { session_id: page.session_id, checkout_url });
    });
  }

  /** Marks a payment as processing: its page was paid, but the outcome has not been reported yet. */
  awaitMoney(actor: Actor, key: PaymentKey): Promise<void> {
    return this.locks.withLock(actor, key.user_id, async (_account, tx) => {
      const { status } = await this.payments.get(key, tx);
      if (status === 'open') await this.payments.update(tx, key, { status: 'processing', checkout_url: null });
    });
  }

  /** Closes a payment that can no longer be paid. Its discount becomes available again. */
  close(actor: Actor, key: PaymentKey, status: 'failed' | 'expired', detail: string | null): Promise<void> {
    return this.locks.withLock(actor, key.user_id, async (_account, tx) => {
      const known = await this.payments.get(key, tx);
      if (known.status !== 'open') return;
      await this.settlement.fail(tx, known, status, {}, detail);
      await this.effects.endTopup(tx, known, detail ?? 'The payment was not confirmed in time.');
    });
  }
}
