import { Injectable } from '@nestjs/common';
import { amount, units, type Units } from '../../platform/values/amount.js';
import { CatalogueRepository } from '../../pricing/prices/catalogue.repository.js';
import type { Price } from '../../pricing/prices/price-table.js';
import type { ShortAccountView, WhatIfBody, WhatIfView } from './what-if.dto.js';
import { booksOf, replayed, withMarkup } from './what-if.js';
import { type ReplayedAccount, WhatIfRepository } from './what-if.repository.js';

const ACCOUNTS_PER_PAGE = 200;
const LISTED = 100;

/** Sums over all accounts. */
interface Totals {
  events: number;
  accounts: number;
  provider_cost: Units;
  now: Units;
  then: Units;
}

/** Recomputes the cost of past usage under other markup rules, to preview a change of prices. Stores nothing. */
@Injectable()
export class WhatIfService {
  constructor(
    private readonly past: WhatIfRepository,
    private readonly catalogue: CatalogueRepository,
  ) {}

  /**
   * Returns the figures of the last `days` days under the current rules and with `markup` applied.
   * @throws InvalidInput for invalid rules
   */
  async replay({ markup, days }: WhatIfBody, progress?: (done: number, total: number) => void): Promise<WhatIfView> {
    const rules = withMarkup((await this.catalogue.snapshot(null)).rules.markup, markup);
    const prices = new Map<string, Price>();
    const totals: Totals = { events: 0, accounts: 0, provider_cost: 0n, now: 0n, then: 0n };
    const dry: ShortAccountView[] = [];
    const total = await this.past.count();
    let accounts: ReplayedAccount[];
    let done = 0;
    let after = '';
    do {
      accounts = await this.past.next(after, ACCOUNTS_PER_PAGE, days);
      await this.loadPrices(prices, accounts);
      for (const account of accounts) {
        const [now, then] = await this.account(account, totals, (usage) => replayed(usage, rules, prices));
        const missing = now - then + units(account.balance);
        if (units(account.balance) >= 0n && missing < 0n) dry.push(dryView(account, now, then, -missing));
      }
      after = accounts.at(-1)?.user_id ?? '';
      progress?.(Math.min((done += accounts.length), total), total);
    } while (accounts.length === ACCOUNTS_PER_PAGE);
    return {
      days,
      events: totals.events,
      accounts: totals.accounts,
      now: booksOf(totals.now, totals.provider_cost),
      then: booksOf(totals.then, totals.provider_cost),
      difference: amount(totals.then - totals.now),
      accounts_run_dry: dry.length,
      run_dry: dry.toSorted((a, b) => (units(a.missing) > units(b.missing) ? -1 : 1)).slice(0, LISTED),
    };
  }

  /** Returns the charges of an account under the current and the given rules, and adds both to the totals. */
  private async account(
    { usage }: ReplayedAccount,
    totals: Totals,
    price: (usage: ReplayedAccount['usage'][number]) => Promise<Units>,
  ): Promise<[now: Units, then: Units]> {
    let [now, then] = [0n, 0n];
    for (const part of usage) {
      now += part.total_cost;
      then += await price(part);
      totals.provider_cost += part.provider_cost;
      totals.events += part.events;
    }
    if (usage.length > 0) totals.accounts += 1;
    totals.now += now;
    totals.then += then;
    return [now, then];
  }

  /** Loads the prices of the accounts' usage that are not loaded yet. */
  private async loadPrices(prices: Map<string, Price>, accounts: readonly ReplayedAccount[]): Promise<void> {
    const ids = accounts.flatMap(({ usage }) => usage.flatMap(({ price_id }) => price_id ?? []));
    const missing = [...new Set(ids)].filter((id) => !prices.has(id));
    for (const price of await this.catalogue.findAll(missing)) prices.set(price.id, price);
  }
}

function dryView({ user_id, balance }: ReplayedAccount, now: Units, then: Units, missing: Units): ShortAccountView {
  return { user_id, balance, charged: amount(now), would_be_charged: amount(then), missing: amount(missing) };
}
