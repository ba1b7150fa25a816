import { Injectable } from '@nestjs/common';
import { addDays, DAY_MS, dayOf, startOfDay } from '../../platform/values/calendar.js';
import { amount, units } from '../../platform/values/amount.js';
import type { UsageSeriesQuery } from './spending.dto.js';
import { boundsOf, periodOf, previousBounds } from './spending-range.js';
import { type Attributed, SpendingRepository, type SpendingRow } from './spending.repository.js';
import { type SeriesSelection, selectionOf } from './spending-selection.js';
import { groupsOf, pointsOf, spendingOf, unattributed } from './spending-series.js';
import type { PreviousSpendingView, SpentView, UsageSeriesView } from './spending.views.js';

/** Reports what was spent, as the ledger says, and the usage that belongs to it. */
@Injectable()
export class SpendingService {
  constructor(private readonly spending: SpendingRepository) {}

  /**
   * Returns spending over time. The buckets that overlap the range are complete, and the total equals the ledger's
   * spending between `from` and `to` of the answer.
   * @param user_id null for the whole platform
   * @throws InvalidInput for a range that is reversed or too long, and for filters that cannot be combined
   */
  async series(user_id: string | null, query: UsageSeriesQuery): Promise<UsageSeriesView> {
    const { granularity, group_by, tz, compare } = query;
    const selection = selectionOf(query);
    const bounds = boundsOf(periodOf(query, new Date()), granularity, tz);
    const starts = bounds.slice(0, -1);
    const [{ all, rows }, previous] = await Promise.all([
      this.grouped(user_id, bounds, selection),
      compare === undefined
        ? undefined
        : this.previous(user_id, previousBounds(bounds, granularity, tz), selection.only),
    ]);
    return {
      group_by,
      granularity,
      from: bounds[0] as Date,
      to: bounds.at(-1) as Date,
      buckets: starts,
      total: spendingOf(all),
      groups: groupsOf(rows, group_by, starts),
      ...(previous && { previous }),
    };
  }

  /** Returns all selected rows for the total, and the rows of the groups. */
  private async grouped(
    user_id: string | null,
    bounds: Date[],
    { dimension, only }: SeriesSelection,
  ): Promise<{ all: SpendingRow[]; rows: SpendingRow[] }> {
    if (user_id === null || dimension === null) {
      const all = await this.spending.inBuckets(user_id, bounds, only);
      return { all, rows: all };
    }
    const { all, attributed } = await this.spending.byValue(user_id, bounds, dimension);
    // several tags can share some work, so what has none cannot be found by subtraction
    return { all, rows: dimension === 'tag' ? attributed : [...attributed, ...unattributed(all, attributed)] };
  }

  /** Returns what an account spent in the last 24 hours, 7 days and 30 days. */
  async spent(user_id: string, tz: string): Promise<SpentView> {
    const now = new Date();
    const start = (days: number): Date => startOfDay(addDays(dayOf(now, tz), days), tz);
    const [hours, days] = await Promise.all([
      this.spending.inBuckets(user_id, [new Date(now.getTime() - DAY_MS), now]),
      this.spending.inBuckets(user_id, [start(-29), start(-6), start(1)]),
    ]);
    const plain = days.filter(({ has_usage }) => !has_usage);
    return {
      last_24_hours: spendingOf(hours),
      last_7_days: spendingOf(days.filter(({ bucket }) => bucket === 1)),
      last_30_days: spendingOf(days),
      charged_without_usage: amount(creditsOf(plain)),
    };
  }

  private async previous(
    user_id: string | null,
    bounds: Date[],
    only: Attributed | null,
  ): Promise<PreviousSpendingView> {
    const rows = await this.spending.inBuckets(user_id, bounds, only);
    const starts = bounds.slice(0, -1);
    const [from, to] = [bounds[0] as Date, bounds.at(-1) as Date];
    return { from, to, buckets: starts, total: spendingOf(rows), points: pointsOf(rows, starts) };
  }
}

const creditsOf = (rows: readonly SpendingRow[]): bigint => rows.reduce((sum, { credits }) => sum + units(credits), 0n);
