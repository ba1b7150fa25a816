import type { SpendingView, UsageSeriesView } from '../api/schema.gen.ts';
import type { Granularity } from '../api/usage.ts';
import { type AmountText, percentOf } from './amount.ts';
import { type Group, OTHER_KEY, type Series } from './series.ts';

/** What a chart of usage can show. */
export const MEASURES = ['credits', 'tokens', 'calls'] as const;
export type Measure = (typeof MEASURES)[number];

/** The pools of tokens, in the order in which work uses them. They never overlap. */
export const TOKEN_POOLS = [
  'input_tokens',
  'cache_read_tokens',
  'cache_write_tokens',
  'cache_write_1h_tokens',
  'output_tokens',
  'reasoning_tokens',
  'audio_input_tokens',
  'audio_cache_read_tokens',
  'audio_output_tokens',
  'image_tokens',
  'image_output_tokens',
] as const;
export type TokenPool = (typeof TOKEN_POOLS)[number];

const CACHED_POOLS = ['cache_read_tokens', 'audio_cache_read_tokens'] as const;
const INPUT_POOLS = [
  ...CACHED_POOLS,
  'input_tokens',
  'cache_write_tokens',
  'cache_write_1h_tokens',
  'audio_input_tokens',
  'image_tokens',
] as const;

/** With more days, a week or month is a better bar. */
const DAILY_MAX = 120;
const HOURLY_MAX = 3;
/** The service gives at most this many days by the hour. */
export const HOURLY_LIMIT = 31;

const FIELDS = { credits: 'credits', tokens: 'tokens_used', calls: 'event_count' } as const;

export function measured(spending: SpendingView, measure: Measure): AmountText {
  const value = spending[FIELDS[measure]];
  return typeof value === 'number' ? `${value}` : value;
}

/** Names for the groups that have none of their own. */
export interface GroupNames {
  none: string;
  other: string;
  chargeWithoutUsage: string;
}

type SpendingGroupView = UsageSeriesView['groups'][number];

/** @returns what identifies a group of a series within the page and its address */
export function keyOfGroup({ kind, group }: Pick<SpendingGroupView, 'kind' | 'group'>): string {
  if (kind === 'other') return OTHER_KEY;
  return kind === 'usage' ? (group ?? '~none') : '~charge';
}

export function nameOfGroup({ kind, group }: Pick<SpendingGroupView, 'kind' | 'group'>, names: GroupNames): string {
  if (kind === 'other') return names.other;
  if (kind === 'charge_without_usage') return names.chargeWithoutUsage;
  return group ?? names.none;
}

/** @returns a measure by bucket and group; groups without any are left out */
export function seriesOf(view: UsageSeriesView, measure: Measure, names: GroupNames): Series {
  const groups = view.groups.filter(({ total }) => Number(measured(total, measure)) !== 0);
  return assemble(
    view.buckets,
    groups.map((group) => ({
      key: keyOfGroup(group),
      label: nameOfGroup(group, names),
      points: group.points.map((point) => [point.start, measured(point, measure)]),
    })),
  );
}

/** @returns the series with one of its groups only; the whole series if it is not there */
export function onlyGroup(series: Series, key: string | undefined): Series {
  const groups = series.groups.filter((group) => group.key === key);
  if (key === undefined || groups.length === 0) return series;
  const buckets = series.buckets.map(({ start, values }) => ({ start, values: { [key]: values[key] ?? '0' } }));
  return { groups, buckets };
}

/** @returns what was charged without a record of work, in the whole range or in one bucket; undefined for nothing */
export function chargesWithoutUsage({ buckets, groups }: UsageSeriesView, at?: string): SpendingView | undefined {
  const group = groups.find(({ kind }) => kind === 'charge_without_usage');
  return at !== undefined && buckets.includes(at) ? group?.points.find(({ start }) => start === at) : group?.total;
}

/** @returns tokens by bucket and pool */
export function poolsOf(view: UsageSeriesView, nameOf: (pool: TokenPool) => string): Series {
  const points = view.groups.flatMap((group) => group.points);
  const pools = TOKEN_POOLS.filter((pool) => view.total[pool] > 0);
  return assemble(
    view.buckets,
    pools.map((pool) => ({
      key: pool,
      label: nameOf(pool),
      points: totals(points.map((point) => [point.start, point[pool]])),
    })),
  );
}

/** @returns the measure of the period before, by bucket, in the order of the buckets; zeros where there is none */
export function previousOf({ buckets, previous }: UsageSeriesView, measure: Measure): AmountText[] | undefined {
  if (!previous) return undefined;
  const points = new Map(previous.points.map((point) => [point.start, measured(point, measure)]));
  return buckets.map((_, at) => points.get(previous.buckets[at] ?? '') ?? '0');
}

/** @returns how many percent of the input came from the provider's cache, or null without input */
export function cacheShareOf(spending: SpendingView): number | null {
  const sum = (pools: readonly TokenPool[]): AmountText =>
    `${pools.reduce((total, pool) => total + spending[pool], 0)}`;
  return percentOf(sum(CACHED_POOLS), sum(INPUT_POOLS));
}

/** @returns by how many percent a value changed, or null if it was zero before */
export function changeOf(now: AmountText, before: AmountText): number | null {
  const percent = percentOf(now, before);
  return percent === null ? null : percent - 100;
}

/** @returns the length of bars that suits a number of days */
export function granularityFor(days: number): Granularity {
  if (days <= HOURLY_MAX) return 'hour';
  return days <= DAILY_MAX ? 'day' : 'week';
}

/** @returns the end of a bucket */
export function endOfBucket({ buckets, to }: UsageSeriesView, start: string): string {
  return buckets[buckets.indexOf(start) + 1] ?? to;
}

interface PointsOfGroup extends Group {
  points: readonly (readonly [start: string, value: AmountText])[];
}

function assemble(starts: readonly string[], groups: readonly PointsOfGroup[]): Series {
  const values = new Map<string, Record<string, AmountText>>(starts.map((start) => [start, {}]));
  for (const { key, points } of groups)
    for (const [start, value] of points) {
      const bucket = values.get(start);
      if (bucket) bucket[key] = value;
    }
  return {
    groups: groups.map(({ key, label }) => ({ key, label })),
    buckets: starts.map((start) => ({ start, values: values.get(start) ?? {} })),
  };
}

/** Adds up whole numbers by start. */
function totals(points: readonly (readonly [start: string, value: number])[]): [string, AmountText][] {
  const sums = new Map<string, number>();
  for (const [start, value] of points) sums.set(start, (sums.get(start) ?? 0) + value);
  return [...sums].map(([start, sum]) => [start, `${sum}`]);
}
