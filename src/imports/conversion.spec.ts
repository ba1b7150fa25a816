import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { amount, units } from '../platform/values/amount.js';
import { Conversion } from './conversion.js';

const one = new Conversion('1');

describe('the conversion of amounts to credits', () => {
  it.each([
    ['12.5', '12.500000'],
    ['-0.000053', '-0.000053'],
    ['5.31e-8', '0.0000000531'],
    ['1E3', '1000.000000'],
    ['.5', '0.500000'],
    ['7.', '7.000000'],
    [' 2 ', '2.000000'],
  ])('reads %s as %s', (text, credits) => {
    expect(one.credits(text)).toEqual({ text: credits, is_rounded: false });
  });

  it('rounds half away from zero at the tenth decimal, and reports it', () => {
    expect(one.credits('0.30000000000000004')).toEqual({ text: '0.300000', is_rounded: true });
    expect(one.credits('0.00000000005')).toEqual({ text: '0.0000000001', is_rounded: true });
    expect(one.credits('-0.00000000005')).toEqual({ text: '-0.0000000001', is_rounded: true });
  });

  it('divides by the rate', () => {
    const quota = new Conversion('500000');
    expect(quota.credits('26')).toEqual({ text: '0.000052', is_rounded: false });
    expect(new Conversion('7.3').credits('1')).toEqual({ text: '0.1369863014', is_rounded: true });
    expect(new Conversion('0.01').credits('3')).toEqual({ text: '300.000000', is_rounded: false });
  });

  it('returns null for invalid or excessive numbers', () => {
    for (const text of ['', '.', 'NaN', 'Infinity', '1,5', '0x10', '10000000000', '1e400', '--1']) {
      expect(one.credits(text)).toBeNull();
    }
  });

  it('leaves every valid amount unchanged', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: units('-9999999999'), max: units('9999999999') }), (value) => {
        expect(one.credits(amount(value))).toEqual({ text: amount(value), is_rounded: false });
      }),
    );
  });

  it('refuses an invalid rate', () => {
    for (const rate of ['0', '-1', 'x', '']) expect(() => new Conversion(rate)).toThrow(RangeError);
  });
});
