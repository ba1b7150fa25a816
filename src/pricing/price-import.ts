import type { ModelPriceRow } from '../generated/rows.js';
import type { HeldBack, ListedPrice } from './openrouter-models.js';
import { ANY } from './price.js';
import { areSame, tableOf } from './price-table.js';
import { jumpOf } from './price-faults.js';

/** Source of prices that people set: no list replaces them. */
export const BY_HAND = 'admin';

/** What a list of prices would change. */
export interface ImportPlan {
  added: ListedPrice[];
  changed: ListedPrice[];
  unchanged: number;
  /** Models whose price was set by hand. */
  kept: number;
  free: number;
  held_back: HeldBack[];
}

/** Compares a list with the prices in effect. A price that jumps is held back until somebody sets it by hand. */
export function planImport(listed: readonly ListedPrice[], current: readonly ModelPriceRow[]): ImportPlan {
  const known = new Map(current.filter((row) => row.service === ANY).map((row) => [row.model, row]));
  const plan: ImportPlan = { added: [], changed: [], unchanged: 0, kept: 0, free: 0, held_back: [] };
  for (const item of listed) {
    const row = known.get(item.model);
    const before = row && tableOf(row);
    const jump = before ? jumpOf(before, item.prices) : null;
    if (item.prices.is_free) plan.free += 1;
    if (!before) plan.added.push(item);
    else if (areSame(before, item.prices)) plan.unchanged += 1;
    else if (row.source === BY_HAND) plan.kept += 1;
    else if (jump === null) plan.changed.push(item);
    else plan.held_back.push({ model: item.model, reason: `${jump}. If that is right, set the price by hand` });
  }
  return plan;
}
