import { ApiProperty, ApiPropertyOptional, OmitType } from '@nestjs/swagger';
import { CreditGrantRow, CreditTransactionRow, UserCreditsRow } from '../generated/rows.js';
import { IsAmount } from '../platform/wire-decorators.js';

/** How an amount splits. */
export class CostBreakdown {
  /** What the provider charges. */
  @ApiProperty({
    description: 'What the provider charges, credits.',
    type: 'string',
    format: 'decimal',
    example: '0.002000',
  })
  @IsAmount({ min: '0' })
  provider_cost!: string;

  /** What the platform adds. */
  @ApiProperty({
    description: 'What the platform adds, credits.',
    type: 'string',
    format: 'decimal',
    example: '0.000200',
  })
  @IsAmount({ min: '0' })
  markup!: string;

  /** Both together. */
  @ApiProperty({ description: 'Both together, credits.', type: 'string', format: 'decimal', example: '0.002200' })
  @IsAmount({ min: '0' })
  total!: string;
}

/** One line of the ledger, as its account holder sees it. */
export class TransactionView extends OmitType(CreditTransactionRow, [
  'refund_of',
  'hold_id',
  'actor',
  'request_id',
  'cost_breakdown',
] as const) {
  /** How the amount splits; null when it was given as a whole. */
  @ApiProperty({
    description: 'How the amount splits; null when it was given as a whole.',
    type: CostBreakdown,
    nullable: true,
  })
  cost_breakdown!: CostBreakdown | null;
}

/** One addition of credits that still has some left. */
export class GrantView extends CreditGrantRow {}

/** An account as its holder sees it. */
export class BalanceView extends OmitType(UserCreditsRow, [
  'capped',
  'plan_used',
  'monthly_cap_is_set',
  'due_at',
  'next_terms',
  'status_reason',
  'status_changed_at',
  'calls_per_day',
  'calls_per_month',
  'calls_today',
  'calls_this_period',
  'calls_reset_at',
  'free_calls_per_day',
  'free_calls_today',
] as const) {
  /** Credits that can be spent now: balance less what is held; none while there is debt. */
  @ApiProperty({
    description: 'Credits that can be spent now: balance less what is held; none while there is debt.',
    type: 'string',
    format: 'decimal',
    example: '5.000000',
  })
  available!: string;

  /** Newest ledger lines, when asked for. */
  @ApiPropertyOptional({ description: 'Newest ledger lines, with include_history=true.', type: [TransactionView] })
  transactions?: TransactionView[];
}

/** An account after a movement, and the ledger line that the movement booked. */
export class MovementView extends BalanceView {
  /** The ledger line. */
  @ApiProperty({ description: 'The ledger line.', type: 'string', format: 'uuid' })
  transaction_id!: string;

  /** Signed amount of the line: a charge is negative. */
  @ApiProperty({
    description: 'Signed credits of the line: a charge is negative.',
    type: 'string',
    format: 'decimal',
    example: '-2.500000',
  })
  amount!: string;

  /** Balance minus debt after the line. */
  @ApiProperty({
    description: 'Balance minus debt after the line, credits.',
    type: 'string',
    format: 'decimal',
    example: '2.500000',
  })
  balance_after!: string;
}

/** Whether an amount could be charged now. */
export class CheckView {
  /** Whether a charge of `required` would be accepted now. */
  @ApiProperty({ description: 'Whether a charge of `required` would be accepted now.' })
  sufficient!: boolean;

  /** Credits that can be spent now. */
  @ApiProperty({
    description: 'Credits that can be spent now.',
    type: 'string',
    format: 'decimal',
    example: '5.000000',
  })
  available!: string;

  /** The amount asked about. */
  @ApiProperty({ description: 'The credits asked about.', type: 'string', format: 'decimal', example: '0.250000' })
  required!: string;

  /** Why it does not fit; null when it does. */
  @ApiProperty({
    description: 'Why it does not fit; null when it does.',
    enum: [
      ...['insufficient_credits', 'credits_on_hold', 'monthly_cap_exceeded'],
      ...['account_suspended', 'account_closed'],
    ],
    nullable: true,
    example: null,
  })
  reason!: string | null;
}
