import { Body, Controller, Delete, Get, Headers, Param, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiTags, ApiParam } from '@nestjs/swagger';
import { AccountsService } from '../credits/accounts.service.js';
import { AccountQuery } from '../credits/credits.dto.js';
import { idempotencyKey } from '../credits/idempotency.js';
import { accountOf, type Actor } from '../platform/actor.js';
import { download } from '../platform/export/download.js';
import { By, Problem, Requires, Returns } from '../platform/http/decorators.js';
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
import { RedemptionService } from './redemption.service.js';

/** Coupons: admins make them, users redeem them. */
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
    description: 'Once per user and code. A user has 5 tries an hour, whether they succeed or not.',
  })
  @Requires('user', 'service', 'admin')
  @Idempotent()
  @Returns(RedemptionView)
  @Problem(404, 'not_found')
  @Problem(
    409,
    ...['idempotency_conflict', 'coupon_already_redeemed', 'coupon_limit_reached', 'coupon_expired'],
    ...['coupon_inactive', 'coupon_not_yet_valid', 'coupon_not_applicable'],
  )
  @Problem(429, 'rate_limited')
  @Problem(403, 'account_closed')
  async redeemCoupon(@By() actor: Actor, @Body() body: RedeemBody, @KeyHeader() key: string | undefined) {
    const order = { ...body, user_id: accountOf(actor, body.user_id), key: idempotencyKey(key, actor, 'redeem', body) };
    const { redemption, replayed } = await this.redemptions.redeem(actor, order);
    return answered(redemption, replayed);
  }

  @Get('validate/:code')
  @ApiOperation({
    summary: 'Whether a code could be redeemed now',
    description: 'Decides nothing. A code that does not exist counts as one of the 5 tries an hour.',
  })
  @ApiParam({ name: 'code', description: 'The code, in any case.', example: 'WELCOME-10' })
  @Requires('user', 'service', 'admin')
  @Returns(ValidationView)
  @Problem(404, 'not_found')
  @Problem(429, 'rate_limited')
  async validateCoupon(@By() actor: Actor, @Param('code') code: string, @Query() query: AccountQuery) {
    const { user_id } = await this.accounts.read(actor, accountOf(actor, query.user_id));
    return this.redemptions.validate(actor, user_id, code);
  }

  @Post('create')
  @ApiOperation({
    summary: 'Make a coupon',
    description: 'Left out: `code` is random, `max_uses` unlimited, `valid_from` now, `expires_at` never.',
  })
  @Requires('admin')
  @Returns(CouponView, { status: 201 })
  @Problem(409, 'already_exists')
  @Problem(422, 'invalid_request')
  createCoupon(@By() actor: Actor, @Body() body: CouponBody) {
    return this.coupons.create(actor, body);
  }

  @Post('bulk')
  @ApiOperation({ summary: 'Make many coupons with random codes', description: 'All or none, as JSON or CSV.' })
  @Requires('admin')
  @Returns(CouponView, { status: 201, list: true, also_as: ['text/csv'] })
  @Problem(422, 'invalid_request')
  async generateCoupons(
    @By() actor: Actor,
    @Body() body: BulkBody,
    @Query() query: BulkQuery,
    @Headers('accept') accept: string | undefined,
  ) {
    const coupons = await this.coupons.bulk(actor, body);
    const format = query.format ?? (accept?.includes('text/csv') ? 'csv' : 'json');
    return format === 'json' ? coupons : download(couponsSheet(coupons), { format, excel: query.excel }, 'coupons');
  }

  @Get()
  @ApiOperation({ summary: 'The coupons, newest first', description: 'Follow `X-Next-Cursor`.' })
  @Requires('admin')
  @Returns(CouponView, { list: true })
  @Problem(422, 'invalid_request')
  listCoupons(@Query() query: CouponsQuery) {
    return this.coupons.list(query);
  }

  @Get(':code')
  @ApiOperation({ summary: 'One coupon' })
  @Requires('admin')
  @Returns(CouponView)
  @Problem(404, 'not_found')
  getCoupon(@Param('code') code: string) {
    return this.coupons.get(code);
  }

  @Get(':code/stats')
  @ApiOperation({
    summary: 'What a coupon did so far',
    description: 'Redemptions and credits given, in all and by day.',
  })
  @Requires('admin')
  @Returns(CouponStatsView)
  @Problem(404, 'not_found')
  getCouponStats(@Param('code') code: string) {
    return this.coupons.stats(code);
  }

  @Delete(':code')
  @ApiOperation({ summary: 'Take a coupon out of force', description: 'For good; what it gave stays.' })
  @Requires('admin')
  @Returns(MessageView)
  @Problem(404, 'not_found')
  deactivateCoupon(@By() actor: Actor, @Param('code') code: string) {
    return this.coupons.deactivate(actor, code);
  }
}
