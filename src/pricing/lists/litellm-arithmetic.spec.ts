import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { service_tier, usage_unit } from '../../generated/prisma/enums.js';
import { units } from '../../platform/values/amount.js';
import { chargeOf } from '../rating/charge.js';
import type { PriceTable } from '../prices/price-table.js';
import { NO_TOKENS, type Quantity, tokensIn, type TokenPools } from '../rating/work.js';
import { readLiteLlm } from './litellm-list.js';

const FILE = path.resolve(import.meta.dirname, '../../../test/fixtures/litellm-prices.json');
const { listed } = readLiteLlm(JSON.parse(readFileSync(FILE, 'utf8')) as Record<string, unknown>);
const tables = new Map<string, PriceTable>(listed.map(({ model, prices }) => [model, prices]));

const POOLS = {
  in: 'input_tokens',
  out: 'output_tokens',
  cached: 'cache_read_tokens',
  write: 'cache_write_tokens',
  write1h: 'cache_write_1h_tokens',
  thought: 'reasoning_tokens',
  heard: 'audio_input_tokens',
  heardCached: 'audio_cache_read_tokens',
  spoken: 'audio_output_tokens',
  seen: 'image_tokens',
  drawn: 'image_output_tokens',
} as const satisfies Record<string, keyof TokenPools>;

const isPool = (name: string): name is keyof typeof POOLS => name in POOLS;

/**
 * Returns the charge of a usage such as `1200 in, 300 out, batch`: pools by the names above, units and tiers by their
 * own.
 */
function charged(model: string, usage: string): bigint | null {
  const tokens: TokenPools = { ...NO_TOKENS };
  const quantities: Quantity[] = [];
  let tier: service_tier | null = null;
  for (const item of usage.split(', ')) {
    const [count = '', name] = item.split(' ');
    if (name === undefined) tier = count as service_tier;
    else if (isPool(name)) tokens[POOLS[name]] = Number(count);
    else quantities.push({ unit: name as usage_unit, count: units(count) });
  }
  const table = tables.get(model);
  if (!table) throw new Error(`${model} was not read`);
  const circumstances = { service_tier: tier, occurred_at: new Date('2026-11-29T12:00:00Z') };
  return chargeOf(table, { tokens, tokens_used: tokensIn(tokens), quantities, ...circumstances });
}

/** Computes a sum such as `1200 * 0.0000025 + 300 * 0.00001` exactly, in the units of charges. */
function summed(terms: string): bigint {
  return terms.split(' + ').reduce((sum, term) => {
    const [count = '', usd = ''] = term.split(' * ');
    const [whole = '0', fraction = ''] = usd.split('.');
    return sum + BigInt(count) * BigInt(whole + fraction.padEnd(16, '0')) * 10n ** 10n;
  }, 0n);
}

