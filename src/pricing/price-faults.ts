import { amount, units, type Units } from '../platform/amount.js';
import type { FieldError } from '../platform/errors.js';
import { isZero, PRICE_COLUMNS, type PriceColumn, type Prices, TOKEN_PRICES, tokenBase } from './price.js';

/** Dearer than anything ever listed: a price for a token or a cent mistaken for a dollar, not a model. */
const MOST_PER_MILLION = units('10000');
const MOST_PER_UNIT = units('1000');
/** Cheaper than anything ever listed: typed for one token instead of for a million. */
const LEAST_PER_MILLION = units('0.0001');

const isPerMillion = (column: PriceColumn): boolean => column.endsWith('_per_million');

/**
 * What is absurd or missing in a set of prices; empty when it can be used.
 * @param is_free whether somebody says that the model costs nothing
 */
export function faultsOf(prices: Prices, is_free: boolean): FieldError[] {
  const faults = faultsIn(prices);
  if (is_free) {
    if (!isZero(prices)) faults.push({ field: 'is_free', message: 'must not be true for a model that has a price' });
  } else if (PRICE_COLUMNS.every((column) => prices[column] === null)) {
    faults.push({ field: 'input_per_million', message: 'at least one price must be given' });
  } else if (isZero(prices)) {
    faults.push({
      field: 'is_free',
      message: 'must be true if the model really costs nothing: zeros alone do not say so',
    });
  } else if (!tokenBase(prices) && TOKEN_PRICES.some((column) => prices[column] !== null)) {
    const message = 'must be given, or output_per_million: other pools fall back to them';
    faults.push({ field: 'input_per_million', message });
  }
  return faults;
}

/** What is absurd among some prices. */
export function faultsIn(prices: Partial<Prices>): FieldError[] {
  return PRICE_COLUMNS.flatMap((field) => {
    const message = faultOf(field, prices[field] ?? null);
    return message === null ? [] : [{ field, message }];
  });
}

function faultOf(column: PriceColumn, price: Units | null): string | null {
  if (price === null || price === 0n) return null;
  if (price < 0n) return 'must not be negative';
  if (!isPerMillion(column)) return price > MOST_PER_UNIT ? `must not be above ${amount(MOST_PER_UNIT)} USD` : null;
  if (price > MOST_PER_MILLION) return `must not be above ${amount(MOST_PER_MILLION)} USD for a million tokens`;
  return price < LEAST_PER_MILLION ? 'is the price of a million tokens; this looks like the price of one' : null;
}
