import { ApiProperty, ApiPropertyOptional, IntersectionType, OmitType, PickType } from '@nestjs/swagger';
import { IsIn, IsOptional } from 'class-validator';
import { referral_state } from '../../generated/prisma/enums.js';
import { ReferralCodeRow, ReferralProgramRow, ReferralRow } from '../../generated/rows.js';
import { Changes } from '../../platform/http/bodies/changes.js';
import { PageQuery } from '../../platform/http/page.js';
import { IsText } from '../../platform/values/wire-decorators.js';

const CODE_MAX = 50;

/** The terms of referrals. */
export class ReferralProgramView extends OmitType(ReferralProgramRow, ['id'] as const) {}

/** The terms of referrals to set. */
export class ReferralProgramBody extends IntersectionType(
  PickType(ReferralProgramRow, ['reward', 'min_paid'] as const),
  Changes(OmitType(ReferralProgramRow, ['id', 'reward', 'min_paid', 'updated_at'] as const)),
) {}

/** A code to redeem. */
export class RedeemReferralBody {
  @ApiProperty({
    description: 'Code of the user who invited. Upper and lower case, spaces and dashes do not matter.',
    type: 'string',
    minLength: 1,
    maxLength: CODE_MAX,
    example: 'K7MWXQ3HTB',
  })
  @IsText({ min_length: 1, max_length: CODE_MAX })
  code!: string;
}

/** A referral as the invited user sees it. */
export class RedeemedReferralView extends PickType(ReferralRow, [
  'state',
  'referred_credits',
  'min_paid',
  'created_at',
] as const) {}

/** A referral as the user who invited sees it: never who was invited. */
export class InvitedUserView extends PickType(ReferralRow, [
  'id',
  'state',
  'reward',
  'created_at',
  'rewarded_at',
] as const) {}

/** A referral as admins see it. */
export class ReferralView extends ReferralRow {}

/** How a user invites others, and what it brought. */
export class MyReferralsView extends IntersectionType(
  PickType(ReferralCodeRow, ['code'] as const),
  PickType(ReferralProgramRow, ['reward', 'referred_credits', 'min_paid', 'refund_days'] as const),
) {
  @ApiProperty({
    description: 'Page where the invited sign up; null if neither it nor the URL of the dashboard is configured.',
    type: 'string',
    nullable: true,
    example: 'https://app.example.com/sign-up?ref=K7MWXQ3HTB',
  })
  link!: string | null;

  @ApiProperty({ description: 'Users who redeemed the code.', type: 'integer', minimum: 0, example: 3 })
  invited!: number;

  @ApiProperty({
    description: 'Credits of rewards that were given, without those that were taken back.',
    type: 'string',
    format: 'decimal',
    example: '10.000000',
  })
  earned!: string;

  @ApiProperty({
    description: 'Credits of rewards that wait.',
    type: 'string',
    format: 'decimal',
    example: '20.000000',
  })
  pending!: string;

  @ApiProperty({
    description: 'Until when the caller can redeem a code; null if that is over or done.',
    type: 'string',
    format: 'date-time',
    nullable: true,
  })
  redeem_until!: Date | null;

  @ApiProperty({
    description: 'The referral of the caller, who redeemed a code; null if it redeemed none.',
    type: RedeemedReferralView,
    nullable: true,
  })
  redeemed!: RedeemedReferralView | null;
}

/** Query of the referrals. */
export class ReferralsQuery extends PageQuery {
  @ApiPropertyOptional({
    description: 'Only referrals in this state.',
    enum: referral_state,
    enumName: 'referral_state',
  })
  @IsOptional()
  @IsIn(Object.keys(referral_state))
  state?: ReferralRow['state'];
}