/** Each row was computed from the file's own keys, as LiteLLM itself would charge. */
const ROWS: readonly [model: string, usage: string, sum: string][] = [
  ['gpt-4o', '1200 in, 300 out', '1200 * 0.0000025 + 300 * 0.00001'],
  ['gpt-4o', '200 in, 1000 cached, 300 out', '200 * 0.0000025 + 1000 * 0.00000125 + 300 * 0.00001'],
  ['gpt-4o', '100000 in, 20000 out, batch', '100000 * 0.00000125 + 20000 * 0.000005'],
  ['gpt-4o', '100 in, 900 cached, 50 out, priority', '100 * 0.00000425 + 900 * 0.000002125 + 50 * 0.000017'],
  ['gpt-4o', '100 in, 10 out, standard', '100 * 0.0000025 + 10 * 0.00001'],
  ['claude-sonnet-4-5', '500 in, 8000 write, 400 out', '500 * 0.000003 + 8000 * 0.00000375 + 400 * 0.000015'],
  ['claude-sonnet-4-5', '500 in, 8000 write1h, 400 out', '500 * 0.000003 + 8000 * 0.000006 + 400 * 0.000015'],
  ['claude-sonnet-4-5', '300000 in, 2000 out', '300000 * 0.000006 + 2000 * 0.0000225'],
  [
    'claude-sonnet-4-5',
    '1 in, 150000 write, 50000 write1h, 7 cached, 3 out',
    '1 * 0.000006 + 150000 * 0.0000075 + 50000 * 0.000012 + 7 * 0.0000006 + 3 * 0.0000225',
  ],
  ['claude-sonnet-4-5', '200000 in, 10 out', '200000 * 0.000003 + 10 * 0.000015'],
  ['claude-sonnet-4-5', '200001 in, 10 out', '200001 * 0.000006 + 10 * 0.0000225'],
  ['claude-sonnet-4-5', '1000 in, 100 out, 3 query', '1000 * 0.000003 + 100 * 0.000015 + 3 * 0.01'],
  ['gemini-2.5-pro', '250000 in, 5000 out', '250000 * 0.0000025 + 5000 * 0.000015'],
  [
    'gemini-2.5-pro',
    '50000 in, 150001 cached, 5000 out, 700 thought',
    '50000 * 0.0000025 + 150001 * 0.00000025 + 5700 * 0.000015',
  ],
  ['gpt-5.5', '300000 in, 5000 out', '300000 * 0.00001 + 5000 * 0.000045'],
  ['gpt-5.5', '1000 in, 500 out, flex', '1000 * 0.0000025 + 500 * 0.000015'],
  ['gpt-5-mini', '100000 in, 20000 out, flex', '100000 * 0.000000125 + 20000 * 0.000001'],
  ['gpt-5-mini', '100000 in, 20000 out, priority', '100000 * 0.00000045 + 20000 * 0.0000036'],
  ['gpt-5-mini', '1 in, 99 cached, 1 out, flex', '1 * 0.000000125 + 99 * 0.0000000125 + 1 * 0.000001'],
  ['gemini-3.1-pro-preview', '200001 in, 100 out, priority', '200001 * 0.0000072 + 100 * 0.0000324'],
  [
    'gemini-3.1-pro-preview',
    '200000 in, 5 cached, 100 out, priority',
    '200000 * 0.0000072 + 5 * 0.00000072 + 100 * 0.0000324',
  ],
  ['gemini-3.1-pro-preview', '1000 in, 100 out, 50 drawn', '1000 * 0.000002 + 100 * 0.000012 + 50 * 0.00012'],
  ['dashscope/qwen3-max', '50000 in, 1000 out', '50000 * 0.0000024 + 1000 * 0.000012'],
  ['dashscope/qwen3-max', '32000 in, 1 out', '32000 * 0.0000012 + 1 * 0.000006'],
  ['dashscope/qwen3-max', '32001 in, 1 out', '32001 * 0.0000024 + 1 * 0.000012'],
  ['dashscope/qwen3-max', '255000 in, 9 out', '255000 * 0.000003 + 9 * 0.000015'],
  [
    'dashscope/qwen-plus-latest',
    '300000 in, 10 out, 90 thought',
    '300000 * 0.0000012 + 10 * 0.0000036 + 90 * 0.000012',
  ],
  [
    'perplexity/sonar-deep-research',
    '1000 in, 500 out, 4000 thought',
    '1000 * 0.000002 + 500 * 0.000008 + 4000 * 0.000003',
  ],
  ['o3-mini', '1000 in, 500 out, 4000 thought', '1000 * 0.0000011 + 4500 * 0.0000044'],
  ['perplexity/sonar-pro', '1000 in, 500 out, 1 query', '1000 * 0.000003 + 500 * 0.000015 + 1 * 0.01'],
  ['perplexity/sonar-small-online', '800 in, 100 out', '100 * 0.00000028 + 1 * 0.005'],
  [
    'gpt-4o-audio-preview',
    '100 in, 50 out, 800 heard, 600 spoken',
    '100 * 0.0000025 + 50 * 0.00001 + 800 * 0.00004 + 600 * 0.00008',
  ],
  [
    'gpt-realtime-2.1',
    '10 in, 100 heard, 40 heardCached, 30 seen, 20 spoken, 5 out',
    '10 * 0.000004 + 100 * 0.000032 + 40 * 0.0000004 + 30 * 0.000005 + 20 * 0.000064 + 5 * 0.000024',
  ],
  ['gemini-2.5-flash-image', '300 in, 1290 drawn', '300 * 0.0000003 + 1290 * 0.00003'],
  ['gemini/gemini-3.5-flash', '70 in, 30 heard, 8 out, priority', '70 * 0.0000027 + 30 * 0.0000018 + 8 * 0.0000162'],
  ['text-embedding-3-large', '12345 in', '12345 * 0.00000013'],
  ['text-embedding-3-large', '12345 in, batch', '12345 * 0.000000065'],
  ['tts-1', '420 character', '420 * 0.000015'],
  ['whisper-1', '93 second', '93 * 0.0001'],
  ['dall-e-3', '2 image', '2 * 0.04'],
  ['azure/hd/1024-x-1024/dall-e-3', '2 image', '2 * 0.079995863'],
  ['openai/sora-2', '8 video_second', '8 * 0.1'],
  ['gemini/veo-3.1-lite-generate-preview', '4 video_second', '4 * 0.05'],
  ['azure_ai/cohere-rerank-v3.5', '3 query', '3 * 0.002'],
  ['mistral/mistral-ocr-2512', '12 page', '12 * 0.002'],
  ['exa_ai/search', '2 query', '2 * 0.005'],
  ['openai/container', '1 execution', '1 * 0.03'],
];

describe("work priced with LiteLLM's file costs the same as in LiteLLM", () => {
  it.each(ROWS)('%s: %s', (model, usage, sum) => expect(charged(model, usage)).toBe(summed(sum)));
});

describe('a price missing from the file', () => {
  it('does not make long prompts of a service tier as cheap as short ones', () => {
    // twice the standard prices of long prompts (10 and 45), as for short ones; and half of them
    expect(charged('gpt-5.5', '300000 in, 5000 out, priority')).toBe(summed('300000 * 0.00002 + 5000 * 0.00009'));
    expect(charged('gpt-5.5', '300000 in, 5000 out, flex')).toBe(summed('300000 * 0.000005 + 5000 * 0.0000225'));
    expect(charged('gpt-5.5', '300000 in, 5000 out, batch')).toBe(summed('300000 * 0.000005 + 5000 * 0.0000225'));
  });

  it('does not make reasoning cheaper than output if both cost the same', () => {
    const usage = '10 in, 10 out, 100 thought, priority';
    expect(charged('gemini/gemini-3.5-flash', usage)).toBe(summed('10 * 0.0000027 + 110 * 0.0000162'));
  });

  it('does not make tokens free: those of a model priced by queries stay without a price', () => {
    expect(charged('azure_ai/cohere-rerank-v3.5', '500 in')).toBeNull();
    expect(charged('dall-e-3', '500 in')).toBeNull();
    expect(charged('azure_ai/cohere-rerank-v3.5', '1 query, 500 in')).toBe(summed('1 * 0.002'));
  });
});
