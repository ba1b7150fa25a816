import { describe, expect, it } from '@jest/globals';
import type { Translate } from '../texts/texts.ts';
import { matches, matchesCount } from './rules.ts';

const t = ((key: string) => key) as unknown as Translate;

describe('a field', () => {
  it('of a decimal takes at most ten places, and never a comma, which could mean thousands', () => {
    const check = matches({ required: true, decimal: true }, t);
    expect(['1', '0.0000000001', ' 12.50 '].map(check)).toEqual([null, null, null]);
    for (const wrong of ['1,5', '1e3', '-1', '.5', '0.00000000001']) expect(check(wrong)).toBe('form.amount');
    expect(check(' ')).toBe('form.required');
  });

  it('with a pattern shows its hint, and an optional one may be empty', () => {
    const check = matches({ pattern: '^[a-z]+$', maxLength: 3 }, t, 'letters only');
    expect(['', 'abc', 'ABC', 'abcd'].map(check)).toEqual([null, null, 'letters only', 'form.tooLong']);
  });

  it('of a count takes whole numbers from its minimum on', () => {
    const check = matchesCount(t, { min: 1, isRequired: true });
    expect(['1', '10000', '0', '1.5', '-2', ''].map(check)).toEqual([
      null,
      null,
      'form.count',
      'form.count',
      'form.count',
      'form.required',
    ]);
  });
});
