import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { limited, readOrder } from './call-order.js';
import { fittingTokens } from './call-rates.js';

const PATH = '/chat/completions';
const order = (more: object) => readOrder(PATH, { model: 'a/b', ...more });

describe('a call as it is asked for', () => {
  it('has the larger of its limits, and as many answers as it may make', () => {
    expect(order({})).toMatchObject({ max_tokens: null, choices: 1, is_stream: false });
    expect(order({ max_tokens: 5, max_completion_tokens: 9, n: 3, stream: true })).toMatchObject({
      ...{ max_tokens: 9, choices: 3, is_stream: true },
    });
    expect(readOrder('/completions', { model: 'a/b', prompt: ['x', 'y'], best_of: 4 }).choices).toBe(8);
    expect(readOrder('/completions', { model: 'a/b', prompt: [1, 2, 3] }).choices).toBe(1);
    expect(readOrder('/embeddings', { model: 'a/b', input: 'x', stream: true })).toMatchObject({
      ...{ max_tokens: 0, is_stream: false },
    });
  });

  it('names every model that may answer, each once', () => {
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
  ])('may find %i pages of the web: %j', (pages, more) => {
    expect(order(more).web_results).toBe(pages);
  });

  it('keeps its body, but for a limit that it is given', () => {
    const body = { model: 'a/b', messages: [], x: { y: 1 } };
    expect(readOrder(PATH, body).body).toBe(body);
    expect(limited(readOrder(PATH, body), 7)).toMatchObject({ max_tokens: 7, body: { ...body, max_tokens: 7 } });
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
  ])('is refused with the name of what is wrong: %s', (param, body) => {
    expect(() => readOrder(PATH, body)).toThrow(expect.objectContaining({ extra: { param } }));
  });
});

describe('the limit that fits', () => {
  it('costs no more than there is, and nearly all of it', () => {
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
