import { Injectable } from '@nestjs/common';
import type { Actor } from '../platform/actor.js';
import { attributionBy } from '../platform/attribution.js';
import { amount, units } from '../platform/values/amount.js';
import { readState } from './accounts/accounts.repository.js';
import { AccountsService } from './accounts/accounts.service.js';
import { available, refuse, refuseStatus } from './accounts/refusal.js';
import { sizesOf } from './budgets/budget.js';
import { BudgetReader } from './budgets/budget-reader.js';
import type { CheckView } from './credits.views.js';

/** Tells whether an amount could be charged now. */
@Injectable()
export class CreditCheck {
  constructor(
    private readonly accounts: AccountsService,
    private readonly budgets: BudgetReader,
  ) {}

  /**
   * Returns whether a charge of `required` credits would be accepted now: by the account, by its budgets, and by those of
   * the caller's API key. Budgets of services, models and tags depend on the work and are left out. Advisory: nothing is
   * reserved.
   */
  async check(actor: Actor, user_id: string, required: string, provision: boolean): Promise<CheckView> {
    const account = await this.accounts.read(actor, user_id, provision);
    const state = readState(account);
    const size = units(required);
    const work = attributionBy(actor, null);
    const refusal =
      refuseStatus(state) ??
      refuse(state, size) ??
      (account.has_budgets ? await this.budgets.refusalOf(user_id, work, sizesOf(size)) : null);
    return {
      sufficient: refusal === null,
      available: amount(available(state)),
      required,
      reason: refusal?.code ?? null,
    };
  }
}
