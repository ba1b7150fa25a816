import { ApiProperty, ApiPropertyOptional, OmitType, PickType } from '@nestjs/swagger';
import { IsEnum, IsIn, IsOptional } from 'class-validator';
import { AccountQuery } from '../credits/credits.dto.js';
import { payment_event_state } from '../generated/prisma/enums.js';
import {
  AutoTopupRow,
  PaymentDisputeRow,
  PaymentEventRow,
  PaymentRefundRow,
  PaymentRow,
  SubscriptionRow,
} from '../generated/rows.js';
import { PageQuery } from '../platform/http/page.js';
import { IsAmount, IsText } from '../platform/wire-decorators.js';
import { BILLING_ENDS, type BillingEnd } from './billing.service.js';

/** What was offered for a price, and what became of it. */
export class PaymentView extends OmitType(PaymentRow, [
  'session_id',
  'payment_intent_id',
  'invoice_id',
  'subscription_id',
  'charged',
  'charged_currency',
  'terms',
] as const) {}

/** Money of a payment that was paid back. */
export class RefundView extends OmitType(PaymentRefundRow, ['user_id', 'payment_id'] as const) {}

/** A dispute of a payment. */
export class DisputeView extends OmitType(PaymentDisputeRow, ['user_id', 'payment_id', 'told_at'] as const) {}

/** A payment with its refunds and disputes. */
export class PaymentDetailView extends PaymentView {
  /** Refunds, in the order in which they were told. */
  @ApiProperty({ description: 'Refunds, in the order in which they were told.', type: [RefundView] })
  refunds!: RefundView[];

  /** Disputes, in the order in which they were told. */
  @ApiProperty({ description: 'Disputes, in the order in which they were told.', type: [DisputeView] })
  disputes!: DisputeView[];
}

/** A plan that is paid every 30 days. */
export class SubscriptionView extends OmitType(SubscriptionRow, [
  'subscription_id',
  'told_at',
  'sync_at',
  'version',
  'terms',
  'paid_terms',
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

  /** Page where the payer confirms the payment in flight. */
  @ApiProperty({
    description: 'Page where the payer confirms the payment in flight, where the bank asks for that; else null.',
    type: 'string',
    nullable: true,
  })
  checkout_url!: string | null;
}

/** Query of the payments of an account. */
export class PaymentsQuery extends PageQuery {
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
export class ReceivedView extends PickType(PaymentEventRow, ['state'] as const) {
  /** The provider's id. */
  @ApiProperty({ description: "The provider's id; null where the message has none.", type: 'string', nullable: true })
  event_id!: string | null;
}

/** Query of the payments that wait for an admin. */
export class HeldQuery extends PickType(PageQuery, ['limit', 'offset'] as const) {}

/** Why a held payment is refused. */
export class RefuseBody {
  /** For the audit log and the payer. */
  @ApiPropertyOptional({ description: 'Why, for the audit log and the payer.', example: 'Refunded at Stripe' })
  @IsOptional()
  @IsText({ min_length: 1, max_length: 500 })
  note?: string;
}

/** What a held payment gives. */
export class AcceptBody extends RefuseBody {
  /** Credits to give; left out: what was offered. */
  @ApiPropertyOptional({
    description: 'Credits to give instead of what was offered. Needed where nothing was offered.',
    type: 'string',
    format: 'decimal',
    example: '25.000000',
  })
  @IsOptional()
  @IsAmount({ positive: true })
  credits?: string;
}

/** Whose billing ends, and when. */
export class EndBillingBody extends PickType(SubscriptionRow, ['user_id'] as const) {
  /** With the period that is paid, or at once. */
  @ApiPropertyOptional({
    description: 'With the period that is paid, or at once. What was paid is given until its end either way.',
    enum: BILLING_ENDS,
    default: 'period_end',
  })
  @IsOptional()
  @IsIn(BILLING_ENDS)
  at?: BillingEnd;
}

/** What of an account's billing ended. */
export class EndedBillingView extends PickType(SubscriptionRow, ['user_id'] as const) {
  /** Subscription that ends; null when there was none. */
  @ApiProperty({
    description: 'Subscription that ends; null when there was none.',
    type: () => SubscriptionView,
    nullable: true,
  })
  subscription!: SubscriptionView | null;

  /** Whether automatic top-up was on. */
  @ApiProperty({ description: 'Whether an automatic top-up was deleted.', type: 'boolean' })
  topup_deleted!: boolean;
}
