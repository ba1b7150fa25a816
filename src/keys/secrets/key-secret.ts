import { randomBytes } from 'node:crypto';
import { crc32 } from 'node:zlib';

/** Prefixes of secrets. Keys of test systems can be told from others; both work alike. */
export const KEY_PREFIXES = ['tg_live_', 'tg_test_'] as const;
export type KeyPrefix = (typeof KEY_PREFIXES)[number];

const DIGITS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const RANDOM_CHARACTERS = 32;
const CHECKSUM_CHARACTERS = 6;
/** Random characters that are shown to people, so that they recognise a key. */
const SHOWN_CHARACTERS = 4;
/** The largest multiple of 62 in a byte: bytes from here on are drawn again, so that all digits are equally likely. */
const FAIR_BYTES = 248;
const SECRET = new RegExp(`^(?:${KEY_PREFIXES.join('|')})[0-9A-Za-z]{${RANDOM_CHARACTERS + CHECKSUM_CHARACTERS}}$`);

/** Generates a secret: prefix, 32 random characters (190 bits), and a checksum of both. */
export function makeSecret(prefix: KeyPrefix): string {
  let body: string = prefix;
  while (body.length < prefix.length + RANDOM_CHARACTERS) {
    for (const byte of randomBytes(RANDOM_CHARACTERS)) {
      if (byte < FAIR_BYTES && body.length < prefix.length + RANDOM_CHARACTERS)
        body += DIGITS.charAt(byte % DIGITS.length);
    }
  }
  return body + checksumOf(body);
}

/** Returns whether a token claims to be a secret of ours. */
export const isOurs = (token: string): boolean => KEY_PREFIXES.some((prefix) => token.startsWith(prefix));

/** Returns whether a token has the form of our secrets and its checksum is right. Needs no look-up. */
export const isIntact = (token: string): boolean =>
  SECRET.test(token) && checksumOf(token.slice(0, -CHECKSUM_CHARACTERS)) === token.slice(-CHECKSUM_CHARACTERS);

/** Returns the beginning of a secret that is shown to people. */
export const startOf = (secret: string, prefix: string): string => secret.slice(0, prefix.length + SHOWN_CHARACTERS);

/** The CRC-32 of a text, as six digits of base 62. */
function checksumOf(text: string): string {
  let rest = crc32(text);
  let digits = '';
  for (let i = 0; i < CHECKSUM_CHARACTERS; i += 1) {
    digits = DIGITS.charAt(rest % DIGITS.length) + digits;
    rest = Math.floor(rest / DIGITS.length);
  }
  return digits;
}
