import { Injectable } from '@nestjs/common';
import { AccountsService } from '../../credits/accounts/accounts.service.js';
import { type Payer, type Payers, payingFor } from '../../memberships/payers.js';
import { PayersService } from '../../memberships/payers.service.js';
import type { UserCreditsRow } from '../../generated/rows.js';
import type { Actor } from '../../platform/actor.js';
import { units } from '../../platform/values/amount.js';
import { TiersRepository } from '../../tiers/tiers.repository.js';
import { PlanLookup } from './plan-lookup.js';
import type { Report } from './usage-report.js';

/** Finds the payers of reported work, and their plans. */
@Injectable()
export class Plans {
  constructor(
    private readonly accounts: AccountsService,
    private readonly tiers: TiersRepository,
    private readonly payers: PayersService,
  ) {}

  /** Returns the look-up of plans for one request. */
  lookup(actor: Actor): PlanLookup {
    return new PlanLookup(actor, this.accounts, this.tiers);
  }

  /**
   * Returns the payers of reported work. Finished work is never refused, so who pays is decided before: the first one with
   * credits left, otherwise the last one.
   */
  async payersOf(actor: Actor, { user_id, account, model, charge }: Report): Promise<Payers> {
    const payers = await this.payers.of(actor, user_id, account);
    if (charge === 'deduct') return payingFor(payers, model === null ? [] : [model]);
    if (charge === null || payers.all.length === 1) return { ...payers, all: [payers.all[0]] };
    const accounts = await Promise.all(payers.all.map((payer) => this.accounts.current(actor, payer.user_id)));
    const able = payers.all.filter((_, i) => hasCredits(accounts[i]));
    return { ...payers, all: [able[0] ?? (payers.all.at(-1) as Payer)] };
  }
}

const hasCredits = (account: UserCreditsRow | undefined): boolean =>
  account !== undefined && units(account.balance) > units(account.held);
