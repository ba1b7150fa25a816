import { Injectable } from '@nestjs/common';
import { AuditRepository } from '../../audit/audit.repository.js';
import type { Account } from '../../credits/accounts/account.js';
import { AccountLocks } from '../../credits/accounts/account-locks.js';
import { type IdempotencyKey, IdempotencyRepository } from '../../credits/posting/idempotency.js';
import { assertOpen } from '../../credits/accounts/refusal.js';
import { writeEvents } from '../../events/event-log.js';
import type { CouponCodeRow, CouponRedemptionRow } from '../../generated/rows.js';
import type { Actor } from '../../platform/actor.js';
import { amount, figure, units } from '../../platform/values/amount.js';
import type { Tx } from '../../platform/database/database.js';
import { assertAttemptLeft } from '../../platform/attempt-limit.js';
import { canonicalCode, isCode } from '../coupon-code.js';
import { messageOf } from './coupon-effect.js';
import { type CouponRefusal, errorOf, LIMIT_REACHED, NOT_FOUND, refusalOf, WORTHLESS } from './coupon-refusal.js';
import { CouponEffects } from './coupon-effects.service.js';
import { COUPON_RATE_LIMIT } from './coupon-rate-limit.js';
import { CouponsRepository } from '../coupons.repository.js';
import type { RedemptionView, ValidationView } from '../coupons.dto.js';
import { RedemptionsRepository } from './redemptions.repository.js';

const NO_CODE = 'Invalid coupon code: codes have 3 to 64 letters, digits, - or _';

/** A request to redeem a code. */
export interface RedemptionOrder {
  user_id: string;
  /** In its stored form ({@link canonicalCode}). */
  code: string;
  metadata?: Record<string, unknown> | undefined;
  key: IdempotencyKey | undefined;
}

/** A redemption. `replayed` is true if its idempotency key was used before. */
export interface Redeemed {
  redemption: RedemptionView;
  replayed: boolean;
}

/**
 * Redeems coupons. The use of the code, the credits or the discount, the redemption and its audit entry are written in
 * one transaction. The account is locked first and the coupon last (docs/decisions/0007-coupons.md).
 */
@Injectable()
export class RedemptionService {
  constructor(
    private readonly locks: AccountLocks,
    private readonly keys: IdempotencyRepository,
    private readonly coupons: CouponsRepository,
    private readonly redemptions: RedemptionsRepository,
    private readonly effects: CouponEffects,
    private readonly audit: AuditRepository,
  ) {}

  /**
   * Redeems a code for a user, once per user and code, within the coupon's limit.
   * @throws RateLimited after 5 attempts in an hour; DomainError `not_found`, `coupon_inactive`,
   *   `coupon_not_yet_valid`, `coupon_expired`, `coupon_limit_reached`, `coupon_already_redeemed`,
   *   `coupon_not_applicable`, `idempotency_conflict`
   */
  async redeem(actor: Actor, order: RedemptionOrder): Promise<Redeemed> {
    const outcome = await this.locks.withLock(actor, order.user_id, (account, tx) =>
      this.attempt(actor, tx, account, order),
    );
    // thrown only here, after the attempt and its audit entry are committed
    if ('reason' in outcome) throw errorOf(outcome);
    return outcome;
  }

  /**
   * Returns whether a user can redeem a code now. A code that does not exist counts as an attempt, to prevent guessing;
   * a malformed code does not.
   * @throws RateLimited after 5 attempts in an hour
   */
  async validate(actor: Actor, user_id: string, typed: string): Promise<ValidationView> {
    const code = canonicalCode(typed);
    if (!isCode(code)) return { valid: false, reason: NO_CODE };
    return this.locks.withLock(actor, user_id, async (account, tx) => {
      assertAttemptLeft(COUPON_RATE_LIMIT, await this.redemptions.attempts(tx, user_id, account.now), account.now);
      const coupon = await this.coupons.find(code, tx);
      const refusal = await this.refusalOf(tx, account, coupon);
      if (coupon && !refusal) return { valid: true, coupon };
      if (!coupon) await this.redemptions.addAttempt(tx, user_id, account.now);
      return { valid: false, reason: (refusal ?? NOT_FOUND).reason };
    });
  }

