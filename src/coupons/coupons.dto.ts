import { ApiProperty, ApiPropertyOptional, IntersectionType, OmitType, PartialType, PickType } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsBoolean, IsEnum, IsOptional, Matches, ValidateIf } from 'class-validator';
import { AccountQuery } from '../credits/credits.dto.js';
import { AccountDiscountRow, CouponCodeRow, CouponRedemptionRow } from '../generated/rows.js';
import { PageQuery, QueryBoolean } from '../platform/http/page.js';
import { IsMetadata, IsText, IsWholeNumber } from '../platform/values/wire-decorators.js';
import { canonicalCode, CODE } from './coupon-code.js';
import { DISCOUNT_STATUSES, type DiscountStatus } from './discounts/discount.js';

/** Maximum number of coupons in one bulk request. */
export const BULK_MAX = 10_000;
const PREFIX = /^[A-Z0-9][A-Z0-9_-]{0,54}$/;
const FORM = '3 to 64 letters, digits, - or _, beginning with a letter or digit, for example WELCOME-10';

const canonical = ({ value }: { value: unknown }): unknown =>
  typeof value === 'string' ? canonicalCode(value) : value;

/** A coupon as admins see it. */
export class CouponView extends OmitType(CouponCodeRow, ['id'] as const) {
  @ApiProperty({
    description: 'Redemptions left; null means unlimited.',
    type: 'integer',
    nullable: true,
    example: 97,
  })
  remaining_uses!: number | null;

  @ApiProperty({ description: 'Whether `expires_at` has passed.', type: 'boolean' })
  is_expired!: boolean;
}

/** A redemption of a coupon. */
export class RedemptionView extends IntersectionType(
  PickType(CouponCodeRow, ['code', 'coupon_type', 'value'] as const),
  PickType(CouponRedemptionRow, ['credits_awarded'] as const),
) {
  @ApiProperty({
    description:
      'Credits that reached the balance after debt was paid, as a number for display; null if the coupon gives no credits. `credits_awarded` is exact.',
    type: 'number',
    nullable: true,
    example: 10,
  })
  credits_added!: number | null;

  @ApiProperty({
    description: 'Balance after the redemption, credits, as a number for display. `GET /credits/balance` is exact.',
    type: 'number',
    example: 15,
  })
  new_balance!: number;

  @ApiProperty({ description: 'Human-readable confirmation.', example: '10 credits were added to your account.' })
  message!: string;

  @ApiProperty({ description: 'When the coupon was redeemed.', type: 'string', format: 'date-time' })
  redeemed_at!: Date;
}

/** A coupon as users see it. */
export class CouponOfferView extends PickType(CouponCodeRow, [
  'code',
  'coupon_type',
  'value',
  'description',
  'expires_at',
] as const) {}

/** The result of checking a code. */
export class ValidationView {
  @ApiProperty({ description: 'Whether the caller can redeem the code now.', type: 'boolean' })
  valid!: boolean;

  @ApiPropertyOptional({
    description: 'Why the code cannot be redeemed; omitted if it is valid.',
    example: 'Coupon code has expired',
  })
  reason?: string;

  @ApiPropertyOptional({ description: 'The coupon; omitted if the code is not valid.', type: () => CouponOfferView })
  coupon?: CouponOfferView;
}

/** Redemptions of one day. */
export class CouponDayView extends PickType(CouponRedemptionRow, ['credits_awarded'] as const) {
  @ApiProperty({ description: 'UTC day.', type: 'string', format: 'date', example: '2027-01-31' })
  date!: string;

  @ApiProperty({ description: 'Number of redemptions on the day.', type: 'integer', example: 3 })
  used_count!: number;
}

/** The statistics of a coupon. */
export class CouponStatsView extends IntersectionType(
  CouponView,
  PickType(CouponRedemptionRow, ['credits_awarded'] as const),
) {
  @ApiProperty({ description: 'Days with redemptions, oldest first.', type: () => [CouponDayView] })
  by_day!: CouponDayView[];
}

/** A confirmation. */
export class MessageView {
  @ApiProperty({ description: 'Human-readable confirmation.', example: "Coupon 'WELCOME' deactivated successfully" })
  message!: string;
}

/** A discount on an account. */
export class DiscountView extends OmitType(AccountDiscountRow, ['expiry_told_for'] as const) {
  @ApiProperty({ description: 'State of the discount.', enum: DISCOUNT_STATUSES })
  status!: DiscountStatus;
}

