import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { shapeFault } from './json-shape.js';

const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);

describe('the shape of a JSON text', () => {
  it('may be any document of a usual size', () => {
    fc.assert(fc.property(fc.json(), (text) => expect(shapeFault(text)).toBeNull()));
    expect(shapeFault(nested(100))).toBeNull();
  });

  it('has at most 100 levels', () => {
    expect(shapeFault(nested(101))).toBe('is nested deeper than 100 levels');
    expect(shapeFault('{"a":'.repeat(5_000))).toBe('is nested deeper than 100 levels');
  });

  it('has at most 500,000 values', () => {
    expect(shapeFault(`[${'0,'.repeat(499_997)}0]`)).toBeNull();
    expect(shapeFault(`[${'[],'.repeat(300_000)}0]`)).toBe('contains more than 500000 values');
    expect(shapeFault(`[${'1,'.repeat(600_000)}0]`)).toBe('contains more than 500000 values');
  });

  it('does not depend on what stands in its strings', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('[', '{', '"', '\\', ',', 'x'), { minLength: 200 }), (characters) => {
        expect(shapeFault(JSON.stringify({ [characters.join('')]: characters.join('') }))).toBeNull();
      }),
    );
  });

  it('is found of text that is no JSON, too', () => {
    for (const text of ['', '"', '"\\', '\\"[', ']]]', '{"a']) expect(shapeFault(text)).toBeNull();
  });
});
