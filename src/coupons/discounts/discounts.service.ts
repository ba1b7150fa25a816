import { Injectable } from '@nestjs/common';
import { AccountsService } from '../../credits/accounts/accounts.service.js';
import type { AccountDiscountRow } from '../../generated/rows.js';
import type { Actor } from '../../platform/actor.js';
import type { Tx } from '../../platform/database/database.js';
import { decodeCursor, type Page, pageOf, type PageQuery } from '../../platform/http/page.js';
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
  async list(actor: Actor, user_id: string, { limit, offset, cursor, count }: PageQuery): Promise<Page<DiscountView>> {
    const after = cursor === undefined ? null : decodeCursor(cursor);
    await this.accounts.read(actor, user_id);
    const [rows, total] = await Promise.all([
      this.discounts.list(user_id, limit, offset, after),
      count ? this.discounts.count(user_id) : null,
    ]);
    const now = new Date();
    const views = rows.map((row) => ({ ...row, status: statusOf(row, now) }));
    return pageOf(views, limit, total);
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
