import { ApiProperty, PickType } from '@nestjs/swagger';
import { UserCreditsRow } from '../generated/rows.js';
import { TRENDS, type Trend } from './forecast/growth.js';
import {
  INSIGHT_ACTIONS,
  INSIGHT_KINDS,
  INSIGHT_PRIORITIES,
  INSIGHT_TYPES,
  type Insight,
  NEXT_STEPS,
} from './insights/insight.js';
import { count, credits, drawn, duration, percentage } from './view-fields.js';

const runOutDay = (description: string) =>
  ({ description, type: 'string', format: 'date', nullable: true, example: '2026-12-09' }) as const;

/** Usage of one day, week or month. */
export class TrendView {
  @ApiProperty({ description: 'First day.', type: 'string', format: 'date', example: '2026-11-21' })
  date!: string;

  @ApiProperty(count('Distinct sessions.'))
  sessions!: number;

  @ApiProperty(duration('Total minutes of the events that report a duration.'))
  minutes!: number;

  @ApiProperty(duration('The same, in hours.'))
  hours!: number;

  @ApiProperty(count('Events of the service `stt`.'))
  transcriptions!: number;

  @ApiProperty(count('Events of the service `export`, with which a platform meters its own exports.'))
  exports!: number;

  @ApiProperty(drawn('Total cost, credits, as a number for charts; `total_cost` is exact.'))
  cost!: number;

  @ApiProperty(credits('Total cost, credits, including charges without a usage event.'))
  total_cost!: string;

  @ApiProperty(count('Total tokens.'))
  tokens!: number;

  @ApiProperty(count('Events.'))
  events!: number;

  @ApiProperty(percentage("Cost in percent of this period's plan credits; 0 if the plan has none."))
  utilization!: number;

  @ApiProperty(percentage('Percentage of successful events; 0 without events.'))
  success_rate!: number;

  @ApiProperty(duration('Average minutes of the events that report a duration.'))
  avg_duration!: number;
}

/** An 80% prediction interval. */
export class PredictionIntervalView {
  @ApiProperty(drawn('Lower bound of the cost, credits.'))
  low!: number;

  @ApiProperty(drawn('Upper bound of the cost, credits.'))
  high!: number;
}

/** When the credits run out. A day is null if it is not before the next renewal or within 90 days. */
export class RunOutView {
  @ApiProperty(runOutDay('Day on which they run out if spending is at the upper bound of its 80% interval.'))
  earliest!: string | null;

  @ApiProperty(runOutDay('Day on which they run out if spending goes as expected.'))
  likely!: string | null;

  @ApiProperty(runOutDay('Day on which they run out if spending is at the lower bound of the interval.'))
  latest!: string | null;
}

/** A 30-day forecast. Costs include charges without a usage event. */
export class PredictionView {
  @ApiProperty(count('Expected sessions.'))
  predicted_sessions!: number;

  @ApiProperty(count('Expected minutes.'))
  predicted_minutes!: number;

  @ApiProperty(drawn('Expected cost, credits, as a number for charts; `predicted_total_cost` is the decimal amount.'))
  predicted_cost!: number;

  @ApiProperty(credits('Total cost, credits.'))
  predicted_total_cost!: string;

  @ApiProperty(count('Expected tokens.'))
  predicted_tokens!: number;

  @ApiProperty({
    description:
      'Day on which the available credits run out at the current rate of spending; null if that is not before the next renewal or within 90 days. Spending is what the ledger charged, with or without a usage event. The same as `run_out.likely`.',
    type: 'string',
    format: 'date',
    nullable: true,
    example: '2026-12-09',
  })
  estimated_limit_date!: string | null;

  @ApiProperty({
    description: 'When the credits run out, with its band; null if they last even at the upper bound.',
    type: RunOutView,
    nullable: true,
  })
  run_out!: RunOutView | null;

  @ApiProperty({
    description: 'From 0 (no data) to 1; grows with the length of the history and with a narrower interval.',
    type: 'number',
    minimum: 0,
    maximum: 1,
    example: 0.84,
  })
  confidence!: number;

  @ApiProperty({ description: '80% prediction interval of `predicted_cost`.', type: PredictionIntervalView })
  interval!: PredictionIntervalView;

  @ApiProperty({ description: 'Recommendation, in a sentence.', type: 'string' })
  recommendation!: string;

  @ApiProperty(percentage('Change of the last weeks (up to four) compared with as many before, in percent.'))
  growth_rate!: number;

