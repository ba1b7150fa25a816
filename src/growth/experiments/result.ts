import type { experiment_metric } from '../../generated/prisma/enums.js';
import { differenceOfMeans, differenceOfShares, type Interval } from './intervals.js';
import type { Quantiles } from './quantiles.js';
import { alphaOf } from './sample-size.js';

/** What is known about the accounts of an arm that are compared. */
export interface ArmSample {
  name: string;
  /** Accounts that are compared: the first ones of the arm whose windows are over, at most the planned number. */
  compared: number;
  activated: number;
  converted: number;
  /** Mean and variance of the revenue per account. */
  revenue: { mean: number; variance: number };
}

/** What an experiment found. */
export interface Result {
  /** Difference of each arm to the first, in the order of the arms; null for the first, and while there is too little. */
  differences: (Interval | null)[];
  winner: string | null;
  /** Why no winner is named; null if one is. */
  reason: 'sample_size_not_reached' | 'no_difference' | null;
  /** Compared accounts of the smallest arm. */
  have: number;
  /** Accounts that each arm needs. */
  need: number;
}

/**
 * Compares the arms with the first. A winner is named once, after every arm has its planned number of accounts, and only
 * these accounts are compared: so the result is that of one look, however often somebody looks before or after.
 *
 * The winner is the best of the arms that are better than the first; the first, if all others are worse.
 */
export function resultOf(
  metric: experiment_metric,
  samples: readonly ArmSample[],
  need: number,
  quantiles: Quantiles,
): Result {
  const [first, ...others] = samples;
  if (!first) throw new Error('an experiment has at least two arms');
  const alpha = alphaOf(samples.length);
  const differences = others.map((arm) => differenceOf(metric, first, arm, alpha, quantiles));
  const have = Math.min(...samples.map(({ compared }) => compared));
  const common = { differences: [null, ...differences], have, need };
  if (have < need) return { ...common, winner: null, reason: 'sample_size_not_reached' };
  const winner = winnerOf(first, others, differences);
  return { ...common, winner, reason: winner === null ? 'no_difference' : null };
}

function winnerOf(
  first: ArmSample,
  others: readonly ArmSample[],
  differences: readonly (Interval | null)[],
): string | null {
  const known = others.flatMap(({ name }, n) => (differences[n] ? [{ name, ...differences[n] }] : []));
  const [best] = known.filter(({ low }) => low > 0).toSorted((a, b) => b.value - a.value);
  if (best) return best.name;
  return known.length === others.length && known.every(({ high }) => high < 0) ? first.name : null;
}

const COMPARABLE = 2;

function differenceOf(
  metric: experiment_metric,
  a: ArmSample,
  b: ArmSample,
  alpha: number,
  quantiles: Quantiles,
): Interval | null {
  if (Math.min(a.compared, b.compared) < COMPARABLE) return null;
  if (metric === 'revenue') {
    const sample = ({ compared: n, revenue }: ArmSample) => ({ n, ...revenue });
    return differenceOfMeans(sample(a), sample(b), alpha, quantiles);
  }
  const share = (arm: ArmSample) => ({ n: arm.compared, hits: arm[metric] });
  return differenceOfShares(share(a), share(b), alpha, quantiles);
}
