import { Body, Controller, Delete, Get, Post, Query } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiTags } from '@nestjs/swagger';
import { accountOf, type Actor } from '../platform/actor.js';
import { CurrentActor, Requires, Returns } from '../platform/http/decorators.js';
import { DeletesKey, RefreshesLimit, StoresKey } from './openrouter.decorators.js';
import { OpenRouterAccountBody, OpenRouterAccountView, OpenRouterUserQuery } from './openrouter.dto.js';
import { OpenRouterService } from './openrouter.service.js';

/** Users' own OpenRouter keys (BYOK): OpenRouter bills the user, and Tollgate charges only its fee. */
@ApiTags('OpenRouter')
@Controller('credits/openrouter')
export class OpenRouterController {
  constructor(private readonly accounts: OpenRouterService) {}

  @Post('create-account')
  @ApiOperation({
    summary: 'Store your OpenRouter key',
    description:
      'The key is verified with OpenRouter first and replaces a stored one. Limited to 10 attempts per hour.',
  })
  @StoresKey()
  createOpenRouterAccount(@CurrentActor() actor: Actor, @Body() body: OpenRouterAccountBody) {
    return this.accounts.create(actor, accountOf(actor, body.user_id), body);
  }

  @Get('account')
  @ApiOperation({
    summary: 'Get your OpenRouter account',
    description: "Returns only the key's last characters; null without a stored key.",
  })
  @Requires('keys:manage', 'user', 'service', 'admin')
  @Returns(OpenRouterAccountView, { nullable: true })
  getOpenRouterAccount(@CurrentActor() actor: Actor, @Query() query: OpenRouterUserQuery) {
    return this.accounts.find(accountOf(actor, query.user_id));
  }

  @Post('sync-balance')
  @ApiOperation({
    summary: 'Refresh the spending limit of your OpenRouter key',
    description: 'Asks OpenRouter for the limit; null is no limit. A key that OpenRouter refuses is no longer used.',
  })
  @ApiBody({ type: OpenRouterUserQuery, required: false })
  @RefreshesLimit()
  syncOpenRouterBalance(@CurrentActor() actor: Actor, @Body() body: OpenRouterUserQuery) {
    return this.accounts.sync(actor, accountOf(actor, body.user_id));
  }

  @Delete('account')
  @ApiOperation({ summary: 'Delete your OpenRouter key' })
  @DeletesKey()
  deleteOpenRouterAccount(@CurrentActor() actor: Actor, @Query() query: OpenRouterUserQuery) {
    return this.accounts.delete(actor, accountOf(actor, query.user_id));
  }
}
