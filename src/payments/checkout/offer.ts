import { divideHalfUp, max, min, type Units, units } from '../../platform/values/amount.js';

/** Currency of all prices. One credit is worth one US dollar at list price. */
export const CURRENCY = 'usd';

/** Minimum charge of card networks, USD. */
export const LEAST_CHARGE: Units = units('0.50');

const UNITS_PER_CENT: Units = units('0.01');

/** Rounds a price half up to whole cents. */
export const cents = (price: Units): number => Number(divideHalfUp(price, UNITS_PER_CENT));

/** Converts whole cents to a price. */
export const fromCents = (whole: number): Units => BigInt(whole) * UNITS_PER_CENT;

/** Converts a currency's smallest unit to an amount: 500 is 5.00 US dollars, but 500 yen. */
export function fromMinor(whole: number, currency: string): Units {
  return (BigInt(whole) * units('1')) / 10n ** BigInt(digitsOf(currency));
}

function digitsOf(currency: string): number {
  try {
    const { maximumFractionDigits } = new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions();
    return maximumFractionDigits ?? 2;
  } catch {
    return 2; // not a currency code
  }
}

/** A discount: a percentage of the price, or an amount in USD. */
export type Reduction = { percent: Units } | { off: Units };

/**
 * Returns the discount on a price, in whole cents. It never exceeds the price, and the remainder is either zero or at
 * least the minimum card charge.
 */
export function discountOf(price: Units, reduction: Reduction | null): Units {
  if (reduction === null) return 0n;
  const wanted = 'off' in reduction ? reduction.off : (price * reduction.percent) / units('100');
  const off = min(price, fromCents(cents(max(0n, wanted))));
  return price - off > 0n && price - off < LEAST_CHARGE ? max(0n, price - LEAST_CHARGE) : off;
}

/**
 * Returns the price of an upgrade within a period: the full price difference, however late in the period, because the
 * full credit difference is granted immediately. The end of the period does not change.
 */
export function upgradePrice(from_price: Units, to_price: Units): Units {
  return max(LEAST_CHARGE, to_price - from_price);
}
