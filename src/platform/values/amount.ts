/**
 * An exact amount. Rules use bigints in units of 10^-10 credits; the wire and SQL use decimal strings. Money is never
 * stored in a binary float.
 */
export type Units = bigint;

export const DECIMALS = 10;
const MIN_DECIMALS_SHOWN = 6;
const ZERO = 48;
const UNITS_PER_CREDIT = 10n ** BigInt(DECIMALS);

/** Smallest amount that is too large for numeric(20,10). */
export const AMOUNT_LIMIT: Units = UNITS_PER_CREDIT * 10n ** 10n;

/** Plain decimal notation with at most 10 decimals and at most 10 digits before the point. */
export const AMOUNT_PATTERN = /^-?\d{1,10}(\.\d{1,10})?$/;

/** The same for sums of amounts, which can have more digits than a single amount. */
const SUM_PATTERN = /^-?\d{1,40}(\.\d{1,10})?$/;

/**
 * Converts decimal text to units. Accepts the text of a numeric(20,10), of a sum of them, or of a validated request.
 * @throws RangeError on anything else. It does not check the range of a single amount; {@link parseAmount} does.
 */
export function units(text: string): Units {
  if (!SUM_PATTERN.test(text)) throw new RangeError(`not an amount: ${text}`);
  const point = text.indexOf('.');
  if (point < 0) return BigInt(text) * UNITS_PER_CREDIT;
  return BigInt(text.slice(0, point) + text.slice(point + 1).padEnd(DECIMALS, '0'));
}

/** Formats units as plain decimal text with 6 to 10 decimals, the format of every amount in a response. */
export function amount(value: Units): string {
  const isNegative = value < 0n;
  const digits = (isNegative ? -value : value).toString().padStart(DECIMALS + 1, '0');
  const point = digits.length - DECIMALS;
  let end = digits.length;
  while (end > point + MIN_DECIMALS_SHOWN && digits.charCodeAt(end - 1) === ZERO) end -= 1;
  return `${isNegative ? '-' : ''}${digits.slice(0, point)}.${digits.slice(point, end)}`;
}

/** The same for an amount that may be missing. */
export const amountOrNull = (value: Units | null): string | null => (value === null ? null : amount(value));

/** Number of significant decimal digits that a binary float always represents exactly. */
export const NUMBER_DIGITS = 15;

/** Marks a JSON number written with more digits than that; see `exactMember` in json-numbers.ts. */
export const LONG_NUMBER = Symbol('a number with too many digits');

/**
 * Returns whether a JSON number had more digits than a binary float can hold exactly. For a parsed number this is an
 * estimate, because the parser has already rounded it. It never rejects a number written with at most 15 digits: the
 * shortest text of its float has at most 15 digits, too.
 */
export function isRounded(input: unknown): boolean {
  if (input === LONG_NUMBER) return true;
  if (typeof input !== 'number' || !Number.isFinite(input)) return false;
  return input.toExponential().replace(/e.*|\D/g, '').length > NUMBER_DIGITS;
}

/** The error message for such a number; it follows the name of the field. */
export const ROUNDED =
  'is a JSON number with more than 15 digits, which is not exact: send it as a string, such as "1234567.1234567891"';

/**
 * Normalises a number or string from a request to the text that {@link units} accepts. Returns null if it is not an
 * exact amount (an exponent, more than 10 decimals, not finite, out of range, a number with more than 15 digits).
 */
export function parseAmount(input: unknown): string | null {
  const text = typeof input === 'number' ? plainNumber(input) : input;
  return typeof text === 'string' && AMOUNT_PATTERN.test(text) ? text : null;
}

/** Formats a JSON number without an exponent: to the caller, 5.31e-8 is an exact decimal. */
function plainNumber(value: number): string | null {
  if (!Number.isFinite(value) || Math.abs(value) >= 1e10 || isRounded(value)) return null;
  const shortest = String(value);
  const match = /^(-?)(\d)(?:\.(\d+))?e-(\d+)$/.exec(shortest);
  if (!match) return shortest;
  const [, sign = '', lead = '', rest = '', exponent = '0'] = match;
  return `${sign}0.${'0'.repeat(Number(exponent) - 1)}${lead}${rest}`;
}

/**
 * Returns the amount as a JSON number (the nearest binary float), for chart fields only. The response contains the
 * exact text as well.
 */
export const figure = (value: Units): number => Number(amount(value));

/** Divides, rounding half up. The dividend must not be negative. */
export const divideHalfUp = (dividend: bigint, divisor: bigint): bigint => (2n * dividend + divisor) / (2n * divisor);

export const min = (a: Units, b: Units): Units => (a < b ? a : b);
export const max = (a: Units, b: Units): Units => (a > b ? a : b);
