import { ApiProperty, ApiPropertyOptional, IntersectionType, OmitType } from '@nestjs/swagger';
import { IsBoolean, IsEnum, IsIn, IsOptional } from 'class-validator';
import { AuditView } from '../audit/audit.dto.js';
import { DiscountView } from '../coupons/coupons.dto.js';
import { GrantView, TransactionView } from '../credits/credits.views.js';
import { HoldView } from '../credits/holds/holds.dto.js';
import { account_status } from '../generated/prisma/enums.js';
import { PaymentView, SubscriptionView } from '../payments/payments.dto.js';
import { IsDayOrTimestamp } from '../platform/http/dates.js';
import { PageQuery, QueryBoolean } from '../platform/http/page.js';
import { IsAmount, IsText } from '../platform/values/wire-decorators.js';
import { UsageSummaryView } from '../usage/reports/reports.views.js';
import { AccountView } from './accounts.dto.js';

class AccountFilterQuery {
  @ApiPropertyOptional({
    description: 'Return only accounts whose id or e-mail address contains this text, ignoring case.',
    example: 'ann@',
  })
  @IsOptional()
  @IsText({ min_length: 1, max_length: 255 })
  search?: string;

  @ApiPropertyOptional({ description: 'Return only accounts on this plan.', example: 'starter' })
  @IsOptional()
  @IsText({ min_length: 1, max_length: 64 })
  tier?: string;

  @ApiPropertyOptional({
    description: 'Return only accounts with this status.',
    enum: account_status,
    enumName: 'account_status',
  })
  @IsOptional()
  @IsEnum(account_status)
  status?: account_status;

  @ApiPropertyOptional({ description: 'Minimum balance, credits.', type: 'string', format: 'decimal' })
  @IsOptional()
  @IsAmount({ min: '0' })
  min_balance?: string;

  @ApiPropertyOptional({ description: 'Maximum balance, credits.', type: 'string', format: 'decimal' })
  @IsOptional()
  @IsAmount({ min: '0' })
  max_balance?: string;

  @ApiPropertyOptional({
    description: 'If true, return only accounts in debt; if false, only accounts without debt.',
    type: 'boolean',
  })
  @QueryBoolean()
  @IsOptional()
  @IsBoolean()
  in_debt?: boolean;

  @ApiPropertyOptional({
    description: 'Return only accounts that changed since then: a day (UTC) or a timestamp.',
    type: 'string',
    example: '2026-11-01',
  })
  @IsOptional()
  @IsDayOrTimestamp('start')
  active_since?: Date;

  @ApiPropertyOptional({
    description: 'Sort order: by id, or latest change first.',
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
  @ApiProperty({
    description: 'E-mail address that the user stored with an OpenRouter key; null if unknown.',
    type: 'string',
    nullable: true,
    example: 'ann@example.com',
  })
  email!: string | null;
}

/** An account with the details that support needs first. */
export class AccountOverviewView {
  @ApiProperty({ description: 'The account.', type: AccountView })
  account!: AccountView;

  @ApiProperty({ description: 'Live grants in burn order.', type: [GrantView] })
  grants!: GrantView[];

  @ApiProperty({ description: 'Open holds, newest first, at most 50.', type: [HoldView] })
  holds!: HoldView[];

  @ApiProperty({ description: 'The 20 newest ledger lines.', type: [TransactionView] })
  transactions!: TransactionView[];

  @ApiProperty({ description: 'Usage of the last 30 days.', type: UsageSummaryView })
  usage!: UsageSummaryView;

  @ApiProperty({ description: 'The 20 newest payments.', type: [PaymentView] })
  payments!: PaymentView[];

  @ApiProperty({
    description: 'Subscription of the account; null if there is none.',
    type: SubscriptionView,
    nullable: true,
  })
  subscription!: SubscriptionView | null;

  @ApiProperty({ description: 'The 20 newest discounts.', type: [DiscountView] })
  discounts!: DiscountView[];

  @ApiProperty({ description: 'The 20 newest audit entries.', type: [AuditView] })
  audit!: AuditView[];
}
