import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { CompletionPath } from '../../openrouter/completions.client.js';
import { limited, readOrder } from './call-order.js';
import { fittingTokens } from './call-estimates.js';

const PATH = '/chat/completions';
const written = (value: unknown) => ({ value, text: JSON.stringify(value) });
const order = (more: object, path: CompletionPath = PATH) => readOrder(path, written({ model: 'a/b', ...more }));

describe('a call order', () => {
  it('has the largest of its output limits, and the number of answers that it can produce', () => {
    expect(order({})).toMatchObject({ max_tokens: null, choices: 1, is_stream: false });
    expect(order({ max_tokens: 5, max_completion_tokens: 9, n: 3, stream: true })).toMatchObject({
      max_tokens: 9,
      choices: 3,
      is_stream: true,
    });
    expect(order({ prompt: ['x', 'y'], best_of: 4 }, '/completions').choices).toBe(8);
    expect(order({ prompt: [1, 2, 3] }, '/completions').choices).toBe(1);
    expect(order({ input: 'x', stream: true }, '/embeddings')).toMatchObject({
      max_tokens: 0,
      is_stream: false,
    });
  });

  it('allows reasoning beyond the output limit if the reasoning budget reaches that limit', () => {
    expect(order({ max_tokens: 100, reasoning: { max_tokens: 99 } }).max_tokens).toBe(100);
    expect(order({ max_tokens: 100, reasoning: { max_tokens: 4000 } }).max_tokens).toBe(4100);
    expect(order({ max_tokens: 100, thinking: { type: 'enabled', budget_tokens: 100 } }).max_tokens).toBe(200);
    expect(order({ reasoning: { max_tokens: 4000 } }).max_tokens).toBeNull();
    for (const odd of [-1, 'many', 1.5, null, {}]) {
      expect(order({ max_tokens: 100, reasoning: { max_tokens: odd } }).max_tokens).toBe(100);
    }
  });

  it('lists every model that can answer once', () => {
    expect(order({}).models).toEqual(['a/b']);
    expect(order({ models: ['c/d', 'a/b', 'c/d'] }).models).toEqual(['a/b', 'c/d']);
    expect(order({ models: null }).models).toEqual(['a/b']);
  });

  it.each<[number, object]>([
    [0, {}],
    [0, { plugins: [null, { id: 'file-parser' }] }],
    [5, { plugins: [{ id: 'web' }] }],
    [9, { plugins: [{ id: 'web', max_results: 9 }] }],
    [5, { model: 'a/b:online' }],
    [5, { model: 'a/b:Online:nitro', plugins: [{ id: 'web', max_results: 2 }] }],
    [5, { models: ['c/d:free:online'] }],
    [0, { model: 'a/b-online' }],
    [5, { plugins: { id: 'web' } }],
    [3, { plugins: [{ id: ' WEB ', max_results: 3 }] }],
  ])('can find %i web pages: %j', (pages, more) => {
    expect(order(more).web_results).toBe(pages);
  });

  it.each<[number, object]>([
    [0, { tools: [{ type: 'function', function: { name: 'web_search' } }] }],
    [5, { web_search_options: {} }],
    [5, { web_search_options: { search_context_size: 'high' } }],
    [5, { tools: [{ type: 'web_search' }] }],
    [5, { tools: [{ type: 'openrouter:web_search' }] }],
    [2, { tools: [{ type: 'web_search_20250305', name: 'web_search', max_uses: 2 }] }],
    [5, { tools: [{ googleSearch: {} }] }],
    [0, { tools: null, web_search_options: null }],
  ])('can make %i searches: %j', (searches, more) => {
    expect(order(more).searches).toBe(searches);
  });

  it('contains the service tier', () => {
    expect(order({ service_tier: 'priority' }).service_tier).toBe('priority');
    for (const service_tier of [undefined, null, 'auto', 'default', 7])
      expect(order({ service_tier }).service_tier).toBeNull();
  });

  it('is passed on unchanged, except for an added output limit', () => {
    const text = '{ "model": "a/b", "seed": 12345678901234567890, "max_tokens": null } \n';
    const asked = readOrder(PATH, { value: JSON.parse(text) as unknown, text });
    expect(asked.text).toBe(text);
    const { max_tokens, text: shorter } = limited(asked, 7);
    expect([max_tokens, JSON.parse(shorter)]).toEqual([7, { ...(JSON.parse(text) as object), max_tokens: 7 }]);
    expect(shorter).toContain('"seed": 12345678901234567890,');
  });

  it.each<[string, unknown]>([
    ['the body', []],
    ['the body', null],
    ['model', {}],
    ['model', { model: ' ' }],
    ['max_tokens', { model: 'a/b', max_tokens: -1 }],
    ['max_tokens', { model: 'a/b', max_tokens: 'many' }],
    ['n', { model: 'a/b', n: 1e9 }],
    ['models', { model: 'a/b', models: 'c/d' }],
    ['models', { model: 'a/b', models: [''] }],
    ['models', { model: 'a/b', models: Array(21).fill('c/d') }],
    ['max_results', { model: 'a/b', plugins: [{ id: 'web', max_results: -1 }] }],
  ])('is refused with the name of the invalid parameter: %s', (param, body) => {
    expect(() => readOrder(PATH, written(body))).toThrow(expect.objectContaining({ extra: { param } }));
  });
});

describe('the affordable output limit', () => {
  it('costs at most the available credits, and nearly all of them', () => {
    const amounts = fc.bigInt({ min: 0n, max: 10n ** 12n });
    fc.assert(
      fc.property(amounts, amounts, amounts, fc.integer({ min: 1, max: 200_000 }), (prompt, answer, free, max) => {
        const estimate = { cost: prompt + answer, prompt_cost: prompt, max_tokens: max, is_free: false };
        const isCheap = { cost: 0n, prompt_cost: 0n, max_tokens: 1, is_free: true };
        fc.pre(estimate.cost > free);
        const fitting = fittingTokens({ each: [isCheap, estimate] }, free);
        expect(fitting).toBeLessThanOrEqual(max);
        if (fitting === 0) return;
        expect(prompt + (answer * BigInt(fitting)) / BigInt(max)).toBeLessThanOrEqual(free);
        if (fitting < max)
          expect(prompt * BigInt(max) + answer * BigInt(fitting + 1)).toBeGreaterThan(free * BigInt(max));
      }),
    );
  });
});
