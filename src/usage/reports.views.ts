import { ApiExtraModels, ApiProperty, getSchemaPath, IntersectionType, PickType } from '@nestjs/swagger';
import { UsageEventRow, UserCreditsRow } from '../generated/rows.js';
import type { Units } from '../platform/amount.js';

const Count = (description: string, example: number): PropertyDecorator =>
  ApiProperty({ description, type: 'integer', minimum: 0, example });
const Credits = (description: string, example: string): PropertyDecorator =>
  ApiProperty({ description, type: 'string', format: 'decimal', example });

/** A span of time. */
export class PeriodView {
  @ApiProperty({ description: 'From then on.', type: 'string', format: 'date-time' })
  start!: Date;

  @ApiProperty({ description: 'Until before then.', type: 'string', format: 'date-time' })
  end!: Date;
}

/** Usage of one service, in a summary. */
export class ServiceTotalsView {
  /** Events. */
  @Count('Events.', 12)
  event_count!: number;

  /** Tokens. */
  @Count('Tokens.', 18000)
  tokens!: number;

  /** What they cost. */
  @Credits('What they cost, credits.', '0.006600')
  cost!: string;
}

/** Usage of a span at a glance. */
@ApiExtraModels(ServiceTotalsView)
export class UsageSummaryView {
  /** Events. */
  @Count('Events.', 12)
  total_events!: number;

  /** Tokens. */
  @Count('Tokens.', 18000)
  total_tokens!: number;

  /** What they cost. */
  @Credits('What they cost, credits.', '0.006600')
  total_cost!: Units;

  /** Events that were free of charge. */
  @Count('Events that were free of charge.', 2)
  free_tier_events!: number;

  /** Events that were not. */
  @Count('Events that were not.', 10)
  paid_tier_events!: number;

  /** What the current month cost so far. */
  @Credits('What the current month cost so far, credits, whatever span was asked for.', '0.004000')
  this_month!: Units;

  /** What the current month will have cost at its end. */
  @Credits(
    'What the current month will have cost at its end, credits, if each day to come costs what its weekday did in the last four weeks.',
    '0.012000',
  )
  projected_month_end!: Units;

  @ApiProperty({
    description: 'Usage by service.',
    type: 'object',
    additionalProperties: { $ref: getSchemaPath(ServiceTotalsView) },
  })
  services!: Record<string, ServiceTotalsView>;

  @ApiProperty({ description: 'The span.', type: PeriodView })
  period!: PeriodView;
}

class Totals {
  /** Events. */
  @Count('Events.', 12)
  event_count!: number;

  /** Tokens. */
  @Count('Tokens.', 18000)
  total_tokens!: number;

  /** What they cost. */
  @Credits('What they cost, credits.', '0.006600')
  total_cost!: Units;

  /** Events that were free of charge. */
  @Count('Events that were free of charge.', 2)
  free_events!: number;
}

/** Usage of a model in a service. */
export class ModelUsageView extends IntersectionType(PickType(UsageEventRow, ['service', 'model'] as const), Totals) {
  @ApiProperty({ description: 'Tokens of an event on average, to two decimals.', type: 'number', example: 1500 })
  avg_tokens!: number;
}

/** Usage of a service. */
export class ServiceUsageView extends IntersectionType(PickType(UsageEventRow, ['service'] as const), Totals) {
  /** Models that were used. */
  @Count('Models that were used.', 3)
  unique_models!: number;
}

/** Free usage of a model. */
export class FreeModelView {
  @ApiProperty({ description: 'The model; null for work without one.', type: 'string', nullable: true })
  model!: string | null;

  /** Events that were free of charge. */
  @Count('Events that were free of charge.', 2)
  event_count!: number;

  /** Their tokens. */
  @Count('Their tokens.', 3000)
  tokens!: number;
}

