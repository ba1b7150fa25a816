import { Injectable } from '@nestjs/common';
import type { Account } from '../../credits/accounts/account.js';
import type { CouponCodeRow } from '../../generated/rows.js';
import type { Tx } from '../../platform/database/database.js';
import { TiersRepository } from '../../tiers/tiers.repository.js';
import { applyCoupon, type CouponEffect, creditsOf, isDiscount } from './coupon-effect.js';
import { DiscountsRepository } from '../discounts/discounts.repository.js';

/** Applies coupons: credits immediately, or a discount for the next payment. */
@Injectable()
export class CouponEffects {
  constructor(
    private readonly tiers: TiersRepository,
    private readonly discounts: DiscountsRepository,
  ) {}

  /** Returns whether the coupon would give the account nothing: a free month of a tier without monthly credits. */
  async isWorthless(tx: Tx, account: Account, coupon: CouponCodeRow): Promise<boolean> {
    if (coupon.coupon_type !== 'free_month') return false;
    return creditsOf(coupon, await this.tiers.get(account.state.tier, tx), account.state) === 0n;
  }

  /** Applies a coupon to an open account. The caller stores the account. */
  async apply(
    tx: Tx,
    account: Account,
    coupon: CouponCodeRow,
    metadata: Record<string, unknown>,
  ): Promise<CouponEffect> {
    if (isDiscount(coupon.coupon_type)) await this.discounts.create(tx, account.user_id, coupon, account.now);
    return applyCoupon(account, coupon, await this.tiers.get(account.state.tier, tx), metadata);
  }
}
