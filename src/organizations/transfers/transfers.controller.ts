import { Body, Controller, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Actor } from '../../platform/actor.js';
import { CurrentActor, Problem, Requires, Returns } from '../../platform/http/decorators.js';
import { answered, Idempotent, KeyHeader } from '../../platform/http/idempotency-key.js';
import { TransferBody, TransferView } from './transfers.dto.js';
import { TransfersService } from './transfers.service.js';

/** Moves credits between accounts. */
@ApiTags('Credits')
@Controller('credits/transfers')
export class TransfersController {
  constructor(private readonly transfers: TransfersService) {}

  @Post()
  @ApiOperation({
    summary: 'Move credits to another account',
    description:
      'For the owners and billing members of an organization, to its members and to organizations of the caller; for admins, between any accounts. Two ledger lines in one transaction. Credits keep source, priority and expiry; credits of plans, trials, coupons and referrals do not move.',
  })
  @Requires('organizations:manage', 'user', 'admin')
  @Idempotent()
  @Returns(TransferView)
  @Problem(403, 'account_suspended', 'account_closed')
  @Problem(404, 'not_found')
  @Problem(409, 'credits_not_transferable', 'idempotency_conflict')
  @Problem(422, 'invalid_request')
  async moveCredits(@CurrentActor() actor: Actor, @Body() body: TransferBody, @KeyHeader() key: string | undefined) {
    return answered(await this.transfers.transfer(actor, body, key));
  }
}
