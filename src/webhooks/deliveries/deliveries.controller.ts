import { Controller, Get, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import type { Actor } from '../../platform/actor.js';
import { CurrentActor, Id, Problem, Requires, Returns } from '../../platform/http/decorators.js';
import { WebhookDeliveriesQuery, WebhookDeliveryDetailView, WebhookDeliveryView } from './deliveries.dto.js';
import { WebhookDeliveries } from './deliveries.service.js';

const Delivery = (): MethodDecorator => ApiParam({ name: 'id', description: 'Id of the delivery.' });

/** Routes of the deliveries of events to endpoints. */
@ApiTags('Webhooks')
@Controller('webhooks/deliveries')
export class WebhookDeliveriesController {
  constructor(private readonly deliveries: WebhookDeliveries) {}

  @Get()
  @ApiOperation({ summary: 'List webhook deliveries, newest first', description: 'Follow `X-Next-Cursor`.' })
  @Requires('admin:*', 'admin')
  @Returns(WebhookDeliveryView, { list: true })
  @Problem(422, 'invalid_request')
  listWebhookDeliveries(@Query() query: WebhookDeliveriesQuery) {
    return this.deliveries.list(query);
  }

  @Get(':id')
  @ApiOperation({ summary: 'Get a webhook delivery with its payload' })
  @Delivery()
  @Requires('admin:*', 'admin')
  @Returns(WebhookDeliveryDetailView)
  @Problem(404, 'not_found')
  getWebhookDelivery(@Id() id: string) {
    return this.deliveries.get(id);
  }

  @Post(':id/resend')
  @ApiOperation({
    summary: 'Send a webhook delivery again',
    description:
      'Whatever its state. The receiver gets the same `webhook-id`; later events of the account wait until it is delivered or given up.',
  })
  @Delivery()
  @Requires('admin:*', 'admin')
  @Returns(WebhookDeliveryView, { status: 202 })
  @Problem(404, 'not_found')
  resendWebhookDelivery(@CurrentActor() actor: Actor, @Id() id: string) {
    return this.deliveries.resend(actor, id);
  }
}
