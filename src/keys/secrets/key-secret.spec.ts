import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isIntact, isOurs, KEY_PREFIXES, makeSecret, startOf } from './key-secret.js';

const DIGITS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const secret = makeSecret('tg_live_');

describe('the secret of an API key', () => {
  it('has its prefix, 32 random characters and a checksum', () => {
    for (const prefix of KEY_PREFIXES) {
      const made = makeSecret(prefix);
      expect(made).toMatch(new RegExp(`^${prefix}[0-9A-Za-z]{38}$`));
      expect(isOurs(made)).toBe(true);
      expect(isIntact(made)).toBe(true);
      expect(startOf(made, prefix)).toBe(made.slice(0, 12));
    }
  });

  it('has a checksum that other programs can compute: CRC-32 in base 62', () => {
    expect(isIntact('tg_live_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA2TdQml')).toBe(true);
  });

  it('is recognised as mistyped after any change of one character, offline', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: secret.length - 1 }), fc.constantFrom(...DIGITS), (at, digit) => {
        fc.pre(secret[at] !== digit);
        expect(isIntact(secret.slice(0, at) + digit + secret.slice(at + 1))).toBe(false);
      }),
    );
    for (const other of ['', 'tg_live_', secret.slice(1), `${secret}a`, secret.replace('live', 'prod')]) {
      expect(isIntact(other)).toBe(false);
    }
  });

  it('draws every character equally often', () => {
    const counts = new Map<string, number>();
    for (let i = 0; i < 2_000; i += 1) {
      for (const digit of makeSecret('tg_test_').slice(8, 40)) counts.set(digit, (counts.get(digit) ?? 0) + 1);
    }
    expect(counts.size).toBe(62);
    const mean = (2_000 * 32) / 62; // about 1,032, with a standard deviation of 32
    for (const count of counts.values()) expect(Math.abs(count - mean)).toBeLessThan(32 * 7);
  });
});
