import { Body, Controller, Delete, Get, Post, Query } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiTags } from '@nestjs/swagger';
import { accountOf, type Actor } from '../platform/actor.js';
import { By, Problem, Requires, Returns } from '../platform/http/decorators.js';
import {
  OpenRouterAccountBody,
  OpenRouterAccountView,
  OpenRouterBalanceView,
  OpenRouterDeletedView,
  OpenRouterUserQuery,
} from './openrouter.dto.js';
import { OpenRouterService } from './openrouter.service.js';

/** Users' own keys of OpenRouter: the provider bills the user, we charge the platform's fee alone. */
@ApiTags('OpenRouter')
@Controller('credits/openrouter')
export class OpenRouterController {
  constructor(private readonly accounts: OpenRouterService) {}

  @Post('create-account')
  @ApiOperation({
    summary: 'Keep an own key of OpenRouter',
    description: 'OpenRouter is asked about the key first. A key that was kept before is replaced. 10 tries an hour.',
  })
  @Requires('user', 'service', 'admin')
  @Returns(OpenRouterAccountView, { status: 201 })
  @Problem(422, 'invalid_request', 'openrouter_key_refused', 'openrouter_key_unusable')
  @Problem(429, 'rate_limited')
  @Problem(503, 'openrouter_unavailable', 'encryption_not_configured')
  createOpenRouterAccount(@By() actor: Actor, @Body() body: OpenRouterAccountBody) {
    return this.accounts.create(actor, accountOf(actor, body.user_id), body);
  }

  @Get('account')
  @ApiOperation({ summary: 'The own account at OpenRouter', description: 'Of the key only a hint; null without one.' })
  @Requires('user', 'service', 'admin')
  @Returns(OpenRouterAccountView, { nullable: true })
  getOpenRouterAccount(@By() actor: Actor, @Query() query: OpenRouterUserQuery) {
    return this.accounts.find(accountOf(actor, query.user_id));
  }

  @Post('sync-balance')
  @ApiOperation({
    summary: 'Ask OpenRouter what the own key may spend',
    description: 'null is no limit. A key that OpenRouter refuses is no longer used.',
  })
  @ApiBody({ type: OpenRouterUserQuery, required: false })
  @Requires('user', 'service', 'admin')
  @Returns(OpenRouterBalanceView)
  @Problem(404, 'not_found')
  @Problem(422, 'openrouter_key_refused')
  @Problem(503, 'openrouter_unavailable')
  syncOpenRouterBalance(@By() actor: Actor, @Body() body: OpenRouterUserQuery) {
    return this.accounts.sync(actor, accountOf(actor, body.user_id));
  }

  @Delete('account')
  @ApiOperation({ summary: 'Forget the own key' })
  @Requires('user', 'service', 'admin')
  @Returns(OpenRouterDeletedView)
  @Problem(404, 'not_found')
  deleteOpenRouterAccount(@By() actor: Actor, @Query() query: OpenRouterUserQuery) {
    return this.accounts.delete(actor, accountOf(actor, query.user_id));
  }
}
