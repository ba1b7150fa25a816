import { ApiProperty, ApiPropertyOptional, IntersectionType, OmitType } from '@nestjs/swagger';
import { IsBoolean, IsEnum, IsIn, IsOptional } from 'class-validator';
import { AuditView } from '../audit/audit.dto.js';
import { DiscountView } from '../coupons/coupons.dto.js';
import { GrantView, TransactionView } from '../credits/credits.views.js';
import { HoldView } from '../credits/holds.dto.js';
import { account_status } from '../generated/prisma/enums.js';
import { PaymentView, SubscriptionView } from '../payments/payments.dto.js';
import { IsDayOrTimestamp } from '../platform/http/dates.js';
import { PageQuery, QueryBoolean } from '../platform/http/page.js';
import { IsAmount, IsText } from '../platform/wire-decorators.js';
import { UsageSummaryView } from '../usage/reports.views.js';
import { AccountView } from './accounts.dto.js';

class AccountFilterQuery {
  /** Only accounts whose id or e-mail address contains this text, in any case. */
  @ApiPropertyOptional({
    description: 'Only accounts whose id, or e-mail address where it is known, contains this text, in any case.',
    example: 'ann@',
  })
  @IsOptional()
  @IsText({ min_length: 1, max_length: 255 })
  search?: string;

  /** Only accounts of this plan. */
  @ApiPropertyOptional({ description: 'Only accounts of this plan.', example: 'starter' })
  @IsOptional()
  @IsText({ min_length: 1, max_length: 64 })
  tier?: string;

  /** Only accounts of this status. */
  @ApiPropertyOptional({
    description: 'Only accounts of this status.',
    enum: account_status,
    enumName: 'account_status',
  })
  @IsOptional()
  @IsEnum(account_status)
  status?: account_status;

  /** Lowest balance. */
  @ApiPropertyOptional({ description: 'Lowest balance, credits.', type: 'string', format: 'decimal' })
  @IsOptional()
  @IsAmount({ min: '0' })
  min_balance?: string;

  /** Highest balance. */
  @ApiPropertyOptional({ description: 'Highest balance, credits.', type: 'string', format: 'decimal' })
  @IsOptional()
  @IsAmount({ min: '0' })
  max_balance?: string;

  /** Whether there is debt. */
  @ApiPropertyOptional({ description: 'true: only accounts in debt; false: only accounts without.', type: 'boolean' })
  @QueryBoolean()
  @IsOptional()
  @IsBoolean()
  in_debt?: boolean;

  /** Only accounts that changed since. */
  @ApiPropertyOptional({
    description: 'Only accounts that changed since: a day (UTC) or a timestamp.',
    type: 'string',
    example: '2026-11-01',
  })
  @IsOptional()
  @IsDayOrTimestamp('start')
  active_since?: Date;

  /** Order of the list. */
  @ApiPropertyOptional({
    description: 'Order: by id, or the last change first.',
    enum: ['user_id', 'last_updated'],
    default: 'user_id',
  })
  @IsIn(['user_id', 'last_updated'])
  sort: 'user_id' | 'last_updated' = 'user_id';
}

/** Query of the list of accounts. */
export class AccountsQuery extends IntersectionType(OmitType(PageQuery, ['offset'] as const), AccountFilterQuery) {}

/** An account in a list. */
export class ListedAccountView extends AccountView {
  /** E-mail address that the user gave with an own key of OpenRouter. */
  @ApiProperty({
    description: 'E-mail address that the user gave with an own key of OpenRouter; null where it is not known.',
    type: 'string',
    nullable: true,
    example: 'ann@example.com',
  })
  email!: string | null;
}

/** Everything that support looks at first. */
export class AccountPictureView {
  /** The account. */
  @ApiProperty({ description: 'The account.', type: AccountView })
  account!: AccountView;

  /** Live grants in burn order. */
  @ApiProperty({ description: 'Live grants in burn order.', type: [GrantView] })
  grants!: GrantView[];

  /** Open holds, newest first. */
  @ApiProperty({ description: 'Open holds, newest first, at most 50.', type: [HoldView] })
  holds!: HoldView[];

  /** Newest ledger lines. */
  @ApiProperty({ description: 'The 20 newest ledger lines.', type: [TransactionView] })
  transactions!: TransactionView[];

  /** Usage of the last 30 days. */
  @ApiProperty({ description: 'Usage of the last 30 days.', type: UsageSummaryView })
  usage!: UsageSummaryView;

  /** Newest payments. */
  @ApiProperty({ description: 'The 20 newest payments.', type: [PaymentView] })
  payments!: PaymentView[];

  /** The plan that is paid. */
  @ApiProperty({
    description: 'The plan that is paid; null when there is none.',
    type: SubscriptionView,
    nullable: true,
  })
  subscription!: SubscriptionView | null;

  /** Newest discounts. */
  @ApiProperty({ description: 'The 20 newest discounts.', type: [DiscountView] })
  discounts!: DiscountView[];

  /** Newest audit entries. */
  @ApiProperty({ description: 'The 20 newest audit entries.', type: [AuditView] })
  audit!: AuditView[];
}
