import { Body, Controller, Delete, Get, Header, Patch, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import type { Actor } from '../platform/actor.js';
import { CurrentActor, Id, Problem, Requires, Returns } from '../platform/http/decorators.js';
import {
  ApiKeyBody,
  ApiKeyChanges,
  ApiKeysQuery,
  ApiKeyView,
  NewApiKeyView,
  PauseBody,
  RotationBody,
} from './api-keys.dto.js';
import { ApiKeys } from './api-keys.service.js';

const NamesKey = (): MethodDecorator => ApiParam({ name: 'id', description: 'Id of the key.' });

/** Routes of API keys. */
@ApiTags('API keys')
@Controller('api-keys')
export class ApiKeysController {
  constructor(private readonly keys: ApiKeys) {}

  @Post()
  @ApiOperation({
    summary: 'Create an API key',
    description:
      'The secret is in the response and nowhere else. A key can do no more than the credential that creates it; it inherits the limits of a key that creates it.',
  })
  @Requires('keys:manage', 'user', 'service', 'admin')
  @Header('cache-control', 'no-store')
  @Returns(NewApiKeyView, { status: 201 })
  @Problem(403, 'key_exceeds_creator')
  @Problem(422, 'invalid_request', 'invalid_expiry')
  @Problem(503, 'encryption_not_configured')
  createApiKey(@CurrentActor() actor: Actor, @Body() body: ApiKeyBody) {
    return this.keys.create(actor, body);
  }

  @Get()
  @ApiOperation({ summary: 'List API keys, newest first', description: 'Revoked and expired keys are included.' })
  @Requires('keys:manage', 'user', 'service', 'admin')
  @Returns(ApiKeyView, { list: true })
  @Problem(422, 'invalid_request')
  listApiKeys(@CurrentActor() actor: Actor, @Query() query: ApiKeysQuery) {
    return this.keys.list(actor, query);
  }

  @NamesKey()
  @Get(':id')
  @ApiOperation({ summary: 'Get an API key' })
  @Requires('keys:manage', 'user', 'service', 'admin')
  @Returns(ApiKeyView)
  @Problem(404, 'not_found')
  getApiKey(@CurrentActor() actor: Actor, @Id() id: string) {
    return this.keys.get(actor, id);
  }

  @NamesKey()
  @Patch(':id')
  @ApiOperation({
    summary: 'Change an API key',
    description: 'What is left out stays. Every instance knows the change within a second.',
  })
  @Requires('keys:manage', 'user', 'service', 'admin')
  @Returns(ApiKeyView)
  @Problem(403, 'key_exceeds_creator')
  @Problem(404, 'not_found')
  @Problem(409, 'key_revoked')
  @Problem(422, 'invalid_request', 'invalid_expiry')
  updateApiKey(@CurrentActor() actor: Actor, @Id() id: string, @Body() body: ApiKeyChanges) {
    return this.keys.update(actor, id, body);
  }

  @NamesKey()
  @Post(':id/rotate')
  @ApiOperation({
    summary: 'Replace the secret of an API key',
    description:
      'The old secret works for `grace_seconds` more; then its calls get 401 `key_rotated`. A secret that was replaced before stops immediately. The id, the limits and the usage of the key stay.',
  })
  @Requires('keys:manage', 'user', 'service', 'admin')
  @Header('cache-control', 'no-store')
  @Returns(NewApiKeyView)
  @Problem(403, 'key_exceeds_creator')
  @Problem(404, 'not_found')
  @Problem(409, 'key_revoked')
  @Problem(422, 'invalid_request')
  @Problem(503, 'encryption_not_configured')
  rotateApiKey(@CurrentActor() actor: Actor, @Id() id: string, @Body() { grace_seconds }: RotationBody) {
    return this.keys.rotate(actor, id, grace_seconds);
  }

  @NamesKey()
  @Post(':id/pause')
  @ApiOperation({
    summary: 'Pause an API key',
    description: 'Its calls get 403 `key_paused` until it is resumed; every instance knows within a second.',
  })
  @Requires('keys:manage', 'user', 'service', 'admin')
  @Returns(ApiKeyView)
  @Problem(404, 'not_found')
  @Problem(409, 'key_revoked')
  @Problem(422, 'invalid_request')
  pauseApiKey(@CurrentActor() actor: Actor, @Id() id: string, @Body() { reason }: PauseBody) {
    return this.keys.pause(actor, id, reason);
  }

  @NamesKey()
  @Post(':id/resume')
  @ApiOperation({ summary: 'Resume a paused API key' })
  @Requires('keys:manage', 'user', 'service', 'admin')
  @Returns(ApiKeyView)
  @Problem(403, 'key_exceeds_creator')
  @Problem(404, 'not_found')
  @Problem(409, 'key_revoked')
  resumeApiKey(@CurrentActor() actor: Actor, @Id() id: string) {
    return this.keys.resume(actor, id);
  }

  @NamesKey()
  @Delete(':id')
  @ApiOperation({
    summary: 'Revoke an API key',
    description: 'It never works again; every instance knows within a second. The key stays in the list, as revoked.',
  })
  @Requires('keys:manage', 'user', 'service', 'admin')
  @Returns(null)
  @Problem(404, 'not_found')
  revokeApiKey(@CurrentActor() actor: Actor, @Id() id: string) {
    return this.keys.revoke(actor, id);
  }
}
