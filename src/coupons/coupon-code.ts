import { randomInt } from 'node:crypto';

/** Digits and capitals that no print and no handwriting confuses: without 0, O, 1, I and L. */
const ALPHABET = '23456789ABCDEFGHJKMNPQRSTUVWXYZ';
const RANDOM_CHARACTERS = 8;

/** What a code begins with unless its maker says otherwise. */
export const DEFAULT_PREFIX = 'UC-';

/** A new code that nobody can guess: 8 characters of a CSPRNG, some 8.5 * 10^11 possibilities. */
export function randomCode(prefix = DEFAULT_PREFIX): string {
  const characters = Array.from({ length: RANDOM_CHARACTERS }, () => ALPHABET.charAt(randomInt(ALPHABET.length)));
  return prefix + characters.join('');
}

/** What a code can look like; the same stands in the database. */
export const CODE = /^[A-Z0-9][A-Z0-9_-]{2,63}$/;

/** What is longer is no code with something around it. */
const TYPED_MAX_CHARACTERS = 500;
const IGNORABLE = /[\p{Default_Ignorable_Code_Point}\p{Cf}\s]/gu;
const DASHES = /[\p{Dash}\u02D7\u2043]/gu;
const QUOTES_AROUND = /^[\p{Quotation_Mark}`\u00B4\s]+|[\p{Quotation_Mark}`\u00B4\s]+$/gu;

/**
 * A code as it is stored, however it was typed or pasted: in capitals, with `-` for any dash, full-width letters made
 * plain, and without blanks, invisible characters and quotes around it. A stored code stays as it is.
 */
export function canonicalCode(typed: string): string {
  if (typed.length > TYPED_MAX_CHARACTERS) return typed;
  const visible = typed.replace(IGNORABLE, '').replace(QUOTES_AROUND, '');
  return visible.normalize('NFKC').replace(IGNORABLE, '').replace(DASHES, '-').toUpperCase();
}

/** Whether there can be such a code. What can be none is no try at guessing one. */
export const isCode = (canonical: string): boolean => CODE.test(canonical);
