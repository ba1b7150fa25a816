import { Injectable } from '@nestjs/common';
import { AccountsService, balanceView } from '../credits/accounts/accounts.service.js';
import { accountOf, type Actor } from '../platform/actor.js';
import { units } from '../platform/values/amount.js';
import { type Day, dayOf, startOfDay } from '../platform/values/calendar.js';
import type { Sheet } from '../platform/export/sheet.js';
import type { Page } from '../platform/database/paging.js';
import { TiersRepository } from '../tiers/tiers.repository.js';
import { UsageEventView } from '../usage/tracking/track.dto.js';
import type { AnalyticsQuery, HistoryQuery, TrendsQuery, UsageExportQuery } from './analytics.dto.js';
import type { UsageQuery } from '../usage/reports/reports.dto.js';
import { type AnalyticsView, type InsightView, type PredictionView, type TrendView } from './analytics.views.js';
import { boundsOf, bucketsOf, type DayRange, type Group, rangeOf } from './series/buckets.js';
import { historyOf, pageOfHistory } from './history/history.js';
import type { HistoryView, PeriodType } from './history/history.views.js';
import { analyticsOf, type AnalyticsSnapshot, snapshotInsights, snapshotRange, predictionOf } from './snapshot.js';
import { rangeFor } from './series/range.js';
import { totalsByBucket } from './series/usage-totals.js';
import { trendOf } from './series/trends.js';
import { type BucketSpending, spendingByBucket, withSpending } from './spending/bucket-spending.js';
import { SpendingRepository } from './spending/spending.repository.js';
import { UsageExportRepository } from './export/usage-export.repository.js';
import { UsageSeriesRepository } from './series/usage-series.repository.js';

const HISTORY = {
  hourly: { group: 'hour', buckets: 'day', days_max: 31 },
  daily: { group: 'day', buckets: 'day', days_max: 366 },
  monthly: { group: 'month', buckets: 'month', days_max: 5 * 366 },
} as const satisfies Record<PeriodType, object>;
const EXPORT_DAYS_MAX = 10 * 366;

/** An export of usage events: the table, the days it covers, and the number of events. */
export interface UsageExport {
  sheet: Sheet;
  range: DayRange;
  total: () => Promise<number>;
}

/** Computes trends, history, predictions and insights on request. Nothing is stored. */
@Injectable()
export class AnalyticsService {
  constructor(
    private readonly accounts: AccountsService,
    private readonly tiers: TiersRepository,
    private readonly series: UsageSeriesRepository,
    private readonly spending: SpendingRepository,
    private readonly events: UsageExportRepository,
  ) {}

  /** Returns a point for every day, week or month of the period, with or without usage. */
  async trends(actor: Actor, { user_id: named, period, group_by, tz }: TrendsQuery): Promise<TrendView[]> {
    const user_id = accountOf(actor, named);
    const range = rangeOf(period, group_by, dayOf(new Date(), tz));
    const [account, series, spending] = await Promise.all([
      this.accounts.read(actor, user_id),
      this.series.read({ user_id, ...range, group: group_by, tz }),
      this.spendingBy(group_by, { user_id, ...range, tz }),
    ]);
    const totals = withSpending(totalsByBucket(series), spending);
    return trendOf(bucketsOf(group_by, range), totals, units(account.allocated_monthly));
  }

  /**
   * Returns the hours, days or months with usage, newest first.
   * @throws InvalidInput for a range that is too long or reversed
   */
  async history(actor: Actor, query: HistoryQuery): Promise<Page<HistoryView>> {
    const user_id = accountOf(actor, query.user_id);
    const { group, buckets, days_max } = HISTORY[query.period_type];
    const now = new Date();
    const range = rangeFor(query, buckets, now, days_max);
    const [account, series] = await Promise.all([
      this.accounts.read(actor, user_id),
      this.series.read({ user_id, ...range, group, tz: query.tz }),
    ]);
    return pageOfHistory(historyOf(series, { account, period_type: query.period_type, now }), query);
  }

  /** Forecasts the next 30 days. */
  async predictions(actor: Actor, query: UsageQuery): Promise<PredictionView> {
    return predictionOf(await this.snapshot(actor, query));
  }

  /** Returns the insights, most important first. */
  async insights(actor: Actor, query: UsageQuery): Promise<InsightView[]> {
    const picture = await this.snapshot(actor, query);
    return snapshotInsights(picture, predictionOf(picture));
  }

  /** Returns everything that a dashboard shows, computed from the same data. */
  async analytics(actor: Actor, query: AnalyticsQuery): Promise<AnalyticsView> {
    const shown = rangeOf(query.period, 'day', dayOf(new Date(), query.tz));
    return analyticsOf(await this.snapshot(actor, query, shown.from), shown);
  }

  /**
   * Returns the events of the requested days: work that was recorded late, then all other work in the order of recording.
   * @throws InvalidInput for a range that is too long or reversed
   */
  export(actor: Actor, query: UsageExportQuery): UsageExport {
    const range = rangeFor(query, 'day', new Date(), EXPORT_DAYS_MAX);
    const period = { start: startOfDay(range.from, query.tz), end: startOfDay(range.until, query.tz) };
    const { api_key_id, member_id, tag } = query;
    const request = { user_id: accountOf(actor, query.user_id), api_key_id, member_id, tag, ...period };
    return {
      range,
      sheet: { view: UsageEventView, pages: this.events.pages(request) },
      total: () => this.events.count(request),
    };
  }

  /** Reads the usage since SNAPSHOT_DAYS ago, or since `first` if that is earlier. */
  private async snapshot(actor: Actor, { user_id: named, tz }: UsageQuery, first?: Day): Promise<AnalyticsSnapshot> {
    const user_id = accountOf(actor, named);
    const now = new Date();
    const today = dayOf(now, tz);
    const usual = snapshotRange(today);
    const range = first !== undefined && first < usual.from ? { ...usual, from: first } : usual;
    const [account, tiers, series, spending] = await Promise.all([
      this.accounts.read(actor, user_id),
      this.tiers.list(),
      this.series.read({ user_id, ...range, group: 'day', tz }),
      this.spendingBy('day', { user_id, ...range, tz }),
    ]);
    const { available } = balanceView(account);
    return { now, today, account, available, tiers, series, spending, reset_day: dayOf(account.reset_date, tz) };
  }

  private async spendingBy(
    group: Group,
    { user_id, tz, ...range }: DayRange & { user_id: string; tz: string },
  ): Promise<Map<string, BucketSpending>> {
    const rows = await this.spending.inBuckets(user_id, boundsOf(group, range, tz));
    return spendingByBucket(rows, bucketsOf(group, range));
  }
}
