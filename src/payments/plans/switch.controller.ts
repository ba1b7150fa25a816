import { Body, Controller, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { BalanceView } from '../../credits/credits.views.js';
import { accountOf, type Actor } from '../../platform/actor.js';
import { CurrentActor, Problem, Requires, Returns } from '../../platform/http/decorators.js';
import { answered, Idempotent, KeyHeader } from '../../platform/http/idempotency-key.js';
import { PlansService } from './plans.service.js';
import { SwitchBody } from './switch.dto.js';

/**
 * The route that switches tiers. It is named after tiers but belongs to payments: an upgrade opens a checkout and a
 * downgrade changes the subscription, and tiers, a lower rank, must not know payments.
 */
@ApiTags('Tiers')
@Controller('credits/tiers')
export class SwitchController {
  constructor(private readonly plans: PlansService) {}

  @Post('switch')
  @ApiOperation({
    summary: 'Switch an account to another tier',
    description:
      "A user's downgrade takes effect at `reset_date`; requesting the current tier cancels it. A user's upgrade must be paid first: the response is 402 with `checkout_url`, or 403 if payments are not configured. Admins and services switch immediately.",
  })
  @Requires('payments', 'user', 'service', 'admin')
  @Idempotent()
  @Returns(BalanceView)
  @Problem(402, 'payment_required')
  @Problem(403, 'account_closed', 'payment_required')
  @Problem(404, 'not_found')
  @Problem(409, 'idempotency_conflict', 'payment_overdue', 'payment_in_progress')
  async switchTier(@CurrentActor() actor: Actor, @Body() body: SwitchBody, @KeyHeader() key: string | undefined) {
    return answered(await this.plans.switch(actor, accountOf(actor, body.user_id), body.new_tier, key));
  }
}
