import { describe, expect, it } from '@jest/globals';
import type { UpstreamUsage } from '../openrouter/upstream-usage.js';
import { NO_TOKENS } from '../pricing/work.js';
import { isMore, keptProgress, progressJson } from './progress.js';

const USAGE: UpstreamUsage = {
  ...NO_TOKENS,
  ...{ input_tokens: 20, output_tokens: 60, provider_cost: 315_000n, is_byok: false },
};
const usageWith = (more: Partial<UpstreamUsage>): UpstreamUsage => ({ ...USAGE, ...more });

describe('what is known of a call so far', () => {
  it('is the same after it was kept', () => {
    for (const usage of [USAGE, usageWith({ provider_cost: null }), null]) {
      const known = { usage, model: 'a/b' };
      expect(keptProgress(JSON.parse(JSON.stringify(progressJson(known))))).toEqual(known);
    }
    expect(keptProgress(null)).toEqual({ usage: null, model: null });
  });

  it('is more than what else is known by its cost, or by its tokens where a cost is missing', () => {
    expect(isMore(USAGE, usageWith({ provider_cost: 315_001n, output_tokens: 1 }))).toBe(true);
    expect(isMore(USAGE, usageWith({ output_tokens: 99 }))).toBe(false);
    expect(isMore(usageWith({ provider_cost: null }), usageWith({ output_tokens: 61 }))).toBe(true);
    expect(isMore(null, USAGE)).toBe(true);
    expect([isMore(USAGE, null), isMore(null, null)]).toEqual([false, false]);
  });
});
