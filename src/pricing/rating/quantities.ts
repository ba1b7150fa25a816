import { usage_unit } from '../../generated/prisma/enums.js';
import { units } from '../../platform/values/amount.js';
import type { Quantity } from './work.js';

/** Counts by unit, as decimal text. */
export type Measures = Partial<Record<usage_unit, string>>;

/** The quantities of a piece of work, as reported and stored. */
export interface Counted {
  quantity: string | null;
  unit: usage_unit | null;
  /** Further counts, by unit. */
  measures: Record<string, unknown> | null;
}

const NOTHING: readonly Quantity[] = [];

/** Returns all quantities, each unit once. */
export function quantitiesOf({ quantity, unit, measures }: Counted): readonly Quantity[] {
  if (quantity === null && measures === null) return NOTHING;
  const main = quantity === null || unit === null ? [] : [{ unit, count: units(quantity) }];
  const others = Object.entries((measures ?? {}) as Measures).map(([name, count]) => ({
    unit: name as usage_unit,
    count: units(count),
  }));
  return [...main, ...others];
}

/** Whether a string is the name of a unit. */
export const isUnit = (name: string): name is usage_unit => Object.hasOwn(usage_unit, name);
