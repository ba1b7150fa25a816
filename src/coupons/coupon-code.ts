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

/** A code as it is stored, however it was typed. */
export const canonicalCode = (typed: string): string => typed.trim().toUpperCase();
