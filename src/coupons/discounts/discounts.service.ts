import { Injectable } from '@nestjs/common';
import { AccountsService } from '../../credits/accounts/accounts.service.js';
import type { AccountDiscountRow } from '../../generated/rows.js';
import type { Actor } from '../../platform/actor.js';
import type { Tx } from '../../platform/database/database.js';
import { mapPage, type Page, type PageRequest, paginate } from '../../platform/database/paging.js';
import { statusOf } from './discount.js';
import type { DiscountView } from '../coupons.dto.js';
import { DiscountsRepository } from './discounts.repository.js';

/** Discounts on accounts. Each is used once, by the next payment. */
@Injectable()
export class DiscountsService {
  constructor(
    private readonly discounts: DiscountsRepository,
    private readonly accounts: AccountsService,
  ) {}

  /** Returns the discounts of an account, newest first. @throws InvalidInput if the cursor is invalid */
  async list(actor: Actor, user_id: string, page: PageRequest): Promise<Page<DiscountView>> {
    await this.accounts.read(actor, user_id);
    const found = await paginate(this.discounts, user_id, page);
    const now = new Date();
    return mapPage(found, (row) => ({ ...row, status: statusOf(row, now) }));
  }

  /**
   * Assigns a discount to the payment `used_for`: the one that expires first, then the oldest. Returns null if there is
   * none. The caller holds the account's lock, and calls {@link giveBack} if the payment fails.
   */
  take(tx: Tx, user_id: string, used_for: string, now: Date): Promise<AccountDiscountRow | null> {
    return this.discounts.take(tx, user_id, used_for, now);
  }

  /** Makes the discount of a failed payment available again. The caller holds the account's lock. */
  giveBack(tx: Tx, user_id: string, used_for: string): Promise<void> {
    return this.discounts.giveBack(tx, user_id, used_for);
  }
}