/** A coupon that a user has redeemed. */
export class RedeemedCouponView extends IntersectionType(
  PickType(CouponCodeRow, ['code', 'coupon_type', 'value', 'description'] as const),
  PickType(CouponRedemptionRow, ['credits_awarded', 'redeemed_at'] as const),
) {}

/** A code to redeem. */
export class RedeemBody extends AccountQuery {
  @ApiProperty({
    description:
      'The code as typed or pasted. Case, spaces, kinds of dashes, full-width letters, invisible characters and surrounding quotes do not matter. A malformed code is rejected with 422 and does not count as an attempt.',
    example: 'welcome-10',
  })
  @Transform(canonical, { toClassOnly: true })
  @IsText()
  @Matches(CODE, { message: `code must be ${FORM}` })
  code!: string;

  @ApiPropertyOptional({
    description: 'Metadata attached to the ledger line.',
    type: 'object',
    additionalProperties: true,
  })
  @IsOptional()
  @IsMetadata()
  metadata?: Record<string, unknown>;
}

/** Terms of new coupons. Only the type is required for every coupon. */
class CouponTermsBody extends IntersectionType(
  PickType(CouponCodeRow, ['coupon_type'] as const),
  PartialType(
    PickType(CouponCodeRow, [
      'value',
      'description',
      'valid_from',
      'expires_at',
      'tiers',
      'first_purchase_only',
      'new_accounts_only',
    ] as const),
    { skipNullProperties: false },
  ),
) {}

/** A coupon to create. */
export class CouponBody extends IntersectionType(
  CouponTermsBody,
  PartialType(PickType(CouponCodeRow, ['max_uses'] as const), { skipNullProperties: false }),
) {
  @ApiPropertyOptional({
    description:
      'Coupon code: 3 to 64 letters, digits, - or _, stored in upper case. Defaults to `UC-` and 8 random characters.',
    type: 'string',
    pattern: CODE.source,
    example: 'WELCOME-10',
  })
  @IsOptional()
  @Transform(canonical, { toClassOnly: true })
  @IsText({ max_length: 64 })
  @Matches(CODE, { message: `code must be ${FORM}` })
  code?: string;
}

/** Coupons to create, each with a random code. */
export class BulkBody extends CouponTermsBody {
  @ApiProperty({ description: 'Number of coupons.', type: 'integer', minimum: 1, maximum: BULK_MAX, example: 10 })
  @IsWholeNumber({ min: 1, max: BULK_MAX })
  count!: number;

  @ApiPropertyOptional({
    description: 'Prefix of the codes: 1 to 55 letters, digits, - or _, stored in upper case.',
    type: 'string',
    pattern: PREFIX.source,
    default: 'UC-',
    example: 'SUMMER-',
  })
  @IsOptional()
  @Transform(canonical, { toClassOnly: true })
  @IsText({ max_length: 55 })
  @Matches(PREFIX, {
    message: 'prefix must be 1 to 55 letters, digits, - or _, beginning with a letter or digit, for example SUMMER-',
  })
  prefix?: string;

  @ApiPropertyOptional({
    description: 'Maximum redemptions per code; null means unlimited.',
    type: 'integer',
    minimum: 1,
    maximum: 2147483647,
    nullable: true,
    default: 1,
  })
  @ValidateIf((_body, value) => value !== null)
  @IsWholeNumber({ min: 1, max: 2147483647 })
  max_uses: number | null = 1;
}

/** The format of the response. */
export class BulkQuery {
  @ApiPropertyOptional({
    description: 'Format of the response. `Accept: text/csv` also selects CSV.',
    enum: ['json', 'csv'],
    enumName: 'coupon_format',
  })
  @IsOptional()
  @IsEnum({ json: 'json', csv: 'csv' })
  format?: 'json' | 'csv';

  @ApiPropertyOptional({
    description: 'If true, the CSV opens in Excel by double-click: it has a byte order mark and a line `sep=,`.',
    type: 'boolean',
    default: false,
  })
  @QueryBoolean()
  @IsBoolean()
  excel: boolean = false;
}

/** Query of coupons. */
export class CouponsQuery extends PageQuery {
  @ApiPropertyOptional({
    description: 'Return only coupons that are neither deactivated nor expired.',
    type: 'boolean',
    default: true,
  })
  @QueryBoolean()
  @IsBoolean()
  active_only: boolean = true;
}

/** Query of redeemed coupons. */
export class RedemptionsQuery extends IntersectionType(PageQuery, AccountQuery) {}

/** Query of discounts. */
export class DiscountsQuery extends IntersectionType(PageQuery, AccountQuery) {}
