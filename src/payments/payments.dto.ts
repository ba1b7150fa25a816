import { ApiProperty, ApiPropertyOptional, OmitType, PickType } from '@nestjs/swagger';
import { IsEnum, IsOptional } from 'class-validator';
import { AccountQuery } from '../credits/credits.dto.js';
import { payment_event_state } from '../generated/prisma/enums.js';
import { AutoTopupRow, PaymentEventRow, PaymentRow, SubscriptionRow } from '../generated/rows.js';
import { PageQuery } from '../platform/http/page.js';
import { IsText } from '../platform/wire-decorators.js';

/** What was offered for a price, and what became of it. */
export class PaymentView extends OmitType(PaymentRow, [
  'session_id',
  'payment_intent_id',
  'invoice_id',
  'subscription_id',
] as const) {}

/** A plan that is paid every 30 days. */
export class SubscriptionView extends OmitType(SubscriptionRow, [
  'subscription_id',
  'told_at',
  'sync_at',
  'version',
] as const) {}

/** A message of the payment provider. */
export class PaymentEventView extends OmitType(PaymentEventRow, ['facts'] as const) {}

/** What to buy: a package or a plan. */
export class CheckoutBody extends AccountQuery {
  /** Package to buy. */
  @ApiPropertyOptional({ description: 'Package to buy; or `tier`.', example: 'credits-50' })
  @IsOptional()
  @IsText({ min_length: 1, max_length: 64 })
  package_code?: string;

  /** Plan to pay. */
  @ApiPropertyOptional({ description: 'Plan to pay; or `package_code`.', example: 'starter' })
  @IsOptional()
  @IsText({ min_length: 1, max_length: 64 })
  tier?: string;
}

/** Where a customer manages cards, invoices and the subscription. */
export class PortalView {
  /** Address to send the browser to. */
  @ApiProperty({ description: 'Address to send the browser to.', type: 'string' })
  portal_url!: string;
}

/** How credits are bought automatically. */
export class TopupBody extends PickType(AutoTopupRow, ['threshold', 'package_code', 'monthly_limit'] as const) {
  /** Account to act on. */
  @ApiPropertyOptional({ description: 'Account to act on; only for services and admins.', example: 'user-42' })
  @IsOptional()
  @IsText({ min_length: 1, max_length: 255 })
  user_id?: string;
}

/** How credits are bought automatically, and how that stands. */
export class AutoTopupView extends OmitType(AutoTopupRow, ['next_try_at'] as const) {
  /** Money that top-ups took in this calendar month of UTC, USD. */
  @ApiProperty({
    description: 'Money that top-ups took in this calendar month of UTC, USD.',
    type: 'string',
    format: 'decimal',
    example: '45.000000',
  })
  spent_this_month!: string;
}

/** Query of the payments of an account. */
export class HistoryQuery extends PageQuery {
  /** Account to read. */
  @ApiPropertyOptional({ description: 'Account to read; only for services and admins.', example: 'user-42' })
  @IsOptional()
  @IsText({ min_length: 1, max_length: 255 })
  user_id?: string;
}

/** Query of the provider's messages. */
export class EventsQuery extends PickType(PageQuery, ['limit', 'offset'] as const) {
  /** Only those in this state. */
  @ApiPropertyOptional({
    description: 'Only those in this state.',
    enum: payment_event_state,
    enumName: 'payment_event_state',
  })
  @IsOptional()
  @IsEnum(payment_event_state)
  state?: payment_event_state;
}

/** What became of a message. */
export class ReceivedView extends PickType(PaymentEventRow, ['event_id', 'state'] as const) {}
