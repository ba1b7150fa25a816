import { describe, expect, it } from '@jest/globals';
import { bareNamesOf, matchingIds, nearestIds } from './model-name.js';

const OFFERED = [
  'openai/gpt-4o-mini',
  'openai/gpt-4o',
  'openai/gpt-4o-2024-08-06',
  'anthropic/claude-sonnet-4.5',
  'meta-llama/llama-3.3-70b-instruct',
  'meta-llama/llama-3.3-70b-instruct:free',
  'a/twice',
  'b/twice',
  'anthropic/claude-3.7-sonnet',
  'anthropic/claude-3.7-sonnet:thinking',
  'azure/hd/gpt-4o',
  'own-model',
];

describe('a bare model name', () => {
  it.each([
    ['gpt-4o-mini', ['openai/gpt-4o-mini']],
    [' GPT-4o ', ['openai/gpt-4o']],
    ['gpt-4o-2024-08-06', ['openai/gpt-4o-2024-08-06']],
    ['gpt-4o-mini-2024-07-18', ['openai/gpt-4o-mini']],
    ['claude-sonnet-4-5-20250929', ['anthropic/claude-sonnet-4.5']],
    ['claude-sonnet-4-5', ['anthropic/claude-sonnet-4.5']],
    ['claude-3-7-sonnet-latest', ['anthropic/claude-3.7-sonnet']],
    ['gpt-4o-mini:nitro', ['openai/gpt-4o-mini:nitro']],
    ['gpt-4o-mini:nitro:online', ['openai/gpt-4o-mini:nitro:online']],
    ['gpt-4o-mini:of-tomorrow', ['openai/gpt-4o-mini:of-tomorrow']],
    ['llama-3.3-70b-instruct:free', ['meta-llama/llama-3.3-70b-instruct:free']],
    ['claude-3.7-sonnet:thinking', ['anthropic/claude-3.7-sonnet:thinking']],
    ['twice', ['a/twice', 'b/twice']],
    ['own-model', ['own-model']],
    ['gpt-9', []],
    ['', []],
  ])('%j means %j', (name, ids) => {
    expect(matchingIds(name, OFFERED)).toEqual(ids);
  });

  it('is never looked up if it contains NUL', () => {
    expect(bareNamesOf('gpt-4o\0')).toEqual([]);
    expect(bareNamesOf('gpt-4o')).toContain('gpt-4o');
  });

  it('is answered with similar names if no model has it', () => {
    expect(nearestIds('gpt-4o-maxi:nitro', OFFERED, 2)).toEqual(['openai/gpt-4o-mini', 'openai/gpt-4o-2024-08-06']);
    expect(nearestIds('zephyr', OFFERED, 2)).toEqual([]);
  });
});