/** Free usage of the current month. */
export class FreeTierView {
  /** Events that were free of charge. */
  @Count('Events that were free of charge.', 2)
  total_free_events!: number;

  /** Their tokens. */
  @Count('Their tokens.', 3000)
  total_free_tokens!: number;

  /** Models that were used for free. */
  @Count('Models that were used for free.', 1)
  unique_free_models!: number;

  @ApiProperty({ description: 'The models, most used first.', type: [FreeModelView] })
  models!: FreeModelView[];

  @ApiProperty({ description: 'The month.', type: PeriodView })
  period!: PeriodView;
}

/** Usage of a day. */
export class DailyUsageView {
  @ApiProperty({ description: 'The day.', type: 'string', format: 'date', example: '2026-11-21' })
  date!: string;

  /** Events. */
  @Count('Events.', 12)
  total_events!: number;

  /** Tokens. */
  @Count('Tokens.', 18000)
  total_tokens!: number;

  /** What they cost. */
  @Credits('What they cost, credits.', '0.006600')
  total_cost!: Units;

  /** Events that were free of charge. */
  @Count('Events that were free of charge.', 2)
  free_events!: number;
}

const Figure = (description: string, example: number): PropertyDecorator =>
  ApiProperty({ description: `${description} A number, to be drawn.`, type: 'number', minimum: 0, example });

/** Credits of a chart, each with its label. */
export class SeriesView {
  @ApiProperty({ description: 'What each value is about.', type: [String] })
  labels!: string[];

  @ApiProperty({ description: 'Credits, as numbers to be drawn.', type: [Number], example: [0.0021, 0.0145] })
  values!: number[];
}

/** A model in a chart. */
export class ModelFigureView {
  @ApiProperty({ description: 'The model; the service of work without one.', example: 'openai/gpt-4o-mini' })
  model_name!: string;

  /** What it cost. */
  @Figure('What it cost, credits.', 0.0145)
  cost!: number;

  /** Tokens. */
  @Count('Tokens.', 18000)
  total_tokens!: number;

  /** Events. */
  @Count('Events.', 12)
  request_count!: number;

  @ApiProperty({ description: 'Whether all of it was free of charge.', type: 'boolean' })
  is_free!: boolean;
}

/** What free and paid work cost. */
export class FreeVsPaidView {
  /** What free work cost. */
  @Figure('What free work cost, credits: nothing, by its nature.', 0)
  free!: number;

  /** What all other work cost. */
  @Figure('What all other work cost, credits.', 0.0166)
  paid!: number;
}

/** What the cost is made of. */
export class CostFiguresView {
  /** What providers charge. */
  @Figure('What providers charge, credits.', 0.0151)
  provider_cost!: number;

  /** What the platform adds. */
  @Figure('What the platform adds, credits.', 0.0015)
  markup!: number;
}

/** Figures for charts, all of the same span and the same instant. */
export class UsageMetricsView {
  @ApiProperty({
    description: 'Cost by day (by hour for 24h: RFC 3339 in `tz`), oldest first, none left out.',
    type: SeriesView,
  })
  daily_trend!: SeriesView;

  @ApiProperty({ description: 'Cost by service, dearest first.', type: SeriesView })
  by_service!: SeriesView;

  @ApiProperty({ description: 'Usage by model, dearest first.', type: [ModelFigureView] })
  by_model!: ModelFigureView[];

  @ApiProperty({ description: 'What free and paid work cost.', type: FreeVsPaidView })
  free_vs_paid!: FreeVsPaidView;

  @ApiProperty({ description: 'What the cost is made of.', type: CostFiguresView })
  cost_breakdown!: CostFiguresView;
}

/** The current period against the limits of the plan; null is unlimited. */
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
  /** Credits that can be spent now. */
  @Credits('Credits that can be spent now.', '4.750000')
  available!: string;

  @ApiProperty({ description: 'When the period began.', type: 'string', format: 'date-time' })
  period_start!: Date;
}
