import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { POOLS, tokensIn } from '../rating/work.js';
import { readUsage } from './usage.js';

/** Returns the same usage with every number as text. */
const asText = (usage: unknown): unknown =>
  JSON.parse(JSON.stringify(usage), (_key, value: unknown) => (typeof value === 'number' ? String(value) : value));

describe('any usage object', () => {
  const count = fc.option(fc.nat({ max: 1_000_000 }), { nil: undefined });
  const usages = fc.record({
    prompt_tokens: count,
    completion_tokens: count,
    total_tokens: count,
    input_tokens: count,
    cache_read_input_tokens: count,
    cache_creation_input_tokens: count,
    prompt_tokens_details: fc.record({ cached_tokens: count, audio_tokens: count, image_tokens: count }),
    completion_tokens_details: fc.record({ reasoning_tokens: count, audio_tokens: count, image_tokens: count }),
  });

  it('has no negative pool, and at least the reported prompt, answer and total tokens', () => {
    fc.assert(
      fc.property(usages, (usage) => {
        const { tokens, tokens_used } = readUsage(usage);
        expect(POOLS.every((pool) => Number.isInteger(tokens[pool]) && tokens[pool] >= 0)).toBe(true);
        const { prompt_tokens = 0, completion_tokens = 0, total_tokens = 0, input_tokens = 0 } = usage;
        const whole = Math.max(prompt_tokens, input_tokens) + completion_tokens;
        expect(tokensIn(tokens)).toBeGreaterThanOrEqual(whole);
        expect(tokens_used).toBe(Math.max(tokensIn(tokens), total_tokens));
      }),
    );
  });

  it('means the same when its numbers are text', () => {
    fc.assert(fc.property(usages, (usage) => expect(readUsage(asText(usage))).toEqual(readUsage(usage))));
  });

  it('has every token in exactly one pool, whether details are included or added', () => {
    const share = fc.nat(1000);
    fc.assert(
      fc.property(fc.tuple(share, share, share, share, share, share), fc.boolean(), (drawn, isBeside) => {
        const [cached, audioIn, textIn, reasoning, audioOut, textOut] = drawn;
        const prompt_tokens = textIn + (isBeside ? 0 : cached + audioIn);
        const completion_tokens = textOut + (isBeside ? 0 : reasoning + audioOut);
        const total_tokens = drawn.reduce((sum, tokens) => sum + tokens, 0);
        const { tokens } = readUsage({
          prompt_tokens,
          completion_tokens,
          total_tokens,
          prompt_tokens_details: { cached_tokens: cached, audio_tokens: audioIn },
          completion_tokens_details: { reasoning_tokens: reasoning, audio_tokens: audioOut },
        });
        expect(tokensIn(tokens)).toBe(total_tokens);
      }),
    );
  });
});
