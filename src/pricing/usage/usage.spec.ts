import { describe, expect, it } from '@jest/globals';
import { units } from '../../platform/values/amount.js';
import { NO_TOKENS, tokensIn } from '../rating/work.js';
import { readUsage, reportedUsage } from './usage.js';
import { DIALECTS } from '../../../test/fixtures/usage-dialects.js';

const NOTHING = {
  tokens: NO_TOKENS,
  tokens_used: 0,
  quantity: null,
  unit: null,
  measures: null,
  service_tier: null,
  provider_cost: null,
  is_byok: false,
  is_told: false,
  unread_usage: null,
};

const pools = (named: Record<string, number>) => ({
  ...NO_TOKENS,
  ...Object.fromEntries(Object.entries(named).map(([name, tokens]) => [`${name}_tokens`, tokens])),
});

/** Returns the same usage with every number as text. */
const asText = (usage: unknown): unknown =>
  JSON.parse(JSON.stringify(usage), (_key, value: unknown) => (typeof value === 'number' ? String(value) : value));

describe('a usage object', () => {
  it.each(DIALECTS)('of $dialect is read into exclusive pools', ({ usage, pools: named = {}, more }) => {
    const tokens = pools(named);
    const expected = { ...NOTHING, is_told: true, tokens, tokens_used: tokensIn(tokens), ...more };
    expect(readUsage(usage)).toEqual(expected);
    expect(readUsage(asText(usage))).toEqual(expected);
    expect(readUsage({ usage })).toEqual(expected);
  });

  it('with zero counts is a usage; one without counts is not', () => {
    expect(reportedUsage({ prompt_tokens: 0, completion_tokens: 0, cost: 0 })).toEqual({
      ...NOTHING,
      is_told: true,
      provider_cost: 0n,
    });
    for (const missing of [undefined, null, {}, [], 'x', 7, { cost: 1 }, { prompt_tokens: null }]) {
      expect(reportedUsage(missing)).toBeNull();
    }
  });

  it.each([-5, '-5', NaN, Infinity, 'many', '', 3e9, true, [], { a: 1 }])('ignores a count of %j', (count) => {
    const { tokens_used, quantity, provider_cost } = readUsage({ prompt_tokens: count, cost: -1, seconds: -27 });
    expect({ tokens_used, quantity, provider_cost }).toEqual({ tokens_used: 0, quantity: null, provider_cost: null });
  });

  it('is unread as a whole if its pools add up to too much', () => {
    const usage = readUsage({ prompt_tokens: 2e9, completion_tokens: 2e9 });
    expect(usage).toMatchObject({ tokens_used: 0, is_told: false, unread_usage: { prompt_tokens: 2e9 } });
  });

  it.each([3e9, '3000000000', 1e300, Infinity])('is unread as a whole if one of its counts is %j', (count) => {
    const usage = { prompt_tokens: count, completion_tokens: 7 };
    expect(readUsage(usage)).toMatchObject({ tokens_used: 0, is_told: false, unread_usage: { completion_tokens: 7 } });
  });

  it('includes the upstream cost and the fee for a BYOK call at OpenRouter', () => {
    const counts = { prompt_tokens: 1, completion_tokens: 1, cost_details: { upstream_inference_cost: 0.5 } };
    const costOf = (more: object) => readUsage({ ...counts, ...more }).provider_cost;
    expect(costOf({ is_byok: true, cost: 0.025 })).toBe(units('0.525'));
    expect(costOf({ is_byok: true, cost: 0 })).toBe(units('0.5'));
    expect(costOf({ is_byok: true, cost: 0.1, cost_details: null })).toBeNull();
    expect(costOf({ is_byok: false, cost: 0.5 })).toBe(units('0.5'));
    expect(costOf({ cost: 0.1 + 0.2 })).toBe(units('0.3'));
    for (const absurd of [-1, 1e10, 1e300, NaN, 'x', null]) expect(costOf({ cost: absurd })).toBeNull();
  });

  it('can have its service tier in the surrounding answer', () => {
    const tierOf = (service_tier: unknown) => readUsage({ prompt_tokens: 1 }, { service_tier }).service_tier;
    expect(['default', 'auto', 'priority', 'FLEX', null].map(tierOf)).toEqual([
      'standard',
      'standard',
      'priority',
      'flex',
      null,
    ]);
  });

  it('returns unread members, bounded, without empty values', () => {
    const { unread_usage } = readUsage({
      prompt_tokens: 5,
      citation_tokens: 100,
      empty: 0,
      none: null,
      no: false,
      region: 'x'.repeat(500),
      details: { newTokens: 7, list: [1, 2] },
      completion_tokens: '-3',
      'a\0b': 1,
    });
    expect(unread_usage).toEqual({
      citation_tokens: 100,
      region: 'x'.repeat(100),
      'details.newTokens': 7,
      'details.list': '[1,2]',
      completion_tokens: '-3',
      ab: 1,
    });
    const wide = Object.fromEntries(Array.from({ length: 1_000 }, (_, n) => [`member_${n}`, 1]));
    expect(Object.keys(readUsage(wide).unread_usage!)).toHaveLength(30);
  });
});

it('reads a count up to the largest one that a column holds', () => {
  expect(readUsage({ prompt_tokens: 2_147_483_647 })).toMatchObject({ is_told: true, tokens_used: 2_147_483_647 });
  expect(readUsage({ prompt_tokens: 2_147_483_648 })).toMatchObject({ is_told: false, tokens_used: 0 });
});

it("adds cached tokens to the prompt in Amazon's format, whatever its total says", () => {
  const usage = { inputTokens: 10, outputTokens: 5, cacheReadInputTokens: 3, totalTokens: 15 };
  expect(readUsage(usage).tokens).toEqual(pools({ input: 10, output: 5, cache_read: 3 }));
});
