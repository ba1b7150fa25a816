import { Injectable } from '@nestjs/common';
import { AccountsService, balanceView } from '../../credits/accounts/accounts.service.js';
import { callsToday } from '../../credits/accounts/calls.js';
import type { Actor } from '../../platform/actor.js';
import type { Units } from '../../platform/values/amount.js';
import {
  addDays,
  type Day,
  dayBounds,
  dayOf,
  daysBetween,
  hourBounds,
  lastOfMonth,
  monthOf,
  type Period,
  startOfDay,
  written,
} from '../../platform/values/calendar.js';
import { InvalidInput } from '../../platform/errors.js';
import { LOOK_BACK_DAYS, projectMonth } from './projection.js';
import { dailyUsage, freeTier, metricsOf, modelUsage, serviceUsage, summaryOf } from './reports.js';
import type { MetricsRange } from './reports.dto.js';
import { ReportsRepository } from './reports.repository.js';
import type {
  CurrentUsageView,
  DailyUsageView,
  FreeTierView,
  ModelUsageView,
  ServiceUsageView,
  UsageMetricsView,
  UsageSummaryView,
} from './reports.views.js';

/** The requested span. Dates are days in the time zone `tz`. */
export interface SpanOrder {
  tz: string;
  start_date?: Date | string | undefined;
  end_date?: Date | string | undefined;
}

const DEFAULT_DAYS = 30;
const RANGE_DAYS: Record<Exclude<MetricsRange, '24h'>, number> = { '7d': 7, '30d': 30, '90d': 90 };
const HOURS = 24;

/** Reports on usage. All figures are current; without usage they are zero and lists are empty. */
@Injectable()
export class ReportsService {
  constructor(
    private readonly reports: ReportsRepository,
    private readonly accounts: AccountsService,
  ) {}

  /**
   * Returns the usage of a span, and the current month's cost with its projection.
   * @throws InvalidInput when the span ends before it begins
   */
  async summary(user_id: string, order: SpanOrder): Promise<UsageSummaryView> {
    const now = new Date();
    const period = spanOf(order, now);
    const today = dayOf(now, order.tz);
    const month = dayOf(monthOf(now, order.tz).start, order.tz);
    const lookBack = addDays(today, -LOOK_BACK_DAYS);
    const [rows, costs] = await Promise.all([
      this.reports.byModel({ user_id, ...period }),
      this.costByDay(user_id, month < lookBack ? month : lookBack, lastOfMonth(today), order.tz),
    ]);
    const this_month = [...costs].reduce((sum, [day, cost]) => (day < month ? sum : sum + cost), 0n);
    return { ...summaryOf(rows), this_month, projected_month_end: projectMonth(today, this_month, costs), period };
  }

  /** @throws InvalidInput when the span ends before it begins */
  async byModel(user_id: string, order: SpanOrder): Promise<ModelUsageView[]> {
    return modelUsage(await this.reports.poolsByModel({ user_id, ...spanOf(order, new Date()) }));
  }

  /** @throws InvalidInput when the span ends before it begins */
  async byService(user_id: string, order: SpanOrder): Promise<ServiceUsageView[]> {
    return serviceUsage(await this.reports.poolsByModel({ user_id, ...spanOf(order, new Date()) }));
  }

  /** Returns free usage of the current month in the time zone. */
  async freeTier(user_id: string, tz: string): Promise<FreeTierView> {
    const period = monthOf(new Date(), tz);
    return { ...freeTier(await this.reports.byModel({ user_id, ...period })), period };
  }

  /** Returns the usage of one day in the time zone; today by default. */
  async daily(user_id: string, tz: string, date = dayOf(new Date(), tz)): Promise<DailyUsageView> {
    const period = { start: startOfDay(date, tz), end: startOfDay(addDays(date, 1), tz) };
    return dailyUsage(date, await this.reports.byModel({ user_id, ...period }));
  }

  /** Returns the data for charts over the last hours or days, including the current one. */
  async metrics(user_id: string, tz: string, range: MetricsRange): Promise<UsageMetricsView> {
    const now = new Date();
    const { bounds, labels } = range === '24h' ? hours(now, tz) : days(now, tz, RANGE_DAYS[range]);
    return metricsOf(labels, await this.reports.splitInBuckets(user_id, bounds));
  }

  /** Returns the usage of the current period and the limits of the plan. */
  async current(actor: Actor, user_id: string): Promise<CurrentUsageView> {
    const account = await this.accounts.read(actor, user_id);
    return {
      ...account,
      available: balanceView(account).available,
      period_start: account.period_start ?? account.created_at,
      ...callsToday(account, new Date()), // the stored counters are reset only by the first call of the day
    };
  }

  /** Returns the cost of each day that has usage, from the first to the last one. */
  private async costByDay(user_id: string, first: Day, last: Day, tz: string): Promise<Map<Day, Units>> {
    const bounds = dayBounds(first, daysBetween(first, last) + 1, tz);
    const costs = await this.reports.costInBuckets(user_id, bounds);
    return new Map([...costs].map(([bucket, cost]) => [addDays(first, bucket), cost]));
  }
}

/** Returns the start and end of a span; by default the last 30 days including today. */
function spanOf({ tz, start_date, end_date }: SpanOrder, now: Date): Period {
  const lastDay = end_date ?? dayOf(now, tz);
  const end = lastDay instanceof Date ? lastDay : startOfDay(addDays(lastDay, 1), tz);
  const firstDay = start_date ?? addDays(dayOf(new Date(end.getTime() - 1), tz), 1 - DEFAULT_DAYS);
  const start = firstDay instanceof Date ? firstDay : startOfDay(firstDay, tz);
  if (start < end) return { start, end };
  throw new InvalidInput([{ field: 'start_date', message: 'must be before end_date' }]);
}

function hours(now: Date, tz: string): { bounds: Date[]; labels: string[] } {
  const bounds = hourBounds(now, HOURS, tz);
  return { bounds, labels: bounds.slice(0, -1).map((hour) => written(hour, tz)) };
}

function days(now: Date, tz: string, count: number): { bounds: Date[]; labels: string[] } {
  const first = addDays(dayOf(now, tz), 1 - count);
  const labels = Array.from({ length: count }, (_, n) => addDays(first, n));
  return { bounds: dayBounds(first, count, tz), labels };
}
