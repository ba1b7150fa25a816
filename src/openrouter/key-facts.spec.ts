import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { units } from '../platform/amount.js';
import { keyFacts, keyHint } from './key-facts.js';

const facts = (limit: number | null, limit_remaining: number | null) =>
  keyFacts({ limit, limit_remaining, is_management_key: false, used_today: 0n });

describe('what is stored of a key', () => {
  it('is exact where OpenRouter says a decimal', () => {
    expect(facts(10, 7.5)).toEqual({ free_credits: '10.000000', free_credits_remaining: '7.500000' });
  });

  it('is without the noise of binary floats', () => {
    expect(facts(0.3, 0.1 + 0.2)).toEqual({ free_credits: '0.300000', free_credits_remaining: '0.300000' });
    expect(facts(1e-7, 5e-324)).toEqual({ free_credits: '0.0000001', free_credits_remaining: '0.000000' });
  });

  it('is nothing left, not less, for a key that spent too much', () => {
    expect(facts(1, -0.25)).toEqual({ free_credits: '1.000000', free_credits_remaining: '0.000000' });
  });

  it('is no limit where there is none, or none that matters', () => {
    expect(facts(null, null)).toEqual({ free_credits: null, free_credits_remaining: null });
    expect(facts(1e10, 1e300)).toEqual({ free_credits: null, free_credits_remaining: null });
  });

  it('is always an amount that can be stored', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true }), (usd) => {
        const { free_credits } = facts(usd, null);
        if (free_credits !== null) expect(units(free_credits)).toBeGreaterThanOrEqual(0n);
      }),
    );
  });
});

describe('the hint of a key', () => {
  it('ends as the key does and shows no more', () => {
    expect(keyHint('sk-or-v1-0123456789abcdef')).toBe('sk-or-v1-...cdef');
  });
});
