import { Body, Controller, Delete, Get, Put, Query, UseGuards } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { AccountQuery } from '../../credits/credits.dto.js';
import { accountOf, type Actor } from '../../platform/actor.js';
import { CurrentActor, Problem, Requires, Returns } from '../../platform/http/decorators.js';
import { PaymentsConfigured } from '../provider/payments-configured.guard.js';
import { AutoTopupView, TopupBody } from '../payments.dto.js';
import { TopupsService } from './topups.service.js';

/** Routes of automatic top-ups. */
@ApiTags('Payments')
@UseGuards(PaymentsConfigured)
@Problem(503, 'payments_not_configured')
@Controller('payments/auto-topup')
export class TopupsController {
  constructor(private readonly topups: TopupsService) {}

  @Get()
  @ApiOperation({ summary: 'Get the automatic top-up, or null' })
  @Requires('payments', 'user', 'service', 'admin')
  @Returns(AutoTopupView, { nullable: true })
  getAutoTopup(@CurrentActor() actor: Actor, @Query() query: AccountQuery) {
    return this.topups.find(accountOf(actor, query.user_id));
  }

  @Put()
  @ApiOperation({
    summary: 'Set up an automatic top-up',
    description:
      'Buys the package with the card on file whenever the available credits fall below the threshold. After two consecutive declined cards, top-ups stop until the settings are sent again. If the bank requires the payer to confirm a payment, `checkout_url` is the page for that, and nothing else is bought in the meantime.',
  })
  @Requires('payments', 'user', 'service', 'admin')
  @Returns(AutoTopupView)
  @Problem(404, 'not_found')
  @Problem(422, 'invalid_request')
  setAutoTopup(@CurrentActor() actor: Actor, @Body() { user_id, ...terms }: TopupBody) {
    return this.topups.set(actor, accountOf(actor, user_id ?? undefined), terms);
  }

  @Delete()
  @ApiOperation({ summary: 'Delete the automatic top-up' })
  @Requires('payments', 'user', 'service', 'admin')
  @Returns(null)
  @Problem(404, 'not_found')
  deleteAutoTopup(@CurrentActor() actor: Actor, @Query() query: AccountQuery) {
    return this.topups.delete(actor, accountOf(actor, query.user_id));
  }
}
