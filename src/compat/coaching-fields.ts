import type { ApiPropertyOptions } from '@nestjs/swagger';
import {
  AnalyticsPeriodView,
  AnalyticsSummaryView,
  type AnalyticsView,
  type TrendView,
} from '../analytics/analytics.views.js';
import {
  CostMetricsView,
  HistoryView,
  PerformanceMetricsView,
  PeriodMetricsView,
  PlanContextView,
} from '../analytics/history/history.views.js';
import { mean, rounded } from '../analytics/series/usage-totals.js';
import { figure, units } from '../platform/values/amount.js';
import { addToView, type View } from '../platform/http/view.js';
import { COUNT, legacyField, NUMBER, TEXT, TIMESTAMP } from './legacy-field.js';

/* Aliases of usage fields for the coaching app. */

const DAY = { type: 'string', format: 'date', nullable: true, example: '2026-11-21' } as const;
const PERCENT = { ...NUMBER, example: 98.33 } as const;

/** A record of history. */
addToView(HistoryView, 'created_at', legacyField('the same as `recorded_at`', TIMESTAMP), (of) => of.recorded_at);
addToView(HistoryView, 'updated_at', legacyField('the same as `recorded_at`', TIMESTAMP), (of) => of.recorded_at);
addToView(
  HistoryView,
  'export_activity',
  legacyField('`total` is `usage_metrics.exports`; `formats` is always empty', {
    type: 'object',
    additionalProperties: true,
    example: { formats: {}, total: 2 },
  }),
  ({ usage_metrics }) => ({ formats: {}, total: usage_metrics.exports }),
);

const metric = (
  key: string,
  source: 'sessions' | 'minutes' | 'transcriptions' | 'exports',
  shape: ApiPropertyOptions,
) => addToView(PeriodMetricsView, key, legacyField(`the same as \`${source}\``, shape), (of) => of[source]);
metric('sessions_created', 'sessions', COUNT);
metric('audio_minutes_processed', 'minutes', NUMBER);
metric('transcriptions_completed', 'transcriptions', COUNT);
metric('exports_generated', 'exports', COUNT);

addToView(CostMetricsView, 'total_cost_usd', legacyField('`total_cost` as a number', NUMBER), (of) =>
  figure(units(of.total_cost)),
);
addToView(
  PlanContextView,
  'plan_name',
  legacyField('the same as `tier`', { ...TEXT, example: 'starter' }),
  (of) => of.tier,
);
addToView(
  PlanContextView,
  'utilization_percentage',
  legacyField('the same as `utilization`', PERCENT),
  (of) => of.utilization,
);
addToView(
  PerformanceMetricsView,
  'avg_session_duration_minutes',
  legacyField('minutes per transcription; 0 without transcriptions', NUMBER),
  (_performance, { usage_metrics: { minutes, transcriptions } }: HistoryView) =>
    transcriptions > 0 ? rounded(minutes / transcriptions) : 0,
);

/** Number of days in the last week of the trends. */
const WEEK_DAYS = 7;
const week = (key: string, what: string, shape: ApiPropertyOptions, of: (days: TrendView[]) => unknown) =>
  addToView(AnalyticsPeriodView, key, legacyField(what, shape), (_period, { trends }: AnalyticsView) =>
    of(trends.slice(-WEEK_DAYS)),
  );
const total = (days: readonly TrendView[], of: 'sessions' | 'minutes' | 'transcriptions'): number =>
  rounded(days.reduce((sum, day) => sum + day[of], 0));

week('total_sessions', 'sessions of the last 7 days of `trends`', COUNT, (days) => total(days, 'sessions'));
week('total_minutes', 'minutes of the last 7 days of `trends`', NUMBER, (days) => total(days, 'minutes'));
week('total_transcriptions', 'transcriptions of the last 7 days of `trends`', COUNT, (days) =>
  total(days, 'transcriptions'),
);
week('avg_daily_usage', 'average minutes per day over the last 7 days of `trends`', NUMBER, (days) =>
  rounded(mean(days.map(({ minutes }) => minutes))),
);
week('period_start', 'the first of the last 7 days of `trends`', DAY, (days) => days[0]?.date ?? null);
week('period_end', 'the last day of `trends`', DAY, (days) => days.at(-1)?.date ?? null);

const summary = (key: string, what: string, shape: ApiPropertyOptions, of: (analytics: AnalyticsView) => unknown) =>
  addToView(
    AnalyticsSummaryView as View<AnalyticsSummaryView>,
    key,
    legacyField(what, shape),
    (_summary, whole: AnalyticsView) => of(whole),
  );

summary('data_points', 'the number of `trends`', COUNT, ({ trends }) => trends.length);
summary('date_range', 'the days of `trends`', { ...TEXT, example: '2026-10-23 to 2026-11-21' }, ({ trends }) =>
  [trends[0]?.date, trends.at(-1)?.date].join(' to '),
);
summary('avg_utilization', 'the mean `utilization` of `trends`', PERCENT, ({ trends }) =>
  rounded(mean(trends.map(({ utilization }) => utilization))),
);
summary('peak_usage_day', 'the day of `trends` with the most minutes', DAY, ({ trends }) => longestDay(trends));
summary('insights_count', 'the number of `insights`', COUNT, ({ insights }) => insights.length);
summary(
  'prediction_confidence',
  'the same as `predictions.confidence`',
  { ...NUMBER, example: 0.84 },
  ({ predictions }) => predictions.confidence,
);

function longestDay(trends: readonly TrendView[]): string | null {
  const [first, ...others] = trends;
  if (!first) return null;
  return others.reduce((longest, day) => (day.minutes > longest.minutes ? day : longest), first).date;
}
