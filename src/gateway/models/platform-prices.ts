import { amount, divideHalfUp, units, type Units } from '../../platform/values/amount.js';
import { PRICE_COLUMNS, type PriceColumn } from '../../pricing/prices/price.js';
import type { PriceOverrideView } from '../../pricing/pricing.dto.js';

/** Prices as decimal text; null for a unit without a price of its own. */
export type PriceTexts = Readonly<Record<PriceColumn, string | null>>;

/** Prices with their conditional overrides. */
export type PricesWithOverrides = PriceTexts & { overrides: PriceOverrideView[] };

const ONE: Units = units('1');

/** Returns what the platform charges: list prices plus markup, rounded half up to 10 decimals. */
export function platformPrices(list: PricesWithOverrides, markup_rate: string): PricesWithOverrides {
  const factor = ONE + units(markup_rate);
  const marked = (price: string): string => amount(divideHalfUp(units(price) * factor, ONE));
  const prices = mapped((column) => (list[column] === null ? null : marked(list[column])));
  return {
    ...prices,
    overrides: list.overrides.map((override) => ({ ...override, ...markedPrices(override, marked) })),
  };
}

/** Picks the prices from a row that has other fields too. */
export const listPrices = (row: PricesWithOverrides): PricesWithOverrides => ({
  ...mapped((column) => row[column]),
  overrides: row.overrides,
});

function markedPrices(override: PriceOverrideView, marked: (price: string) => string): Partial<PriceTexts> {
  const given = PRICE_COLUMNS.flatMap((column) => {
    const price = override[column];
    return price === undefined || price === null ? [] : [[column, marked(price)] as const];
  });
  return Object.fromEntries(given);
}

function mapped(price: (column: PriceColumn) => string | null): PriceTexts {
  return Object.fromEntries(PRICE_COLUMNS.map((column) => [column, price(column)])) as Record<
    PriceColumn,
    string | null
  >;
}
