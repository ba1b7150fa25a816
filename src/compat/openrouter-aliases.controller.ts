import { Body, Controller, Delete, Post, Query } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiTags } from '@nestjs/swagger';
import {
  OpenRouterAccountBody,
  OpenRouterAccountView,
  OpenRouterBalanceView,
  OpenRouterDeletedView,
  OpenRouterUserQuery,
} from '../openrouter/openrouter.dto.js';
import { OpenRouterService } from '../openrouter/openrouter.service.js';
import { accountOf, type Actor } from '../platform/actor.js';
import { CurrentActor, Problem, Requires, Returns } from '../platform/http/decorators.js';
import { LEGACY_EXTENSION } from './legacy-field.js';

/** The routes that earlier clients use for the user's OpenRouter key. */
@ApiTags('Earlier clients')
@Controller('credits/openrouter')
export class OpenRouterAliasesController {
  constructor(private readonly accounts: OpenRouterService) {}

  @Post('create')
  @ApiOperation({
    summary: 'Store your OpenRouter key',
    description: `${LEGACY_EXTENSION}: the same as \`POST /credits/openrouter/create-account\`.`,
    deprecated: true,
  })
  @Requires('user', 'service', 'admin')
  @Returns(OpenRouterAccountView, { status: 201 })
  @Problem(422, 'invalid_request', 'openrouter_key_refused', 'openrouter_key_unusable')
  @Problem(429, 'rate_limited')
  @Problem(503, 'openrouter_unavailable', 'encryption_not_configured')
  createKeptOpenRouterAccount(@CurrentActor() actor: Actor, @Body() body: OpenRouterAccountBody) {
    return this.accounts.create(actor, accountOf(actor, body.user_id), body);
  }

  @Post('sync')
  @ApiOperation({
    summary: 'Refresh the spending limit of your OpenRouter key',
    description: `${LEGACY_EXTENSION}: the same as \`POST /credits/openrouter/sync-balance\`.`,
    deprecated: true,
  })
  @ApiBody({ type: OpenRouterUserQuery, required: false })
  @Requires('user', 'service', 'admin')
  @Returns(OpenRouterBalanceView)
  @Problem(404, 'not_found')
  @Problem(422, 'openrouter_key_refused')
  @Problem(503, 'openrouter_unavailable')
  syncKeptOpenRouterBalance(@CurrentActor() actor: Actor, @Body() body: OpenRouterUserQuery) {
    return this.accounts.sync(actor, accountOf(actor, body.user_id));
  }

  @Delete('delete')
  @ApiOperation({
    summary: 'Delete your OpenRouter key',
    description: `${LEGACY_EXTENSION}: the same as \`DELETE /credits/openrouter/account\`.`,
    deprecated: true,
  })
  @Requires('user', 'service', 'admin')
  @Returns(OpenRouterDeletedView)
  @Problem(404, 'not_found')
  deleteKeptOpenRouterAccount(@CurrentActor() actor: Actor, @Query() query: OpenRouterUserQuery) {
    return this.accounts.delete(actor, accountOf(actor, query.user_id));
  }
}
