import { ApiProperty, ApiPropertyOptional, IntersectionType, OmitType, PartialType, PickType } from '@nestjs/swagger';
import { CreditGrantRow, CreditTransactionRow, UserCreditsRow } from '../generated/rows.js';
import { RecordError, RecordIndex } from '../platform/http/bodies/records.js';
import { IsAmount } from '../platform/values/wire-decorators.js';

/** An amount, split into the provider's cost and the platform's markup. */
export class CostBreakdown {
  @ApiProperty({
    description: 'Cost charged by the provider, in credits.',
    type: 'string',
    format: 'decimal',
    example: '0.002000',
  })
  @IsAmount({ min: '0' })
  provider_cost!: string;

  @ApiProperty({
    description: "The platform's markup, in credits.",
    type: 'string',
    format: 'decimal',
    example: '0.000200',
  })
  @IsAmount({ min: '0' })
  markup!: string;

  @ApiProperty({
    description: 'Sum of `provider_cost` and `markup`, in credits.',
    type: 'string',
    format: 'decimal',
    example: '0.002200',
  })
  @IsAmount({ min: '0' })
  total!: string;
}

/** A ledger line, as the account's user sees it. */
export class TransactionView extends OmitType(CreditTransactionRow, [
  'refund_of',
  'hold_id',
  'actor',
  'request_id',
  'cost_breakdown',
] as const) {
  @ApiProperty({
    description: 'Split of the amount into provider cost and markup; null when it is unknown.',
    type: CostBreakdown,
    nullable: true,
  })
  cost_breakdown!: CostBreakdown | null;
}

/** A grant with credits left. */
export class GrantView extends OmitType(CreditGrantRow, ['expiry_told_for'] as const) {}

/** An account, as its user sees it. */
export class BalanceView extends OmitType(UserCreditsRow, [
  'capped',
  'has_budgets',
  'credit_level',
  'alert_below',
  'low_balance_threshold',
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
  @ApiProperty({
    description: 'The balance minus held credits; zero while the account is in debt.',
    type: 'string',
    format: 'decimal',
    example: '5.000000',
  })
  available!: string;

  @ApiPropertyOptional({
    description: 'The newest ledger lines, with `include_history=true`.',
    type: [TransactionView],
  })
  transactions?: TransactionView[];
}

/** An account after a charge, grant or refund, with the ledger line of that operation. */
export class MovementView extends BalanceView {
  @ApiProperty({ description: 'Id of the ledger line.', type: 'string', format: 'uuid' })
  transaction_id!: string;

  @ApiProperty({
    description: 'Amount of the line in credits; negative for a charge.',
    type: 'string',
    format: 'decimal',
    example: '-2.500000',
  })
  amount!: string;

  @ApiProperty({
    description: 'Balance minus debt after the line, in credits.',
    type: 'string',
    format: 'decimal',
    example: '2.500000',
  })
  balance_after!: string;
}

class DeductOutcome {
  @ApiProperty({
    description: '`duplicate`: the key was used before for the same charge, which is not booked again.',
    enum: ['charged', 'duplicate', 'error'],
    example: 'charged',
  })
  status!: 'charged' | 'duplicate' | 'error';
}

/**
 * The result for one charge of a batch: its ledger line (for a duplicate, the original one), or the error that the
 * single charge would return, with the same fields.
 */
export class DeductResultView extends IntersectionType(
  RecordIndex,
  DeductOutcome,
  PartialType(PickType(MovementView, ['transaction_id', 'amount', 'balance_after'] as const)),
  RecordError,
) {}

/** The answer to whether an amount could be charged now. */
export class CheckView {
  @ApiProperty({ description: 'Whether a charge of `required` would be accepted now.' })
  sufficient!: boolean;

  @ApiProperty({
    description: 'The balance minus held credits; zero while the account is in debt.',
    type: 'string',
    format: 'decimal',
    example: '5.000000',
  })
  available!: string;

  @ApiProperty({
    description: 'The amount asked about, in credits.',
    type: 'string',
    format: 'decimal',
    example: '0.250000',
  })
  required!: string;

  @ApiProperty({
    description: 'Why the charge would be refused; null when it would be accepted.',
    enum: [
      'insufficient_credits',
      'credits_on_hold',
      'monthly_cap_exceeded',
      'budget_exceeded',
      'account_suspended',
      'account_closed',
    ],
    nullable: true,
    example: null,
  })
  reason!: string | null;
}
