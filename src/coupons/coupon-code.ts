import { randomInt } from 'node:crypto';

/** Digits and capital letters without the lookalikes 0, O, 1, I and L. */
const ALPHABET = '23456789ABCDEFGHJKMNPQRSTUVWXYZ';
const RANDOM_CHARACTERS = 8;

/** Default prefix of random codes. */
export const DEFAULT_PREFIX = 'UC-';

/** Returns a new code that cannot be guessed: 8 characters from a CSPRNG, about 8.5 * 10^11 possibilities. */
export function randomCode(prefix = DEFAULT_PREFIX): string {
  const characters = Array.from({ length: RANDOM_CHARACTERS }, () => ALPHABET.charAt(randomInt(ALPHABET.length)));
  return prefix + characters.join('');
}

/** Pattern of coupon codes. The database checks the same pattern. */
export const CODE = /^[A-Z0-9][A-Z0-9_-]{2,63}$/;

/** Longer input is not normalized; it cannot be a code. */
const TYPED_MAX_CHARACTERS = 500;
const IGNORABLE = /[\p{Default_Ignorable_Code_Point}\p{Cf}\s]/gu;
const DASHES = /[\p{Dash}\u02D7\u2043]/gu;
const QUOTES_AROUND = /^[\p{Quotation_Mark}`\u00B4\s]+|[\p{Quotation_Mark}`\u00B4\s]+$/gu;

/**
 * Normalizes a typed or pasted code to its stored form: upper case, any dash as `-`, full-width letters as plain ones,
 * without spaces, invisible characters and surrounding quotes. A stored code is unchanged.
 */
export function canonicalCode(typed: string): string {
  if (typed.length > TYPED_MAX_CHARACTERS) return typed;
  const visible = typed.replace(IGNORABLE, '').replace(QUOTES_AROUND, '');
  return visible.normalize('NFKC').replace(IGNORABLE, '').replace(DASHES, '-').toUpperCase();
}

/** Whether a string is a well-formed code. Malformed codes do not count as attempts. */
export const isCode = (canonical: string): boolean => CODE.test(canonical);
