import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { burnLimit } from './burn-limit.js';

const amounts = fc.bigInt({ min: 0n, max: 10n ** 20n });

describe('what a key can spend on a new model', () => {
  it('is the floor for a key that has not spent anything', () => {
    expect(burnLimit({ floor: 5n, usual: 0n, allowed: 0n })).toBe(5n);
  });

  it('is twenty times what is usual, or what was allowed, if that is more than the floor', () => {
    expect(burnLimit({ floor: 5n, usual: 1n, allowed: 0n })).toBe(20n);
    expect(burnLimit({ floor: 5n, usual: 1n, allowed: 2n })).toBe(40n);
    expect(burnLimit({ floor: 21n, usual: 1n, allowed: 0n })).toBe(21n);
  });

  it('is never below the floor, and always above what was allowed', () => {
    fc.assert(
      fc.property(amounts, amounts, amounts, (floor, usual, allowed) => {
        const limit = burnLimit({ floor: floor + 1n, usual, allowed });
        expect(limit > floor && limit > allowed && limit >= usual).toBe(true);
      }),
    );
  });
});
