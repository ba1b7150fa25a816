import { ApiProperty, ApiPropertyOptional, IntersectionType, OmitType, PartialType, PickType } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsBoolean, IsEnum, IsOptional, IsUUID, ValidateNested } from 'class-validator';
import { grant_source, transaction_type } from '../generated/prisma/enums.js';
import { CreditGrantRow, CreditHoldRow, CreditTransactionRow, UserCreditsRow } from '../generated/rows.js';
import { ExportQuery } from '../platform/export/download.js';
import { IsDayOrTimestamp } from '../platform/http/dates.js';
import { LIMIT_DEFAULT, LIMIT_MAX, PageQuery, QueryBoolean, QueryInteger } from '../platform/http/page.js';
import { IsAmount, IsText, IsWholeNumber } from '../platform/wire-decorators.js';
import { CostBreakdown } from './credits.views.js';

/** Sources that mean something; others are the caller's own words. */
const SOURCES = Object.values(grant_source);

/** Names the account; without it a call is about the caller's own. */
export class AccountQuery extends PartialType(PickType(UserCreditsRow, ['user_id'] as const), {
  skipNullProperties: false,
}) {}

/** Query of a read. */
export class ReadQuery extends AccountQuery {
  /** Whether an account that does not exist is opened. */
  @ApiPropertyOptional({
    description: 'true: open the account when the user was never seen. A user who reads the own account need not ask.',
    type: 'boolean',
    default: false,
  })
  @QueryBoolean()
  @IsBoolean()
  provision: boolean = false;
}

/** Query of the balance. */
export class BalanceQuery extends ReadQuery {
  /** Whether the newest ledger lines are wanted. */
  @ApiPropertyOptional({ description: 'true: with the newest ledger lines.', type: 'boolean', default: false })
  @QueryBoolean()
  @IsBoolean()
  include_history: boolean = false;

  /** Most ledger lines of the answer. */
  @ApiPropertyOptional({
    description: 'Most ledger lines of the answer.',
    type: 'integer',
    minimum: 1,
    maximum: LIMIT_MAX,
    default: LIMIT_DEFAULT,
  })
  @QueryInteger()
  @IsWholeNumber({ min: 1, max: LIMIT_MAX })
  limit: number = LIMIT_DEFAULT;
}

/** Query of a check. */
export class CheckQuery extends ReadQuery {
  /** The amount asked about. */
  @ApiProperty({ description: 'The credits asked about.', type: 'string', format: 'decimal', example: '0.25' })
  @IsAmount({ min: '0' })
  amount!: string;
}

/** Query of the ledger. */
export class TransactionsQuery extends IntersectionType(PageQuery, ReadQuery) {
  /** Only lines of this type. */
  @ApiPropertyOptional({
    description: 'Only lines of this type.',
    enum: transaction_type,
    enumName: 'transaction_type',
  })
  @IsOptional()
  @IsEnum(transaction_type)
  transaction_type?: transaction_type;

  /** The same as transaction_type. */
  @ApiPropertyOptional({
    description: 'The same as transaction_type.',
    enum: transaction_type,
    enumName: 'transaction_type',
  })
  @IsOptional()
  @IsEnum(transaction_type)
  type?: transaction_type;

  /** Only lines of this service. */
  @ApiPropertyOptional({ description: 'Only lines of this service.', example: 'openrouter' })
  @IsOptional()
  @IsText({ max_length: 64 })
  service?: string;

  /** Only lines whose description, service or model contains this text, in any case. */
  @ApiPropertyOptional({
    description: 'Only lines whose description, service or model contains this text, in any case.',
  })
  @IsOptional()
  @IsText({ min_length: 1, max_length: 200 })
  search?: string;

  /** Only lines from then on. */
  @ApiPropertyOptional({
    description: 'Only lines from then on: a day (UTC) or a timestamp.',
    type: 'string',
    example: '2026-11-01',
  })
  @IsOptional()
  @IsDayOrTimestamp('start')
  date_from?: Date;

  /** Only lines before then; a day counts whole. */
  @ApiPropertyOptional({
    description: 'Only lines before then: a timestamp, or a day (UTC) that counts whole.',
    type: 'string',
    example: '2026-11-30',
  })
  @IsOptional()
  @IsDayOrTimestamp('end')
  date_to?: Date;
}

