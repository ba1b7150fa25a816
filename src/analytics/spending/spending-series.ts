import { HOURLY_COUNTS, type HourlyCount } from '../../metering/hourly/hourly-measures.js';
import { amount, type Units, units } from '../../platform/values/amount.js';
import { providersOf } from '../../pricing/prices/model-ids.js';
import type { SpendingGroup } from './spending.dto.js';
import type { SpendingRow } from './spending.repository.js';
import type { SpendingGroupView, SpendingKind, SpendingPointView, SpendingView } from './spending.views.js';

/** Further groups are added up as `other`. */
export const GROUPS_MAX = 50;

/** The name of a group. */
type Name = Pick<SpendingGroupView, 'kind' | 'group'>;

/** Sums of rows; credits in units. */
type Sums = Record<HourlyCount, number> & { credits: Units };

/** Returns the provider of some work: the first part of the model, or the service if the model names none. */
export const providerOf = ({ service, model }: Pick<SpendingRow, 'service' | 'model'>): string =>
  providersOf(model).at(0) ?? service;

const NAMES: Record<SpendingGroup, (row: SpendingRow) => string> = {
  none: () => '',
  provider: providerOf,
  service: ({ service }) => service,
  model: ({ model }) => model,
};

/** Returns what a row belongs to. */
function nameOf(row: SpendingRow, by: SpendingGroup): Name {
  if (!row.has_usage) return { kind: 'charge_without_usage', group: null };
  return { kind: 'usage', group: NAMES[by](row) || null };
}

/**
 * Returns the groups, most credits first: at most {@link GROUPS_MAX} of usage, then the rest as `other` and the charges
 * without usage. Every row is in exactly one of them, so their totals add up to the total of the rows.
 */
export function groupsOf(
  rows: readonly SpendingRow[],
  by: SpendingGroup,
  starts: readonly Date[],
): SpendingGroupView[] {
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

/** Returns the sum of some rows. */
export function spendingOf(rows: readonly SpendingRow[]): SpendingView {
  const { credits, ...counts } = sumOf(rows);
  return { ...counts, credits: amount(credits) };
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
  };
  for (const row of rows) {
    sums.credits += units(row.credits);
    for (const name of HOURLY_COUNTS) sums[name] += row[name];
  }
  return sums;
}

const compare = (a: Sums, b: Sums): number =>
  a.credits === b.credits ? a.event_count - b.event_count : a.credits < b.credits ? -1 : 1;
