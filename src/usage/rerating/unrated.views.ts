import { ApiProperty, PickType } from '@nestjs/swagger';
import { UsageEventRow } from '../../generated/rows.js';

/** Usage of a model without a final price. */
export class UnratedView extends PickType(UsageEventRow, ['service', 'model'] as const) {
  @ApiProperty({ description: 'Number of events.', type: 'integer', minimum: 0, example: 12 })
  event_count!: number;

  @ApiProperty({
    description: 'Number of events without a measured quantity. Only a price per request can rate them.',
    type: 'integer',
    minimum: 0,
    example: 2,
  })
  unmeasured_events!: number;

  @ApiProperty({ description: 'Time of the first event.', type: 'string', format: 'date-time' })
  first_seen!: Date;

  @ApiProperty({ description: 'Time of the last event.', type: 'string', format: 'date-time' })
  last_seen!: Date;

  @ApiProperty({
    description: 'Provisional cost in credits.',
    type: 'string',
    format: 'decimal',
    example: '0.018000',
  })
  total_cost!: string;
}
