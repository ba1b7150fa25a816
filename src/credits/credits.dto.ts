import { ApiProperty, ApiPropertyOptional, IntersectionType, OmitType, PartialType, PickType } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsBoolean, IsEnum, IsInt, IsOptional, IsUUID, Matches, Max, Min, ValidateNested } from 'class-validator';
import { transaction_type } from '../generated/prisma/enums.js';
import { CreditGrantRow, CreditTransactionRow, UserCreditsRow } from '../generated/rows.js';
import { IsDayOrTimestamp } from '../platform/http/dates.js';
import { LIMIT_DEFAULT, LIMIT_MAX, PageQuery, QueryBoolean, QueryInteger } from '../platform/http/page.js';
import { IsAmount, IsText } from '../platform/wire-decorators.js';

/** Names the account; without it a call is about the caller's own. */
export class AccountQuery extends PartialType(PickType(UserCreditsRow, ['user_id'] as const), { skipNullProperties: false }) {}

/** How an amount splits. */
export class CostBreakdown {
  /** What the provider charges. */
  @ApiProperty({ description: 'What the provider charges.', type: 'string', format: 'decimal', example: '0.002000' })
  @IsAmount({ min: '0' })
  provider_cost!: string;

  /** What the platform adds. */
  @ApiProperty({ description: 'What the platform adds.', type: 'string', format: 'decimal', example: '0.000200' })
  @IsAmount({ min: '0' })
  markup!: string;

  /** Both together. */
  @ApiProperty({ description: 'Both together.', type: 'string', format: 'decimal', example: '0.002200' })
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
  @ApiProperty({ description: 'How the amount splits; null when it was given as a whole.', type: CostBreakdown, nullable: true })
  cost_breakdown!: CostBreakdown | null;
}

/** One addition of credits that still has some left. */
export class GrantView extends CreditGrantRow {}

/** An account as its holder sees it. */
export class BalanceView extends OmitType(UserCreditsRow, ['capped', 'plan_used', 'monthly_cap_is_set', 'due_at'] as const) {
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
  @ApiProperty({ description: 'Signed amount of the line: a charge is negative.', type: 'string', format: 'decimal', example: '-2.500000' })
  amount!: string;

  /** Balance minus debt after the line. */
  @ApiProperty({ description: 'Balance minus debt after the line.', type: 'string', format: 'decimal', example: '2.500000' })
  balance_after!: string;
}

/** Whether an amount could be charged now. */
export class CheckView {
  /** Whether a charge of `required` would be accepted now. */
  @ApiProperty({ description: 'Whether a charge of `required` would be accepted now.' })
  sufficient!: boolean;

  /** Credits that can be spent now. */
  @ApiProperty({ description: 'Credits that can be spent now.', type: 'string', format: 'decimal', example: '5.000000' })
  available!: string;

  /** The amount asked about. */
  @ApiProperty({ description: 'The amount asked about.', type: 'string', format: 'decimal', example: '0.250000' })
  required!: string;

  /** Why it does not fit; null when it does. */
  @ApiProperty({
    description: 'Why it does not fit; null when it does.',
    enum: ['insufficient_credits', 'credits_on_hold', 'monthly_cap_exceeded'],
    nullable: true,
    example: null,
  })
  reason!: string | null;
}

/** How an amount came about. */
export class ReceiptView extends TransactionView {
  /** Balance minus debt before the line. */
  @ApiProperty({ description: 'Balance minus debt before the line.', type: 'string', format: 'decimal', example: '5.000000' })
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
  @ApiProperty({ description: 'Most that can still be refunded of this line.', type: 'string', format: 'decimal', example: '0.002500' })
  refundable!: string;

  /** The same in sentences. */
  @ApiProperty({ description: 'The same in sentences.', type: [String], example: ['2.500000 credits were charged for openrouter.'] })
  explanation!: string[];
}

/** Query of the balance. */
export class BalanceQuery extends AccountQuery {
  /** Whether the newest ledger lines are wanted. */
  @ApiPropertyOptional({ description: 'true: with the newest ledger lines.', type: 'boolean', default: false })
  @QueryBoolean()
  @IsBoolean()
  include_history: boolean = false;

  /** Most ledger lines of the answer. */
  @ApiPropertyOptional({ description: 'Most ledger lines of the answer.', type: 'integer', minimum: 1, maximum: LIMIT_MAX, default: LIMIT_DEFAULT })
  @QueryInteger()
  @IsInt()
  @Min(1)
  @Max(LIMIT_MAX)
  limit: number = LIMIT_DEFAULT;
}

