import { HOURLY_COUNTS, type HourlyCount } from '../../metering/hourly/hourly-measures.js';
import { amount, type Units, units } from '../../platform/values/amount.js';
import { providersOf } from '../../pricing/prices/model-ids.js';
import type { SpendingGroup } from './spending.dto.js';
import type { AttributedRow, SpendingRow } from './spending.repository.js';
import type { SpendingGroupView, SpendingKind, SpendingPointView, SpendingView } from './spending.views.js';

/** Further groups are added up as `other`. */
export const GROUPS_MAX = 50;

/** The name of a group. */
type Name = Pick<SpendingGroupView, 'kind' | 'group'>;

/** Sums of rows; amounts in units. */
type Sums = Record<HourlyCount, number> & Record<'credits' | 'cache_savings', Units>;

/** A row that may be of a key, a member or a tag. */
type GroupedRow = SpendingRow & Partial<Pick<AttributedRow, 'value'>>;

/** Returns the provider of some work: the first part of the model, or the service if the model names none. */
export const providerOf = ({ service, model }: Pick<SpendingRow, 'service' | 'model'>): string =>
  providersOf(model).at(0) ?? service;

const valueOf = ({ value }: GroupedRow): string => value ?? '';

const NAMES: Record<SpendingGroup, (row: GroupedRow) => string> = {
  none: () => '',
  provider: providerOf,
  service: ({ service }) => service,
  model: ({ model }) => model,
  api_key: valueOf,
  member: valueOf,
  tag: valueOf,
};

/** Returns what a row belongs to. A charge by a key, a member or for a tag is theirs, with or without recorded work. */
function nameOf(row: GroupedRow, by: SpendingGroup): Name {
  if (!row.has_usage && !row.value) return { kind: 'charge_without_usage', group: null };
  return { kind: 'usage', group: NAMES[by](row) || null };
}

/**
 * Returns the groups, most credits first: at most {@link GROUPS_MAX} of usage, then the rest as `other` and the charges
 * without usage. Every row is in exactly one of them, so their totals add up to the total of the rows.
 */
export function groupsOf(rows: readonly GroupedRow[], by: SpendingGroup, starts: readonly Date[]): SpendingGroupView[] {
  const named = Map.groupBy(rows, (row) => JSON.stringify(nameOf(row, by)));
  const groups = [...named].map(([key, its]) => ({ name: JSON.parse(key) as Name, its, sums: sumOf(its) }));
  const byCredits = groups.toSorted(
    (a, b) => compare(b.sums, a.sums) || (a.name.group ?? '').localeCompare(b.name.group ?? ''),
  );
  const ofUsage = byCredits.filter(({ name }) => name.kind === 'usage');
  const rest = ofUsage.slice(GROUPS_MAX).flatMap(({ its }) => its);
  return [
    ...ofUsage.slice(0, GROUPS_MAX),
    ...(rest.length === 0
      ? []
      : [{ name: { kind: 'other' satisfies SpendingKind as SpendingKind, group: null }, its: rest }]),
    ...byCredits.filter(({ name }) => name.kind === 'charge_without_usage'),
  ].map(({ name, its }) => ({ ...name, total: spendingOf(its), points: pointsOf(its, starts) }));
}

/** Returns what remains of all spending without what is attributed. Nothing must be attributed twice. */
export function unattributed(all: readonly SpendingRow[], attributed: readonly SpendingRow[]): SpendingRow[] {
  const taken = Map.groupBy(attributed, placeOf);
  return all
    .map((row) => minus(row, sumOf(taken.get(placeOf(row)) ?? [])))
    .filter((row) => row.charges > 0 || row.event_count > 0);
}

const placeOf = ({ bucket, service, model, has_usage }: SpendingRow): string =>
  JSON.stringify([bucket, service, model, has_usage]);

function minus(row: SpendingRow, { credits, cache_savings, ...counts }: Sums): SpendingRow {
  const rest = { ...row };
  rest.credits = amount(units(row.credits) - credits);
  rest.cache_savings = amount(units(row.cache_savings) - cache_savings);
  for (const name of HOURLY_COUNTS) rest[name] -= counts[name];
  return rest;
}

/** Returns the sum of some rows. */
export function spendingOf(rows: readonly SpendingRow[]): SpendingView {
  const { credits, cache_savings, ...counts } = sumOf(rows);
  return { ...counts, credits: amount(credits), cache_savings: amount(cache_savings) };
}

/** Returns a point for each bucket that has rows, in order. `starts` are the starts of the buckets. */
export function pointsOf(rows: readonly SpendingRow[], starts: readonly Date[]): SpendingPointView[] {
  const buckets = Map.groupBy(rows, ({ bucket }) => bucket);
  return starts.flatMap((start, bucket) => {
    const its = buckets.get(bucket);
    return its ? [{ start, ...spendingOf(its) }] : [];
  });
}

function sumOf(rows: readonly SpendingRow[]): Sums {
  const sums = {
    ...(Object.fromEntries(HOURLY_COUNTS.map((name) => [name, 0])) as Record<HourlyCount, number>),
    credits: 0n,
    cache_savings: 0n,
  };
  for (const row of rows) {
    sums.credits += units(row.credits);
    sums.cache_savings += units(row.cache_savings);
    for (const name of HOURLY_COUNTS) sums[name] += row[name];
  }
  return sums;
}

const compare = (a: Sums, b: Sums): number =>
  a.credits === b.credits ? a.event_count - b.event_count : a.credits < b.credits ? -1 : 1;
