import { ApiProperty, ApiPropertyOptional, PickType } from '@nestjs/swagger';
import { BudgetRow } from '../../generated/rows.js';

const AMOUNT = { type: 'string', format: 'decimal' } as const;

/** A budget with its use. All amounts are in `unit`. */
export class BudgetEventObject extends PickType(BudgetRow, [
  'api_key_id',
  'member_id',
  'service',
  'model',
  'tag',
  'unit',
  'used',
  'held',
  'window_start',
  'resets_at',
  'set_by',
] as const) {
  @ApiProperty({ description: 'UUIDv7 of the budget.', type: 'string', format: 'uuid' })
  budget_id!: string;

  @ApiProperty({ description: 'What the budget limits, as refusals name it.', example: 'budget' })
  limit_source!: string;

  @ApiProperty({ description: 'Limit of the window, with its boost.', ...AMOUNT, example: '25.000000' })
  limit!: string;

  @ApiPropertyOptional({
    description: 'Threshold that was reached, percent of the limit.',
    type: 'integer',
    example: 80,
  })
  threshold?: number;

  @ApiPropertyOptional({ description: 'What was used beyond the limit.', ...AMOUNT, example: '0.000000' })
  overrun?: string;
}
