import { type Units, units } from '../../platform/values/amount.js';
import { NO_USAGE, type UsageTotals } from '../series/usage-totals.js';
import type { SpendingRow } from './spending.repository.js';

/** What the ledger charged in a bucket. */
export interface BucketSpending {
  spent: Units;
  /** The part without a usage event. */
  without_usage: Units;
}

/** Returns the spending of each bucket that has any. `names` are the names of the buckets. */
export function spendingByBucket(rows: readonly SpendingRow[], names: readonly string[]): Map<string, BucketSpending> {
  const byBucket = new Map<string, BucketSpending>();
  for (const { bucket, credits, has_usage } of rows) {
    const name = names[bucket];
    if (name === undefined) continue;
    const { spent, without_usage } = byBucket.get(name) ?? { spent: 0n, without_usage: 0n };
    const more = units(credits);
    byBucket.set(name, { spent: spent + more, without_usage: without_usage + (has_usage ? 0n : more) });
  }
  return byBucket;
}

/** Adds what the ledger charged to the usage of each bucket: charges without a usage event are cost, too. */
export function withSpending(
  usage: ReadonlyMap<string, UsageTotals>,
  spending: ReadonlyMap<string, BucketSpending>,
): Map<string, UsageTotals> {
  const totals = new Map([...usage].map(([name, its]) => [name, { ...its, charged_cost: 0n }]));
  for (const [name, { spent, without_usage }] of spending) {
    const its = totals.get(name) ?? { ...NO_USAGE };
    totals.set(name, { ...its, total_cost: its.total_cost + without_usage, charged_cost: spent });
  }
  return totals;
}
