import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { units } from '../../platform/amount.js';
import { NO_TOKENS, POOLS, tokensIn } from '../work.js';
import { readUsage, toldUsage } from './usage.js';

const NOTHING = {
  ...{ tokens: NO_TOKENS, tokens_used: 0, quantity: null, unit: null, measures: null, service_tier: null },
  ...{ provider_cost: null, is_byok: false, is_told: false, unread_usage: null },
};

/** Pools by their names without `_tokens`, and what else is told. */
interface Row {
  dialect: string;
  usage: object;
  pools?: Record<string, number>;
  more?: object;
}

const DIALECTS: readonly Row[] = [
  {
    dialect: 'OpenAI chat',
    usage: {
      ...{ prompt_tokens: 1200, completion_tokens: 400, total_tokens: 1600, service_tier: 'flex' },
      prompt_tokens_details: { cached_tokens: 1000, audio_tokens: 50 },
      completion_tokens_details: { reasoning_tokens: 300, audio_tokens: 20, accepted_prediction_tokens: 5 },
    },
    pools: { input: 150, cache_read: 1000, audio_input: 50, output: 80, reasoning: 300, audio_output: 20 },
    more: { service_tier: 'flex' },
  },
  {
    dialect: 'OpenAI Responses',
    usage: {
      ...{ input_tokens: 12000, output_tokens: 400, total_tokens: 12400 },
      ...{ input_tokens_details: { cached_tokens: 11008 }, output_tokens_details: { reasoning_tokens: 300 } },
    },
    pools: { input: 992, cache_read: 11008, output: 100, reasoning: 300 },
  },
  {
    dialect: 'OpenAI Realtime',
    usage: {
      ...{ total_tokens: 253, input_tokens: 132, output_tokens: 121 },
      input_token_details: {
        ...{ text_tokens: 92, audio_tokens: 40, cached_tokens: 64 },
        cached_tokens_details: { text_tokens: 34, audio_tokens: 30 },
      },
      output_token_details: { text_tokens: 30, audio_tokens: 91 },
    },
    pools: { input: 58, cache_read: 34, audio_cache_read: 30, audio_input: 10, output: 30, audio_output: 91 },
  },
  {
    dialect: 'OpenAI transcription by duration',
    usage: { type: 'duration', seconds: 27 },
    more: { quantity: '27.000000', unit: 'second' },
  },
  {
    dialect: 'OpenAI transcription by tokens',
    usage: {
      ...{ type: 'tokens', input_tokens: 270, output_tokens: 40, total_tokens: 310 },
      input_token_details: { text_tokens: 20, audio_tokens: 250 },
    },
    pools: { input: 20, audio_input: 250, output: 40 },
  },
  {
    dialect: 'OpenAI images',
    usage: {
      ...{ input_tokens: 50, output_tokens: 4160, total_tokens: 4210 },
      ...{ input_tokens_details: { text_tokens: 10, image_tokens: 40 }, output_tokens_details: { image_tokens: 4160 } },
    },
    pools: { input: 10, image: 40, image_output: 4160 },
  },
  {
    dialect: 'Anthropic Messages',
    usage: {
      ...{ input_tokens: 500, output_tokens: 100, service_tier: 'batch' },
      ...{ cache_read_input_tokens: 300, cache_creation_input_tokens: 1000 },
      cache_creation: { ephemeral_5m_input_tokens: 600, ephemeral_1h_input_tokens: 400 },
      server_tool_use: { web_search_requests: 2 },
    },
    pools: { input: 500, cache_read: 300, cache_write: 600, cache_write_1h: 400, output: 100 },
    more: { service_tier: 'batch', quantity: '2.000000', unit: 'query' },
  },
  {
    dialect: 'Gemini',
    usage: {
      ...{ promptTokenCount: 1000, cachedContentTokenCount: 600, candidatesTokenCount: 1300, thoughtsTokenCount: 50 },
      ...{ toolUsePromptTokenCount: 30, totalTokenCount: 2380 },
      promptTokensDetails: [
        { modality: 'TEXT', tokenCount: 800 },
        { modality: 'AUDIO', tokenCount: 200 },
      ],
      cacheTokensDetails: [
        { modality: 'TEXT', tokenCount: 500 },
        { modality: 'AUDIO', tokenCount: 100 },
      ],
      candidatesTokensDetails: [{ modality: 'IMAGE', tokenCount: 1290 }],
      trafficType: 'ON_DEMAND',
    },
    pools: {
      ...{ input: 330, cache_read: 500, audio_cache_read: 100, audio_input: 100 },
      ...{ output: 10, image_output: 1290, reasoning: 50 },
    },
    more: { service_tier: 'standard' },
  },
  {
    dialect: 'Bedrock Converse',
    usage: {
      ...{ inputTokens: 100, outputTokens: 20, totalTokens: 120, cacheReadInputTokens: 80, cacheWriteInputTokens: 40 },
      cacheDetails: [{ ttl: '1h', inputTokens: 40 }],
    },
    pools: { input: 100, output: 20, cache_read: 80, cache_write_1h: 40 },
    more: { tokens_used: 240 },
  },
  {
    dialect: 'OpenRouter',
    usage: {
      ...{ prompt_tokens: 100, completion_tokens: 50, total_tokens: 150, cost: 0.00123, is_byok: false },
      prompt_tokens_details: { cached_tokens: 60, cache_write_tokens: 10, audio_tokens: 5 },
      completion_tokens_details: { reasoning_tokens: 30, image_tokens: 4 },
      ...{ cost_details: { upstream_inference_cost: null }, server_tool_use: { web_search_requests: 1 } },
    },
    pools: { input: 25, cache_read: 60, cache_write: 10, audio_input: 5, output: 16, reasoning: 30, image_output: 4 },
    more: { provider_cost: units('0.00123'), quantity: '1.000000', unit: 'query' },
  },
  {
    dialect: "OpenRouter's record of a call",
    usage: {
      ...{ native_tokens_prompt: 500, native_tokens_completion: 90, native_tokens_cached: 200, total_cost: 0.5 },
      ...{ native_tokens_reasoning: 40, native_tokens_completion_images: null, is_byok: false },
    },
    pools: { input: 300, cache_read: 200, output: 50, reasoning: 40 },
    more: { provider_cost: units('0.5') },
  },
  {
    dialect: 'xAI, reasoning beside the answer',
    usage: {
      ...{ prompt_tokens: 10120, completion_tokens: 1499, total_tokens: 14428 },
      ...{ prompt_tokens_details: { cached_tokens: 128 }, completion_tokens_details: { reasoning_tokens: 2809 } },
    },
    pools: { input: 9992, cache_read: 128, output: 1499, reasoning: 2809 },
  },
  {
    dialect: 'DeepSeek',
    usage: { prompt_tokens: 100, completion_tokens: 9, prompt_cache_hit_tokens: 64, prompt_cache_miss_tokens: 36 },
    pools: { input: 36, cache_read: 64, output: 9 },
  },
  {
    dialect: 'Perplexity',
    usage: {
      ...{ prompt_tokens: 10, completion_tokens: 20, total_tokens: 30, num_search_queries: 3 },
      cost: { input_tokens_cost: 0.1, output_tokens_cost: 0.2, request_cost: 0.1, total_cost: 0.4 },
    },
    pools: { input: 10, output: 20 },
    more: { provider_cost: units('0.4'), quantity: '3.000000', unit: 'query' },
  },
  {
    dialect: 'Cohere rerank',
    usage: { meta: { api_version: { version: '2' }, billed_units: { search_units: 3 } } },
    more: { quantity: '3.000000', unit: 'query' },
  },
  {
    dialect: 'Cohere chat',
    usage: { billed_units: { input_tokens: 5, output_tokens: 6 }, tokens: { input_tokens: 71, output_tokens: 8 } },
    pools: { input: 5, output: 6 },
  },
  {
    dialect: 'Mistral OCR',
    usage: { usage_info: { pages_processed: 4, doc_size_bytes: 1e6 } },
    more: { quantity: '4.000000', unit: 'page' },
  },
  {
    dialect: 'LangChain',
    usage: {
      ...{ input_tokens: 350, output_tokens: 240, total_tokens: 590 },
      ...{ input_token_details: { audio: 10, cache_creation: 200, cache_read: 100 } },
      output_token_details: { audio: 10, reasoning: 200 },
    },
    pools: {
      input: 40,
      audio_input: 10,
      cache_write: 200,
      cache_read: 100,
      output: 30,
      audio_output: 10,
      reasoning: 200,
    },
  },
  {
    dialect: 'video beside images',
    usage: { video_seconds: '8', images: 2 },
    more: { quantity: '2.000000', unit: 'image', measures: { video_second: '8.000000' } },
  },
  { dialect: 'a total alone', usage: { total_tokens: 7 }, more: { tokens_used: 7 } },
];

