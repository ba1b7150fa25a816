import { describe, expect, it } from '@jest/globals';
import { type ReadUsage, readUsage } from '../../pricing/usage/usage.js';
import { isMore, storedProgress, progressJson } from './progress.js';

const USAGE = readUsage({ prompt_tokens: 20, completion_tokens: 60, cost: 0.0000315 });
const usageWith = (more: Partial<ReadUsage>): ReadUsage => ({ ...USAGE, ...more });

describe('what is known of a call so far', () => {
  it('survives being stored and read back', () => {
    for (const usage of [USAGE, usageWith({ provider_cost: null }), null]) {
      const known = { usage, model: 'a/b' };
      expect(storedProgress(JSON.parse(JSON.stringify(progressJson(known, 'a-key'))))).toEqual(known);
    }
    expect(storedProgress(null)).toEqual({ usage: null, model: null });
  });

  it('is compared by cost, or by tokens where a cost is missing', () => {
    expect(isMore(USAGE, usageWith({ provider_cost: 315_001n, tokens_used: 21 }))).toBe(true);
    expect(isMore(USAGE, usageWith({ tokens_used: 119 }))).toBe(false);
    expect(isMore(usageWith({ provider_cost: null }), usageWith({ tokens_used: 81 }))).toBe(true);
    expect(isMore(null, USAGE)).toBe(true);
    expect([isMore(USAGE, null), isMore(null, null)]).toEqual([false, false]);
  });
});
