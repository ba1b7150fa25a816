import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { units } from '../platform/amount.js';
import { readUsage } from './upstream-usage.js';

const NONE = {
  ...{ input_tokens: 0, output_tokens: 0, cache_read_tokens: 0, cache_write_tokens: 0, reasoning_tokens: 0 },
  ...{ cache_write_1h_tokens: 0, audio_cache_read_tokens: 0, image_output_tokens: 0 },
  ...{ audio_input_tokens: 0, audio_output_tokens: 0, provider_cost: null, is_byok: false },
};

describe('the usage of an answer', () => {
  it('is read into pools that exclude each other', () => {
    const usage = readUsage({
      ...{ prompt_tokens: 100, completion_tokens: 50, total_tokens: 150, cost: 0.00123, is_byok: false },
      prompt_tokens_details: { cached_tokens: 60, cache_write_tokens: 10, audio_tokens: 5 },
      completion_tokens_details: { reasoning_tokens: 30, audio_tokens: 2, image_tokens: 4 },
      cost_details: { upstream_inference_cost: null },
    });
    expect(usage).toEqual({
      ...NONE,
      ...{ input_tokens: 25, cache_read_tokens: 60, cache_write_tokens: 10, audio_input_tokens: 5 },
      ...{ output_tokens: 18, reasoning_tokens: 30, audio_output_tokens: 2 },
      ...{ provider_cost: units('0.00123'), is_byok: false },
    });
  });

  it('of an own key at the provider costs what the provider takes, and the fee', () => {
    const counts = { prompt_tokens: 1, completion_tokens: 1, is_byok: true };
    const cost_details = { upstream_inference_cost: 0.5 };
    expect(readUsage({ ...counts, cost: 0, cost_details })?.provider_cost).toBe(units('0.5'));
    expect(readUsage({ ...counts, cost: 0.025, cost_details })?.provider_cost).toBe(units('0.525'));
    expect(readUsage({ ...counts, cost: 0 })?.provider_cost).toBeNull();
  });

  it('costs the cost and nothing on top where the platform pays', () => {
    const usage = { prompt_tokens: 1, cost: 0.5, is_byok: false, cost_details: { upstream_inference_cost: 0.5 } };
    expect(readUsage(usage)?.provider_cost).toBe(units('0.5'));
  });

  it('may leave out cost and details, as other upstreams do', () => {
    expect(readUsage({ prompt_tokens: 3, completion_tokens: 4, prompt_tokens_details: null })).toEqual({
      ...NONE,
      ...{ input_tokens: 3, output_tokens: 4 },
    });
    expect(readUsage({ prompt_tokens: 7, total_tokens: 7 })).toEqual({ ...NONE, input_tokens: 7 });
  });

  it('of nothing is a usage, and none at all is not', () => {
    expect(readUsage({ prompt_tokens: 0, completion_tokens: 0, cost: 0 })).toEqual({ ...NONE, provider_cost: 0n });
    for (const missing of [undefined, null, {}, [], 'x', 7, { total_tokens: 5 }, { prompt_tokens: '5' }]) {
      expect(readUsage(missing)).toBeNull();
    }
  });

  it('is without the noise of binary floats and without absurd costs', () => {
    const of = (cost: unknown) => readUsage({ prompt_tokens: 1, cost })?.provider_cost;
    expect(of(0.1 + 0.2)).toBe(units('0.3'));
    expect(of(9e-7)).toBe(units('0.0000009'));
    for (const absurd of [-1, 1e10, 1e300, NaN, '0.5', null]) expect(of(absurd)).toBeNull();
  });

  it('never counts a token twice, whatever the details claim', () => {
    const count = fc.option(fc.nat({ max: 1_000_000 }), { nil: undefined });
    const usages = fc.record({
      prompt_tokens: fc.nat(),
      completion_tokens: fc.nat(),
      prompt_tokens_details: fc.record({ cached_tokens: count, cache_write_tokens: count, audio_tokens: count }),
      completion_tokens_details: fc.record({ reasoning_tokens: count, audio_tokens: count }),
    });
    fc.assert(
      fc.property(usages, (given) => {
        const read = readUsage(given)!;
        const { input_tokens, cache_read_tokens, cache_write_tokens, audio_input_tokens } = read;
        const prompt = [input_tokens, cache_read_tokens, cache_write_tokens, audio_input_tokens];
        const answer = [read.output_tokens, read.reasoning_tokens, read.audio_output_tokens];
        expect(prompt.reduce((a, b) => a + b)).toBe(given.prompt_tokens);
        expect(answer.reduce((a, b) => a + b)).toBe(given.completion_tokens);
        expect([...prompt, ...answer].every((tokens) => tokens >= 0)).toBe(true);
      }),
    );
  });
});
