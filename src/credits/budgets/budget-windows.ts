import { Injectable } from '@nestjs/common';
import type { Tx } from '../../platform/database/database.js';
import { AMOUNT_LIMIT, min, type Units } from '../../platform/values/amount.js';
import type { Budget } from './budget.js';
import type { BudgetBook } from './budget-book.js';
import { BudgetUseRepository } from './budget-use.repository.js';
import { type PlanPeriod, windowAt } from './budget-window.js';

/** What a window had used up to an instant, measured without the account's lock. */
export interface EarlyUse {
  window_start: Date;
  measured_to: Date;
  used: Units;
}

/** After every row. */
const FOREVER = new Date(8.64e15);

/** Keeps budgets at the window that contains the current time, and measures what a window has used already. */
@Injectable()
export class BudgetWindows {
  constructor(private readonly use: BudgetUseRepository) {}

  /**
   * Begins the windows that are due. A rolling window moves on to the current hour: the work that leaves it is measured
   * and no longer counts.
   */
  async turn(book: BudgetBook, now: Date, period: PlanPeriod, tx: Tx | null = null): Promise<void> {
    book.turnCalendar(period);
    for (const budget of book.rollingDue()) {
      const window = windowAt(budget.window, now, period);
      const left = await this.use.used(budget, budget.window_start, window.start, tx);
      book.turn(budget, window, budget.used - left);
    }
  }

  /**
   * Measures most of what the window of a new budget has used, without the account's lock. Rows that are a minute old are
   * committed, so the rest can be measured under the lock.
   */
  async early(budget: Budget, period: PlanPeriod): Promise<EarlyUse> {
    const measured_to = await this.use.aMinuteAgo();
    const { start: window_start } = windowAt(budget.window, new Date(), period);
    return { window_start, measured_to, used: await this.use.used(budget, window_start, measured_to) };
  }

  /** Sets the counters of a budget of a locked account to what its current window used, and to what is held. */
  async measure(tx: Tx, budget: Budget, now: Date, period: PlanPeriod, early?: EarlyUse): Promise<void> {
    const { start, end } = windowAt(budget.window, now, period);
    const known = early?.window_start.getTime() === start.getTime() && early.measured_to > start ? early : null;
    const later = await this.use.used(budget, known?.measured_to ?? start, FOREVER, tx);
    Object.assign(budget, { window_start: start, resets_at: end });
    budget.used = min((known?.used ?? 0n) + later, AMOUNT_LIMIT - 1n);
    budget.held = await this.use.held(budget, tx);
  }
}
