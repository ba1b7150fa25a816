import type { AttributedRow, SpendingRow } from './spending.repository.js';
import { pointsOf, unattributed } from './spending-series.js';
import type { UsageReportRowView } from './usage-report.dto.js';

type NamedRow = SpendingRow & Partial<Pick<AttributedRow, 'value'>>;

/**
 * Returns the lines of a report: one for each bucket and group, in order. Every row is in one of them, so their credits add up
 * to those of the rows. `groupOf` returns null for rows of no group.
 */
export function reportLines(
  rows: readonly NamedRow[],
  groupOf: (row: NamedRow) => string | null,
  bounds: readonly Date[],
): UsageReportRowView[] {
  const starts = bounds.slice(0, -1);
  const groups = Map.groupBy(rows, groupOf);
  const lines = [...groups].flatMap(([group, its]) =>
    pointsOf(its, starts).map((point) => ({ group, end: endOf(point.start, bounds), ...point })),
  );
  return lines.toSorted((a, b) => a.start.getTime() - b.start.getTime() || byName(a.group, b.group));
}

/** Returns the rows of each value and those of none. Rows of several tags are in each, so nothing is left for none. */
export const withRest = (
  all: readonly SpendingRow[],
  attributed: readonly AttributedRow[],
  hasRest: boolean,
): NamedRow[] => (hasRest ? [...attributed, ...unattributed(all, attributed)] : [...attributed]);

const endOf = (start: Date, bounds: readonly Date[]): Date => bounds.find((bound) => bound > start) ?? start;

const byName = (a: string | null, b: string | null): number => {
  if (a === b) return 0;
  if (a === null || b === null) return a === null ? 1 : -1;
  return a < b ? -1 : 1;
};
