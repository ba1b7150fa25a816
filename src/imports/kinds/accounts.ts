import { Injectable } from '@nestjs/common';
import { AccountsRepository } from '../../credits/accounts/accounts.repository.js';
import { TakeOverService } from '../../credits/accounts/take-over.service.js';
import { OpeningsRepository } from '../../growth/analytics/openings.repository.js';
import { units } from '../../platform/values/amount.js';
import { ImportsRepository } from '../imports.repository.js';
import { AccountRecord } from '../records.js';
import { each, type Item, type KindImport, type Run, type State, type Sums } from './kind-import.js';

const CONCURRENCY = 4;

/** Imports accounts. The balance becomes grants of a new account, is added to an existing account, or becomes debt. */
@Injectable()
export class AccountsImport implements KindImport<AccountRecord> {
  readonly dto = AccountRecord;

  constructor(
    private readonly takeOvers: TakeOverService,
    private readonly accounts: AccountsRepository,
    private readonly imports: ImportsRepository,
    private readonly openings: OpeningsRepository,
  ) {}

  sums({ balance }: AccountRecord): Sums {
    return { credits: units(balance) };
  }

  oddities({ tier, balance }: AccountRecord, { tiers }: Run): string[] {
    const isUnknown = tier !== undefined && !tiers.has(tier);
    return [
      ...(isUnknown ? [`is on the plan ${tier}, which does not exist here`] : []),
      ...(tier !== undefined && tiers.get(tier)
        ? [`is on the plan ${tier}, which is sold: here it renews without a payment until it is bought`]
        : []),
      ...(units(balance) < 0n ? ['has a negative balance: it becomes debt'] : []),
    ];
  }

  async foresee(items: readonly Item<AccountRecord>[]): Promise<State[]> {
    const taken = await this.imports.takenOver(items.map(({ record }) => record.user_id));
    return Promise.all(
      items.map(async ({ import_id, record: { user_id, balance } }) => {
        if (taken.has(import_id)) return 'known';
        if (!(await this.accounts.find(user_id))) return 'new';
        return units(balance) === 0n ? 'known' : 'added';
      }),
    );
  }

  take(items: readonly Item<AccountRecord>[], run: Run): Promise<(State | Error)[]> {
    return each(
      items,
      CONCURRENCY,
      (item) => this.takeOne(item, run),
      ({ user_id }) => user_id,
    );
  }

  private async takeOne({ import_id, record }: Item<AccountRecord>, run: Run): Promise<State> {
    const { user_id, balance, tier, reset_date, created_at, is_suspended = false } = record;
    const end = await this.takeOvers.takeOver(run.actor, {
      user_id,
      import_id,
      system: run.name,
      balance: units(balance),
      allocated_monthly: units(record.allocated_monthly ?? '0'),
      bonus_credits: units(record.bonus_credits ?? '0'),
      tier: tier !== undefined && run.tiers.has(tier) ? tier : run.tier,
      reset_date: reset_date ?? null,
      created_at: created_at ?? null,
      is_suspended,
    });
    if (end !== 'opened') return end;
    await this.openings.record({ user_id, layer: 'import', source: '*', result: 'opened' });
    return 'new';
  }
}
