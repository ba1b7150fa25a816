import { Injectable } from '@nestjs/common';
import { AuditRepository } from '../../audit/audit.repository.js';
import type { Account } from '../../credits/accounts/account.js';
import { AccountLocks } from '../../credits/accounts/account-locks.js';
import type { AutoTopupRow, PaymentRow } from '../../generated/rows.js';
import type { Actor } from '../../platform/actor.js';
import { amount, units } from '../../platform/values/amount.js';
import type { Tx } from '../../platform/database/database.js';
import { InvalidInput, NotFound } from '../../platform/errors.js';
import { BrakedKeys } from '../../keys/brake/braked-keys.service.js';
import { PROVIDER_ACTOR } from '../payment-settlement.js';
import { CURRENCY } from '../checkout/offer.js';
import { PackagesRepository } from '../packages/packages.repository.js';
import { type PaymentKey, PaymentsRepository } from '../payments.repository.js';
import type { Checkout } from '../provider/provider.js';
import { type TopupTerms, TopupsRepository } from './topups.repository.js';

/** The provider closes checkout pages after 24 hours at the latest. */
const CONFIRM_MS = 23 * 3_600_000;
const CONFIRM = 'The bank requires the payer to confirm the payment. Open checkout_url.';

const brakedDetail = (key: string): string =>
  `Nothing is bought while the API key ${key} is paused by its brake. Resume or revoke the key.`;

/** The top-up settings of an account, and the money spent this month. */
export type TopupState = AutoTopupRow & { spent_this_month: string; checkout_url: string | null };

/**
 * Stores the settings of automatic top-ups and decides when one is due. It decides under the account's lock, so at most
 * one is in flight.
 */
@Injectable()
export class TopupsService {
  constructor(
    private readonly topups: TopupsRepository,
    private readonly payments: PaymentsRepository,
    private readonly packages: PackagesRepository,
    private readonly locks: AccountLocks,
    private readonly audit: AuditRepository,
    private readonly braked: BrakedKeys,
  ) {}

  /** Returns the settings, or null if there are none. */
  async find(user_id: string): Promise<TopupState | null> {
    const topup = await this.topups.find(user_id);
    if (!topup) return null;
    const [spent, key] = await Promise.all([this.payments.toppedUp(user_id), this.braked.nameOf(user_id)]);
    const spent_this_month = amount(spent);
    const detail = key === null ? topup.detail : brakedDetail(key);
    const { payment_id: id } = topup;
    const inFlight = id === null ? null : await this.payments.find({ id, user_id });
    return { ...topup, detail, spent_this_month, checkout_url: inFlight?.checkout_url ?? null };
  }

  /**
   * Stores the settings and resumes top-ups that were stopped after declined cards.
   * @throws NotFound if the package is not for sale; InvalidInput if the limit is below its price, or if the threshold
   *   exceeds its credits
   */
  async set(actor: Actor, user_id: string, terms: TopupTerms): Promise<TopupState> {
    await this.locks.withLock(actor, user_id, async (_account, tx) => {
      const { price, credits } = await this.packages.get(terms.package_code, tx, true);
      if (units(terms.threshold) > units(credits)) {
        const message = `must not exceed the credits of the package (${credits}), or one purchase would trigger the next`;
        throw new InvalidInput([{ field: 'threshold', message }]);
      }
      if (units(terms.monthly_limit) < units(price)) {
        throw new InvalidInput([
          { field: 'monthly_limit', message: `must be at least the price of the package (${price})` },
        ]);
      }
      await this.topups.set(tx, user_id, terms);
      await this.record(tx, actor, user_id, 'payment.topup_set', { ...terms });
    });
    const state = await this.find(user_id);
    if (!state) throw new NotFound('Automatic top-up');
    return state;
  }

  /** Deletes the settings. A payment in flight still completes. @throws NotFound */
  async delete(actor: Actor, user_id: string): Promise<void> {
    await this.locks.withLock(actor, user_id, async (_account, tx) => {
      if (!(await this.remove(tx, actor, user_id))) throw new NotFound('Automatic top-up');
    });
  }

