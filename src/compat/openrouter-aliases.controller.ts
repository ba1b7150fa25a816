import { Body, Controller, Delete, Post, Query } from '@nestjs/common';
import { ApiBody, ApiTags } from '@nestjs/swagger';
import { DeletesKey, RefreshesLimit, StoresKey } from '../openrouter/openrouter.decorators.js';
import { OpenRouterAccountBody, OpenRouterUserQuery } from '../openrouter/openrouter.dto.js';
import { OpenRouterService } from '../openrouter/openrouter.service.js';
import { accountOf, type Actor } from '../platform/actor.js';
import { CurrentActor } from '../platform/http/decorators.js';
import { LegacyOperation } from './legacy-field.js';

/** The routes that earlier clients use for the user's OpenRouter key. */
@ApiTags('Earlier clients')
@Controller('credits/openrouter')
export class OpenRouterAliasesController {
  constructor(private readonly accounts: OpenRouterService) {}

  @Post('create')
  @LegacyOperation('Store your OpenRouter key', 'the same as `POST /credits/openrouter/create-account`')
  @StoresKey()
  createKeptOpenRouterAccount(@CurrentActor() actor: Actor, @Body() body: OpenRouterAccountBody) {
    return this.accounts.create(actor, accountOf(actor, body.user_id), body);
  }

  @Post('sync')
  @LegacyOperation(
    'Refresh the spending limit of your OpenRouter key',
    'the same as `POST /credits/openrouter/sync-balance`',
  )
  @ApiBody({ type: OpenRouterUserQuery, required: false })
  @RefreshesLimit()
  syncKeptOpenRouterBalance(@CurrentActor() actor: Actor, @Body() body: OpenRouterUserQuery) {
    return this.accounts.sync(actor, accountOf(actor, body.user_id));
  }

  @Delete('delete')
  @LegacyOperation('Delete your OpenRouter key', 'the same as `DELETE /credits/openrouter/account`')
  @DeletesKey()
  deleteKeptOpenRouterAccount(@CurrentActor() actor: Actor, @Query() query: OpenRouterUserQuery) {
    return this.accounts.delete(actor, accountOf(actor, query.user_id));
  }
}
