import { beforeAll, describe, expect, it } from '@jest/globals';
import { differenceOfMeans, differenceOfShares } from './intervals.js';
import { loadQuantiles, type Quantiles } from './quantiles.js';
import { type ArmSample, resultOf } from './result.js';
import { ALPHA, armSizeFor, POWER } from './sample-size.js';

let quantiles: Quantiles;
beforeAll(async () => {
  quantiles = await loadQuantiles();
});

/** Numbers from 0 to 1 that are the same in every run (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const arm = (name: string, compared: number, more: Partial<ArmSample> = {}): ArmSample => ({
  name,
  compared,
  activated: 0,
  converted: 0,
  revenue: { mean: 0, variance: 0 },
  ...more,
});

/** An arm whose accounts convert with the given probability; a conversion pays 10 to 110 USD. */
function simulated(name: string, n: number, share: number, random: () => number): ArmSample {
  const paid = Array.from({ length: n }, () => (random() < share ? 10 + 100 * random() ** 2 : 0));
  const mean = paid.reduce((sum, value) => sum + value, 0) / n;
  const variance = paid.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (n - 1);
  return arm(name, n, { converted: paid.filter((value) => value > 0).length, revenue: { mean, variance } });
}

const RUNS = 1_000;
/** Three standard deviations of a share of the simulations. */
const tolerance = (share: number): number => 3 * Math.sqrt((share * (1 - share)) / RUNS);

describe('the interval', () => {
  // Newcombe 1998, table II, method 10
  it.each([
    [56, 70, 48, 80, 0.0524, 0.3339],
    [9, 10, 3, 10, 0.1705, 0.809],
    [10, 10, 0, 10, 0.6075, 1],
    [5, 56, 0, 29, -0.0381, 0.1926],
  ])('of %d/%d and %d/%d is that of the literature', (hits, n, other_hits, other_n, low, high) => {
    const { low: found, high: top } = differenceOfShares(
      { n: other_n, hits: other_hits },
      { n, hits },
      ALPHA,
      quantiles,
    );
    expect(found).toBeCloseTo(low, 4);
    expect(top).toBeCloseTo(high, 4);
  });

  it('of two means is that of R: t.test(extra ~ group, data = sleep)', () => {
    const [one, two] = [
      [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0, 2],
      [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4],
    ].map((values) => {
      const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
      const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
      return { n: values.length, mean, variance: squares / (values.length - 1) };
    });
    const { low, high } = differenceOfMeans(two!, one!, ALPHA, quantiles);
    expect(low).toBeCloseTo(-3.3654832, 5);
    expect(high).toBeCloseTo(0.2054832, 5);
  });
});

describe('the planned number of accounts', () => {
  it('is that of the literature, and grows with the number of arms', () => {
    expect(armSizeFor(0.1, 0.05, 2, quantiles)).toBe(726);
    expect(armSizeFor(0.1, 0.05, 3, quantiles)).toBeGreaterThan(armSizeFor(0.1, 0.05, 2, quantiles));
  });
});

describe('a result', () => {
  it('is refused until every arm has its planned number of accounts', () => {
    const samples = [arm('a', 100, { converted: 1 }), arm('b', 99, { converted: 90 })];
    expect(resultOf('converted', samples, 100, quantiles)).toMatchObject({
      winner: null,
      reason: 'sample_size_not_reached',
      have: 99,
      need: 100,
    });
  });

  it('has no differences while there is nothing to compare', () => {
    expect(resultOf('converted', [arm('a', 0), arm('b', 0)], 100, quantiles).differences).toEqual([null, null]);
  });

  it('names the best of several better arms, and the first if all others are worse', () => {
    const samples = (...hits: number[]) => hits.map((activated, n) => arm(`arm-${n}`, 1_000, { activated }));
    expect(resultOf('activated', samples(100, 200, 250), 1_000, quantiles).winner).toBe('arm-2');
    expect(resultOf('activated', samples(250, 100, 90), 1_000, quantiles).winner).toBe('arm-0');
    expect(resultOf('activated', samples(250, 100, 245), 1_000, quantiles)).toMatchObject({
      winner: null,
      reason: 'no_difference',
    });
  });

  it.each([
    ['converted', 2],
    ['converted', 4],
    ['revenue', 2],
  ] as const)(
    'of arms that do not differ names a winner in at most 5 %% of the cases (%s, %d arms)',
    (metric, arms) => {
      const random = seeded(arms);
      let named = 0;
      for (let run = 0; run < RUNS; run += 1) {
        const samples = Array.from({ length: arms }, (_, n) => simulated(`arm-${n}`, 500, 0.1, random));
        if (resultOf(metric, samples, 500, quantiles).winner !== null) named += 1;
      }
      expect(named / RUNS).toBeLessThanOrEqual(ALPHA + tolerance(ALPHA));
      expect(named).toBeGreaterThan(0);
    },
  );

  it.each([2, 3])('finds the difference that was planned for in at least 80 %% of the cases (%d arms)', (arms) => {
    const random = seeded(arms);
    const need = armSizeFor(0.1, 0.05, arms, quantiles);
    let found = 0;
    for (let run = 0; run < RUNS; run += 1) {
      const samples = Array.from({ length: arms }, (_, n) => simulated(`arm-${n}`, need, n === 1 ? 0.15 : 0.1, random));
      if (resultOf('converted', samples, need, quantiles).winner === 'arm-1') found += 1;
    }
    expect(found / RUNS).toBeGreaterThanOrEqual(POWER - tolerance(POWER));
  });
});
