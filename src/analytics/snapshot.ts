import type { TierRow, UserCreditsRow } from '../generated/rows.js';
import { amount, type Units, units } from '../platform/values/amount.js';
import { addDays, type Day, DAY_MS, daysBetween } from '../platform/values/calendar.js';
import type { AnalyticsSummaryView, AnalyticsView, AnalyticsPeriodView, PredictionView } from './analytics.views.js';
import { bucketsOf, type DayRange } from './series/buckets.js';
import type { Insight } from './insights/insight.js';
import { insightsOf } from './insights/insights.js';
import { closedDaysOf, growthIn, predict, spendable } from './forecast/prediction.js';
import {
  averageMinutes,
  successRate,
  type UsageTotals,
  totalsOf,
  totalsByBucket,
  utilization,
} from './series/usage-totals.js';
import { trendOf } from './series/trends.js';
import { type BucketSpending, withSpending } from './spending/bucket-spending.js';
import type { UsageRow, UsageSeries } from './series/usage-series.repository.js';

/** Days of history for predictions and insights: whole weeks. */
export const SNAPSHOT_DAYS = 84;
const MONTH_DAYS = 30;
const WEEK_DAYS = 7;

/** The data read for one answer; everything in the answer is computed from it. */
export interface AnalyticsSnapshot {
  now: Date;
  today: Day;
  /** The day of reset_date. */
  reset_day: Day;
  account: UserCreditsRow;
  /** Credits that can be spent now, as in the balance. */
  available: string;
  tiers: readonly TierRow[];
  /** By day, from SNAPSHOT_DAYS ago to today. */
  series: UsageSeries;
  /** What the ledger charged on these days. */
  spending: ReadonlyMap<Day, BucketSpending>;
}

/** Returns the days that the data cover. */
export const snapshotRange = (today: Day): DayRange => ({
  from: addDays(today, -SNAPSHOT_DAYS),
  until: addDays(today, 1),
});

/** Forecasts the next days. */
export function predictionOf(snapshot: AnalyticsSnapshot): PredictionView {
  return predict(factsOf(snapshot));
}

/** Returns the insights, most important first. */
export function snapshotInsights(snapshot: AnalyticsSnapshot, prediction: PredictionView): Insight[] {
  const { today, account, tiers, series } = snapshot;
  const month = rowsSince(series, addDays(today, 1 - MONTH_DAYS));
  const weekStart = addDays(today, 1 - WEEK_DAYS);
  const history = closedDaysOf(factsOf(snapshot));
  return insightsOf({
    today,
    account,
    prediction,
    history,
    plan: planOf(snapshot, account.tier),
    tiers: tiers.filter((tier) => tier.is_public),
    spendable: spendable(account),
    month: withCharges(totalsOf(month), snapshot, addDays(today, 1 - MONTH_DAYS)),
    week: withCharges(totalsOf(rowsSince(series, weekStart)), snapshot, weekStart),
    models: new Map([...Map.groupBy(month, (row) => row.model || row.service)].map(([m, rows]) => [m, totalsOf(rows)])),
    growth: growthIn(history),
  });
}

/**
 * Returns everything that a dashboard shows. Trends and summary cover the days of `shown`, which must be part of the
 * data.
 */
export function analyticsOf(snapshot: AnalyticsSnapshot, shown: DayRange): AnalyticsView {
  const { account, series } = snapshot;
  const predictions = predictionOf(snapshot);
  return {
    current_period: currentPeriod(snapshot),
    trends: trendOf(bucketsOf('day', shown), factsOf(snapshot).tallies, units(account.allocated_monthly)),
    predictions,
    insights: snapshotInsights(snapshot, predictions),
    summary: summaryOf(rowsSince(series, shown.from), chargedSince(snapshot, shown.from)),
  };
}

function factsOf(snapshot: AnalyticsSnapshot): Parameters<typeof predict>[0] {
  const { today, account, reset_day, series } = snapshot;
  const { from } = snapshotRange(today);
  return {
    today,
    from,
    account,
    reset_day,
    tallies: withSpending(totalsByBucket(series), snapshot.spending),
    renews: planOf(snapshot, account.next_tier ?? account.tier).renews,
  };
}

function planOf({ tiers, account }: AnalyticsSnapshot, code: string): TierRow {
  const plan = tiers.find(({ tier }) => tier === code);
  if (!plan) throw new Error(`the plan ${code} of account ${account.user_id} is missing`);
  return plan;
}

function currentPeriod({ account, available, now }: AnalyticsSnapshot): AnalyticsPeriodView {
  const { reset_date, used_this_period, allocated_monthly } = account;
  return {
    ...account,
    available,
    days_left: Math.max(0, Math.ceil((reset_date.getTime() - now.getTime()) / DAY_MS)),
    utilization: utilization(units(used_this_period), units(allocated_monthly)),
  };
}

function summaryOf(rows: UsageRow[], charged_without_usage: Units): AnalyticsSummaryView {
  const all = totalsOf(rows);
  const services = [...Map.groupBy(rows, (row) => row.service)].map(([service, its]) => ({
    service,
    ...totalsOf(its),
  }));
  return {
    total_events: all.events,
    total_tokens: all.tokens,
    total_cost: amount(all.total_cost + charged_without_usage),
    charged_without_usage: amount(charged_without_usage),
    free_tier_events: all.free_events,
    paid_tier_events: all.events - all.free_events,
    active_days: new Set(rows.map((row) => row.bucket)).size,
    success_rate: successRate(all),
    avg_duration: averageMinutes(all),
    services: services
      .toSorted((a, b) => (b.total_cost > a.total_cost ? 1 : -1))
      .map(({ service, events, tokens, total_cost }) => ({
        service,
        event_count: events,
        total_tokens: tokens,
        total_cost: amount(total_cost),
      })),
  };
}

/** Adds the charges without a usage event since a day to usage since that day. */
const withCharges = (usage: UsageTotals, snapshot: AnalyticsSnapshot, day: Day): UsageTotals => ({
  ...usage,
  total_cost: usage.total_cost + chargedSince(snapshot, day),
});

/** Returns the charges without a usage event since a day. */
const chargedSince = ({ spending }: AnalyticsSnapshot, day: Day): Units =>
  [...spending].reduce((sum, [its, { without_usage }]) => (its >= day ? sum + without_usage : sum), 0n);

const rowsSince = ({ usage }: UsageSeries, day: Day): UsageRow[] =>
  usage.filter(({ bucket }) => daysBetween(day, bucket) >= 0);