const pools = (named: Record<string, number>) => ({
  ...NO_TOKENS,
  ...Object.fromEntries(Object.entries(named).map(([name, tokens]) => [`${name}_tokens`, tokens])),
});

/** The same usage with every number as text. */
const asText = (usage: unknown): unknown =>
  JSON.parse(JSON.stringify(usage), (_key, value: unknown) => (typeof value === 'number' ? String(value) : value));

describe('a usage object', () => {
  it.each(DIALECTS)('of $dialect is read into pools that exclude each other', ({ usage, pools: named = {}, more }) => {
    const tokens = pools(named);
    const expected = { ...NOTHING, is_told: true, tokens, tokens_used: tokensIn(tokens), ...more };
    expect(readUsage(usage)).toEqual(expected);
    expect(readUsage(asText(usage))).toEqual(expected);
    expect(readUsage({ usage })).toEqual(expected);
  });

  it('of nothing is a usage, and none at all is not', () => {
    expect(toldUsage({ prompt_tokens: 0, completion_tokens: 0, cost: 0 })).toEqual({
      ...{ ...NOTHING, is_told: true, provider_cost: 0n },
    });
    for (const missing of [undefined, null, {}, [], 'x', 7, { cost: 1 }, { prompt_tokens: null }]) {
      expect(toldUsage(missing)).toBeNull();
    }
  });

  it.each([-5, '-5', NaN, Infinity, 'many', '', 3e9, true, [], { a: 1 }])('counts nothing by %j', (count) => {
    const { tokens_used, quantity, provider_cost } = readUsage({ prompt_tokens: count, cost: -1, seconds: -27 });
    expect({ tokens_used, quantity, provider_cost }).toEqual({ tokens_used: 0, quantity: null, provider_cost: null });
  });

  it('is absurd as a whole when its pools together are', () => {
    const usage = readUsage({ prompt_tokens: 2e9, completion_tokens: 2e9 });
    expect(usage).toMatchObject({ tokens_used: 0, is_told: false, unread_usage: { prompt_tokens: 2e9 } });
  });

  it('costs what the provider takes and the fee, where an own key is used there', () => {
    const counts = { prompt_tokens: 1, completion_tokens: 1, cost_details: { upstream_inference_cost: 0.5 } };
    const costOf = (more: object) => readUsage({ ...counts, ...more }).provider_cost;
    expect(costOf({ is_byok: true, cost: 0.025 })).toBe(units('0.525'));
    expect(costOf({ is_byok: true, cost: 0 })).toBe(units('0.5'));
    expect(costOf({ is_byok: true, cost: 0.1, cost_details: null })).toBeNull();
    expect(costOf({ is_byok: false, cost: 0.5 })).toBe(units('0.5'));
    expect(costOf({ cost: 0.1 + 0.2 })).toBe(units('0.3'));
    for (const absurd of [-1, 1e10, 1e300, NaN, 'x', null]) expect(costOf({ cost: absurd })).toBeNull();
  });

  it('may leave the service tier to the answer around it', () => {
    const tierOf = (service_tier: unknown) => readUsage({ prompt_tokens: 1 }, { service_tier }).service_tier;
    expect(['default', 'auto', 'priority', 'FLEX', null].map(tierOf)).toEqual([
      ...['standard', 'standard', 'priority', 'flex', null],
    ]);
  });

  it('keeps what nothing reads, bounded, and leaves out what says nothing', () => {
    const { unread_usage } = readUsage({
      ...{ prompt_tokens: 5, citation_tokens: 100, empty: 0, none: null, no: false, region: 'x'.repeat(500) },
      ...{ details: { newTokens: 7, list: [1, 2] }, completion_tokens: '-3', 'a\0b': 1 },
    });
    expect(unread_usage).toEqual({
      ...{ citation_tokens: 100, region: 'x'.repeat(100), 'details.newTokens': 7, 'details.list': '[1,2]' },
      ...{ completion_tokens: '-3', ab: 1 },
    });
    const wide = Object.fromEntries(Array.from({ length: 1_000 }, (_, n) => [`member_${n}`, 1]));
    expect(Object.keys(readUsage(wide).unread_usage!)).toHaveLength(30);
  });
});

