import { PickType } from '@nestjs/swagger';
import {
  AccountDiscountRow,
  AutoTopupRow,
  CouponRedemptionRow,
  PaymentRow,
  UsageEventRow,
} from '../../generated/rows.js';

/** A payment after a change. */
export class PaymentEventObject extends PickType(PaymentRow, [
  'id',
  'kind',
  'status',
  'package_code',
  'tier',
  'from_tier',
  'credits',
  'amount',
  'discount',
  'currency',
  'settled',
  'refunded',
  'dispute',
  'disputed',
  'detail',
  'paid_at',
  'created_at',
] as const) {}

/** The settings of an automatic top-up. */
export class TopUpEventObject extends PickType(AutoTopupRow, [
  'threshold',
  'package_code',
  'monthly_limit',
  'state',
  'declines',
  'detail',
] as const) {}

/** A redeemed coupon. */
export class RedemptionEventObject extends PickType(CouponRedemptionRow, [
  'code',
  'credits_awarded',
  'credits_added',
  'new_balance',
  'redeemed_at',
] as const) {}

/** A discount that is not used yet. */
export class DiscountEventObject extends PickType(AccountDiscountRow, [
  'id',
  'code',
  'coupon_type',
  'value',
  'expires_at',
] as const) {}

/** Recorded work whose price is not known. */
export class UnratedUsageEventObject extends PickType(UsageEventRow, [
  'id',
  'service',
  'model',
  'request_id',
  'occurred_at',
] as const) {}
