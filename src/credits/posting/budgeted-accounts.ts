import { Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { BudgetsRepository } from '../budgets/budgets.repository.js';

const ACCOUNTS_MAX = 50_000;

/**
 * The accounts that had budgets when the process started or last locked them. Only a hint: it chooses the statement of a
 * batch, and the database decides with any of them.
 */
@Injectable()
export class BudgetedAccounts implements OnApplicationBootstrap {
  private readonly log = new Logger('budgets');
  private readonly known = new LRUCache<string, true>({ max: ACCOUNTS_MAX });

  constructor(private readonly budgets: BudgetsRepository) {}

  /** Reads which accounts have budgets, so that their first charges after a start need not take the locked path. */
  onApplicationBootstrap(): void {
    void this.read();
  }

  has(user_id: string): boolean {
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
