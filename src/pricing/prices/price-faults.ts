import { amount, units, type Units } from '../../platform/values/amount.js';
import type { FieldError } from '../../platform/errors.js';
import { isZero, PRICE_COLUMNS, type PriceColumn, type Prices, TOKEN_PRICES, tokenBase } from './price.js';

/** Above any real price: more likely a wrong unit than a model. */
const MOST_PER_MILLION = units('10000');
const MOST_PER_UNIT = units('1000');
/** Below any real price: probably the price of one token instead of a million. */
const LEAST_PER_MILLION = units('0.0001');

const isPerMillion = (column: PriceColumn): boolean => column.endsWith('_per_million');

/**
 * Returns what is implausible or missing in a set of prices; empty if it is usable.
 * @param is_free whether the model is declared free
 */
export function faultsOf(prices: Prices, is_free: boolean): FieldError[] {
  const faults = faultsIn(prices);
  if (is_free) {
    if (!isZero(prices)) faults.push({ field: 'is_free', message: 'must not be true for a model with a price' });
  } else if (PRICE_COLUMNS.every((column) => prices[column] === null)) {
    faults.push({ field: 'input_per_million', message: 'at least one price is required' });
  } else if (isZero(prices)) {
    faults.push({
      field: 'is_free',
      message: 'must be true if the model really is free: prices of zero alone are not enough',
    });
  } else if (!tokenBase(prices) && TOKEN_PRICES.some((column) => prices[column] !== null)) {
    const message = 'or output_per_million is required: other pools fall back to them';
    faults.push({ field: 'input_per_million', message });
  }
  return faults;
}

/** Returns what is implausible in some prices. */
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
  if (price > MOST_PER_MILLION) return `must not be above ${amount(MOST_PER_MILLION)} USD per million tokens`;
  return price < LEAST_PER_MILLION ? 'is the price per million tokens; this looks like the price of one' : null;
}
