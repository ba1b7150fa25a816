import { ApiProperty, PickType } from '@nestjs/swagger';
import { UsageEventRow, UserCreditsRow } from '../generated/rows.js';
import { count, credits, duration, percentage } from './view-fields.js';

/** How much was done. */
export class PeriodMetricsView {
  @ApiProperty(count('Events.'))
  events!: number;

  @ApiProperty(count('Distinct sessions.'))
  sessions!: number;

  @ApiProperty(count('Tokens in all.'))
  tokens!: number;

  @ApiProperty(count('Events that were free of charge.'))
  free_events!: number;

  @ApiProperty(count('Events that were not.'))
  paid_events!: number;

  @ApiProperty(duration('Minutes that the work took, of the events that say so.'))
  minutes!: number;

  @ApiProperty(count('Events of the service stt.'))
  transcriptions!: number;

  @ApiProperty(count('Events of the service export.'))
  exports!: number;
}

/** The plan that usage is held against: as it is now, for plans of the past are not kept. */
export class PlanContextView extends PickType(UserCreditsRow, [
  'tier',
  'allocated_monthly',
  'monthly_cap',
  'reset_date',
] as const) {
  @ApiProperty(percentage('Cost in percent of the plan credits of a period; 0 when the plan gives none.'))
  utilization!: number;
}

/** What was spent. */
export class CostMetricsView extends PickType(UsageEventRow, [
  'total_cost',
  'provider_cost',
  'platform_markup',
] as const) {
  @ApiProperty(credits('Total cost of an event on average, credits.'))
  avg_cost!: string;
}

/** How the work went. */
export class PerformanceMetricsView {
  @ApiProperty(percentage('Percent of the events whose work succeeded.'))
  success_rate!: number;

  @ApiProperty(count('Events whose work failed.'))
  failed_events!: number;

  @ApiProperty(duration('Minutes an event took on average, of those that say so.'))
  avg_duration!: number;
}

/** What one provider did. */
export class ProviderShareView {
  @ApiProperty({
    description: "The part of the model's name before the slash; the service where there is none.",
    type: 'string',
    example: 'openai',
  })
  provider!: string;

  @ApiProperty(count('Events.'))
  events!: number;

  @ApiProperty(count('Tokens in all.'))
  tokens!: number;

  @ApiProperty(credits('Total cost, credits.'))
  cost!: string;

  @ApiProperty(percentage('Percent of the cost of the whole period.'))
  share!: number;
}

export const PERIOD_TYPES = ['hourly', 'daily', 'monthly'] as const;
export type PeriodType = (typeof PERIOD_TYPES)[number];

/** Usage of one hour, day or month. */
export class HistoryView extends PickType(UserCreditsRow, ['user_id'] as const) {
  @ApiProperty({ description: 'The same for the same period at any time.', type: 'string', format: 'uuid' })
  id!: string;

  @ApiProperty({
    description: 'As of when the figures are: the end of the period, or now while it lasts.',
    type: 'string',
    format: 'date-time',
  })
  recorded_at!: Date;

  @ApiProperty({ description: 'How long the period is.', enum: PERIOD_TYPES })
  period_type!: PeriodType;

  @ApiProperty({ description: 'When it began.', type: 'string', format: 'date-time' })
  period_start!: Date;

  @ApiProperty({ description: 'When it ends; that instant is outside.', type: 'string', format: 'date-time' })
  period_end!: Date;

  @ApiProperty({ description: 'How much was done.', type: PeriodMetricsView })
  usage_metrics!: PeriodMetricsView;

  @ApiProperty({ description: 'The plan as it is now.', type: PlanContextView })
  plan_context!: PlanContextView;

  @ApiProperty({ description: 'What was spent.', type: CostMetricsView })
  cost_metrics!: CostMetricsView;

  @ApiProperty({ description: 'Who did the work, the dearest first.', type: [ProviderShareView] })
  provider_breakdown!: ProviderShareView[];

  @ApiProperty({ description: 'How the work went.', type: PerformanceMetricsView })
  performance_metrics!: PerformanceMetricsView;
}
