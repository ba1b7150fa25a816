import { ApiProperty } from '@nestjs/swagger';

const AMOUNT = { type: 'string', format: 'decimal' } as const;

/** A model, or a service without one, and what it cost. */
export class SpenderObject {
  @ApiProperty({ description: 'Model, or the service if there is none.', example: 'openai/gpt-4o' })
  name!: string;

  @ApiProperty({ description: 'Credits spent on it.', ...AMOUNT, example: '7.500000' })
  spent!: string;
}

/** What an account used in a month, in the time zone of its owner. */
export class MonthlyReportEventObject {
  @ApiProperty({ description: 'The month.', type: 'string', pattern: String.raw`^\d{4}-\d{2}$`, example: '2026-11' })
  month!: string;

  @ApiProperty({ description: 'Credits spent.', ...AMOUNT, example: '12.500000' })
  spent!: string;

  @ApiProperty({ description: 'Credits spent in the month before.', ...AMOUNT, example: '9.000000' })
  spent_before!: string;

  @ApiProperty({ description: 'Requests.', type: 'integer', minimum: 0, example: 420 })
  requests!: number;

  @ApiProperty({ description: 'Tokens.', type: 'integer', format: 'int64', minimum: 0, example: 310_000 })
  tokens!: number;

  @ApiProperty({ description: 'What cost most, the most expensive first.', type: [SpenderObject] })
  top!: SpenderObject[];
}
