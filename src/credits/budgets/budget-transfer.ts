import { Injectable } from '@nestjs/common';
import type { Tx } from '../../platform/database/database.js';
import type { LockedPair } from '../accounts/account-locks.js';
import { BudgetBook } from './budget-book.js';
import { BudgetWindows } from './budget-windows.js';
import { BudgetsRepository, lockedBudgets, saveBudgets } from './budgets.repository.js';

/** Moves the budgets of an account to the one that took it over. */
@Injectable()
export class BudgetTransfer {
  constructor(
    private readonly budgets: BudgetsRepository,
    private readonly windows: BudgetWindows,
  ) {}

  /**
   * Moves the budgets. From then on, all budgets of the target count the work of both accounts, so a move never makes
   * room. Both accounts are stored already, and hold nothing.
   */
  async transfer(tx: Tx, { from, to }: LockedPair): Promise<void> {
    await this.budgets.transfer(tx, from.user_id, to.user_id);
    const moved = await lockedBudgets(tx, to.user_id);
    const book = new BudgetBook(moved, to.now);
    for (const budget of moved) {
      await this.windows.measure(tx, budget, to.now, to.state);
      book.revise(budget);
    }
    await saveBudgets(tx, to.user_id, book, to.now);
    await this.budgets.mark(tx, to.user_id);
    await this.budgets.mark(tx, from.user_id);
  }
}
