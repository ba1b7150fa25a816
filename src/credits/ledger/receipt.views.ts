import { ApiProperty, PickType } from '@nestjs/swagger';
import { UsageEventRow } from '../../generated/rows.js';
import { ModelPriceView } from '../../pricing/pricing.dto.js';
import { TransactionView } from '../credits.views.js';

/** A measured quantity and its cost. */
export class PricedPartView {
  @ApiProperty({
    description: 'What was measured: a token pool, `other_tokens` for tokens of unknown kind, or a unit.',
    type: 'string',
    example: 'input_tokens',
  })
  measure!: string;

  @ApiProperty({
    description: 'Quantity, in tokens or in units.',
    type: 'string',
    format: 'decimal',
    example: '1500.000000',
  })
  count!: string;

  @ApiProperty({
    description: 'Price in USD, per million tokens or per unit.',
    type: 'string',
    format: 'decimal',
  })
  price!: string;

  @ApiProperty({
    description: 'Price multiplier of the service tier.',
    type: 'string',
    format: 'decimal',
    example: '1.000000',
  })
  multiplier!: string;

  @ApiProperty({
    description: 'Cost in credits. Rounded for display only; the total is computed from exact values.',
    type: 'string',
    format: 'decimal',
  })
  cost!: string;
}

/** The work behind a charge, and how it was priced. */
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
  @ApiProperty({ description: 'The measured quantities with their costs.', type: [PricedPartView] })
  parts!: PricedPartView[];

  @ApiProperty({
    description: 'The price that was applied; null when the caller stated the total, or while the cost is provisional.',
    type: ModelPriceView,
    nullable: true,
  })
  price!: ModelPriceView | null;

  @ApiProperty({
    description: 'Markup as a fraction of the provider cost.',
    type: 'string',
    format: 'decimal',
    nullable: true,
  })
  markup_rate!: string | null;

  @ApiProperty({
    description: 'The markup rule that was applied, as scope and match.',
    type: 'string',
    nullable: true,
    example: 'class standard',
  })
  markup_rule!: string | null;
}

/** A ledger line with the explanation of its amount. */
export class ReceiptView extends TransactionView {
  @ApiProperty({
    description: 'Balance minus debt before the line, in credits.',
    type: 'string',
    format: 'decimal',
    example: '5.000000',
  })
  balance_before!: string;

  @ApiProperty({ description: 'The hold that the charge captured.', type: 'string', format: 'uuid', nullable: true })
  hold_id!: string | null;

  @ApiProperty({ description: 'The charge that this line refunds.', type: 'string', format: 'uuid', nullable: true })
  refund_of!: string | null;

  @ApiProperty({ description: 'Refunds of this line so far.', type: [TransactionView] })
  refunds!: TransactionView[];

  @ApiProperty({
    description: 'Credits of this line that can still be refunded.',
    type: 'string',
    format: 'decimal',
    example: '0.002500',
  })
  refundable!: string;

  @ApiProperty({
    description: 'The work that the line charged; null when it is unknown.',
    type: UsageReceiptView,
    nullable: true,
  })
  usage!: UsageReceiptView | null;

  @ApiProperty({
    description: 'Human-readable explanation, one sentence per item.',
    type: [String],
    example: ['2.500000 credits were charged for openrouter.'],
  })
  explanation!: string[];
}
