import { Controller, Get, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { accountOf, type Actor } from '../../platform/actor.js';
import { CurrentActor, Problem, Requires, Returns } from '../../platform/http/decorators.js';
import { RedeemedCouponView, RedemptionsQuery } from '../coupons.dto.js';
import { RedemptionsService } from './redemptions.service.js';

/** The route of the coupons that a user has redeemed. */
@ApiTags('Coupons')
@Controller('credits/redemptions')
export class RedemptionsController {
  constructor(private readonly redemptions: RedemptionsService) {}

  @Get()
  @ApiOperation({ summary: 'List redeemed coupons, newest first', description: 'Follow `X-Next-Cursor`.' })
  @Requires('coupons', 'user', 'service', 'admin')
  @Returns(RedeemedCouponView, { list: true })
  @Problem(422, 'invalid_request')
  listRedemptions(@CurrentActor() actor: Actor, @Query() query: RedemptionsQuery) {
    return this.redemptions.list(accountOf(actor, query.user_id), query);
  }
}
