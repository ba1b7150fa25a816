import { Body, Controller, Delete, Get, Headers, Param, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiTags, ApiParam } from '@nestjs/swagger';
import { AccountsService } from '../credits/accounts/accounts.service.js';
import { AccountQuery } from '../credits/credits.dto.js';
import { idempotencyKey } from '../credits/posting/idempotency.js';
import { accountOf, type Actor } from '../platform/actor.js';
import { download } from '../platform/export/download.js';
import { CurrentActor, Problem, Requires, Returns } from '../platform/http/decorators.js';
import { answered, Idempotent, KeyHeader } from '../platform/http/idempotency-key.js';
import {
  BulkBody,
  BulkQuery,
  CouponBody,
  CouponsQuery,
  CouponStatsView,
  CouponView,
  MessageView,
  RedeemBody,
  RedemptionView,
  ValidationView,
} from './coupons.dto.js';
import { couponsSheet } from './coupons.sheet.js';
import { CouponsService } from './coupons.service.js';
import { RedemptionService } from './redemption/redemption.service.js';

/** Routes of coupons: admins create them, users redeem them. */
@ApiTags('Coupons')
@Controller('credits/coupons')
export class CouponsController {
  constructor(
    private readonly coupons: CouponsService,
    private readonly redemptions: RedemptionService,
    private readonly accounts: AccountsService,
  ) {}

  @Post('redeem')
  @ApiOperation({
    summary: 'Redeem a code',
    description: 'A user can redeem each code once, and has 5 attempts per hour, successful or not.',
  })
  @Requires('coupons', 'user', 'service', 'admin')
  @Idempotent()
  @Returns(RedemptionView)
  @Problem(404, 'not_found')
  @Problem(
    409,
    'idempotency_conflict',
    'coupon_already_redeemed',
    'coupon_limit_reached',
    'coupon_expired',
    'coupon_inactive',
    'coupon_not_yet_valid',
    'coupon_not_applicable',
  )
  @Problem(429, 'rate_limited')
  @Problem(403, 'account_closed')
  async redeemCoupon(@CurrentActor() actor: Actor, @Body() body: RedeemBody, @KeyHeader() key: string | undefined) {
    const order = { ...body, user_id: accountOf(actor, body.user_id), key: idempotencyKey(key, actor, 'redeem', body) };
    const { redemption, replayed } = await this.redemptions.redeem(actor, order);
    return answered({ result: redemption, replayed });
  }

  @Get('validate/:code')
  @ApiOperation({
    summary: 'Check whether a code can be redeemed',
    description: 'Advisory: nothing is reserved. A code that does not exist counts as one of the 5 attempts per hour.',
  })
  @ApiParam({ name: 'code', description: 'Coupon code, in upper or lower case.', example: 'WELCOME-10' })
  @Requires('coupons', 'user', 'service', 'admin')
  @Returns(ValidationView)
  @Problem(404, 'not_found')
  @Problem(429, 'rate_limited')
  async validateCoupon(@CurrentActor() actor: Actor, @Param('code') code: string, @Query() query: AccountQuery) {
    const { user_id } = await this.accounts.read(actor, accountOf(actor, query.user_id));
    return this.redemptions.validate(actor, user_id, code);
  }

  @Post('create')
  @ApiOperation({
    summary: 'Create a coupon',
    description:
      'By default, `code` is random, `max_uses` is unlimited, `valid_from` is now, and the coupon never expires.',
  })
  @Requires('admin:*', 'admin')
  @Returns(CouponView, { status: 201 })
  @Problem(409, 'already_exists')
  @Problem(422, 'invalid_request')
  createCoupon(@CurrentActor() actor: Actor, @Body() body: CouponBody) {
    return this.coupons.create(actor, body);
  }

  @Post('bulk')
  @ApiOperation({
    summary: 'Create coupons in bulk',
    description: 'Codes are random. Creates all coupons or none, and returns them as JSON or CSV.',
  })
  @Requires('admin:*', 'admin')
  @Returns(CouponView, { status: 201, list: true, also_as: ['text/csv'] })
  @Problem(422, 'invalid_request')
  async generateCoupons(
    @CurrentActor() actor: Actor,
    @Body() body: BulkBody,
    @Query() query: BulkQuery,
    @Headers('accept') accept: string | undefined,
  ) {
    const coupons = await this.coupons.bulk(actor, body);
    const format = query.format ?? (accept?.includes('text/csv') ? 'csv' : 'json');
    return format === 'json' ? coupons : download(couponsSheet(coupons), { format, excel: query.excel }, 'coupons');
  }

  @Get()
  @ApiOperation({ summary: 'List coupons, newest first', description: 'Follow `X-Next-Cursor`.' })
  @Requires('admin:*', 'admin')
  @Returns(CouponView, { list: true })
  @Problem(422, 'invalid_request')
  listCoupons(@Query() query: CouponsQuery) {
    return this.coupons.list(query);
  }

  @Get(':code')
  @ApiOperation({ summary: 'Get a coupon' })
  @Requires('admin:*', 'admin')
  @Returns(CouponView)
  @Problem(404, 'not_found')
  getCoupon(@Param('code') code: string) {
    return this.coupons.get(code);
  }

  @Get(':code/stats')
  @ApiOperation({
    summary: 'Get the statistics of a coupon',
    description: 'Redemptions and awarded credits, in total and by day.',
  })
  @Requires('admin:*', 'admin')
  @Returns(CouponStatsView)
  @Problem(404, 'not_found')
  getCouponStats(@Param('code') code: string) {
    return this.coupons.stats(code);
  }

  @Delete(':code')
  @ApiOperation({ summary: 'Deactivate a coupon', description: 'Permanent. Earlier redemptions are unaffected.' })
  @Requires('admin:*', 'admin')
  @Returns(MessageView)
  @Problem(404, 'not_found')
  deactivateCoupon(@CurrentActor() actor: Actor, @Param('code') code: string) {
    return this.coupons.deactivate(actor, code);
  }
}
