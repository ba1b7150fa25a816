import { Inject, Injectable } from '@nestjs/common';
import { AccountsService } from '../credits/accounts/accounts.service.js';
import { OwnKeys } from '../openrouter/own-keys.js';
import { PackagesService } from '../payments/packages/packages.service.js';
import type { Actor } from '../platform/actor.js';
import { CONFIG, type Config } from '../platform/config/config.js';
import { divideHalfUp, type Units, units } from '../platform/values/amount.js';
import { TiersRepository } from '../tiers/tiers.repository.js';
import type { AdviceFacts } from './past-work.js';

const ONE = units('1');

/** The facts about an account besides its work and the prices. */
export type AccountFacts = Pick<
  AdviceFacts,
  'account' | 'plan' | 'tiers' | 'credit_price' | 'grants' | 'has_own_key' | 'can_have_own_key' | 'own_key_fee_rate'
>;

/** Reads what advice must know about an account. */
@Injectable()
export class AccountFactsService {
  constructor(
    private readonly accounts: AccountsService,
    private readonly tiers: TiersRepository,
    private readonly packages: PackagesService,
    private readonly ownKeys: OwnKeys,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** @throws DomainError `not_found` when the account does not exist */
  async of(actor: Actor, user_id: string): Promise<AccountFacts> {
    const account = await this.accounts.read(actor, user_id);
    const [plan, tiers, grants, key, credit_price] = await Promise.all([
      this.tiers.get(account.tier),
      this.tiers.list(true),
      this.accounts.grants(actor, user_id, false),
      this.ownKeys.findSealed(user_id),
      this.creditPrice(),
    ]);
    return {
      account,
      plan,
      tiers: tiers.filter(({ renews }) => renews),
      grants,
      credit_price,
      has_own_key: key !== null,
      can_have_own_key: this.config.encryption.keys !== null,
      own_key_fee_rate: units(this.config.openrouter.own_key_fee_rate),
    };
  }

  /** Returns the lowest price of a credit in a package, USD; 1 without packages. */
  private async creditPrice(): Promise<Units> {
    const prices = (await this.packages.listForSale()).map(({ credits, price }) =>
      divideHalfUp(units(price) * ONE, units(credits)),
    );
    return prices.reduce((least, price) => (price < least ? price : least), prices[0] ?? ONE);
  }
}
