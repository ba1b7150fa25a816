import { Body, Controller, Get, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Actor } from '../../platform/actor.js';
import { units } from '../../platform/values/amount.js';
import { CurrentActor, Id, Problem, Requires, Returns } from '../../platform/http/decorators.js';
import { answered, Idempotent, KeyHeader } from '../../platform/http/idempotency-key.js';
import { paginate } from '../../platform/database/paging.js';
import { AccountsService } from '../accounts/accounts.service.js';
import { AccountQuery } from '../credits.dto.js';
import { CaptureBody, ExtendBody, HOLD_TTL_DEFAULT_S, HoldBody, HoldsQuery, HoldView } from './holds.dto.js';
import { HoldsRepository } from './holds.repository.js';
import { idempotencyKey } from '../posting/idempotency.js';
import { type HoldPosted, PostingEngine } from '../posting/posting.engine.js';

/** Creates, lists and resolves holds. */
@ApiTags('Credits')
@Controller('credits/holds')
export class HoldsController {
  constructor(
    private readonly engine: PostingEngine,
    private readonly holds: HoldsRepository,
    private readonly accounts: AccountsService,
  ) {}

  @Post()
  @ApiOperation({ summary: 'Create a hold' })
  @Requires('service', 'admin')
  @Idempotent()
  @Returns(HoldView, { status: 201 })
  @Problem(402, 'insufficient_credits', 'credits_on_hold', 'monthly_cap_exceeded')
  @Problem(403, 'forbidden', 'account_suspended', 'account_closed')
  async createHold(@CurrentActor() actor: Actor, @Body() body: HoldBody, @KeyHeader() key: string | undefined) {
    const { user_id, service } = body;
    const [model, metadata, ttl_s] = [body.model ?? null, body.metadata ?? {}, body.ttl_seconds ?? HOLD_TTL_DEFAULT_S];
    const order = { user_id, service, model, metadata, ttl_s, amount: units(body.amount) };
    return held(await this.engine.hold(actor, { ...order, key: idempotencyKey(key, actor, 'hold', body) }));
  }

  @Get()
  @ApiOperation({
    summary: 'List holds, newest first',
    description: 'Lists active holds of all accounts, unless `status` or `user_id` says otherwise.',
  })
  @Requires('service', 'admin')
  @Returns(HoldView, { list: true })
  @Problem(422, 'invalid_request')
  listHolds(@Query() query: HoldsQuery) {
    return paginate(this.holds, query, query);
  }

  @Get(':id')
  @ApiOperation({ summary: 'Get a hold', description: 'A hold past its expiry is shown as expired.' })
  @Requires('service', 'admin')
  @Returns(HoldView)
  @Problem(404, 'not_found')
  async getHold(@CurrentActor() actor: Actor, @Id() id: string, @Query() query: AccountQuery) {
    const { user_id } = await this.holds.get(id, query.user_id);
    await this.accounts.current(actor, user_id); // books the expiry of the hold if it is due
    return this.holds.get(id, user_id);
  }

  @Post(':id/capture')
  @ApiOperation({
    summary: 'Capture a hold',
    description: 'Charges `amount` and releases the rest. An excess is settled as a separate ledger line.',
  })
  @Requires('service', 'admin')
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
    return held(
      await this.engine.capture(actor, id, units(body.amount), idempotencyKey(key, actor, `capture ${id}`, body)),
    );
  }

  @Post(':id/release')
  @ApiOperation({ summary: 'Release a hold' })
  @Requires('service', 'admin')
  @Idempotent()
  @Returns(HoldView)
  @Problem(404, 'not_found')
  @Problem(409, 'hold_already_resolved', 'idempotency_conflict')
  async releaseHold(@CurrentActor() actor: Actor, @Id() id: string, @KeyHeader() key: string | undefined) {
    return held(await this.engine.release(actor, id, idempotencyKey(key, actor, `release ${id}`, {})));
  }

  @Post(':id/extend')
  @ApiOperation({ summary: 'Extend a hold' })
  @Requires('service', 'admin')
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
    return held(
      await this.engine.extend(actor, id, body.ttl_seconds, idempotencyKey(key, actor, `extend ${id}`, body)),
    );
  }
}

const held = ({ hold, replayed }: HoldPosted) => answered(hold, replayed);
