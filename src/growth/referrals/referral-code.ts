import { randomInt } from 'node:crypto';

/** Digits and capital letters without the lookalikes 0, O, 1, I and L. */
const ALPHABET = '23456789ABCDEFGHJKMNPQRSTUVWXYZ';
const CHARACTERS = 10;

/** Returns a new code that cannot be guessed: 10 characters from a CSPRNG, about 8 * 10^14 possibilities. */
export const randomReferralCode = (): string =>
  Array.from({ length: CHARACTERS }, () => ALPHABET.charAt(randomInt(ALPHABET.length))).join('');

/** Returns a typed or pasted code in its stored form: in capital letters, without spaces and dashes. */
export const canonicalReferralCode = (typed: string): string => typed.replace(/[\s\p{Dash}]/gu, '').toUpperCase();

/** Returns the link with which somebody signs up: the page of the platform, otherwise the dashboard. Null without either. */
export function linkOf(code: string, sign_up_url: string | null, public_url: string | null): string | null {
  if (sign_up_url !== null) return sign_up_url.replaceAll('{code}', code);
  return public_url && `${public_url}/app/invite?ref=${code}`;
}
