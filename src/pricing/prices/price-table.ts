import type { model_prices } from '../../generated/prisma/client.js';
import type { Units } from '../../platform/values/amount.js';
import type { Wire } from '../../platform/values/wire.js';
import { isFreeId } from './model-ids.js';
import { applies, type Circumstances, type PriceOverride, stored, toOverride } from './price-override.js';
import { isZero, PRICE_COLUMNS, type PriceColumn, type Prices, pricesOf } from './price.js';

/** Prices and their conditional overrides. */
export interface PriceTable extends Prices {
  /** If several apply, the last one wins. */
  readonly overrides: readonly PriceOverride[];
  /** Whether the model is declared free, by an admin or by its `:free` id. */
  readonly is_free: boolean;
}

/** A price of the catalogue, converted for the rules. */
export interface Price extends PriceTable {
  readonly id: string;
  readonly service: string;
  readonly model: string;
  readonly effective_from: Date;
}

type PriceRow = Pick<Wire<model_prices>, 'id' | 'service' | 'model' | 'effective_from' | 'is_free' | PriceColumn> & {
  overrides: unknown;
};

/** Converts a stored price. Timestamps can be text, from JSON. */
export function toPrice(row: PriceRow): Price {
  const { id, service, model, effective_from } = row;
  return { id, service, model, effective_from: new Date(effective_from), ...tableOf(row) };
}

/** Returns the price table of a stored row. */
export function tableOf(row: Pick<PriceRow, 'model' | 'is_free' | 'overrides' | PriceColumn>): PriceTable {
  const overrides = (row.overrides as object[]).map(toOverride);
  return { ...pricesOf(row), overrides, is_free: row.is_free || isFreeId(row.model) };
}

/** Returns the prices that apply under the circumstances of a piece of work. */
export function pricesUnder({ overrides, ...table }: PriceTable, circumstances: Circumstances): Prices {
  const prices: Record<PriceColumn, Units | null> = { ...pick(table) };
  for (const override of overrides) if (applies(override, circumstances)) Object.assign(prices, override.prices);
  return prices;
}

/** Whether all prices are zero, including the overrides. */
export const costsNothing = (table: PriceTable): boolean =>
  isZero(table) && table.overrides.every(({ prices }) => Object.values(prices).every((price) => price === 0n));

/** Whether two tables are equal. */
export const areSame = (a: PriceTable, b: PriceTable): boolean =>
  PRICE_COLUMNS.every((column) => a[column] === b[column]) &&
  a.is_free === b.is_free &&
  JSON.stringify(a.overrides.map(stored)) === JSON.stringify(b.overrides.map(stored));

const pick = (prices: Prices): Prices =>
  Object.fromEntries(PRICE_COLUMNS.map((column) => [column, prices[column]])) as Prices;
