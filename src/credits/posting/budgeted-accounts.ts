import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';

const ACCOUNTS_MAX = 50_000;

/**
 * The accounts that had budgets when this process last locked them. Only a hint: it chooses the statement of a batch, and
 * the database decides with any of them.
 */
@Injectable()
export class BudgetedAccounts {
  private readonly known = new LRUCache<string, true>({ max: ACCOUNTS_MAX });

  has(user_id: string): boolean {
    return this.known.has(user_id);
  }

  note(user_id: string, has_budgets: boolean): void {
    if (has_budgets) this.known.set(user_id, true);
    else this.known.delete(user_id);
  }
}
