import { Body, Controller, Get, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import type { Actor } from '../../platform/actor.js';
import { CurrentActor, Id, Problem, Requires, Returns } from '../../platform/http/decorators.js';
import { BillingTermination } from '../plans/billing-termination.service.js';
import {
  AcceptBody,
  EndBillingBody,
  EndedBillingView,
  PaymentDetailView,
  PaymentView,
  RefuseBody,
  ReviewsQuery,
} from '../payments.dto.js';
import { ReviewsService } from './reviews.service.js';

const Payment = (): MethodDecorator => ApiParam({ name: 'payment_id', description: 'UUID of the payment.' });

/**
 * Routes with which admins review payments. They work without a configured provider, since held payments can outlive
 * the configuration.
 */
@ApiTags('Payments')
@Controller('payments')
export class ReviewsController {
  constructor(
    private readonly reviews: ReviewsService,
    private readonly termination: BillingTermination,
  ) {}

  @Get('held')
  @ApiOperation({
    summary: 'List payments held for review, oldest first',
    description:
      'Payments with an unexpected amount or currency, or without a matching offer. `detail` states the reason.',
  })
  @Requires('admin:*', 'admin')
  @Returns(PaymentView, { list: true })
  @Problem(422, 'invalid_request')
  listHeldPayments(@Query() { limit, offset }: ReviewsQuery) {
    return this.reviews.held(limit, offset);
  }

  @Get('disputed')
  @ApiOperation({
    summary: 'List payments that are or were disputed, newest first',
    description: '`dispute` is the state of the dispute. Get the payment for each of its disputes.',
  })
  @Requires('admin:*', 'admin')
  @Returns(PaymentView, { list: true })
  @Problem(422, 'invalid_request')
  listDisputedPayments(@Query() { limit, offset }: ReviewsQuery) {
    return this.reviews.disputed(limit, offset);
  }

  @Post('billing/end')
  @ApiOperation({
    summary: 'End the subscription and automatic top-up of an account',
    description: 'Nothing more is charged. A paid period remains available until it ends. Safe to repeat.',
  })
  @Requires('payments', 'service', 'admin')
  @Returns(EndedBillingView)
  @Problem(422, 'invalid_request')
  endBilling(@CurrentActor() actor: Actor, @Body() { user_id, at }: EndBillingBody) {
    return this.termination.end(actor, user_id, at ?? 'period_end');
  }

  @Get(':payment_id')
  @ApiOperation({ summary: 'Get a payment with its refunds and disputes' })
  @Payment()
  @Requires('admin:*', 'admin')
  @Returns(PaymentDetailView)
  @Problem(404, 'not_found')
  getPayment(@Id('payment_id') payment_id: string) {
    return this.reviews.show(payment_id);
  }

  @Post(':payment_id/accept')
  @ApiOperation({
    summary: 'Accept a held payment',
    description:
      'Grants what was offered, or the given number of credits. If the offer can no longer be fulfilled, for example because the paid period has ended, the credits are granted as purchased credits. Later refunds claw back credits as usual. Safe to repeat.',
  })
  @Payment()
  @Requires('admin:*', 'admin')
  @Returns(PaymentView)
  @Problem(404, 'not_found')
  @Problem(409, 'payment_not_held')
  @Problem(422, 'invalid_request')
  acceptPayment(@CurrentActor() actor: Actor, @Id('payment_id') payment_id: string, @Body() body: AcceptBody) {
    return this.reviews.accept(actor, payment_id, body);
  }

  @Post(':payment_id/refuse')
  @ApiOperation({
    summary: 'Refuse a held payment',
    description:
      'Grants nothing; refund the money at the provider. A discount used by the payment becomes available again. Safe to repeat.',
  })
  @Payment()
  @Requires('admin:*', 'admin')
  @Returns(PaymentView)
  @Problem(404, 'not_found')
  @Problem(409, 'payment_not_held')
  @Problem(422, 'invalid_request')
  refusePayment(@CurrentActor() actor: Actor, @Id('payment_id') payment_id: string, @Body() body: RefuseBody) {
    return this.reviews.refuse(actor, payment_id, body);
  }
}
