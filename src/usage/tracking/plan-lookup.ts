import DataLoader from 'dataloader';
import type { AccountsService } from '../../credits/accounts/accounts.service.js';
import type { TierRow, UserCreditsRow } from '../../generated/rows.js';
import type { Actor } from '../../platform/actor.js';
import type { Plan } from '../../pricing/rating/work.js';
import type { TiersRepository } from '../../tiers/tiers.repository.js';

/**
 * Loads the accounts and plans of the users in one request, in batches and once each. Creates the accounts of new
 * users.
 */
export class PlanLookup {
  private readonly accounts: DataLoader<string, UserCreditsRow>;
  private readonly tiers: DataLoader<string, TierRow>;

  constructor(actor: Actor, accounts: AccountsService, tiers: TiersRepository) {
    this.accounts = new DataLoader((user_ids) => accounts.currentAll(actor, user_ids));
    this.tiers = new DataLoader((codes) => Promise.all(codes.map((tier) => tiers.get(tier))));
  }

  account(user_id: string): Promise<UserCreditsRow> {
    return this.accounts.load(user_id);
  }

  async of(user_id: string): Promise<Plan> {
    const { tier } = await this.account(user_id);
    const { cost_per_1k_tokens } = await this.tiers.load(tier);
    return { tier, cost_per_1k_tokens };
  }
}
