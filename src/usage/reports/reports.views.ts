import { ApiExtraModels, ApiProperty, getSchemaPath, IntersectionType, PickType } from '@nestjs/swagger';
import { UsageEventRow, UsageHourlyRow, UserCreditsRow } from '../../generated/rows.js';
import { TOKEN_POOLS } from '../../metering/measures.js';
import type { Units } from '../../platform/values/amount.js';

const Count = (description: string, example: number): PropertyDecorator =>
  ApiProperty({ description, type: 'integer', minimum: 0, example });
const Credits = (description: string, example: string): PropertyDecorator =>
  ApiProperty({ description, type: 'string', format: 'decimal', example });

/** A span of time. */
export class PeriodView {
  @ApiProperty({ description: 'Start, inclusive.', type: 'string', format: 'date-time' })
  start!: Date;

  @ApiProperty({ description: 'End, exclusive.', type: 'string', format: 'date-time' })
  end!: Date;
}

/** Usage of one service, in a summary. */
export class ServiceTotalsView {
  @Count('Number of events.', 12)
  event_count!: number;

  @Count('Number of tokens.', 18000)
  tokens!: number;

  @Credits('Total cost in credits.', '0.006600')
  cost!: string;
}

/** A usage summary of a span. */
@ApiExtraModels(ServiceTotalsView)
export class UsageSummaryView {
  @Count('Number of events.', 12)
  total_events!: number;

  @Count('Number of tokens.', 18000)
  total_tokens!: number;

  @Credits('Total cost in credits.', '0.006600')
  total_cost!: Units;

  @Count('Number of free events.', 2)
  free_tier_events!: number;

  @Count('Number of events that were not free.', 10)
  paid_tier_events!: number;

  @Credits('Cost of the current month so far, in credits, regardless of the requested span.', '0.004000')
  this_month!: Units;

  @Credits(
    'Projected cost of the current month in credits, if each remaining day costs the mean of its weekday in the last four weeks.',
    '0.012000',
  )
  projected_month_end!: Units;

  @ApiProperty({
    description: 'Usage by service.',
    type: 'object',
    additionalProperties: { $ref: getSchemaPath(ServiceTotalsView) },
  })
  services!: Record<string, ServiceTotalsView>;

  @ApiProperty({ description: 'The reported span.', type: PeriodView })
  period!: PeriodView;
}

class Totals {
  @Count('Number of events.', 12)
  event_count!: number;

  @Count('Number of tokens.', 18000)
  total_tokens!: number;

  @Credits('Total cost in credits.', '0.006600')
  total_cost!: Units;

  @Count('Number of free events.', 2)
  free_events!: number;
}

class PoolTotals extends PickType(UsageHourlyRow, [...TOKEN_POOLS, 'cache_savings'] as const) {
  @Credits("What the work would have cost without the provider's cache: `total_cost` plus `cache_savings`.", '0.008100')
  uncached_cost!: Units;
}

/** Usage of a model in a service. */
export class ModelUsageView extends IntersectionType(
  PickType(UsageEventRow, ['service', 'model'] as const),
  IntersectionType(Totals, PoolTotals),
) {
  @ApiProperty({ description: 'Average number of tokens per event, to two decimals.', type: 'number', example: 1500 })
  avg_tokens!: number;
}

/** Usage of a service. */
export class ServiceUsageView extends IntersectionType(
  PickType(UsageEventRow, ['service'] as const),
  IntersectionType(Totals, PoolTotals),
) {
  @Count('Number of models used.', 3)
  unique_models!: number;
}

/** Free usage of a model. */
export class FreeModelView {
  @ApiProperty({ description: 'The model; null for work without one.', type: 'string', nullable: true })
  model!: string | null;

  @Count('Number of free events.', 2)
  event_count!: number;

  @Count('Number of tokens of free events.', 3000)
  tokens!: number;
}

/** Free usage of the current month. */
export class FreeTierView {
  @Count('Number of free events.', 2)
  total_free_events!: number;