  @ApiProperty({ description: 'Direction of usage; `stable` if the change may be chance.', enum: TRENDS })
  current_trend!: Trend;
}

/** An observation about the usage of an account. */
export class InsightView implements Insight {
  @ApiProperty({ description: 'What was observed, for apps that have their own sentences.', enum: INSIGHT_KINDS })
  kind!: Insight['kind'];

  @ApiProperty({
    description: 'The figures of the sentences by name; amounts are decimals, shares are between 0 and 1.',
    type: 'object',
    additionalProperties: { oneOf: [{ type: 'string' }, { type: 'number' }], nullable: true },
    example: { model: 'openai/gpt-4o', model_cost: '8.200000', cost: '10.000000', model_share: 0.82 },
  })
  basis!: Insight['basis'];

  @ApiProperty({ description: 'Kind of insight.', enum: INSIGHT_TYPES })
  type!: Insight['type'];

  @ApiProperty({ description: 'Headline.', type: 'string', example: 'One model causes most of the cost' })
  title!: string;

  @ApiProperty({ description: 'The observation, with its numbers.', type: 'string' })
  message!: string;

  @ApiProperty({ description: 'Suggested action, in a sentence.', type: 'string' })
  suggestion!: string;

  @ApiProperty({ description: 'Priority.', enum: INSIGHT_PRIORITIES })
  priority!: Insight['priority'];

  @ApiProperty({ description: 'Suggested kind of action; null if none.', enum: INSIGHT_ACTIONS, nullable: true })
  action!: Insight['action'];

  @ApiProperty({
    description: 'Where an app can take the reader next, as a machine name; null if there is nothing to do.',
    enum: NEXT_STEPS,
    nullable: true,
  })
  next_step!: Insight['next_step'];
}

/** The account's current period. */
export class AnalyticsPeriodView extends PickType(UserCreditsRow, [
  'tier',
  'balance',
  'held',
  'debt',
  'allocated_monthly',
  'monthly_cap',
  'used_this_period',
  'free_tier_used',
  'reset_date',
] as const) {
  @ApiProperty(credits('Credits that can be spent now.'))
  available!: string;

  @ApiProperty({ description: 'Days until `reset_date`, rounded up.', type: 'integer', example: 12 })
  days_left!: number;

  @ApiProperty(percentage('Credits charged in this period, in percent of the plan credits; 0 if the plan has none.'))
  utilization!: number;
}

/** Usage of one service. */
export class AnalyticsServiceView {
  @ApiProperty({ description: 'Service.', type: 'string', example: 'openrouter' })
  service!: string;

  @ApiProperty(count('Events.'))
  event_count!: number;

  @ApiProperty(count('Total tokens.'))
  total_tokens!: number;

  @ApiProperty(credits('Total cost, credits.'))
  total_cost!: string;
}

/** A summary of the period. */
export class AnalyticsSummaryView {
  @ApiProperty(count('Events.'))
  total_events!: number;

  @ApiProperty(count('Total tokens.'))
  total_tokens!: number;

  @ApiProperty(credits('Total cost, credits, including charges without a usage event.'))
  total_cost!: string;

  @ApiProperty(credits('Part of it that was charged without a usage event.'))
  charged_without_usage!: string;

  @ApiProperty(count('Number of free events.'))
  free_tier_events!: number;

  @ApiProperty(count('Number of charged events.'))
  paid_tier_events!: number;

  @ApiProperty(count('Days with usage.'))
  active_days!: number;

  @ApiProperty(percentage('Percentage of successful events; 0 without events.'))
  success_rate!: number;

  @ApiProperty(duration('Average minutes of the events that report a duration.'))
  avg_duration!: number;

  @ApiProperty({ description: 'Services, by falling cost.', type: [AnalyticsServiceView] })
  services!: AnalyticsServiceView[];
}

/** Everything that a dashboard shows. */
export class AnalyticsView {
  @ApiProperty({ description: "The account's current period.", type: AnalyticsPeriodView })
  current_period!: AnalyticsPeriodView;

  @ApiProperty({ description: 'The period, day by day.', type: [TrendView] })
  trends!: TrendView[];

  @ApiProperty({ description: 'Forecast of the next 30 days.', type: PredictionView })
  predictions!: PredictionView;

  @ApiProperty({ description: 'Insights, most important first.', type: [InsightView] })
  insights!: InsightView[];

  @ApiProperty({ description: 'Summary of the period.', type: AnalyticsSummaryView })
  summary!: AnalyticsSummaryView;
}
