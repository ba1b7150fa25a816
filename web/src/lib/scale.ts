import { positionOf } from './amount.ts';
import type { Series } from './series.ts';

const STEPS = [1, 2, 5, 10] as const;

/**
 * @param max the largest value that must fit
 * @param count about how many steps there should be
 * @param isWhole whether the values are whole numbers, so that no step is below one
 * @returns round values for an axis, from zero to `max` or above
 */
export function ticksOf(max: number, count: number, isWhole = false): number[] {
  if (max <= 0) return [0, 1];
  const least = max / count;
  const power = 10 ** Math.floor(Math.log10(least));
  const step = power * (STEPS.find((factor) => factor * power >= least) ?? 10);
  const width = isWhole ? Math.max(1, step) : step;
  return Array.from({ length: Math.ceil(max / width) + 1 }, (_, at) => at * width);
}

/** Where one part of a bar begins and ends, in values. */
export type Span = readonly [low: number, high: number];

/** @returns for each group the part of each bar that is its own, stacked from the first group upwards */
export function stackedOf({ groups, buckets }: Series): Span[][] {
  const tops = buckets.map(() => 0);
  return groups.map(({ key }) =>
    buckets.map(({ values }, at) => {
      const low = tops[at] ?? 0;
      const high = low + Math.max(0, positionOf(values[key] ?? '0'));
      tops[at] = high;
      return [low, high];
    }),
  );
}

/**
 * @param widths widths of the labels, in pixels, as they stand beside each other
 * @param slot distance of two labels, in pixels
 * @returns every which label is shown, so that none touches the next
 */
export function labelStep(widths: readonly number[], slot: number, gap: number): number {
  return Math.max(1, Math.ceil((Math.max(0, ...widths) + gap) / slot));
}
