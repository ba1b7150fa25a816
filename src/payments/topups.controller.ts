import { Body, Controller, Delete, Get, Put, Query, UseGuards } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { AccountQuery } from '../credits/credits.dto.js';
import { accountOf, type Actor } from '../platform/actor.js';
import { By, Problem, Requires, Returns } from '../platform/http/decorators.js';
import { PaymentsConfigured } from './payments-configured.guard.js';
import { AutoTopupView, TopupBody } from './payments.dto.js';
import { TopupsService } from './topups.service.js';

/** Credits that are bought automatically when an account runs low. */
@ApiTags('Payments')
@UseGuards(PaymentsConfigured)
@Problem(503, 'payments_not_configured')
@Controller('payments/auto-topup')
export class TopupsController {
  constructor(private readonly topups: TopupsService) {}

  @Get()
  @ApiOperation({ summary: 'How credits are bought automatically, or null' })
  @Requires('user', 'service', 'admin')
  @Returns(AutoTopupView, { nullable: true })
  getAutoTopup(@By() actor: Actor, @Query() query: AccountQuery) {
    return this.topups.find(accountOf(actor, query.user_id));
  }

  @Put()
  @ApiOperation({
    summary: 'Buy credits automatically',
    description:
      'With the card on file, when the available credits fall below the threshold. After two declined cards in a row it stops, until this is sent again. Where the bank asks the payer to confirm, `checkout_url` leads there, and nothing else is bought meanwhile.',
  })
  @Requires('user', 'service', 'admin')
  @Returns(AutoTopupView)
  @Problem(404, 'not_found')
  @Problem(422, 'invalid_request')
  setAutoTopup(@By() actor: Actor, @Body() { user_id, ...terms }: TopupBody) {
    return this.topups.set(actor, accountOf(actor, user_id ?? undefined), terms);
  }

  @Delete()
  @ApiOperation({ summary: 'Stop buying credits automatically' })
  @Requires('user', 'service', 'admin')
  @Returns(null)
  @Problem(404, 'not_found')
  deleteAutoTopup(@By() actor: Actor, @Query() query: AccountQuery) {
    return this.topups.delete(actor, accountOf(actor, query.user_id));
  }
}
