import { Injectable } from '@nestjs/common';
import type { Tx } from '../platform/database.js';
import type { Reduction } from './offer.js';

/** Discounts that wait on accounts for their next payment. The caller holds the account's lock. */
export abstract class Discounts {
  /** Takes the discount that a payment uses; null when none waits. */
  abstract take(tx: Tx, user_id: string, payment_id: string, now: Date): Promise<Reduction | null>;

  /** Lets the discount that was taken for a payment wait for the next one: that payment came to nothing. */
  abstract giveBack(tx: Tx, user_id: string, payment_id: string): Promise<void>;
}

/** Nobody has a discount. */
@Injectable()
export class NoDiscounts extends Discounts {
  take(): Promise<Reduction | null> {
    return Promise.resolve(null);
  }

  giveBack(): Promise<void> {
    return Promise.resolve();
  }
}