/** Query of the ledger as a file. */
export class TransactionsExportQuery extends IntersectionType(
  ExportQuery,
  OmitType(TransactionsQuery, ['limit', 'offset', 'cursor', 'count'] as const),
) {}

class Expiry extends PartialType(PickType(CreditGrantRow, ['expires_at'] as const), { skipNullProperties: false }) {}
class Attachment extends PartialType(PickType(CreditTransactionRow, ['metadata'] as const), {
  skipNullProperties: false,
}) {}
class AccountName extends PickType(UserCreditsRow, ['user_id'] as const) {}
class Credited extends PickType(CreditGrantRow, ['amount'] as const) {}

class Reason {
  /** Why, for people. */
  @ApiProperty({ description: 'Why, for people.', maxLength: 500, example: 'Goodwill' })
  @IsText({ min_length: 1, max_length: 500 })
  reason!: string;
}

/** Credits to add from a source. */
export class AllocateBody extends IntersectionType(AccountName, Credited, Expiry, Attachment) {
  /** Where the credits come from. */
  @ApiPropertyOptional({
    description: `Where the credits come from: ${SOURCES.join(', ')}. Any other text gives a bonus and is kept in \`metadata.source\`.`,
    ...{ type: 'string', minLength: 1, maxLength: 64, default: 'bonus', example: 'purchase' },
  })
  @IsText({ min_length: 1, max_length: 64 })
  source: string = 'bonus';

  /** Why, for people. */
  @ApiPropertyOptional({ description: 'Why, for people; kept in `metadata.reason`.', maxLength: 500 })
  @IsOptional()
  @IsText({ min_length: 1, max_length: 500 })
  reason?: string;
}

/** Credits to give on top. */
export class BonusBody extends IntersectionType(AccountName, Credited, Reason, Expiry, Attachment) {}

/** Credits to give back. */
export class RefundBody extends IntersectionType(AccountName, Credited, Reason, Attachment) {
  /** Charge to give back; without it the refund is an admin's own act. */
  @ApiPropertyOptional({
    description: "Charge to give back; without it the refund is an admin's own act.",
    type: 'string',
    format: 'uuid',
  })
  @IsOptional()
  @IsUUID()
  transaction_id?: string;
}

/** How an amount splits, as callers say it. */
export class CostBreakdownBody extends PickType(CostBreakdown, ['provider_cost', 'markup'] as const) {
  /** Both together. */
  @ApiPropertyOptional({
    description: 'Both together, credits; left out: their sum.',
    ...{ type: 'string', format: 'decimal', example: '0.002200' },
  })
  @IsOptional()
  @IsAmount({ min: '0' })
  total?: string;
}

class Charged {
  /** Credits to charge. */
  @ApiProperty({ description: 'Credits to charge.', type: 'string', format: 'decimal', example: '0.250000' })
  @IsAmount({ positive: true })
  amount!: string;
}

/** Work about to be done. */
export class DeductBody extends IntersectionType(
  AccountName,
  Charged,
  PickType(CreditHoldRow, ['service'] as const),
  PartialType(PickType(CreditTransactionRow, ['model'] as const), { skipNullProperties: false }),
  Attachment,
) {
  /** How the amount splits. */
  @ApiPropertyOptional({ description: 'How the amount splits.', type: CostBreakdownBody })
  @IsOptional()
  @ValidateNested()
  @Type(() => CostBreakdownBody)
  cost_breakdown?: CostBreakdownBody;
}

/** A period to start anew. */
export class ResetBody extends AccountName {
  /** Tier to start it with; the current one when left out. */
  @ApiPropertyOptional({ description: 'Tier to start it with; the current one when left out.', example: 'starter' })
  @IsOptional()
  @IsText({ min_length: 1, max_length: 64 })
  new_tier?: string;
}

/** A cap to set. */
export class CapBody extends IntersectionType(
  AccountName,
  PartialType(PickType(UserCreditsRow, ['monthly_cap'] as const), { skipNullProperties: false }),
) {}
