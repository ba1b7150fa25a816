import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { NO_TOKENS, tokensIn } from './work.js';
import { poolsOfUsage } from './openai-usage.js';

describe('a usage object', () => {
  it('becomes pools in which every token counts once', () => {
    const share = fc.nat(1000);
    fc.assert(
      fc.property(fc.tuple(share, share, share, share, share, share, share), (drawn) => {
        const [cached, written, heard, thought, spoken, read, said] = drawn;
        const pools = poolsOfUsage({
          prompt_tokens: cached + written + heard + read,
          completion_tokens: thought + spoken + said,
          prompt_tokens_details: { cached_tokens: cached, cache_write_tokens: written, audio_tokens: heard },
          completion_tokens_details: { reasoning_tokens: thought, audio_tokens: spoken },
        });
        expect(pools).toEqual({
          ...NO_TOKENS,
          ...{ input_tokens: read, cache_read_tokens: cached, cache_write_tokens: written, audio_input_tokens: heard },
          ...{ output_tokens: said, reasoning_tokens: thought, audio_output_tokens: spoken, image_tokens: 0 },
        });
        expect(tokensIn(pools)).toBe(drawn.reduce((sum, tokens) => sum + tokens, 0));
      }),
    );
  });

  it('that says the same of cached tokens twice means them once', () => {
    const twice = {
      ...{ prompt_tokens: 100, completion_tokens: 10, cache_read_input_tokens: 60, cache_creation_input_tokens: 30 },
      prompt_tokens_details: { cached_tokens: 60, cache_creation_tokens: 30 },
    };
    expect(poolsOfUsage(twice)).toMatchObject({ input_tokens: 10, cache_read_tokens: 60, cache_write_tokens: 30 });
  });

  it('whose details exceed the whole has them beside it', () => {
    const apart = { prompt_tokens: 10, completion_tokens: 5, cache_read_input_tokens: 60 };
    const pools = poolsOfUsage({ ...apart, completion_tokens_details: { reasoning_tokens: 50 } });
    expect(pools).toMatchObject({ input_tokens: 10, cache_read_tokens: 60, output_tokens: 5, reasoning_tokens: 50 });
  });

  it.each([
    {},
    { prompt_tokens: null, prompt_tokens_details: null },
    { prompt_tokens: -5, completion_tokens: Number.NaN },
    { prompt_tokens: '7', prompt_tokens_details: 'none', completion_tokens_details: [] },
  ])('without numbers has no tokens: %j', (usage) => expect(poolsOfUsage(usage)).toEqual(NO_TOKENS));
});