/** Query of a check. */
export class CheckQuery extends AccountQuery {
  /** The amount asked about. */
  @ApiProperty({ description: 'The amount asked about.', type: 'string', format: 'decimal', example: '0.25' })
  @IsAmount({ min: '0' })
  amount!: string;
}

/** Query of the ledger. */
export class TransactionsQuery extends IntersectionType(PageQuery, AccountQuery) {
  /** Only lines of this type. */
  @ApiPropertyOptional({ description: 'Only lines of this type.', enum: transaction_type, enumName: 'transaction_type' })
  @IsOptional()
  @IsEnum(transaction_type)
  transaction_type?: transaction_type;

  /** The same as transaction_type. */
  @ApiPropertyOptional({ description: 'The same as transaction_type.', enum: transaction_type, enumName: 'transaction_type' })
  @IsOptional()
  @IsEnum(transaction_type)
  type?: transaction_type;

  /** Only lines of this service. */
  @ApiPropertyOptional({ description: 'Only lines of this service.', example: 'openrouter' })
  @IsOptional()
  @IsText({ max_length: 64 })
  service?: string;

  /** Only lines whose description, service or model contains this text, in any case. */
  @ApiPropertyOptional({ description: 'Only lines whose description, service or model contains this text, in any case.' })
  @IsOptional()
  @IsText({ min_length: 1, max_length: 200 })
  search?: string;

  /** Only lines from then on. */
  @ApiPropertyOptional({ description: 'Only lines from then on: a day (UTC) or a timestamp.', type: 'string', example: '2026-11-01' })
  @IsOptional()
  @IsDayOrTimestamp('start')
  date_from?: Date;

  /** Only lines before then; a day counts whole. */
  @ApiPropertyOptional({ description: 'Only lines before then: a timestamp, or a day (UTC) that counts whole.', type: 'string', example: '2026-11-30' })
  @IsOptional()
  @IsDayOrTimestamp('end')
  date_to?: Date;
}

class Expiry extends PartialType(PickType(CreditGrantRow, ['expires_at'] as const), { skipNullProperties: false }) {}
class Attachment extends PartialType(PickType(CreditTransactionRow, ['metadata'] as const), { skipNullProperties: false }) {}
class Account extends PickType(UserCreditsRow, ['user_id'] as const) {}
class Credited extends PickType(CreditGrantRow, ['amount'] as const) {}

class Reason {
  /** Why, for people. */
  @ApiProperty({ description: 'Why, for people.', maxLength: 500, example: 'Goodwill' })
  @IsText({ min_length: 1, max_length: 500 })
  reason!: string;
}

/** Credits to add from a source. */
export class AllocateBody extends IntersectionType(Account, Credited, PickType(CreditGrantRow, ['source'] as const), Expiry, Attachment) {}

/** Credits to give on top. */
export class BonusBody extends IntersectionType(Account, Credited, Reason, Expiry, Attachment) {}

/** Credits to give back. */
export class RefundBody extends IntersectionType(Account, Credited, Reason, Attachment) {
  /** Charge to give back; without it the refund is an admin's own act. */
  @ApiPropertyOptional({ description: "Charge to give back; without it the refund is an admin's own act.", type: 'string', format: 'uuid' })
  @IsOptional()
  @IsUUID()
  transaction_id?: string;
}

/** Work about to be done. */
export class DeductBody extends IntersectionType(Account, Credited, PartialType(PickType(CreditTransactionRow, ['model'] as const), { skipNullProperties: false }), Attachment) {
  /** Service that does the work. */
  @ApiProperty({ description: 'Service that does the work.', pattern: '^[a-z0-9][a-z0-9._-]{0,63}$', example: 'openrouter' })
  @IsText({ max_length: 64 })
  @Matches(/^[a-z0-9][a-z0-9._-]{0,63}$/)
  service!: string;

  /** How the amount splits. */
  @ApiPropertyOptional({ description: 'How the amount splits.', type: CostBreakdown })
  @IsOptional()
  @ValidateNested()
  @Type(() => CostBreakdown)
  cost_breakdown?: CostBreakdown;
}

/** A period to start anew. */
export class ResetBody extends Account {
  /** Tier to start it with; the current one when left out. */
  @ApiPropertyOptional({ description: 'Tier to start it with; the current one when left out.', example: 'starter' })
  @IsOptional()
  @IsText({ min_length: 1, max_length: 64 })
  new_tier?: string;
}

/** A cap to set. */
export class CapBody extends IntersectionType(Account, PartialType(PickType(UserCreditsRow, ['monthly_cap'] as const), { skipNullProperties: false })) {}
