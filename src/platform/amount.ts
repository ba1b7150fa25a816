/**
 * Exact credits. Inside the rules an amount is a bigint of units of 10^-10 credits; on the wire and in SQL it is
 * decimal text. No binary float ever holds money.
 */
export type Units = bigint;

export const DECIMALS = 10;
const MIN_DECIMALS_SHOWN = 6;
const UNITS_PER_CREDIT = 10n ** BigInt(DECIMALS);

/** First amount that is too large for numeric(20,10). */
export const AMOUNT_LIMIT: Units = UNITS_PER_CREDIT * 10n ** 10n;

/** Plain decimal notation with at most 10 decimals and at most 10 digits before the point. */
export const AMOUNT_PATTERN = /^-?\d{1,10}(\.\d{1,10})?$/;

/** The same for sums of amounts, which have more digits than one amount may have. */
const SUM_PATTERN = /^-?\d{1,40}(\.\d{1,10})?$/;

/**
 * Credits as units. Takes the text of a numeric(20,10), of a sum of them, or of a validated request.
 * @throws RangeError on anything else; whether a request's amount is too large is for {@link parseAmount} to say
 */
export function units(text: string): Units {
  if (!SUM_PATTERN.test(text)) throw new RangeError(`not an amount: ${text}`);
  const point = text.indexOf('.');
  if (point < 0) return BigInt(text) * UNITS_PER_CREDIT;
  return BigInt(text.slice(0, point) + text.slice(point + 1).padEnd(DECIMALS, '0'));
}

/** Units as plain decimal text with 6 to 10 decimals, the form of every amount that leaves the service. */
export function amount(value: Units): string {
  const magnitude = value < 0n ? -value : value;
  const fraction = (magnitude % UNITS_PER_CREDIT).toString().padStart(DECIMALS, '0');
  const shown = fraction.slice(0, MIN_DECIMALS_SHOWN) + fraction.slice(MIN_DECIMALS_SHOWN).replace(/0+$/, '');
  return `${value < 0n ? '-' : ''}${magnitude / UNITS_PER_CREDIT}.${shown}`;
}

/** A binary float holds every decimal of so many significant digits, and not every one of more. */
export const NUMBER_DIGITS = 15;

/** Stands for a JSON number that was written with more digits: see `exactMember` in json-numbers.ts. */
export const LONG_NUMBER = Symbol('a number of too many digits');

/**
 * Whether a JSON number had more digits than a binary float is sure to hold. Of a number alone that is guessed, since the
 * parser has rounded it: the shortest text that reads as the same float has at most 15 digits for all numbers which were
 * written with at most 15.
 */
export function isRounded(input: unknown): boolean {
  if (input === LONG_NUMBER) return true;
  if (typeof input !== 'number' || !Number.isFinite(input)) return false;
  return input.toExponential().replace(/e.*|\D/g, '').length > NUMBER_DIGITS;
}

/** What to answer then: completes the name of the field. */
export const ROUNDED =
  'is a JSON number of more than 15 digits, which is not exact: send it as text, such as "1234567.1234567891"';

/**
 * Normalises a number or string from a request to the text {@link units} takes; null when it is not an exact
 * amount (exponents, more than 10 decimals, not finite, out of range, a number of more than 15 digits).
 */
export function parseAmount(input: unknown): string | null {
  const text = typeof input === 'number' ? plainNumber(input) : input;
  return typeof text === 'string' && AMOUNT_PATTERN.test(text) ? text : null;
}

/** JSON numbers such as 5.31e-8 are exact decimals to the caller: write them without the exponent. */
function plainNumber(value: number): string | null {
  if (!Number.isFinite(value) || Math.abs(value) >= 1e10 || isRounded(value)) return null;
  const shortest = String(value);
  const match = /^(-?)(\d)(?:\.(\d+))?e-(\d+)$/.exec(shortest);
  if (!match) return shortest;
  const [, sign = '', lead = '', rest = '', exponent = '0'] = match;
  return `${sign}0.${'0'.repeat(Number(exponent) - 1)}${lead}${rest}`;
}

/**
 * Credits as a JSON number, for fields that are only drawn: the nearest binary float. Nothing is worked out from it; the
 * exact text stands beside it.
 */
export const figure = (value: Units): number => Number(amount(value));

export const min = (a: Units, b: Units): Units => (a < b ? a : b);
export const max = (a: Units, b: Units): Units => (a > b ? a : b);
