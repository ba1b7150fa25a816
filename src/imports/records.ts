import { ApiProperty, ApiPropertyOptional, IntersectionType, OmitType, PartialType, PickType } from '@nestjs/swagger';
import { IsBoolean, IsOptional } from 'class-validator';
import { CouponBody, RedeemBody } from '../coupons/coupons.dto.js';
import { CouponCodeRow, CouponRedemptionRow, OpenrouterAccountRow, UserCreditsRow } from '../generated/rows.js';
import { IsAmount, IsText } from '../platform/values/wire-decorators.js';
import { PriceBody } from '../pricing/pricing.dto.js';
import { TrackRecord } from '../usage/tracking/track.dto.js';

const optional = { skipNullProperties: false };

/** An account and what is on it. */
export class AccountRecord extends IntersectionType(
  PickType(UserCreditsRow, ['user_id'] as const),
  PartialType(PickType(UserCreditsRow, ['tier', 'reset_date', 'created_at'] as const), optional),
) {
  @ApiProperty({ description: 'Credits; negative is what the user owes.', type: 'string', format: 'decimal' })
  @IsAmount()
  balance!: string;

  @ApiPropertyOptional({ description: 'Credits that the plan gave for the running period.', type: 'string' })
  @IsOptional()
  @IsAmount({ min: '0' })
  allocated_monthly?: string;

  @ApiPropertyOptional({ description: 'Credits in the balance that were given on top of the plan.', type: 'string' })
  @IsOptional()
  @IsAmount({ min: '0' })
  bonus_credits?: string;

  @ApiPropertyOptional({ description: 'Whether the account may not spend.', type: 'boolean' })
  @IsOptional()
  @IsBoolean()
  is_suspended?: boolean;
}

/** A piece of work of the past. */
export class UsageRecord extends OmitType(TrackRecord, ['charge', 'settle', 'provider_cost'] as const) {}

/** A coupon with the uses that it had. */
export class CouponRecord extends IntersectionType(
  OmitType(CouponBody, ['code'] as const),
  PartialType(PickType(CouponCodeRow, ['used_count', 'is_active'] as const), optional),
  PickType(RedeemBody, ['code'] as const),
) {}

/** Who redeemed a coupon. */
export class RedemptionRecord extends IntersectionType(
  PickType(UserCreditsRow, ['user_id'] as const),
  PartialType(PickType(CouponRedemptionRow, ['credits_awarded', 'redeemed_at'] as const), optional),
  PickType(RedeemBody, ['code'] as const),
) {}

/** A user's own key of OpenRouter as a Fernet token. */
export class KeyRecord extends IntersectionType(
  PickType(OpenrouterAccountRow, ['user_id'] as const),
  PartialType(PickType(OpenrouterAccountRow, ['email'] as const), optional),
) {
  @ApiProperty({ description: 'The key as a Fernet token.', type: 'string' })
  @IsText({ min_length: 1, max_length: 2_000 })
  api_key_encrypted!: string;
}

/** The price of a model. */
export class PriceRecord extends OmitType(PriceBody, ['allow_jump'] as const) {}
