import { ApiProperty, PickType } from '@nestjs/swagger';
import { UsageEventRow, UserCreditsRow } from '../../generated/rows.js';
import { count, credits, duration, percentage } from '../view-fields.js';

/** Amount of work. */
export class PeriodMetricsView {
  @ApiProperty(count('Events.'))
  events!: number;

  @ApiProperty(count('Distinct sessions.'))
  sessions!: number;

  @ApiProperty(count('Total tokens.'))
  tokens!: number;

  @ApiProperty(count('Number of free events.'))
  free_events!: number;

  @ApiProperty(count('Number of charged events.'))
  paid_events!: number;

  @ApiProperty(duration('Total minutes of the events that report a duration.'))
  minutes!: number;

  @ApiProperty(count('Events of the service `stt`.'))
  transcriptions!: number;

  @ApiProperty(count('Events of the service `export`.'))
  exports!: number;
}

/** The account's plan as it is now; past plans are not stored. */
export class PlanContextView extends PickType(UserCreditsRow, [
  'tier',
  'allocated_monthly',
  'monthly_cap',
  'reset_date',
] as const) {
  @ApiProperty(percentage('Cost in percent of the monthly plan credits; 0 if the plan has none.'))
  utilization!: number;
}

/** Costs. */
export class CostMetricsView extends PickType(UsageEventRow, [
  'total_cost',
  'provider_cost',
  'platform_markup',
] as const) {
  @ApiProperty(credits('Average cost of an event, credits.'))
  avg_cost!: string;
}

/** Outcome of the work. */
export class PerformanceMetricsView {
  @ApiProperty(percentage('Percentage of successful events.'))
  success_rate!: number;

  @ApiProperty(count('Number of failed events.'))
  failed_events!: number;

  @ApiProperty(duration('Average minutes of the events that report a duration.'))
  avg_duration!: number;
}

/** One provider's share. */
export class ProviderShareView {
  @ApiProperty({
    description: 'The part of the model id before the slash; the service if there is none.',
    type: 'string',
    example: 'openai',
  })
  provider!: string;

  @ApiProperty(count('Events.'))
  events!: number;

  @ApiProperty(count('Total tokens.'))
  tokens!: number;

  @ApiProperty(credits('Total cost, credits.'))
  cost!: string;

  @ApiProperty(percentage('Percentage of the total cost of the period.'))
  share!: number;
}

export const PERIOD_TYPES = ['hourly', 'daily', 'monthly'] as const;
export type PeriodType = (typeof PERIOD_TYPES)[number];

/** Usage of one hour, day or month. */
export class HistoryView extends PickType(UserCreditsRow, ['user_id'] as const) {
  @ApiProperty({ description: 'Stable id: a period always has the same id.', type: 'string', format: 'uuid' })
  id!: string;

  @ApiProperty({
    description: 'Time of the figures: the end of the period, or now for the current one.',
    type: 'string',
    format: 'date-time',
  })
  recorded_at!: Date;

  @ApiProperty({ description: 'Length of the period.', enum: PERIOD_TYPES })
  period_type!: PeriodType;

  @ApiProperty({ description: 'Start of the period (inclusive).', type: 'string', format: 'date-time' })
  period_start!: Date;

  @ApiProperty({ description: 'End of the period (exclusive).', type: 'string', format: 'date-time' })
  period_end!: Date;

  @ApiProperty({ description: 'Amount of work.', type: PeriodMetricsView })
  usage_metrics!: PeriodMetricsView;

  @ApiProperty({ description: "The account's current plan.", type: PlanContextView })
  plan_context!: PlanContextView;

  @ApiProperty({ description: 'Costs.', type: CostMetricsView })
  cost_metrics!: CostMetricsView;

  @ApiProperty({ description: 'Usage by provider, by falling cost.', type: [ProviderShareView] })
  provider_breakdown!: ProviderShareView[];

  @ApiProperty({ description: 'Outcome of the work.', type: PerformanceMetricsView })
  performance_metrics!: PerformanceMetricsView;
}