  /** Deletes the settings while the caller holds the account's lock. @returns whether there were any */
  async remove(tx: Tx, actor: Actor, user_id: string): Promise<boolean> {
    const isDeleted = await this.topups.delete(tx, user_id);
    if (isDeleted) await this.record(tx, actor, user_id, 'payment.topup_deleted', {});
    return isDeleted;
  }

  /** Returns the payment to charge now: the one in flight, or a new one if the balance is low; else null. */
  launch(user_id: string): Promise<PaymentRow | null> {
    return this.locks.withLock(PROVIDER_ACTOR, user_id, async (account, tx) => {
      const topup = await this.topups.find(user_id, tx);
      if (topup?.state !== 'on' || topup.next_try_at > account.now) return null;
      const payment =
        topup.payment_id === null
          ? await this.order(tx, account, topup)
          : await this.payments.get({ id: topup.payment_id, user_id }, tx);
      if (!payment) return null;
      const isWithPayer = payment.session_id !== null; // until the payer confirms it or its page closes
      if (isWithPayer) await this.topups.waits(tx, payment, CONFIRM);
      else await this.topups.launched(tx, user_id, payment.id);
      return isWithPayer ? null : payment;
    });
  }

  /** Returns the current state of a payment in flight. */
  payment(tx: Tx, key: PaymentKey): Promise<PaymentRow> {
    return this.payments.get(key, tx);
  }

  /** Marks the payment as waiting for its payer's confirmation. @returns the payment, or null if it has ended */
  await(key: PaymentKey): Promise<PaymentRow | null> {
    return this.locks.withLock(PROVIDER_ACTOR, key.user_id, async ({ now }, tx) => {
      const { status } = await this.payments.get(key, tx);
      if (status !== 'open') return null;
      const expires_at = new Date(now.getTime() + CONFIRM_MS);
      return this.payments.update(tx, key, { detail: CONFIRM, expires_at });
    });
  }

  /** Stores the page on which the payer confirms the payment. */
  asked(key: PaymentRow, { session_id, url }: Checkout): Promise<void> {
    return this.locks.withLock(PROVIDER_ACTOR, key.user_id, async (_account, tx) => {
      const { status } = await this.payments.get(key, tx);
      await this.payments.update(tx, key, { session_id, checkout_url: status === 'open' ? url : null });
      await this.topups.waits(tx, key, CONFIRM);
      await this.record(tx, PROVIDER_ACTOR, key.user_id, 'payment.confirmation_needed', { payment_id: key.id });
    });
  }

  private async order(tx: Tx, account: Account, topup: AutoTopupRow): Promise<PaymentRow | null> {
    const { user_id, package_code, threshold } = topup;
    const { balance, held, debt } = account.state;
    if (balance - held - debt >= units(threshold)) return null;
    if ((await this.braked.nameOf(user_id, tx)) !== null) return null;
    const offer = await this.packages.get(package_code, tx);
    const spent = await this.payments.toppedUp(user_id, tx);
    const isOverLimit = spent + units(offer.price) > units(topup.monthly_limit);
    if (isOverLimit || !offer.is_active) {
      const detail = isOverLimit
        ? 'The monthly limit has been reached.'
        : `Package ${package_code} is no longer for sale.`;
      await this.topups.rest(tx, user_id, detail);
      return null;
    }
    const { credits, price } = offer;
    return this.payments.create(tx, {
      user_id,
      kind: 'top_up',
      package_code,
      credits,
      amount: price,
      currency: CURRENCY,
    });
  }

  private record(tx: Tx, actor: Actor, user_id: string, action: string, metadata: Record<string, unknown>) {
    return this.audit.record(tx, actor, {
      user_id,
      action,
      resource_type: 'auto_topup',
      resource_id: user_id,
      metadata,
    });
  }
}
