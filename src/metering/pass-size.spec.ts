import { describe, expect, it } from '@jest/globals';
import { PassSize } from './pass-size.js';

/** Sizes of the passes of a run that take these times. */
function sizes(times_ms: readonly number[]): number[] {
  const passes = new PassSize();
  return times_ms.map((took_ms) => {
    const size = passes.value;
    passes.learn(took_ms);
    return size;
  });
}

describe('the size of a pass', () => {
  it('doubles while passes are quick, up to a limit', () => {
    expect(sizes([10, 10, 1_999, 10, 10, 10])).toEqual([20_000, 40_000, 80_000, 160_000, 320_000, 320_000]);
  });

  it('stays while passes are of the right length, and halves when they are slow, down to the first size', () => {
    expect(sizes([10, 2_000, 5_000, 5_001, 9_000, 10])).toEqual([20_000, 40_000, 40_000, 40_000, 20_000, 20_000]);
  });

  it('is what a pass gets', async () => {
    const passes = new PassSize();
    expect(await passes.of((size) => Promise.resolve(size))).toBe(20_000);
    expect(passes.value).toBe(40_000);
  });
});