describe('any usage object', () => {
  const count = fc.option(fc.nat({ max: 1_000_000 }), { nil: undefined });
  const usages = fc.record({
    ...{ prompt_tokens: count, completion_tokens: count, total_tokens: count, input_tokens: count },
    ...{ cache_read_input_tokens: count, cache_creation_input_tokens: count },
    prompt_tokens_details: fc.record({ cached_tokens: count, audio_tokens: count, image_tokens: count }),
    completion_tokens_details: fc.record({ reasoning_tokens: count, audio_tokens: count, image_tokens: count }),
  });

  it('has no negative pool, and at least the tokens of prompt, answer and total', () => {
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

  it('has every token in one pool, wherever its dialect counts details', () => {
    const share = fc.nat(1000);
    fc.assert(
      fc.property(fc.tuple(share, share, share, share, share, share), fc.boolean(), (drawn, isBeside) => {
        const [cached, heard, read, thought, spoken, said] = drawn;
        const prompt_tokens = read + (isBeside ? 0 : cached + heard);
        const completion_tokens = said + (isBeside ? 0 : thought + spoken);
        const total_tokens = drawn.reduce((sum, tokens) => sum + tokens, 0);
        const { tokens } = readUsage({
          ...{ prompt_tokens, completion_tokens, total_tokens },
          prompt_tokens_details: { cached_tokens: cached, audio_tokens: heard },
          completion_tokens_details: { reasoning_tokens: thought, audio_tokens: spoken },
        });
        expect(tokensIn(tokens)).toBe(total_tokens);
      }),
    );
  });
});
