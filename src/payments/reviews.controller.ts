import { Body, Controller, Get, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import type { Actor } from '../platform/actor.js';
import { By, Id, Problem, Requires, Returns } from '../platform/http/decorators.js';
import { BillingService } from './billing.service.js';
import {
  AcceptBody,
  EndBillingBody,
  EndedBillingView,
  HeldQuery,
  PaymentDetailView,
  PaymentView,
  RefuseBody,
} from './payments.dto.js';
import { ReviewsService } from './reviews.service.js';

const Payment = (): MethodDecorator => ApiParam({ name: 'payment_id', description: 'UUID of the payment.' });

/** What admins decide about payments. Works without a provider too: what was held may outlive its configuration. */
@ApiTags('Payments')
@Controller('payments')
export class ReviewsController {
  constructor(
    private readonly reviews: ReviewsService,
    private readonly billing: BillingService,
  ) {}

  @Get('held')
  @ApiOperation({
    summary: 'Payments that wait for an admin, the oldest first',
    description: 'Money that is not what was asked for, or that nothing was offered for. `detail` says what is odd.',
  })
  @Requires('admin')
  @Returns(PaymentView, { list: true })
  @Problem(422, 'invalid_request')
  listHeldPayments(@Query() { limit, offset }: HeldQuery) {
    return this.reviews.held(limit, offset);
  }

  @Post('billing/end')
  @ApiOperation({
    summary: 'End the subscription and the automatic top-up of an account',
    description: 'Nothing is charged any more. What was paid is given until its end. Safe to repeat.',
  })
  @Requires('service', 'admin')
  @Returns(EndedBillingView)
  @Problem(422, 'invalid_request')
  endBilling(@By() actor: Actor, @Body() { user_id, at }: EndBillingBody) {
    return this.billing.end(actor, user_id, at ?? 'period_end');
  }

  @Get(':payment_id')
  @ApiOperation({ summary: 'A payment with its refunds and disputes' })
  @Payment()
  @Requires('admin')
  @Returns(PaymentDetailView)
  @Problem(404, 'not_found')
  getPayment(@Id('payment_id') payment_id: string) {
    return this.reviews.show(payment_id);
  }

  @Post(':payment_id/accept')
  @ApiOperation({
    summary: 'Accept a held payment',
    description:
      'Gives what was offered, or the credits named. What can not be given as it was offered, a plan whose time is over say, is given as bought credits. Refunds take back as of any payment. Safe to repeat.',
  })
  @Payment()
  @Requires('admin')
  @Returns(PaymentView)
  @Problem(404, 'not_found')
  @Problem(409, 'payment_not_held')
  @Problem(422, 'invalid_request')
  acceptPayment(@By() actor: Actor, @Id('payment_id') payment_id: string, @Body() { credits, note }: AcceptBody) {
    return this.reviews.accept(actor, payment_id, { credits: credits ?? undefined, note: note ?? undefined });
  }

  @Post(':payment_id/refuse')
  @ApiOperation({
    summary: 'Refuse a held payment',
    description:
      'Gives nothing; return its money at the provider. A discount that it used waits again. Safe to repeat.',
  })
  @Payment()
  @Requires('admin')
  @Returns(PaymentView)
  @Problem(404, 'not_found')
  @Problem(409, 'payment_not_held')
  @Problem(422, 'invalid_request')
  refusePayment(@By() actor: Actor, @Id('payment_id') payment_id: string, @Body() { note }: RefuseBody) {
    return this.reviews.refuse(actor, payment_id, { note: note ?? undefined });
  }
}
