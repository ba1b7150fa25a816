import { ApiProperty, ApiPropertyOptional, IntersectionType, OmitType, PartialType, PickType } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsBoolean, IsEnum, IsOptional, Matches, ValidateIf } from 'class-validator';
import { AccountQuery } from '../credits/credits.dto.js';
import { AccountDiscountRow, CouponCodeRow, CouponRedemptionRow } from '../generated/rows.js';
import { PageQuery, QueryBoolean } from '../platform/http/page.js';
import { IsMetadata, IsText, IsWholeNumber } from '../platform/wire-decorators.js';
import { canonicalCode, CODE } from './coupon-code.js';
import { DISCOUNT_STATUSES, type DiscountStatus } from './discount.js';

/** Most coupons of one bulk creation. */
export const BULK_MAX = 10_000;
const PREFIX = /^[A-Z0-9][A-Z0-9_-]{0,54}$/;
const FORM = '3 to 64 letters, digits, - or _, beginning with a letter or digit, for example WELCOME-10';

const canonical = ({ value }: { value: unknown }): unknown =>
  typeof value === 'string' ? canonicalCode(value) : value;

/** A coupon as admins see it. */
export class CouponView extends OmitType(CouponCodeRow, ['id'] as const) {
  /** Redemptions that are left. */
  @ApiProperty({
    description: 'Redemptions that are left; null is unlimited.',
    type: 'integer',
    nullable: true,
    example: 97,
  })
  remaining_uses!: number | null;

  /** Whether expires_at has passed. */
  @ApiProperty({ description: 'Whether `expires_at` has passed.', type: 'boolean' })
  is_expired!: boolean;
}

/** What redeeming gave. */
export class RedemptionView extends IntersectionType(
  PickType(CouponCodeRow, ['code', 'coupon_type', 'value'] as const),
  PickType(CouponRedemptionRow, ['credits_awarded'] as const),
) {
  /** Credits that reached the balance, to be shown. */
  @ApiProperty({
    description:
      'Credits that reached the balance (debt was paid first), as a number to be shown; null of a coupon that gives none. `credits_awarded` is exact.',
    type: 'number',
    nullable: true,
    example: 10,
  })
  credits_added!: number | null;

  /** Balance right after, to be shown. */
  @ApiProperty({
    description: 'Balance right after, credits, as a number to be shown; `GET /credits/balance` is exact.',
    type: 'number',
    example: 15,
  })
  new_balance!: number;

  /** The outcome, for people. */
  @ApiProperty({ description: 'The outcome, for people.', example: '10 credits were added to your account.' })
  message!: string;

  /** When the coupon was redeemed. */
  @ApiProperty({ description: 'When the coupon was redeemed.', type: 'string', format: 'date-time' })
  redeemed_at!: Date;
}

/** A coupon as whoever might redeem it sees it. */
export class CouponOfferView extends PickType(CouponCodeRow, [
  'code',
  'coupon_type',
  'value',
  'description',
  'expires_at',
] as const) {}

/** Whether a code can be redeemed. */
export class ValidationView {
  /** Whether the caller can redeem the code now. */
  @ApiProperty({ description: 'Whether the caller can redeem the code now.', type: 'boolean' })
  valid!: boolean;

  /** Why not. */
  @ApiPropertyOptional({ description: 'Why not, where it is not valid.', example: 'Coupon code has expired' })
  reason?: string;

  /** What it gives. */
  @ApiPropertyOptional({ description: 'What it gives, where it is valid.', type: () => CouponOfferView })
  coupon?: CouponOfferView;
}

/** Redemptions of one day. */
export class CouponDayView extends PickType(CouponRedemptionRow, ['credits_awarded'] as const) {
  /** A day of UTC. */
  @ApiProperty({ description: 'A day of UTC.', type: 'string', format: 'date', example: '2027-01-31' })
  date!: string;

  /** Redemptions of the day. */
  @ApiProperty({ description: 'Redemptions of the day.', type: 'integer', example: 3 })
  used_count!: number;
}

/** What a coupon did so far. */
export class CouponStatsView extends IntersectionType(
  CouponView,
  PickType(CouponRedemptionRow, ['credits_awarded'] as const),
) {
  /** Days with redemptions. */
  @ApiProperty({ description: 'Days with redemptions, oldest first.', type: () => [CouponDayView] })
  by_day!: CouponDayView[];
}

