import { Controller, Get, Headers, Param, Post, Query, Req, UseGuards } from '@nestjs/common';
import { ApiBody, ApiHeader, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import type { Actor } from '../../platform/actor.js';
import { CurrentActor, Problem, Requires, Returns, Signed } from '../../platform/http/decorators.js';
import { WithRawBody, RawBody } from '../../platform/http/bodies/raw-body.js';
import { checkSigned } from '../../platform/http/bodies/signed.js';
import { Webhooks } from '../../platform/webhooks.js';
import { Customers } from '../provider/customers.js';
import { EventReceiver } from './event-receiver.js';
import { PaymentEventInbox } from './inbox.service.js';
import { PaymentsConfigured } from '../provider/payments-configured.guard.js';
import { EventsQuery, PaymentEventView, ReceivedView } from '../payments.dto.js';

/** An example event. Without a valid signature it is rejected. */
const EVENT = { id: 'evt_1Nv0FGQ9RKHgCVdK', type: 'checkout.session.completed', data: { object: { id: 'cs_a1' } } };

/** Routes of events from the payment provider. */
@ApiTags('Payments')
@UseGuards(PaymentsConfigured)
@Problem(503, 'payments_not_configured')
@Controller()
export class WebhookController {
  constructor(
    private readonly inbox: PaymentEventInbox,
    private readonly receiver: EventReceiver,
    private readonly customers: Customers,
    private readonly webhooks: Webhooks,
  ) {}

  @Post('integrations/stripe/webhook')
  @ApiOperation({
    summary: 'Receive a Stripe event',
    description:
      'The signature covers the raw body. Events are applied once, in any order. Events that match no record yet are stored (`waiting`) and retried for three days.',
  })
  @ApiHeader({
    name: 'Stripe-Signature',
    required: true,
    description: "Stripe's signature of the timestamp and the body.",
  })
  @ApiBody({ schema: { type: 'object' }, examples: { event: { value: EVENT } } })
  @Signed()
  @WithRawBody()
  @Returns(ReceivedView)
  @Problem(400, 'invalid_signature', 'malformed_json')
  receiveStripeEvent(
    @Req() request: FastifyRequest,
    @RawBody() body: Buffer,
    @Headers('stripe-signature') signature = '',
  ) {
    const take = async () => {
      const event = await checkSigned(request, () => this.customers.payments.readEvent(body, signature));
      return { event_id: event.event_id, state: await this.receiver.receive(event) };
    };
    return this.webhooks.receive('stripe', take, ({ state }) => [state]);
  }

  @Get('payments/events')
  @ApiOperation({ summary: 'List provider events, newest first' })
  @Requires('admin:*', 'admin')
  @Returns(PaymentEventView, { list: true })
  listPaymentEvents(@Query() { state, limit, offset }: EventsQuery) {
    return this.inbox.list(state, limit, offset);
  }

  @Post('payments/events/:event_id/retry')
  @ApiOperation({ summary: 'Retry a waiting or failed event' })
  @Requires('admin:*', 'admin')
  @Returns(PaymentEventView)
  @Problem(404, 'not_found')
  retryPaymentEvent(@CurrentActor() actor: Actor, @Param('event_id') event_id: string) {
    return this.inbox.retry(actor, event_id);
  }
}
