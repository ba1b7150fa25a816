import { Injectable } from '@nestjs/common';
import { AccountsRepository } from '../../credits/accounts/accounts.repository.js';
import { TakeOverService } from '../../credits/accounts/take-over.service.js';
import { OpeningsRepository } from '../../growth/analytics/openings.repository.js';
import { each, type Item, type Run } from './kind-import.js';

const CONCURRENCY = 4;
const NOTHING = { balance: 0n, allocated_monthly: 0n, bonus_credits: 0n, reset_date: null, created_at: null };

/** Opens accounts for users who appear in a source without an account. */
@Injectable()
export class KnownUsers {
  constructor(
    private readonly accounts: AccountsRepository,
    private readonly takeOvers: TakeOverService,
    private readonly openings: OpeningsRepository,
  ) {}

  /**
   * Opens missing accounts of the users in some rows. They get no trial, because they are not new.
   * @returns the errors, by user
   */
  async open(items: readonly Item<{ user_id: string }>[], run: Run): Promise<Map<string, Error>> {
    const users = [...new Map(items.map((item) => [item.record.user_id, item])).values()];
    const found = await Promise.all(users.map(({ record }) => this.accounts.find(record.user_id)));
    const missing = users.filter((_user, i) => !found[i]);
    const ends = await each(missing, CONCURRENCY, async ({ import_id, record: { user_id } }) => {
      const order = { user_id, import_id, system: run.name, tier: run.tier, is_suspended: false };
      const end = await this.takeOvers.takeOver(run.actor, { ...order, ...NOTHING });
      if (end === 'opened') await this.openings.record({ user_id, layer: 'import', source: '*', result: 'opened' });
      return 'new';
    });
    return new Map(
      ends.flatMap((end, i) => (end instanceof Error ? [[missing[i]?.record.user_id ?? '', end] as const] : [])),
    );
  }
}
