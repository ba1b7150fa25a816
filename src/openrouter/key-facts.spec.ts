import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { units } from '../platform/values/amount.js';
import { keyFacts, keyHint } from './key-facts.js';

const facts = (limit: number | null, limit_remaining: number | null) =>
  keyFacts({ limit, limit_remaining, is_management_key: false, used_today: 0n });

describe('the stored facts of a key', () => {
  it('are exact for decimal amounts', () => {
    expect(facts(10, 7.5)).toEqual({ free_credits: '10.000000', free_credits_remaining: '7.500000' });
  });

  it('are free of floating-point noise', () => {
    expect(facts(0.3, 0.1 + 0.2)).toEqual({ free_credits: '0.300000', free_credits_remaining: '0.300000' });
    expect(facts(1e-7, 5e-324)).toEqual({ free_credits: '0.0000001', free_credits_remaining: '0.000000' });
  });

  it('show nothing left, not a negative amount, for an overspent key', () => {
    expect(facts(1, -0.25)).toEqual({ free_credits: '1.000000', free_credits_remaining: '0.000000' });
  });

  it('show no limit for a missing or enormous one', () => {
    expect(facts(null, null)).toEqual({ free_credits: null, free_credits_remaining: null });
    expect(facts(1e10, 1e300)).toEqual({ free_credits: null, free_credits_remaining: null });
  });

  it('are always amounts that can be stored', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true }), (usd) => {
        const { free_credits } = facts(usd, null);
        if (free_credits !== null) expect(units(free_credits)).toBeGreaterThanOrEqual(0n);
      }),
    );
  });
});

describe('the hint of a key', () => {
  it('shows only the end of the key', () => {
    expect(keyHint('sk-or-v1-0123456789abcdef')).toBe('sk-or-v1-...cdef');
  });
});
