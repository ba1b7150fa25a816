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
import { IsAmount, IsText } from '../platform/values/wire-decorators.js';
import { BILLING_ENDS, type BillingEnd } from './plans/billing-termination.service.js';

/** A payment. */
export class PaymentView extends OmitType(PaymentRow, [
  'session_id',
  'payment_intent_id',
  'invoice_id',
  'subscription_id',
  'charged',
  'charged_currency',
  'terms',
] as const) {}

/** A refund of a payment. */
export class RefundView extends OmitType(PaymentRefundRow, ['user_id', 'payment_id'] as const) {}

/** A dispute of a payment. */
export class DisputeView extends OmitType(PaymentDisputeRow, ['user_id', 'payment_id', 'told_at'] as const) {}

/** A payment with its refunds and disputes. */
export class PaymentDetailView extends PaymentView {
  @ApiProperty({ description: 'Refunds, in the order they were reported.', type: [RefundView] })
  refunds!: RefundView[];

  @ApiProperty({ description: 'Disputes, in the order they were reported.', type: [DisputeView] })
  disputes!: DisputeView[];
}

/** A subscription to a plan, paid every 30 days. */
export class SubscriptionView extends OmitType(SubscriptionRow, [
  'subscription_id',
  'told_at',
  'sync_at',
  'version',
  'terms',
  'paid_terms',
] as const) {}

/** An event from the payment provider. */
export class PaymentEventView extends OmitType(PaymentEventRow, ['facts'] as const) {}

/** What to buy: a package or a plan. */
export class CheckoutBody extends AccountQuery {
  @ApiPropertyOptional({ description: 'Package to buy. Send either this or `tier`.', example: 'credits-50' })
  @IsOptional()
  @IsText({ min_length: 1, max_length: 64 })
  package_code?: string;

  @ApiPropertyOptional({ description: 'Plan to buy. Send either this or `package_code`.', example: 'starter' })
  @IsOptional()
  @IsText({ min_length: 1, max_length: 64 })
  tier?: string;
}

/** A page where the customer manages cards, invoices and the subscription. */
export class PortalView {
  @ApiProperty({ description: 'URL to redirect the browser to.', type: 'string' })
  portal_url!: string;
}

/** Settings of an automatic top-up. */
export class TopupBody extends PickType(AutoTopupRow, ['threshold', 'package_code', 'monthly_limit'] as const) {
  @ApiPropertyOptional({
    description: 'Account to act on. Only services and admins can name another account.',
    example: 'user-42',
  })
  @IsOptional()
  @IsText({ min_length: 1, max_length: 255 })
  user_id?: string;
}

/** An automatic top-up with its settings and state. */
export class AutoTopupView extends OmitType(AutoTopupRow, ['next_try_at'] as const) {
  @ApiProperty({
    description: 'Money charged by top-ups in this calendar month (UTC), USD.',
    type: 'string',
    format: 'decimal',
    example: '45.000000',
  })
  spent_this_month!: string;

  @ApiProperty({
    description: 'Page where the payer confirms the payment in flight; null unless the bank requires it.',
    type: 'string',
    nullable: true,
  })
  checkout_url!: string | null;
}

/** Query of an account's payments. */
export class PaymentsQuery extends PageQuery {
  @ApiPropertyOptional({
    description: 'Account to read. Only services and admins can name another account.',
    example: 'user-42',
  })
  @IsOptional()
  @IsText({ min_length: 1, max_length: 255 })
  user_id?: string;
}

/** Query of provider events. */
export class EventsQuery extends PickType(PageQuery, ['limit', 'offset'] as const) {
  @ApiPropertyOptional({
    description: 'Return only events in this state.',
    enum: payment_event_state,
    enumName: 'payment_event_state',
  })
  @IsOptional()
  @IsEnum(payment_event_state)
  state?: payment_event_state;
}

/** The state of a received event. */
export class ReceivedView extends PickType(PaymentEventRow, ['state'] as const) {
  @ApiProperty({ description: "The provider's event id; null if the event has none.", type: 'string', nullable: true })
  event_id!: string | null;
}

/** Query of held or disputed payments. */
export class ReviewsQuery extends PickType(PageQuery, ['limit', 'offset'] as const) {}

/** A refusal of a held payment. */
export class RefuseBody {
  @ApiPropertyOptional({ description: 'Reason, for the audit log and the payer.', example: 'Refunded at Stripe' })
  @IsOptional()
  @IsText({ min_length: 1, max_length: 500 })
  note?: string;
}

/** An acceptance of a held payment. */
export class AcceptBody extends RefuseBody {
  @ApiPropertyOptional({
    description: 'Credits to grant instead of the offer. Required if nothing was offered.',
    type: 'string',
    format: 'decimal',
    example: '25.000000',
  })
  @IsOptional()
  @IsAmount({ positive: true })
  credits?: string;
}

/** The account whose billing ends, and when. */
export class EndBillingBody extends PickType(SubscriptionRow, ['user_id'] as const) {
  @ApiPropertyOptional({
    description:
      'When billing ends: at the end of the paid period, or now. Either way, a paid period remains available until it ends.',
    enum: BILLING_ENDS,
    default: 'period_end',
  })
  @IsOptional()
  @IsIn(BILLING_ENDS)
  at?: BillingEnd;
}

/** The billing that was ended. */
export class EndedBillingView extends PickType(SubscriptionRow, ['user_id'] as const) {
  @ApiProperty({
    description: 'Subscription that ends; null if there was none.',
    type: () => SubscriptionView,
    nullable: true,
  })
  subscription!: SubscriptionView | null;

  @ApiProperty({ description: 'Whether an automatic top-up was deleted.', type: 'boolean' })
  topup_deleted!: boolean;
}
