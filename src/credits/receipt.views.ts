import { ApiProperty, PickType } from '@nestjs/swagger';
import { UsageEventRow } from '../generated/rows.js';
import { ModelPriceView } from '../pricing/pricing.dto.js';
import { TransactionView } from './credits.views.js';

/** One thing that was measured and what it cost. */
export class PricedPartView {
  @ApiProperty({
    description: 'What was measured: a pool of tokens, other_tokens of unknown kind, or a unit.',
    type: 'string',
    example: 'input_tokens',
  })
  measure!: string;

  @ApiProperty({
    description: 'How many, in the unit of the part.',
    type: 'string',
    format: 'decimal',
    example: '1500.000000',
  })
  count!: string;

  @ApiProperty({
    description: 'USD for a million tokens, or for one of anything else.',
    type: 'string',
    format: 'decimal',
  })
  price!: string;

  @ApiProperty({
    description: 'Factor on the price for the service tier.',
    type: 'string',
    format: 'decimal',
    example: '1.000000',
  })
  multiplier!: string;

  @ApiProperty({
    description: 'What it cost, credits, rounded for this list alone.',
    type: 'string',
    format: 'decimal',
  })
  cost!: string;
}

/** The work behind a charge and how it was priced. */
export class UsageReceiptView extends PickType(UsageEventRow, [
  'service',
  'model',
  'request_id',
  'occurred_at',
  'tokens_used',
  'quantity',
  'unit',
  'measures',
  'service_tier',
  'unread_usage',
  'provider_cost',
  'platform_markup',
  'total_cost',
  'is_free_tier',
  'is_rated',
] as const) {
  @ApiProperty({ description: 'What was measured and what each of it cost.', type: [PricedPartView] })
  parts!: PricedPartView[];

  @ApiProperty({
    description: 'The price that counted; null when the caller gave the total, or while the price is provisional.',
    type: ModelPriceView,
    nullable: true,
  })
  price!: ModelPriceView | null;

  @ApiProperty({
    description: 'Markup as a share of the provider cost.',
    type: 'string',
    format: 'decimal',
    nullable: true,
  })
  markup_rate!: string | null;

  @ApiProperty({ description: 'The rule it is by.', type: 'string', nullable: true, example: 'class standard' })
  markup_rule!: string | null;
}

/** How an amount came about. */
export class ReceiptView extends TransactionView {
  /** Balance minus debt before the line. */
  @ApiProperty({
    description: 'Balance minus debt before the line, credits.',
    type: 'string',
    format: 'decimal',
    example: '5.000000',
  })
  balance_before!: string;

  /** Hold that the charge captured. */
  @ApiProperty({ description: 'Hold that the charge captured.', type: 'string', format: 'uuid', nullable: true })
  hold_id!: string | null;

  /** Line that this refund gives back. */
  @ApiProperty({ description: 'Line that this refund gives back.', type: 'string', format: 'uuid', nullable: true })
  refund_of!: string | null;

  /** Refunds of this line so far. */
  @ApiProperty({ description: 'Refunds of this line so far.', type: [TransactionView] })
  refunds!: TransactionView[];

  /** Most that can still be refunded of this line. */
  @ApiProperty({
    description: 'Most credits that can still be refunded of this line.',
    type: 'string',
    format: 'decimal',
    example: '0.002500',
  })
  refundable!: string;

  /** The work that the line charged; null when it is not known. */
  @ApiProperty({
    description: 'The work that the line charged; null when it is not known.',
    type: UsageReceiptView,
    nullable: true,
  })
  usage!: UsageReceiptView | null;

  /** The same in sentences. */
  @ApiProperty({
    description: 'The same in sentences.',
    type: [String],
    example: ['2.500000 credits were charged for openrouter.'],
  })
  explanation!: string[];
}
