import type { ModelPriceRow } from '../../generated/rows.js';
import { ANY } from '../prices/price.js';
import { areSame, tableOf } from '../prices/price-table.js';
import { jumpOf } from '../prices/price-jump.js';
import type { HeldBack, ListedPrice, PriceList } from './price-list.js';

/** Source of prices set by hand; no list replaces them. */
export const BY_HAND = 'admin';

/** Sources that take precedence over a list: prices set by hand, and the list that is synced every night. */
const GO_BEFORE: Readonly<Record<PriceList['source'], readonly string[]>> = {
  openrouter: [BY_HAND],
  litellm: [BY_HAND, 'openrouter'],
};

/** The changes that a price list would make. */
export interface ImportPlan {
  added: ListedPrice[];
  changed: ListedPrice[];
  unchanged: number;
  /** Models whose price was set by hand. */
  kept: number;
  /** Models whose price comes from a list that takes precedence. */
  kept_from_list: number;
  free: number;
  held_back: HeldBack[];
}

/** Compares a list with the prices in effect. A price that jumps is held back until it is set by hand. */
export function planImport({ source, listed }: PriceList, current: readonly ModelPriceRow[]): ImportPlan {
  const known = new Map(current.filter((row) => row.service === ANY).map((row) => [row.model, row]));
  const plan: ImportPlan = { ...EMPTY, added: [], changed: [], held_back: [] };
  for (const item of listed) {
    const row = known.get(item.model);
    const before = row && tableOf(row);
    if (item.prices.is_free) plan.free += 1;
    if (!before) plan.added.push(item);
    else if (areSame(before, item.prices)) plan.unchanged += 1;
    else if (GO_BEFORE[source].includes(row.source)) plan[row.source === BY_HAND ? 'kept' : 'kept_from_list'] += 1;
    else {
      const jump = jumpOf(before, item.prices);
      if (jump === null) plan.changed.push(item);
      else
        plan.held_back.push({
          model: item.model,
          code: 'price_jump',
          reason: `${jump}. If that is correct, set the price by hand`,
        });
    }
  }
  return plan;
}

const EMPTY = { unchanged: 0, kept: 0, kept_from_list: 0, free: 0 };
