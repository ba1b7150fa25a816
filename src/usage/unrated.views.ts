import { ApiProperty, PickType } from '@nestjs/swagger';
import { UsageEventRow } from '../generated/rows.js';

/** Work of a model that has no final price yet. */
export class UnratedView extends PickType(UsageEventRow, ['service', 'model'] as const) {
  @ApiProperty({ description: 'Events.', type: 'integer', minimum: 0, example: 12 })
  event_count!: number;

  @ApiProperty({
    description:
      'Events of which nothing was measured: they wait for a price of the request, or for whoever reports to say more.',
    type: 'integer',
    minimum: 0,
    example: 2,
  })
  unmeasured_events!: number;

  @ApiProperty({ description: 'When the first of them was done.', type: 'string', format: 'date-time' })
  first_seen!: Date;

  @ApiProperty({ description: 'When the last of them was done.', type: 'string', format: 'date-time' })
  last_seen!: Date;

  @ApiProperty({
    description: 'What they cost until the price is known, credits.',
    type: 'string',
    format: 'decimal',
    example: '0.018000',
  })
  total_cost!: string;
}
