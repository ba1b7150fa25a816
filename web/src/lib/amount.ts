/**
 * Amounts are decimal text of up to ten places and stay text. Intl.NumberFormat reads decimal text exactly, without a
 * binary float; sums use bigint. A float is made only for positions on the screen.
 */
export type AmountText = `${number}`;

const PLACES = 10;
const ONE = 10n ** BigInt(PLACES);

/** @returns the amount in units of 10^-10 credits, the unit in which the service calculates */
export function unitsOf(amount: AmountText): bigint {
  const isNegative = amount.startsWith('-');
  const [whole = '0', fraction = ''] = amount.replace('-', '').split('.');
  const units = BigInt(whole) * ONE + BigInt(fraction.slice(0, PLACES).padEnd(PLACES, '0'));
  return isNegative ? -units : units;
}

export function amountOf(units: bigint): AmountText {
  const absolute = units < 0n ? -units : units;
  const text = `${absolute / ONE}.${String(absolute % ONE).padStart(PLACES, '0')}`;
  return (units < 0n ? `-${text}` : text) as AmountText;
}

export function sumOf(amounts: Iterable<AmountText>): AmountText {
  let total = 0n;
  for (const amount of amounts) total += unitsOf(amount);
  return amountOf(total);
}

export const isZero = (amount: AmountText): boolean => unitsOf(amount) === 0n;
export const isNegative = (amount: AmountText): boolean => unitsOf(amount) < 0n;

/** @returns how many percent of the whole, cut to four places, or null for a whole of zero */
export function percentOf(part: AmountText, whole: AmountText): number | null {
  const of = unitsOf(whole);
  return of === 0n ? null : Number((unitsOf(part) * 1_000_000n) / of) / 10_000;
}

/** @returns the amount as one types it, without zeros at the end: `12.5` */
export const typedOf = (amount: AmountText): AmountText =>
  (amount.includes('.') ? amount.replace(/\.?0+$/, '') : amount) as AmountText;

/** @returns a share as percent: `12.5` of `0.125` */
export const percentOfShare = (share: AmountText): AmountText => typedOf(amountOf(unitsOf(share) * 100n));

/** @returns percent as a share: `0.125` of `12.5`; exact up to eight places */
export const shareOfPercent = (percent: AmountText): AmountText => typedOf(amountOf(unitsOf(percent) / 100n));

/** @returns a float for positions on the screen; never show it as an amount */
export const positionOf = (amount: AmountText): number => Number(amount);
