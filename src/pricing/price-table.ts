import type { model_prices } from '../generated/prisma/client.js';
import type { Units } from '../platform/amount.js';
import type { Wire } from '../platform/wire.js';
import { isFreeId } from './model-ids.js';
import { applies, type Circumstances, type PriceOverride, stored, toOverride } from './price-override.js';
import { isZero, PRICE_COLUMNS, type PriceColumn, type Prices, pricesOf } from './price.js';

/** Prices, and what replaces them under conditions. */
export interface PriceTable extends Prices {
  /** Of those that apply, a later one counts before an earlier one. */
  readonly overrides: readonly PriceOverride[];
  /** Whether somebody says that the model costs nothing: an admin, or the id that its provider gave it. */
  readonly is_free: boolean;
}

/** A row of the catalogue as the rules see it. */
export interface Price extends PriceTable {
  readonly id: string;
  readonly service: string;
  readonly model: string;
  readonly effective_from: Date;
}

type PriceRow = Pick<Wire<model_prices>, 'id' | 'service' | 'model' | 'effective_from' | 'is_free' | PriceColumn> & {
  overrides: unknown;
};

/** A stored price for the rules. Timestamps may come as text, out of JSON. */
export function toPrice(row: PriceRow): Price {
  const { id, service, model, effective_from } = row;
  return { id, service, model, effective_from: new Date(effective_from), ...tableOf(row) };
}

/** The prices of a stored row with all that belongs to them. */
export function tableOf(row: Pick<PriceRow, 'model' | 'is_free' | 'overrides' | PriceColumn>): PriceTable {
  const overrides = (row.overrides as object[]).map(toOverride);
  return { ...pricesOf(row), overrides, is_free: row.is_free || isFreeId(row.model) };
}

/** The prices that count under the circumstances of a piece of work. */
export function pricesUnder({ overrides, ...table }: PriceTable, circumstances: Circumstances): Prices {
  const prices: Record<PriceColumn, Units | null> = { ...pick(table) };
  for (const override of overrides) if (applies(override, circumstances)) Object.assign(prices, override.prices);
  return prices;
}

/** Whether nothing that has a price costs anything, steps and variants included. */
export const costsNothing = (table: PriceTable): boolean =>
  isZero(table) && table.overrides.every(({ prices }) => Object.values(prices).every((price) => price === 0n));

/** Whether two tables say the same. */
export const areSame = (a: PriceTable, b: PriceTable): boolean =>
  PRICE_COLUMNS.every((column) => a[column] === b[column]) &&
  a.is_free === b.is_free &&
  JSON.stringify(a.overrides.map(stored)) === JSON.stringify(b.overrides.map(stored));

const pick = (prices: Prices): Prices =>
  Object.fromEntries(PRICE_COLUMNS.map((column) => [column, prices[column]])) as Prices;
