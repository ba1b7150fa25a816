import { amount, units, type Units } from '../platform/amount.js';
import { PRICE_COLUMNS, type PriceColumn } from '../pricing/price.js';

/** Prices as decimal text; null where a thing has no price of its own. */
export type PriceTexts = Readonly<Record<PriceColumn, string | null>>;

const ONE: Units = units('1');

/** What the platform charges: the list price and the markup on it, each rounded half up to 10 decimals. */
export function platformPrices(list: PriceTexts, markup_rate: string): PriceTexts {
  const factor = ONE + units(markup_rate);
  const marked = (price: string): string => amount((units(price) * factor + ONE / 2n) / ONE);
  return mapped((column) => (list[column] === null ? null : marked(list[column])));
}

/** The prices of a thing that has more to it. */
export const listPrices = (row: PriceTexts): PriceTexts => mapped((column) => row[column]);

function mapped(price: (column: PriceColumn) => string | null): PriceTexts {
  return Object.fromEntries(PRICE_COLUMNS.map((column) => [column, price(column)])) as Record<
    PriceColumn,
    string | null
  >;
}
