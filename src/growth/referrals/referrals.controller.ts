import { Body, Controller, Get, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { accountOf, type Actor } from '../../platform/actor.js';
import { CurrentActor, Problem, Requires, Returns } from '../../platform/http/decorators.js';
import { PageQuery } from '../../platform/http/page.js';
import { ReferralRedemption } from './referral-redemption.service.js';
import { InvitedUserView, MyReferralsView, RedeemedReferralView, RedeemReferralBody } from './referrals.dto.js';
import { ReferralsService } from './referrals.service.js';

/** The routes with which users invite others. */
@ApiTags('Referrals')
@Controller('referrals')
export class ReferralsController {
  constructor(
    private readonly service: ReferralsService,
    private readonly redemption: ReferralRedemption,
  ) {}

  @Get('me')
  @ApiOperation({
    summary: 'Get your code for inviting others, and what it brought',
    description:
      'The code is made on the first call. The reward is given when the invited user has paid `min_paid` USD and the payments are `refund_days` old. Null while the operator gives no credits for invitations.',
  })
  @Requires('coupons', 'user', 'service', 'admin')
  @Returns(MyReferralsView, { nullable: true })
  @Problem(409, 'referral_not_allowed', 'account_closed')
  getMyReferrals(@CurrentActor() actor: Actor) {
    return this.service.of(actor, accountOf(actor, undefined));
  }

  @Get()
  @ApiOperation({
    summary: 'List the users whom you invited, newest first',
    description: 'Shows the state of each reward, never who was invited. Follow `X-Next-Cursor`.',
  })
  @Requires('coupons', 'user', 'service', 'admin')
  @Returns(InvitedUserView, { list: true })
  @Problem(422, 'invalid_request')
  listMyReferrals(@CurrentActor() actor: Actor, @Query() page: PageQuery) {
    return this.service.list({ referrer_id: accountOf(actor, undefined) }, page);
  }

  @Post('redeem')
  @ApiOperation({
    summary: 'Redeem the code of the user who invited you',
    description:
      'Only for a new account, and once. The same code again returns the same. The credits are given when you have paid `min_paid` USD and the payments can no longer be refunded.',
  })
  @Requires('coupons', 'user', 'service', 'admin')
  @Returns(RedeemedReferralView)
  @Problem(404, 'not_found')
  @Problem(
    409,
    'referral_program_off',
    'referral_already_redeemed',
    'referral_too_late',
    'referral_not_allowed',
    'account_closed',
  )
  @Problem(422, 'invalid_request')
  redeemReferral(@CurrentActor() actor: Actor, @Body() { code }: RedeemReferralBody) {
    return this.redemption.redeem(actor, accountOf(actor, undefined), code);
  }
}
