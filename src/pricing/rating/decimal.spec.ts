import { describe, expect, it } from '@jest/globals';
import { units } from '../../platform/values/amount.js';
import { shifted } from './decimal.js';

describe('decimal text', () => {
  it('is shifted exactly and rounded half up', () => {
    expect(shifted('0.00000000000000005', 6)).toBe(1n);
    expect(shifted('0.00000000000000004999', 6)).toBe(0n);
    expect(shifted('1E-6', 6)).toBe(units('1'));
    expect(shifted('3', 0)).toBe(units('3'));
    for (const text of ['', '-1', 'NaN', '0x10', '1e', '1e999', '.5', '1,5', '٣']) expect(shifted(text, 6)).toBeNull();
  });
});
