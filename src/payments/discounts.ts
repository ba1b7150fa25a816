import { Injectable } from '@nestjs/common';
import { DiscountsService } from '../coupons/discounts.service.js';
import { units } from '../platform/amount.js';
import type { Tx } from '../platform/database.js';
import type { Reduction } from './offer.js';

/** Discounts of coupons, as payments use them: once, by the next payment. The caller holds the account's lock. */
@Injectable()
export class Discounts {
  constructor(private readonly coupons: DiscountsService) {}

  /** Takes the discount that a payment uses; null when none waits. */
  async take(tx: Tx, user_id: string, payment_id: string, now: Date): Promise<Reduction | null> {
    const taken = await this.coupons.take(tx, user_id, payment_id, now);
    if (!taken) return null;
    const value = units(taken.value);
    return taken.coupon_type === 'percentage_discount' ? { percent: value } : { off: value };
  }

  /** Lets the discount that was taken for a payment wait for the next one: that payment came to nothing. */
  giveBack(tx: Tx, user_id: string, payment_id: string): Promise<void> {
    return this.coupons.giveBack(tx, user_id, payment_id);
  }
}
