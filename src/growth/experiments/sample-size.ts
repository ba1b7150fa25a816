import type { Quantiles } from './quantiles.js';

/** Probability of naming a winner although the arms do not differ. */
export const ALPHA = 0.05;
/** Probability of finding a difference of the size that was planned for. */
export const POWER = 0.8;

/**
 * Returns the probability of error of one comparison. Each arm is compared with the first, and all comparisons together
 * may err with probability `ALPHA` (Bonferroni).
 */
export const alphaOf = (arms: number): number => ALPHA / (arms - 1);

/**
 * Returns the number of accounts that each arm needs to find a difference of two shares, with continuity correction
 * (Fleiss, Levin and Paik, Statistical Methods for Rates and Proportions, 3rd edition, 4.2). Of the two directions, the
 * one that needs more accounts counts.
 *
 * @param baseline share of the first arm, 0 to 1
 * @param difference smallest difference to be found, 0 to 1
 */
export function armSizeFor(baseline: number, difference: number, arms: number, quantiles: Quantiles): number {
  const others = [baseline + difference, baseline - difference].filter((share) => share > 0 && share < 1);
  const z = { alpha: quantiles.normal(1 - alphaOf(arms) / 2), power: quantiles.normal(POWER) };
  return Math.max(...others.map((other) => sizeFor(baseline, other, z)));
}

function sizeFor(p1: number, p2: number, z: { alpha: number; power: number }): number {
  const difference = Math.abs(p1 - p2);
  const mean = (p1 + p2) / 2;
  const root = z.alpha * Math.sqrt(2 * mean * (1 - mean)) + z.power * Math.sqrt(p1 * (1 - p1) + p2 * (1 - p2));
  const size = (root / difference) ** 2;
  return Math.ceil((size / 4) * (1 + Math.sqrt(1 + 4 / (size * difference))) ** 2);
}
