import { type AmountText, amountOf, unitsOf } from './amount.ts';

/** One column of a chart: a bucket of time with a value per group. Values are exact text: credits or whole numbers. */
export interface Bucket {
  /** ISO time of its start; also its key. */
  start: string;
  values: Readonly<Record<string, AmountText>>;
}

export interface Group {
  key: string;
  label: string;
}

/** Data of a stacked chart. */
export interface Series {
  groups: readonly Group[];
  buckets: readonly Bucket[];
}

/** No model, service or provider is called so. */
export const OTHER_KEY = '~other';

export function totalOfBucket({ values }: Bucket): AmountText {
  return total(Object.values(values));
}

export function totalOfGroup({ buckets }: Series, key: string): AmountText {
  return total(buckets.map(({ values }) => values[key] ?? '0'));
}

export function totalOf(series: Series): AmountText {
  return total(series.buckets.map(totalOfBucket));
}

/** @returns the series with its largest groups first, and the others added up under `label` */
export function topGroups(series: Series, max: number, label: string): Series {
  const sizes = new Map(series.groups.map(({ key }) => [key, unitsOf(totalOfGroup(series, key))]));
  // what was added up before stays among the others
  const sizeOf = ({ key }: Group): bigint => (key === OTHER_KEY ? -1n : (sizes.get(key) ?? 0n));
  const bySize = series.groups.toSorted((one, two) => (sizeOf(one) < sizeOf(two) ? 1 : -1));
  if (bySize.length <= max) return { ...series, groups: bySize };
  const named = bySize.slice(0, max - 1);
  const rest = bySize.slice(max - 1);
  const buckets = series.buckets.map(({ start, values }) => {
    const kept = Object.fromEntries(named.map(({ key }) => [key, values[key] ?? '0'])) as Record<string, AmountText>;
    return { start, values: { ...kept, [OTHER_KEY]: total(rest.map(({ key }) => values[key] ?? '0')) } };
  });
  return { groups: [...named, { key: OTHER_KEY, label }], buckets };
}

function total(amounts: Iterable<AmountText>): AmountText {
  let units = 0n;
  for (const amount of amounts) units += unitsOf(amount);
  return amountOf(units);
}
