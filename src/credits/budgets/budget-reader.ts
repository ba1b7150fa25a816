import { Injectable } from '@nestjs/common';
import type { BudgetRow } from '../../generated/rows.js';
import { accountOf, type Actor } from '../../platform/actor.js';
import { amount } from '../../platform/values/amount.js';
import { AccountsRepository } from '../accounts/accounts.repository.js';
import { AccountsService } from '../accounts/accounts.service.js';
import type { Limit } from '../accounts/limits.js';
import { allowance, type Budget, type BudgetedWork, type Sizes, sourceOf } from './budget.js';
import { BudgetBook } from './budget-book.js';
import type { BudgetRefusal } from './budget-refusal.js';
import { budgetView } from './budget-view.js';
import { BudgetWindows, type EarlyUse } from './budget-windows.js';
import type { BudgetView, EffectiveQuery } from './budgets.dto.js';
import { BudgetsRepository, toBudget } from './budgets.repository.js';

/** Reads budgets with their current use, even if no work was done since their window ended. */
@Injectable()
export class BudgetReader {
  constructor(
    private readonly budgets: BudgetsRepository,
    private readonly windows: BudgetWindows,
    private readonly accounts: AccountsService,
    private readonly stored: AccountsRepository,
  ) {}

  /** Measures most of what the window of a new budget has used, without the account's lock. */
  async usedSoFar(actor: Actor, budget: Budget): Promise<EarlyUse> {
    return this.windows.early(budget, await this.accounts.current(actor, budget.user_id));
  }

  /** Returns budgets as their readers see them, in the same order. */
  async views(rows: readonly BudgetRow[]): Promise<BudgetView[]> {
    const now = new Date();
    const current = await this.current(rows, now);
    return rows.map((row, i) => budgetView(row, current[i] as Budget, now));
  }

  /**
   * Returns the budgets in force that apply to work of an account, the tightest first: those of the account, of services,
   * models and tags, and those of the key and the member if they are named.
   */
  async effective(actor: Actor, { user_id, api_key_id, member_id }: EffectiveQuery): Promise<BudgetView[]> {
    const owner = accountOf(actor, user_id);
    await this.accounts.read(actor, owner);
    const rows = await this.budgets.ofAccount(owner);
    const applying = rows.filter(
      (row) =>
        row.is_active &&
        (row.api_key_id === null || row.api_key_id === api_key_id) &&
        (row.member_id === null || row.member_id === member_id),
    );
    const views = await this.views(applying);
    return views.filter(({ is_active }) => is_active).toSorted((a, b) => shareLeft(a) - shareLeft(b));
  }

  /** Returns the budgets of an account as limits, like those of its plan. */
  async limits(user_id: string): Promise<Limit[]> {
    const rows = (await this.budgets.ofAccount(user_id)).filter(({ is_active }) => is_active);
    return (await this.current(rows, new Date())).map((budget) => ({
      limit_source: sourceOf(budget),
      budget_id: budget.id,
      unit: budget.unit,
      used: amount(budget.used),
      limit: amount(allowance(budget)),
      resets_at: budget.resets_at,
    }));
  }

  /** Returns the budget that would refuse new work of an account now; null if there is none. */
  async refusalOf(user_id: string, work: BudgetedWork, sizes: Sizes): Promise<BudgetRefusal | null> {
    const now = new Date();
    const rows = (await this.budgets.ofAccount(user_id)).filter(({ is_active }) => is_active);
    return new BudgetBook(await this.current(rows, now), now).refuse(work, sizes);
  }

  private async current(rows: readonly BudgetRow[], now: Date): Promise<Budget[]> {
    const budgets = rows.map(toBudget);
    for (const [user_id, own] of Map.groupBy(budgets, (budget) => budget.user_id)) {
      const account = await this.stored.find(user_id);
      const active = own.filter(({ is_active }) => is_active);
      if (account) await this.windows.turn(new BudgetBook(active, now), now, account);
    }
    return budgets;
  }
}

/** Returns the share of a budget that is left. */
function shareLeft({ limit, boost, headroom: left }: BudgetView): number {
  const total = Number(limit) + Number(boost);
  return total === 0 ? 0 : Number(left) / total;
}
