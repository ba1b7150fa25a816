import { max, min, type Units, units } from '../platform/amount.js';

/** Everything is sold in US dollars: a credit is worth one at list price. */
export const CURRENCY = 'usd';

/** What card networks take at least. */
export const LEAST_CHARGE: Units = units('0.50');

const UNITS_PER_CENT: Units = units('0.01');

/** Whole cents of a price, half up. */
export const cents = (price: Units): number => Number((price + UNITS_PER_CENT / 2n) / UNITS_PER_CENT);

/** The price of whole cents. */
export const fromCents = (whole: number): Units => BigInt(whole) * UNITS_PER_CENT;

/** An amount of a currency's smallest unit in that currency: 500 is 5.00 US dollars and 500 yen. */
export function fromMinor(whole: number, currency: string): Units {
  return (BigInt(whole) * units('1')) / 10n ** BigInt(digitsOf(currency));
}

function digitsOf(currency: string): number {
  try {
    const { maximumFractionDigits } = new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions();
    return maximumFractionDigits ?? 2;
  } catch {
    return 2; // no code of a currency
  }
}

/** A discount that an account has: a share of the price in percent, or an amount of USD. */
export type Reduction = { percent: Units } | { off: Units };

/**
 * What a discount takes off a price, in whole cents: never more than the price, and what is left to pay is nothing or
 * enough for a card.
 */
export function discountOf(price: Units, reduction: Reduction | null): Units {
  if (reduction === null) return 0n;
  const wanted = 'off' in reduction ? reduction.off : (price * reduction.percent) / units('100');
  const off = min(price, fromCents(cents(max(0n, wanted))));
  return price - off > 0n && price - off < LEAST_CHARGE ? max(0n, price - LEAST_CHARGE) : off;
}

/**
 * The price of moving from one plan to a dearer one within a period: the whole difference, however late in the period,
 * for the whole difference of credits comes at once. The period's end stays.
 */
export function upgradePrice(from_price: Units, to_price: Units): Units {
  return max(LEAST_CHARGE, to_price - from_price);
}
