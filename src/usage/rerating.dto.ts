import { ApiProperty, ApiPropertyOptional, PickType } from '@nestjs/swagger';
import { IsBoolean } from 'class-validator';
import { UsageEventRow } from '../generated/rows.js';
import { QueryBoolean } from '../platform/http/page.js';

/** How unrated work is to be re-rated. */
export class ReratingOrder {
  @ApiPropertyOptional({ description: 'true: only report what would change.', type: 'boolean', default: false })
  @QueryBoolean()
  @IsBoolean()
  preview: boolean = false;
}

/** What re-rating the work of a model comes to. */
export class ReratedModelView extends PickType(UsageEventRow, ['service', 'model'] as const) {
  @ApiProperty({ description: 'Events that got their final price.', type: 'integer' })
  events!: number;

  @ApiProperty({ description: 'Accounts that they are of.', type: 'integer' })
  accounts!: number;

  @ApiProperty({ description: 'Their provisional cost, credits.', type: 'string', format: 'decimal' })
  before!: string;

  @ApiProperty({ description: 'Their final cost, credits.', type: 'string', format: 'decimal' })
  after!: string;

  @ApiProperty({
    description:
      'Booked to the accounts, for the charged ones among them: credits that they cost more, or less when negative.',
    type: 'string',
    format: 'decimal',
  })
  booked!: string;
}

/** What became of work whose price was provisional. */
export class ReratingView {
  @ApiProperty({ description: 'Whether this is only what would be done.', type: 'boolean' })
  preview!: boolean;

  @ApiProperty({ description: 'Events that got their final price.', type: 'integer' })
  events!: number;

  @ApiProperty({ description: 'Events that still have no price.', type: 'integer' })
  unrated!: number;

  @ApiProperty({ description: 'Booked to accounts in all, credits.', type: 'string', format: 'decimal' })
  booked!: string;

  @ApiProperty({ description: 'Models whose events got their final price.', type: [ReratedModelView] })
  models!: ReratedModelView[];
}
