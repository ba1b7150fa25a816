import type { Quantiles } from './quantiles.js';

/** A difference with its confidence interval. */
export interface Interval {
  value: number;
  low: number;
  high: number;
}

/** Accounts of which some did something. */
export interface Share {
  n: number;
  hits: number;
}

/** A sample of numbers. */
export interface Sample {
  n: number;
  mean: number;
  /** With n - 1 in the denominator. */
  variance: number;
}

/**
 * Returns the difference `b - a` of two shares with Newcombe's hybrid score interval (Statistics in Medicine 17, 1998,
 * method 10). It holds its level for small samples and shares near 0 or 1, where the textbook interval does not.
 * @param alpha the probability that the interval misses the true difference
 */
export function differenceOfShares(a: Share, b: Share, alpha: number, quantiles: Quantiles): Interval {
  const z = quantiles.normal(1 - alpha / 2);
  const [first, second] = [wilson(a, z), wilson(b, z)];
  const value = second.value - first.value;
  return {
    value,
    low: value - Math.hypot(second.value - second.low, first.high - first.value),
    high: value + Math.hypot(second.high - second.value, first.value - first.low),
  };
}

/** Returns a share with Wilson's score interval. */
function wilson({ n, hits }: Share, z: number): Interval {
  const value = hits / n;
  const middle = (2 * hits + z * z) / (2 * (n + z * z));
  const half = (z * Math.sqrt(z * z + 4 * hits * (1 - value))) / (2 * (n + z * z));
  return { value, low: middle - half, high: middle + half };
}

/**
 * Returns the difference `b - a` of two means with Welch's interval, which does not assume equal variances.
 * @param alpha the probability that the interval misses the true difference
 */
export function differenceOfMeans(a: Sample, b: Sample, alpha: number, quantiles: Quantiles): Interval {
  const value = b.mean - a.mean;
  const [va, vb] = [a.variance / a.n, b.variance / b.n];
  if (va + vb === 0) return { value, low: value, high: value };
  const degrees = (va + vb) ** 2 / (va ** 2 / (a.n - 1) + vb ** 2 / (b.n - 1));
  const half = quantiles.student(1 - alpha / 2, degrees) * Math.sqrt(va + vb);
  return { value, low: value - half, high: value + half };
}
