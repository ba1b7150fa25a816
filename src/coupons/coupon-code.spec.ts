import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { canonicalCode, CODE, isCode, randomCode } from './coupon-code.js';

describe('a random code', () => {
  it('is UC- and 8 characters without lookalikes', () => {
    for (let i = 0; i < 1000; i += 1) expect(randomCode()).toMatch(/^UC-[2-9A-HJKMNP-Z]{8}$/);
  });

  it('is unique among ten thousand and uses the whole alphabet evenly', () => {
    const codes = Array.from({ length: 10_000 }, () => randomCode(''));
    expect(new Set(codes).size).toBe(codes.length);
    const counts = new Map<string, number>();
    for (const character of codes.join('')) counts.set(character, (counts.get(character) ?? 0) + 1);
    expect(counts.size).toBe(31);
    const expected = 80_000 / 31;
    for (const count of counts.values()) expect(Math.abs(count - expected)).toBeLessThan(expected * 0.2);
  });
});

const stored = fc.stringMatching(CODE);
const invisible = fc.constantFrom(...'\u200B\u200C\u200D\u200E\u200F\u2060\uFEFF\u00AD\uFE0F\u202E \u00A0\u3000\t\n');
const dash = fc.constantFrom(...'-\u2010\u2011\u2012\u2013\u2014\u2015\u2212\uFE58\uFE63\uFF0D\u2043');
const fullWidth = (character: string): string =>
  /[!-~]/.test(character) ? String.fromCharCode(character.charCodeAt(0) + 0xfee0) : character;

/** A code as pasted from an e-mail or a slide. */
const pasted = stored.chain((code) => {
  const characters = [...code].map((character) =>
    fc.tuple(
      fc.string({ unit: invisible, maxLength: 2 }),
      character === '-' ? dash : fc.constantFrom(character, character.toLowerCase(), fullWidth(character)),
    ),
  );
  const around = fc.constantFrom('', '"', "'", '\u201C', '\u201D', '\u00AB', '\u300C', '`', '\u00B4');
  return fc
    .record({
      parts: fc.tuple(...characters),
      before: around,
      after: around,
      end: fc.string({ unit: invisible, maxLength: 2 }),
    })
    .map(({ parts, before, after, end }) => ({ code, text: before + parts.flat().join('') + end + after + end }));
});

describe('a typed code', () => {
  it('matches in any case and with surrounding spaces', () => {
    expect(canonicalCode(' uc-7k3mpxq2\n')).toBe('UC-7K3MPXQ2');
  });

  it.each([
    'UC\u20115P3P7591',
    'UC\u20135P3P7591',
    'UC\u20145P3P7591',
    'UC\u22125P3P7591',
    'UC\uFF0D5P3P7591',
    'UC-5P\u200B3P7591',
    'UC-5P 3P 7591',
    'UC-5P\u00AD3P7591',
    '\u200FUC-5P3P7591',
    '"UC-5P3P7591"',
    '\uFEFF UC-5P3P7591\u00A0',
    '\uFF35\uFF23\uFF0D\uFF15\uFF30\uFF13\uFF30\uFF17\uFF15\uFF19\uFF11',
  ])('is recognized as %j', (text) => {
    expect(canonicalCode(text)).toBe('UC-5P3P7591');
  });

  it('is unchanged in its stored form', () => {
    fc.assert(fc.property(stored, (code) => canonicalCode(code) === code && isCode(code)));
  });

  it('is recognized in every pasted form', () => {
    fc.assert(fc.property(pasted, ({ code, text }) => canonicalCode(text) === code));
  });

  it('is normalized idempotently', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const code = canonicalCode(text);
        return !isCode(code) || canonicalCode(code) === code;
      }),
    );
  });

  it.each(['', 'ab', 'UC/5P3P7591', 'https://example.com/UC-1', '-UC-1', 'X'.repeat(65), 'КОД-10'])(
    'is rejected as %j',
    (text) => {
      expect(isCode(canonicalCode(text))).toBe(false);
    },
  );
});
