import { describe, expect, it } from '@jest/globals';
import { units } from './amount.js';
import { creditsText, dayText } from './sentences.js';

describe('credits in a sentence', () => {
  it.each([
    ['60.000000', '60'],
    ['1234.5', '1,234.50'],
    ['0', '0'],
    ['19.999999', '19.99'],
    ['0.01', '0.01'],
    ['0.0025', '0.0025'],
    ['0.0000000001', '0.0000000001'],
    ['0.00012999', '0.00012'],
    ['-2.5', '-2.50'],
    ['9999999999.9999999999', '9,999,999,999.99'],
  ])('of %s are %s', (value, text) => {
    expect(creditsText(units(value))).toBe(text);
  });
});

it('a day in a sentence has the name of its month', () => {
  expect(dayText('2026-12-09')).toBe('9 December 2026');
});
