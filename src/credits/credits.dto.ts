import { ApiProperty, ApiPropertyOptional, IntersectionType, OmitType, PartialType, PickType } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsBoolean, IsEnum, IsOptional, IsUUID, ValidateNested } from 'class-validator';
import { grant_source, transaction_type } from '../generated/prisma/enums.js';
import { CreditGrantRow, CreditHoldRow, CreditTransactionRow, UserCreditsRow } from '../generated/rows.js';
import { ExportQuery } from '../platform/export/download.js';
import { AttributionQuery } from '../platform/http/attribution-query.js';
import { IsDayOrTimestamp } from '../platform/http/dates.js';
import { LIMIT_DEFAULT, LIMIT_MAX, PageQuery, QueryBoolean, QueryInteger } from '../platform/http/page.js';
import { RecordKey } from '../platform/http/idempotency-key.js';
import { IsAmount, IsText, IsWholeNumber } from '../platform/values/wire-decorators.js';
import { PayerBody } from '../memberships/payer.dto.js';
import { CostBreakdown } from './credits.views.js';

/** Known sources. Callers can also send any other text. */
const SOURCES = Object.values(grant_source);

/** Query that names an account; the caller's own by default. */
export class AccountQuery extends PartialType(PickType(UserCreditsRow, ['user_id'] as const), {
  skipNullProperties: false,
}) {}

/** Query of a read, which can create the account. */
export class ReadQuery extends AccountQuery {
  @ApiPropertyOptional({
    description:
      'Whether to create the account if it does not exist. For users reading their own account it always is.',
    type: 'boolean',
    default: false,
  })
  @QueryBoolean()
  @IsBoolean()
  provision: boolean = false;
}

/** Query of the balance. */
export class BalanceQuery extends ReadQuery {
  @ApiPropertyOptional({ description: 'Whether to include the newest ledger lines.', type: 'boolean', default: false })
  @QueryBoolean()
  @IsBoolean()
  include_history: boolean = false;

  @ApiPropertyOptional({
    description: 'Maximum number of ledger lines.',
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
  @ApiProperty({ description: 'The amount to check, in credits.', type: 'string', format: 'decimal', example: '0.25' })
  @IsAmount({ min: '0' })
  amount!: string;
}

/** Query of the ledger. */
export class TransactionsQuery extends IntersectionType(PageQuery, IntersectionType(ReadQuery, AttributionQuery)) {
  @ApiPropertyOptional({
    description: 'Only lines of this type.',
    enum: transaction_type,
    enumName: 'transaction_type',
  })
  @IsOptional()
  @IsEnum(transaction_type)
  transaction_type?: transaction_type;

  @ApiPropertyOptional({
    description: 'Alias of `transaction_type`.',
    enum: transaction_type,
    enumName: 'transaction_type',
  })
  @IsOptional()
  @IsEnum(transaction_type)
  type?: transaction_type;

  @ApiPropertyOptional({ description: 'Only lines of this service.', example: 'openrouter' })
  @IsOptional()
  @IsText({ max_length: 64 })
  service?: string;

  @ApiPropertyOptional({ description: 'Only lines of this model.', example: 'openai/gpt-4o-mini' })
  @IsOptional()
  @IsText({ max_length: 255 })
  model?: string;

  @ApiPropertyOptional({
    description: 'Only lines of at least this amount, in credits. Charges are negative.',
    type: 'string',
    format: 'decimal',
    example: '-1',
  })
  @IsOptional()
  @IsAmount()
  amount_min?: string;

  @ApiPropertyOptional({
    description: 'Only lines of at most this amount, in credits. Charges are negative: `-1` finds those of 1 or more.',
    type: 'string',
    format: 'decimal',
    example: '0',
  })
  @IsOptional()
  @IsAmount()
  amount_max?: string;

  @ApiPropertyOptional({
    description: 'Only lines whose description, service or model contains this text, ignoring case.',
  })
  @IsOptional()
  @IsText({ min_length: 1, max_length: 200 })
  search?: string;

  @ApiPropertyOptional({
    description: 'Start, inclusive: a date (UTC) or a timestamp.',
    type: 'string',
    example: '2026-11-01',
  })
  @IsOptional()
  @IsDayOrTimestamp('start')
  date_from?: Date;

  @ApiPropertyOptional({
    description: 'End: a date (UTC, inclusive) or a timestamp (exclusive).',
    type: 'string',
    example: '2026-11-30',
  })
  @IsOptional()
  @IsDayOrTimestamp('end')
  date_to?: Date;
}

/** Query of the ledger export. */
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
  @ApiProperty({ description: 'Human-readable reason.', maxLength: 500, example: 'Goodwill' })
  @IsText({ min_length: 1, max_length: 500 })
  reason!: string;
}

/** Credits to add from a source. */
export class AllocateBody extends IntersectionType(AccountName, Credited, Expiry, Attachment) {
  @ApiPropertyOptional({
    description: `Where the credits come from: ${SOURCES.join(', ')}. Any other text makes the credits a bonus and is stored in \`metadata.source\`.`,
    type: 'string',
    minLength: 1,
    maxLength: 64,
    default: 'bonus',
    example: 'purchase',
  })
  @IsText({ min_length: 1, max_length: 64 })
  source: string = 'bonus';

