import { Body, Controller, Delete, Get, Header, Patch, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import type { Actor } from '../../platform/actor.js';
import { CurrentActor, Id, Problem, Requires, Returns } from '../../platform/http/decorators.js';
import { PageQuery } from '../../platform/http/page.js';
import { WebhookTestView } from '../deliveries/deliveries.dto.js';
import { EndpointTest } from './endpoint-test.service.js';
import {
  NewWebhookEndpointView,
  SecretRotationBody,
  WebhookEndpointBody,
  WebhookEndpointChanges,
  WebhookEndpointView,
  WebhookRecoveryBody,
} from './endpoints.dto.js';
import { WebhookEndpoints } from './endpoints.service.js';

const Endpoint = (): MethodDecorator => ApiParam({ name: 'id', description: 'Id of the endpoint.' });

/** Routes of the endpoints that receive events. */
@ApiTags('Webhooks')
@Controller('webhooks/endpoints')
export class WebhookEndpointsController {
  constructor(
    private readonly endpoints: WebhookEndpoints,
    private readonly tests: EndpointTest,
  ) {}

  @Post()
  @ApiOperation({
    summary: 'Create a webhook endpoint',
    description:
      'Events from now on are sent to the URL by POST, signed as [Standard Webhooks](https://www.standardwebhooks.com) defines. `secret` is shown only here. The host must have public addresses only.',
  })
  @Requires('admin:*', 'admin')
  @Header('cache-control', 'no-store')
  @Returns(NewWebhookEndpointView, { status: 201 })
  @Problem(409, 'too_many_endpoints')
  @Problem(422, 'invalid_request')
  @Problem(503, 'encryption_not_configured')
  createWebhookEndpoint(@CurrentActor() actor: Actor, @Body() body: WebhookEndpointBody) {
    return this.endpoints.create(actor, body);
  }

  @Get()
  @ApiOperation({ summary: 'List webhook endpoints, newest first', description: 'Follow `X-Next-Cursor`.' })
  @Requires('admin:*', 'admin')
  @Returns(WebhookEndpointView, { list: true })
  @Problem(422, 'invalid_request')
  listWebhookEndpoints(@Query() query: PageQuery) {
    return this.endpoints.list(query);
  }

  @Get(':id')
  @ApiOperation({ summary: 'Get a webhook endpoint' })
  @Endpoint()
  @Requires('admin:*', 'admin')
  @Returns(WebhookEndpointView)
  @Problem(404, 'not_found')
  getWebhookEndpoint(@Id() id: string) {
    return this.endpoints.get(id);
  }

  @Patch(':id')
  @ApiOperation({
    summary: 'Change, enable or disable a webhook endpoint',
    description:
      'What is left out stays; `headers` replaces all additional headers. Pending deliveries of a disabled endpoint wait until it is enabled.',
  })
  @Endpoint()
  @Requires('admin:*', 'admin')
  @Returns(WebhookEndpointView)
  @Problem(404, 'not_found')
  @Problem(422, 'invalid_request')
  @Problem(503, 'encryption_not_configured')
  updateWebhookEndpoint(@CurrentActor() actor: Actor, @Id() id: string, @Body() body: WebhookEndpointChanges) {
    return this.endpoints.update(actor, id, body);
  }

  @Delete(':id')
  @ApiOperation({ summary: 'Delete a webhook endpoint with its deliveries' })
  @Endpoint()
  @Requires('admin:*', 'admin')
  @Returns(null)
  @Problem(404, 'not_found')
  deleteWebhookEndpoint(@CurrentActor() actor: Actor, @Id() id: string) {
    return this.endpoints.delete(actor, id);
  }

  @Post(':id/rotate-secret')
  @ApiOperation({
    summary: 'Replace the secret of a webhook endpoint',
    description:
      'For `grace_seconds` each delivery has a signature for each of the two secrets. `secret` is shown only here.',
  })
  @Endpoint()
  @Requires('admin:*', 'admin')
  @Header('cache-control', 'no-store')
  @Returns(NewWebhookEndpointView)
  @Problem(404, 'not_found')
  @Problem(422, 'invalid_request')
  @Problem(503, 'encryption_not_configured')
  rotateWebhookSecret(@CurrentActor() actor: Actor, @Id() id: string, @Body() { grace_seconds }: SecretRotationBody) {
    return this.endpoints.rotateSecret(actor, id, grace_seconds);
  }

  @Post(':id/test')
  @ApiOperation({
    summary: 'Send a test message to a webhook endpoint',
    description:
      'Sends a message of the type `webhook.test` once, also to a disabled endpoint, and returns the result.',
  })
  @Endpoint()
  @Requires('admin:*', 'admin')
  @Returns(WebhookTestView)
  @Problem(404, 'not_found')
  testWebhookEndpoint(@CurrentActor() actor: Actor, @Id() id: string) {
    return this.tests.run(actor, id);
  }

  @Post(':id/recover')
  @ApiOperation({
    summary: 'Send the undelivered events since an instant',
    description:
      'In the background: events whose delivery failed, and events that occurred while the endpoint was disabled. Events that were delivered are not sent again.',
  })
  @Endpoint()
  @Requires('admin:*', 'admin')
  @Returns(WebhookEndpointView, { status: 202 })
  @Problem(404, 'not_found')
  @Problem(422, 'invalid_request')
  recoverWebhookEndpoint(@CurrentActor() actor: Actor, @Id() id: string, @Body() { since }: WebhookRecoveryBody) {
    return this.endpoints.recover(actor, id, since);
  }
}