  @Count('Number of tokens of free events.', 3000)
  total_free_tokens!: number;

  @Count('Number of models used for free.', 1)
  unique_free_models!: number;

  @ApiProperty({ description: 'Free usage by model, most used first.', type: [FreeModelView] })
  models!: FreeModelView[];

  @ApiProperty({ description: 'The current month.', type: PeriodView })
  period!: PeriodView;
}

/** Usage of a day. */
export class DailyUsageView {
  @ApiProperty({ description: 'The day.', type: 'string', format: 'date', example: '2026-11-21' })
  date!: string;

  @Count('Number of events.', 12)
  total_events!: number;

  @Count('Number of tokens.', 18000)
  total_tokens!: number;

  @Credits('Total cost in credits.', '0.006600')
  total_cost!: Units;

  @Count('Number of free events.', 2)
  free_events!: number;
}

const Figure = (description: string, example: number): PropertyDecorator =>
  ApiProperty({ description: `${description} A number, for charts only.`, type: 'number', minimum: 0, example });

/** A data series of a chart: labels and credits. */
export class SeriesView {
  @ApiProperty({ description: 'The label of each value.', type: [String] })
  labels!: string[];

  @ApiProperty({ description: 'Credits, as numbers for charts only.', type: [Number], example: [0.0021, 0.0145] })
  values!: number[];
}

/** A model in a chart. */
export class ModelFigureView {
  @ApiProperty({ description: 'The model, or the service for work without a model.', example: 'openai/gpt-4o-mini' })
  model_name!: string;

  @Figure('Cost in credits.', 0.0145)
  cost!: number;

  @Count('Number of tokens.', 18000)
  total_tokens!: number;

  @Count('Number of events.', 12)
  request_count!: number;

  @ApiProperty({ description: 'Whether all of its events were free.', type: 'boolean' })
  is_free!: boolean;
}

/** The cost of free and of paid work. */
export class FreeVsPaidView {
  @Figure('Cost of free work in credits; always zero.', 0)
  free!: number;

  @Figure('Cost of all other work in credits.', 0.0166)
  paid!: number;
}

/** The cost, split into provider cost and markup. */
export class CostFiguresView {
  @Figure('Cost charged by providers, in credits.', 0.0151)
  provider_cost!: number;

  @Figure("The platform's markup, in credits.", 0.0015)
  markup!: number;
}

/** Data for charts, all from the same span and the same snapshot. */
export class UsageMetricsView {
  @ApiProperty({
    description: 'Cost by day (for `24h` by hour, as RFC 3339 timestamps in `tz`), oldest first, without gaps.',
    type: SeriesView,
  })
  daily_trend!: SeriesView;

  @ApiProperty({ description: 'Cost by service, most expensive first.', type: SeriesView })
  by_service!: SeriesView;

  @ApiProperty({ description: 'Usage by model, most expensive first.', type: [ModelFigureView] })
  by_model!: ModelFigureView[];

  @ApiProperty({ description: 'Cost of free and of paid work.', type: FreeVsPaidView })
  free_vs_paid!: FreeVsPaidView;

  @ApiProperty({ description: 'The cost, split into provider cost and markup.', type: CostFiguresView })
  cost_breakdown!: CostFiguresView;
}

/** The usage of the current period and the limits of the plan; null means unlimited. */
export class CurrentUsageView extends PickType(UserCreditsRow, [
  'user_id',
  'tier',
  'status',
  'allocated_monthly',
  'used_this_period',
  'monthly_cap',
  'free_tier_used',
  'reset_date',
  'calls_today',
  'calls_per_day',
  'calls_reset_at',
  'calls_this_period',
  'calls_per_month',
  'free_calls_today',
  'free_calls_per_day',
] as const) {
  @Credits('The balance minus held credits; zero while the account is in debt.', '4.750000')
  available!: string;

  @ApiProperty({ description: 'When the period began.', type: 'string', format: 'date-time' })
  period_start!: Date;
}