  private async attempt(
    actor: Actor,
    tx: Tx,
    account: Account,
    order: RedemptionOrder,
  ): Promise<Redeemed | CouponRefusal> {
    const { user_id, code, key } = order;
    if (await this.keys.find(tx, user_id, key)) return this.replay(tx, user_id, code);
    assertOpen(account.state);
    assertAttemptLeft(COUPON_RATE_LIMIT, await this.redemptions.attempts(tx, user_id, account.now), account.now);
    await this.redemptions.addAttempt(tx, user_id, account.now);

    const coupon = await this.coupons.find(code, tx);
    const refusal = (await this.refusalOf(tx, account, coupon)) ?? (await this.claim(tx, account, code));
    if (!coupon || refusal) {
      const found = refusal ?? NOT_FOUND;
      await this.record(tx, actor, order, 'coupon.redeem_failed', { code: found.code, reason: found.reason });
      return found;
    }
    return { redemption: await this.give(actor, tx, account, coupon, order), replayed: false };
  }

  private async refusalOf(tx: Tx, account: Account, coupon: CouponCodeRow | null): Promise<CouponRefusal | null> {
    if (!coupon) return NOT_FOUND;
    const refusal = refusalOf(coupon, await this.redemptions.redeemer(tx, account.user_id, coupon), account.now);
    if (refusal) return refusal;
    return (await this.effects.isWorthless(tx, account, coupon)) ? WORTHLESS : null;
  }

  /** Takes one use of the coupon. Returns why it is no longer available if another request came first. */
  private async claim(tx: Tx, account: Account, code: string): Promise<CouponRefusal | null> {
    if (await this.coupons.claim(tx, code, account.now)) return null;
    return (await this.refusalOf(tx, account, await this.coupons.find(code, tx))) ?? LIMIT_REACHED;
  }

  private async give(
    actor: Actor,
    tx: Tx,
    account: Account,
    coupon: CouponCodeRow,
    order: RedemptionOrder,
  ): Promise<RedemptionView> {
    const { user_id, key, metadata = {} } = order;
    const effect = await this.effects.apply(tx, account, coupon, metadata);
    const saved = await this.locks.save(tx, account);
    const transaction_id = saved.lines.at(-1)?.id ?? null;
    const redemption = {
      user_id,
      code: coupon.code,
      transaction_id,
      metadata,
      credits_awarded: amount(effect.credits_awarded),
      credits_added: amount(effect.credits_added),
      new_balance: saved.account.balance,
      redeemed_at: account.now,
    };
    await this.redemptions.create(tx, redemption);
    await writeEvents(tx, [{ user_id, type: 'coupon.redeemed', object: redemption }]);
    await this.keys.record(tx, user_id, key ? [{ ...key, resource_id: transaction_id }] : []);
    const { coupon_type, value } = coupon;
    const { credits_awarded } = redemption;
    await this.record(tx, actor, order, 'coupon.redeem', { coupon_type, value, credits_awarded, transaction_id });
    return viewOf(coupon, redemption);
  }

  private async replay(tx: Tx, user_id: string, code: string): Promise<Redeemed> {
    const [coupon, redemption] = [await this.coupons.find(code, tx), await this.redemptions.find(tx, user_id, code)];
    if (!coupon || !redemption)
      throw new Error(`an idempotency key of ${user_id} refers to a redemption of ${code} that does not exist`);
    return { redemption: viewOf(coupon, redemption), replayed: true };
  }

  private record(
    tx: Tx,
    actor: Actor,
    { user_id, code }: RedemptionOrder,
    action: 'coupon.redeem' | 'coupon.redeem_failed',
    metadata: Record<string, unknown>,
  ): Promise<void> {
    const result = action === 'coupon.redeem' ? 'success' : 'failure';
    const coupon = { resource_type: 'coupon', resource_id: code };
    return this.audit.record(tx, actor, { user_id, action, result, ...coupon, metadata });
  }
}

const viewOf = (coupon: CouponCodeRow, redemption: CouponRedemptionRow): RedemptionView => ({
  ...redemption,
  coupon_type: coupon.coupon_type,
  value: coupon.value,
  credits_added: units(redemption.credits_awarded) > 0n ? figure(units(redemption.credits_added)) : null,
  new_balance: figure(units(redemption.new_balance)),
  message: messageOf(coupon, redemption.credits_awarded),
});
