import { Body, Controller, Post } from '@nestjs/common';
import { ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { accountOf, type Actor } from '../platform/actor.js';
import { By, Problem, Requires, Returns } from '../platform/http/decorators.js';
import { answered, Idempotent, KeyHeader } from '../platform/http/idempotency-key.js';
import { IsText } from '../platform/wire-decorators.js';
import { balanceView } from './accounts.service.js';
import { AccountQuery } from './credits.dto.js';
import { BalanceView } from './credits.views.js';
import { idempotencyKey } from './idempotency.js';
import { SwitchService } from './switch.service.js';

/** A tier to move to. */
class SwitchBody extends AccountQuery {
  /** Code of the tier to move to. */
  @ApiProperty({ description: 'Code of the tier to move to.', example: 'starter' })
  @IsText({ min_length: 1, max_length: 64 })
  new_tier!: string;
}

/** Switching is an act on an account, therefore it lives here rather than with the tiers. */
@ApiTags('Tiers')
@Controller('credits/tiers')
export class SwitchController {
  constructor(private readonly switches: SwitchService) {}

  @Post('switch')
  @ApiOperation({
    summary: 'Move an account to another tier',
    description:
      "A user's downgrade takes effect at `reset_date`, and naming the current tier calls it off; an upgrade needs a payment. Admins and services switch at once.",
  })
  @Requires('user', 'service', 'admin')
  @Idempotent()
  @Returns(BalanceView)
  @Problem(403, 'forbidden', 'payment_required')
  @Problem(404, 'not_found')
  async switch(@By() actor: Actor, @Body() body: SwitchBody, @KeyHeader() key: string | undefined) {
    const user_id = accountOf(actor, body.user_id);
    const act = await this.switches.switch(actor, user_id, body.new_tier, idempotencyKey(key, 'switch', body));
    return answered(balanceView(act.account), act.replayed);
  }
}
