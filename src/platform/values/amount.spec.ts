import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { amount, AMOUNT_LIMIT, isRounded, max, min, parseAmount, units } from './amount.js';

const everyAmount = fc.bigInt({ min: -AMOUNT_LIMIT + 1n, max: AMOUNT_LIMIT - 1n });

describe('an amount', () => {
  it('is the same after a way through text, and shows 6 to 10 decimals', () => {
    fc.assert(
      fc.property(everyAmount, (value) => {
        const text = amount(value);
        expect(text).toMatch(/^-?(0|[1-9]\d{0,9})\.\d{6,10}$/);
        expect(text).not.toMatch(/\.\d{6}\d*0$/);
        expect(units(text)).toBe(value);
        expect(parseAmount(text)).toBe(text);
      }),
    );
  });

  it('of a JSON number is the decimal that the number shows', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 999_999_999 }), fc.integer({ min: 0, max: 10 }), (digits, decimals) => {
        const text = parseAmount(Number(`${digits}e-${decimals}`));
        expect(text).not.toBeNull();
        expect(units(text!)).toBe(BigInt(digits) * 10n ** BigInt(10 - decimals));
      }),
    );
  });

  it('of a JSON number of more than 15 digits is none, for it may have been rounded', () => {
    for (const literal of ['1234567.1234567891', '123456789.1234567891', '0.1234567890123456', '9007199254740993']) {
      expect([parseAmount(JSON.parse(literal)), isRounded(JSON.parse(literal))]).toEqual([null, true]);
    }
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 999_999_999_999_999 }), fc.integer({ min: -20, max: 20 }), (digits, e) => {
        expect(isRounded(JSON.parse(`${digits}e${e}`))).toBe(false);
      }),
    );
  });

  it('of any other number, text or thing is null, never a guess', () => {
    fc.assert(
      fc.property(fc.oneof(fc.double(), fc.string(), fc.anything()), (input) => {
        const text = parseAmount(input);
        if (text === null) return;
        expect(typeof input === 'number' || typeof input === 'string').toBe(true);
        expect(Number(text) === Number(input)).toBe(true);
        expect(() => units(text)).not.toThrow();
      }),
    );
  });

  it.each([
    ['5', 50_000_000_000n],
    ['0.0000000531', 531n],
    ['-0.0000000001', -1n],
    ['9999999999.9999999999', AMOUNT_LIMIT - 1n],
    ['007.10', 71_000_000_000n],
    ['-0', 0n],
  ])('%s has its units', (text, value) => {
    expect(units(text)).toBe(value);
  });

  it.each([
    [5.31e-8, '0.0000000531'],
    [1e-10, '0.0000000001'],
    [-1.5e-7, '-0.00000015'],
    [0.1, '0.1'],
    [1e9, '1000000000'],
    [-0, '0'],
  ])('JSON %d reads as %s', (number, text) => {
    expect(parseAmount(number)).toBe(text);
  });

  it.each([
    NaN,
    Infinity,
    -Infinity,
    1e10,
    -1e10,
    1e-11,
    5.3e-11,
    0.1 + 0.2,
    1e21,
    true,
    false,
    null,
    undefined,
    5n,
    [],
    {},
    [1],
    '',
    ' ',
    '1e3',
    '1E3',
    '+1',
    '.5',
    '5.',
    '1,5',
    '1_000',
    '0x10',
    ' 1',
    '1 ',
    '1\n',
    '--1',
    'NaN',
    'Infinity',
    '٣',
    '10000000000',
    '0.00000000001',
  ])('%p is none', (input) => {
    expect(parseAmount(input)).toBeNull();
  });

  it('of a sum has more digits than one amount may have', () => {
    expect(units('29999999997.0000000001')).toBe(299_999_999_970_000_000_001n);
    expect(parseAmount('29999999997')).toBeNull();
  });

  it.each(['', '1e3', '1'.repeat(41), '0.12345678901', 'x'])('%p has no units', (text) => {
    expect(() => units(text)).toThrow(RangeError);
  });

  it('has a lesser and a greater one', () => {
    expect([min(1n, 2n), min(2n, 1n), max(1n, 2n), max(2n, 1n)]).toEqual([1n, 1n, 2n, 2n]);
  });
});
