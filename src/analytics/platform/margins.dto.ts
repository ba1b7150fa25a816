import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn } from 'class-validator';
import { UtcDaysQuery } from '../../platform/http/utc-days.js';
import { count, credits } from '../view-fields.js';

/** What margins can be grouped by. */
export const MARGIN_GROUPS = ['model', 'provider', 'service'] as const;
export type MarginGroup = (typeof MARGIN_GROUPS)[number];

/** Query of the margins. */
export class MarginsQuery extends UtcDaysQuery {
  @ApiPropertyOptional({ description: 'What they are grouped by.', enum: MARGIN_GROUPS, default: 'model' })
  @IsIn(MARGIN_GROUPS)
  group_by: MarginGroup = 'model';
}

/** Margin of a model, provider or service, by the day of the work. */
export class MarginView {
  @ApiProperty({
    description: 'Model, provider or service; null for work without a model.',
    type: 'string',
    nullable: true,
    example: 'openai/gpt-4o-mini',
  })
  group!: string | null;

  @ApiProperty(count('Events.'))
  event_count!: number;

  @ApiProperty(count('Events that were free of charge.'))
  free_events!: number;

  @ApiProperty(count('Events whose work failed.'))
  failed_events!: number;

  @ApiProperty(count('Total tokens.'))
  tokens_used!: number;

  @ApiProperty(credits('Credits charged for the work, at its final price.'))
  charged_cost!: string;

  @ApiProperty(credits('Cost of work that was only recorded, not charged.'))
  recorded_cost!: string;

  @ApiProperty(credits('Cost charged by the provider, in credits.'))
  provider_cost!: string;

  @ApiProperty(credits('`charged_cost` minus `provider_cost`. Negative: the platform pays for it.'))
  margin!: string;

  @ApiProperty({ description: 'Margin as a percentage of `charged_cost`.', type: 'string', example: '9.09' })
  margin_percent!: string;

  @ApiProperty(count('Events with a provisional price, of any day. Their margin is not final.'))
  unrated_events!: number;

  @ApiProperty({
    description: 'Why the latest price list did not bring a price for one of its models; null if none was held back.',
    type: 'string',
    nullable: true,
  })
  held_back!: string | null;
}