/** That something was done. */
export class MessageView {
  /** What was done, for people. */
  @ApiProperty({ description: 'What was done, for people.', example: "Coupon 'WELCOME' deactivated successfully" })
  message!: string;
}

/** A discount on an account. */
export class DiscountView extends AccountDiscountRow {
  /** Where it stands. */
  @ApiProperty({ description: 'Whether it waits, was used by a payment, or expired.', enum: DISCOUNT_STATUSES })
  status!: DiscountStatus;
}

/** A code to redeem. */
export class RedeemBody extends AccountQuery {
  /** What was typed in. */
  @ApiProperty({
    description:
      'The code as it was typed or pasted: case, blanks, kinds of dashes, full-width letters, invisible characters and quotes around it do not matter. What can be no code is refused with 422, and is no try.',
    example: 'welcome-10',
  })
  @Transform(canonical, { toClassOnly: true })
  @IsText()
  @Matches(CODE, { message: `code can be no coupon code: codes are ${FORM}` })
  code!: string;

  /** What the caller wants to attach. */
  @ApiPropertyOptional({ description: 'Attached to the ledger line.', type: 'object', additionalProperties: true })
  @IsOptional()
  @IsMetadata()
  metadata?: Record<string, unknown>;
}

/** Terms of new coupons. All but the type may be left out. */
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

/** A coupon to make. */
export class CouponBody extends IntersectionType(
  CouponTermsBody,
  PartialType(PickType(CouponCodeRow, ['max_uses'] as const), { skipNullProperties: false }),
) {
  /** The code; a random one when left out. */
  @ApiPropertyOptional({
    description:
      'The code, 3 to 64 letters, digits, - or _, stored in capitals; left out: `UC-` and 8 random characters.',
    ...{ type: 'string', pattern: CODE.source, example: 'WELCOME-10' },
  })
  @IsOptional()
  @Transform(canonical, { toClassOnly: true })
  @IsText({ max_length: 64 })
  @Matches(CODE, { message: `code must be ${FORM}` })
  code?: string;
}

/** Coupons to make, each with a random code. */
export class BulkBody extends CouponTermsBody {
  /** How many. */
  @ApiProperty({ description: 'How many.', type: 'integer', minimum: 1, maximum: BULK_MAX, example: 10 })
  @IsWholeNumber({ min: 1, max: BULK_MAX })
  count!: number;

  /** What the codes begin with. */
  @ApiPropertyOptional({
    description: 'What the codes begin with, 1 to 55 letters, digits, - or _, stored in capitals.',
    ...{ type: 'string', pattern: PREFIX.source, default: 'UC-', example: 'SUMMER-' },
  })
  @IsOptional()
  @Transform(canonical, { toClassOnly: true })
  @IsText({ max_length: 55 })
  @Matches(PREFIX, {
    message: 'prefix must be 1 to 55 letters, digits, - or _, beginning with a letter or digit, for example SUMMER-',
  })
  prefix?: string;

  /** Most redemptions of each. */
  @ApiPropertyOptional({
    description: 'Most redemptions of each code; null is unlimited.',
    ...{ type: 'integer', minimum: 1, maximum: 2147483647, nullable: true, default: 1 },
  })
  @ValidateIf((_body, value) => value !== null)
  @IsWholeNumber({ min: 1, max: 2147483647 })
  max_uses: number | null = 1;
}

/** How new coupons are answered. */
export class BulkQuery {
  /** JSON or CSV. */
  @ApiPropertyOptional({
    description: 'JSON or CSV; `Accept: text/csv` asks for CSV too.',
    ...{ enum: ['json', 'csv'], enumName: 'coupon_format' },
  })
  @IsOptional()
  @IsEnum({ json: 'json', csv: 'csv' })
  format?: 'json' | 'csv';

  /** Whether a csv is made for Excel. */
  @ApiPropertyOptional({
    description: 'true: a csv that Excel opens by a double click, with a byte order mark and a line `sep=,`.',
    type: 'boolean',
    default: false,
  })
  @QueryBoolean()
  @IsBoolean()
  excel: boolean = false;
}

/** Which coupons are wanted. */
export class CouponsQuery extends PageQuery {
  /** Only coupons in force. */
  @ApiPropertyOptional({
    description: 'true: only coupons that are neither deactivated nor expired.',
    ...{ type: 'boolean', default: true },
  })
  @QueryBoolean()
  @IsBoolean()
  active_only: boolean = true;
}

/** Which discounts are wanted. */
export class DiscountsQuery extends IntersectionType(PageQuery, AccountQuery) {}
