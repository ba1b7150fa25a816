import { Injectable } from '@nestjs/common';
import { DiscountsService } from '../../coupons/discounts/discounts.service.js';
import { units } from '../../platform/values/amount.js';
import type { Tx } from '../../platform/database/database.js';
import type { Reduction } from './offer.js';

/**
 * Coupon discounts as payments use them. A discount is used once, by the next payment. The caller holds the account's
 * lock.
 */
@Injectable()
export class Discounts {
  constructor(private readonly coupons: DiscountsService) {}

  /** Assigns the available discount to a payment. Returns null if there is none. */
  async take(tx: Tx, user_id: string, payment_id: string, now: Date): Promise<Reduction | null> {
    const taken = await this.coupons.take(tx, user_id, payment_id, now);
    if (!taken) return null;
    const value = units(taken.value);
    return taken.coupon_type === 'percentage_discount' ? { percent: value } : { off: value };
  }

  /** Makes the discount of a failed payment available to the next one. */
  giveBack(tx: Tx, user_id: string, payment_id: string): Promise<void> {
    return this.coupons.giveBack(tx, user_id, payment_id);
  }
}
