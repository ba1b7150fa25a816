import { Injectable, Logger } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { BudgetsRepository } from '../budgets/budgets.repository.js';

const ACCOUNTS_MAX = 50_000;

/**
 * The accounts that had budgets when the process first charged or last locked them. Only a hint: it chooses the statement of a
 * batch, and the database decides with any of them.
 */
@Injectable()
export class BudgetedAccounts {
  private readonly log = new Logger('budgets');
  private readonly known = new LRUCache<string, true>({ max: ACCOUNTS_MAX });
  private reading: Promise<void> | undefined;

  constructor(private readonly budgets: BudgetsRepository) {}

  /** The first call reads which accounts have budgets, so that most first charges need not take the locked path. */
  has(user_id: string): boolean {
    this.reading ??= this.read();
    return this.known.has(user_id);
  }

  note(user_id: string, has_budgets: boolean): void {
    if (has_budgets) this.known.set(user_id, true);
    else this.known.delete(user_id);
  }

  private async read(): Promise<void> {
    try {
      for (const user_id of await this.budgets.limitedAccounts(ACCOUNTS_MAX)) this.note(user_id, true);
    } catch (error) {
      this.log.warn(`accounts with budgets cannot be read, so they are learned one by one: ${String(error)}`);
    }
  }
}
