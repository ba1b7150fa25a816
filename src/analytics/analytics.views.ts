import { ApiProperty, PickType } from '@nestjs/swagger';
import { UserCreditsRow } from '../generated/rows.js';
import { TRENDS, type Trend } from './growth.js';
import { INSIGHT_ACTIONS, INSIGHT_PRIORITIES, INSIGHT_TYPES, type Insight } from './insight.js';
import { count, credits, drawn, duration, percentage } from './view-fields.js';

/** Usage of one day, week or month. */
export class TrendView {
  @ApiProperty({ description: 'First day.', type: 'string', format: 'date', example: '2026-11-21' })
  date!: string;

  @ApiProperty(count('Distinct sessions.'))
  sessions!: number;

  @ApiProperty(duration('Minutes that the work took, of the events that say so.'))
  minutes!: number;

  @ApiProperty(duration('The same in hours.'))
  hours!: number;

  @ApiProperty(count('Events of the service stt.'))
  transcriptions!: number;

  @ApiProperty(count('Events of the service export: what a platform meters as its own exports.'))
  exports!: number;

  @ApiProperty(drawn('Total cost, credits, as a number to be drawn; `total_cost` is exact.'))
  cost!: number;

  @ApiProperty(credits('Total cost, credits.'))
  total_cost!: string;

  @ApiProperty(count('Tokens in all.'))
  tokens!: number;

  @ApiProperty(count('Events.'))
  events!: number;

  @ApiProperty(percentage("Cost in percent of this period's plan credits; 0 when the plan gives none."))
  utilization!: number;

  @ApiProperty(percentage('Percent of the events whose work succeeded; 0 without events.'))
  success_rate!: number;

  @ApiProperty(duration('Minutes an event took on average, of those that say so.'))
  avg_duration!: number;
}

/** Between what a prediction lies in four of five cases. */
export class PredictionIntervalView {
  @ApiProperty(drawn('The coming days rarely cost less than this, credits.'))
  low!: number;

  @ApiProperty(drawn('The coming days rarely cost more than this, credits.'))
  high!: number;
}

/** What the coming 30 days are expected to bring. */
export class PredictionView {
  @ApiProperty(count('Sessions.'))
  predicted_sessions!: number;

  @ApiProperty(count('Minutes.'))
  predicted_minutes!: number;

  @ApiProperty(drawn('Total cost, credits, as a number to be drawn; `predicted_total_cost` is the amount.'))
  predicted_cost!: number;

  @ApiProperty(credits('Total cost, credits.'))
  predicted_total_cost!: string;

  @ApiProperty(count('Tokens.'))
  predicted_tokens!: number;

  @ApiProperty({
    description:
      'Day on which the credits that can be spent (balance without what is held or locked by the cap) run out at the pace at which usage was charged, whatever was only recorded; null when that is not before new credits come, or within 90 days.',
    type: 'string',
    format: 'date',
    nullable: true,
    example: '2026-12-09',
  })
  estimated_limit_date!: string | null;

  @ApiProperty({
    description: 'From 0 (no data) to 1: how long the history is, times how narrow the interval.',
    type: 'number',
    minimum: 0,
    maximum: 1,
    example: 0.84,
  })
  confidence!: number;

  @ApiProperty({ description: 'Between what predicted_cost lies in four of five cases.', type: PredictionIntervalView })
  interval!: PredictionIntervalView;

  @ApiProperty({ description: 'What follows from it, in a sentence.', type: 'string' })
  recommendation!: string;

  @ApiProperty(percentage('Change of the last weeks (up to four) against as many before: 25 is a quarter more.'))
  growth_rate!: number;

  @ApiProperty({ description: 'Where usage goes, beyond what chance explains.', enum: TRENDS })
  current_trend!: Trend;
}

/** Something worth knowing about the usage of an account. */
export class InsightView implements Insight {
  @ApiProperty({ description: 'What kind of thing.', enum: INSIGHT_TYPES })
  type!: Insight['type'];

  @ApiProperty({ description: 'A headline.', type: 'string', example: 'One model makes most of the cost' })
  title!: string;

  @ApiProperty({ description: 'What was found, with its numbers.', type: 'string' })
  message!: string;

  @ApiProperty({ description: 'What to do about it.', type: 'string' })
  suggestion!: string;

  @ApiProperty({ description: 'How much it matters.', enum: INSIGHT_PRIORITIES })
  priority!: Insight['priority'];

  @ApiProperty({ description: 'The act it calls for; null when none.', enum: INSIGHT_ACTIONS, nullable: true })
  action!: Insight['action'];
}

/** The running period of the account. */
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

  @ApiProperty({ description: 'Days until reset_date, the last one begun counts.', type: 'integer', example: 12 })
  days_left!: number;

  @ApiProperty(percentage('Credits charged in this period in percent of the plan credits; 0 when it gives none.'))
  utilization!: number;
}

/** Usage of one service. */
export class AnalyticsServiceView {
  @ApiProperty({ description: 'Service.', type: 'string', example: 'openrouter' })
  service!: string;

  @ApiProperty(count('Events.'))
  event_count!: number;

  @ApiProperty(count('Tokens in all.'))
  total_tokens!: number;

  @ApiProperty(credits('Total cost, credits.'))
  total_cost!: string;
}

/** The last 30 days in a few numbers. */
export class AnalyticsSummaryView {
  @ApiProperty(count('Events.'))
  total_events!: number;

  @ApiProperty(count('Tokens in all.'))
  total_tokens!: number;

  @ApiProperty(credits('Total cost, credits.'))
  total_cost!: string;

  @ApiProperty(count('Events that were free of charge.'))
  free_tier_events!: number;

  @ApiProperty(count('Events that were not.'))
  paid_tier_events!: number;

  @ApiProperty(count('Days with usage.'))
  active_days!: number;

  @ApiProperty(percentage('Percent of the events whose work succeeded; 0 without events.'))
  success_rate!: number;

  @ApiProperty(duration('Minutes an event took on average, of those that say so.'))
  avg_duration!: number;

  @ApiProperty({ description: 'Services, the dearest first.', type: [AnalyticsServiceView] })
  services!: AnalyticsServiceView[];
}

/** Everything a dashboard opens with. */
export class AnalyticsView {
  @ApiProperty({ description: 'The running period of the account.', type: AnalyticsPeriodView })
  current_period!: AnalyticsPeriodView;

  @ApiProperty({ description: 'The last 30 days, one by one.', type: [TrendView] })
  trends!: TrendView[];

  @ApiProperty({ description: 'The coming 30 days.', type: PredictionView })
  predictions!: PredictionView;

  @ApiProperty({ description: 'What is worth knowing, the most important first.', type: [InsightView] })
  insights!: InsightView[];

  @ApiProperty({ description: 'The last 30 days in a few numbers.', type: AnalyticsSummaryView })
  summary!: AnalyticsSummaryView;
}
