import { usage_unit } from '../generated/prisma/enums.js';
import { units } from '../platform/amount.js';
import type { Quantity } from './work.js';

/** Counts by unit, each a decimal text. */
export type Measures = Partial<Record<usage_unit, string>>;

/** What was counted of a piece of work, as it is reported and stored. */
export interface Counted {
  quantity: string | null;
  unit: usage_unit | null;
  /** What was counted besides, by unit. */
  measures: Record<string, unknown> | null;
}

/** Everything that was counted, each unit once. */
export function quantitiesOf({ quantity, unit, measures }: Counted): Quantity[] {
  const main = quantity === null || unit === null ? [] : [{ unit, count: units(quantity) }];
  const others = Object.entries((measures ?? {}) as Measures).map(([name, count]) => ({
    unit: name as usage_unit,
    count: units(count),
  }));
  return [...main, ...others];
}

/** Whether a text names a unit. */
export const isUnit = (name: string): name is usage_unit => Object.hasOwn(usage_unit, name);
