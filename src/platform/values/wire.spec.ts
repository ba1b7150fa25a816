import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Prisma } from '../../generated/prisma/client.js';
import { amount, AMOUNT_LIMIT } from './amount.js';
import { json, unitsOf, wire } from './wire.js';

describe('a row on its way out of the database', () => {
  it('has exact text for every numeric', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -AMOUNT_LIMIT + 1n, max: AMOUNT_LIMIT - 1n }), (value) => {
        const decimal = new Prisma.Decimal(amount(value));
        expect(unitsOf(decimal)).toBe(value);
        expect(wire({ balance: decimal })).toEqual({ balance: amount(value) });
      }),
    );
  });

  it('keeps everything else as it is', () => {
    const row = { user_id: 'u', at: new Date(0), metadata: { a: [1, null] }, none: null, flag: true, count: 7 };
    expect(wire(row)).toEqual(row);
    expect(wire(row).at).toBe(row.at);
  });

  it('never shows an exponent', () => {
    expect(wire({ tiny: new Prisma.Decimal('5.31e-8'), huge: new Prisma.Decimal('9999999999') })).toEqual({
      tiny: '0.0000000531',
      huge: '9999999999.000000',
    });
  });
});

describe('JSON for the database', () => {
  it('never holds a bigint', () => {
    expect(() => json({ amount: 5n })).toThrow(TypeError);
    expect(json({ amount: '5.000000' })).toBe('{"amount":"5.000000"}');
  });
});
