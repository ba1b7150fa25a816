import { ApiProperty, ApiPropertyOptional, PickType } from '@nestjs/swagger';
import { IsBoolean } from 'class-validator';
import { UsageEventRow } from '../../generated/rows.js';
import { QueryBoolean } from '../../platform/http/page.js';

/** Options of a re-rating. */
export class ReratingOrder {
  @ApiPropertyOptional({ description: 'Whether to only report what would change.', type: 'boolean', default: false })
  @QueryBoolean()
  @IsBoolean()
  preview: boolean = false;
}

/** The result of re-rating the usage of one model. */
export class ReratedModelView extends PickType(UsageEventRow, ['service', 'model'] as const) {
  @ApiProperty({ description: 'Number of re-rated events.', type: 'integer' })
  events!: number;

  @ApiProperty({ description: 'Number of their accounts.', type: 'integer' })
  accounts!: number;

  @ApiProperty({ description: 'Provisional cost in credits.', type: 'string', format: 'decimal' })
  before!: string;

  @ApiProperty({ description: 'Final cost in credits.', type: 'string', format: 'decimal' })
  after!: string;

  @ApiProperty({
    description:
      'Credits booked to the accounts for the charged events: an additional cost, or a reduction if negative.',
    type: 'string',
    format: 'decimal',
  })
  booked!: string;
}

/** The result of a re-rating. */
export class ReratingView {
  @ApiProperty({ description: 'Whether this was only a preview.', type: 'boolean' })
  preview!: boolean;

  @ApiProperty({ description: 'Number of re-rated events.', type: 'integer' })
  events!: number;

  @ApiProperty({ description: 'Number of events that still have no price.', type: 'integer' })
  unrated!: number;

  @ApiProperty({ description: 'Total credits booked to accounts.', type: 'string', format: 'decimal' })
  booked!: string;

  @ApiProperty({ description: 'The models with re-rated events.', type: [ReratedModelView] })
  models!: ReratedModelView[];
}
