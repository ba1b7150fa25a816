import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { promptBound } from './prompt-bound.js';

describe('the bound of a prompt', () => {
  it('is a token for two bytes, whatever the text is nested in', () => {
    expect(promptBound('four')).toBe(2);
    expect(promptBound('äöü')).toBe(3);
    expect(promptBound(['four', ['four']])).toBe(4);
    expect(promptBound({ role: 'user', content: 'x'.repeat(1000) })).toBeGreaterThanOrEqual(500);
    expect(promptBound([1, 2, 3])).toBe(3);
  });

  it('counts an image by what images may cost, not by the length of its encoding', () => {
    const url = `data:image/png;base64,${'A'.repeat(100_000)}`;
    const image = { type: 'image_url', image_url: { url } };
    expect(promptBound(image)).toBe(4_096);
    expect(promptBound({ type: 'image_url', image_url: { url: 'https://example.com/a.png' } })).toBe(4_096);
    expect(promptBound({ type: 'input_audio', input_audio: { data: 'A'.repeat(1_000_000) } })).toBeGreaterThan(15_000);
  });

  it('is never less with more in it', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (a, b) => {
        expect(promptBound([a, b])).toBe(promptBound(a) + promptBound(b));
        expect(promptBound(a)).toBeGreaterThanOrEqual(0);
      }),
    );
  });
});
