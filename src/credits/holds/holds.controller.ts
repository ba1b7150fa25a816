import { Body, Controller, Get, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Actor } from '../../platform/actor.js';
import { CurrentActor, Id, Problem, Requires, Returns } from '../../platform/http/decorators.js';
import { answered, Idempotent, KeyHeader } from '../../platform/http/idempotency-key.js';
import { AccountQuery } from '../credits.dto.js';
import { CaptureBody, ExtendBody, HoldBody, HoldsQuery, HoldView } from './holds.dto.js';
import { HoldsService } from './holds.service.js';

/** Creates, lists and resolves holds. */
@ApiTags('Credits')
@Controller('credits/holds')
export class HoldsController {
  constructor(private readonly holds: HoldsService) {}

  @Post()
  @ApiOperation({ summary: 'Create a hold' })
  @Requires('charge', 'service', 'admin')
  @Idempotent()
  @Returns(HoldView, { status: 201 })
  @Problem(402, 'insufficient_credits', 'credits_on_hold', 'monthly_cap_exceeded', 'budget_exceeded')
  @Problem(403, 'forbidden', 'account_suspended', 'account_closed')
  @Problem(403, 'key_service_not_allowed', 'key_model_not_allowed', 'member_model_not_allowed')
  @Problem(404, 'not_found')
  async createHold(@CurrentActor() actor: Actor, @Body() body: HoldBody, @KeyHeader() key: string | undefined) {
    return answered(await this.holds.create(actor, body, key));
  }

  @Get()
  @ApiOperation({
    summary: 'List holds, newest first',
    description: 'Lists active holds of all accounts, unless `status` or `user_id` says otherwise.',
  })
  @Requires('charge', 'service', 'admin')
  @Returns(HoldView, { list: true })
  @Problem(422, 'invalid_request')
  listHolds(@Query() query: HoldsQuery) {
    return this.holds.list(query);
  }

  @Get(':id')
  @ApiOperation({ summary: 'Get a hold', description: 'A hold past its expiry is shown as expired.' })
  @Requires('charge', 'service', 'admin')
  @Returns(HoldView)
  @Problem(404, 'not_found')
  getHold(@CurrentActor() actor: Actor, @Id() id: string, @Query() { user_id }: AccountQuery) {
    return this.holds.get(actor, id, user_id);
  }

  @Post(':id/capture')
  @ApiOperation({
    summary: 'Capture a hold',
    description: 'Charges `amount` and releases the rest. An excess is settled as a separate ledger line.',
  })
  @Requires('charge', 'service', 'admin')
  @Idempotent()
  @Returns(HoldView)
  @Problem(404, 'not_found')
  @Problem(409, 'hold_already_resolved', 'idempotency_conflict')
  async captureHold(
    @CurrentActor() actor: Actor,
    @Id() id: string,
    @Body() body: CaptureBody,
    @KeyHeader() key: string | undefined,
  ) {
    return answered(await this.holds.capture(actor, id, body, key));
  }

  @Post(':id/release')
  @ApiOperation({ summary: 'Release a hold' })
  @Requires('charge', 'service', 'admin')
  @Idempotent()
  @Returns(HoldView)
  @Problem(404, 'not_found')
  @Problem(409, 'hold_already_resolved', 'idempotency_conflict')
  async releaseHold(@CurrentActor() actor: Actor, @Id() id: string, @KeyHeader() key: string | undefined) {
    return answered(await this.holds.release(actor, id, key));
  }

  @Post(':id/extend')
  @ApiOperation({ summary: 'Extend a hold' })
  @Requires('charge', 'service', 'admin')
  @Idempotent()
  @Returns(HoldView)
  @Problem(404, 'not_found')
  @Problem(409, 'hold_already_resolved', 'idempotency_conflict')
  async extendHold(
    @CurrentActor() actor: Actor,
    @Id() id: string,
    @Body() body: ExtendBody,
    @KeyHeader() key: string | undefined,
  ) {
    return answered(await this.holds.extend(actor, id, body, key));
  }
}