  @ApiPropertyOptional({ description: 'Human-readable reason; stored in `metadata.reason`.', maxLength: 500 })
  @IsOptional()
  @IsText({ min_length: 1, max_length: 500 })
  reason?: string;
}

/** Bonus credits to grant. */
export class BonusBody extends IntersectionType(AccountName, Credited, Reason, Expiry, Attachment) {}

/** Credits to refund. */
export class RefundBody extends IntersectionType(AccountName, Credited, Reason, Attachment) {
  @ApiPropertyOptional({
    description: 'The charge to refund. Without it, the refund is not tied to a charge.',
    type: 'string',
    format: 'uuid',
  })
  @IsOptional()
  @IsUUID()
  transaction_id?: string;
}

/** A cost breakdown, as callers send it. */
export class CostBreakdownBody extends PickType(CostBreakdown, ['provider_cost', 'markup'] as const) {
  @ApiPropertyOptional({
    description: 'Total in credits. Defaults to the sum of `provider_cost` and `markup`.',
    type: 'string',
    format: 'decimal',
    example: '0.002200',
  })
  @IsOptional()
  @IsAmount({ min: '0' })
  total?: string;
}

class Charged {
  @ApiProperty({ description: 'Credits to charge.', type: 'string', format: 'decimal', example: '0.250000' })
  @IsAmount({ positive: true })
  amount!: string;
}

/** A charge for work that is about to be done. */
export class DeductBody extends IntersectionType(
  IntersectionType(AccountName, PayerBody),
  Charged,
  PickType(CreditHoldRow, ['service'] as const),
  PartialType(PickType(CreditTransactionRow, ['model', 'tags'] as const), { skipNullProperties: false }),
  Attachment,
) {
  @ApiPropertyOptional({ description: 'Split of the amount into provider cost and markup.', type: CostBreakdownBody })
  @IsOptional()
  @ValidateNested()
  @Type(() => CostBreakdownBody)
  cost_breakdown?: CostBreakdownBody;
}

/** One charge of a batch. */
export class DeductRecord extends IntersectionType(DeductBody, RecordKey) {}

/** A new period to start. */
export class ResetBody extends AccountName {
  @ApiPropertyOptional({ description: 'Tier for the new period. Defaults to the current one.', example: 'starter' })
  @IsOptional()
  @IsText({ min_length: 1, max_length: 64 })
  new_tier?: string;
}

/** A cap to set. */
export class CapBody extends IntersectionType(
  AccountName,
  PartialType(PickType(UserCreditsRow, ['monthly_cap'] as const), { skipNullProperties: false }),
) {}
