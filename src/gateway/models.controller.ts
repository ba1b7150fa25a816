import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { AccountQuery } from '../credits/credits.dto.js';
import type { Actor } from '../platform/actor.js';
import { By, Problem, Requires, Returns } from '../platform/http/decorators.js';
import { SpeaksOpenAi } from '../platform/http/openai-error.js';
import { GatewayModelsQuery, GatewayModelView, OpenAiModelsView, OpenAiModelView } from './models.dto.js';
import { ModelsService } from './models.service.js';

/** The models that calls can name. */
@ApiTags('Gateway')
@Controller()
export class ModelsController {
  constructor(private readonly models: ModelsService) {}

  @Get('credits/openrouter/models')
  @ApiOperation({
    summary: 'The models, with what the provider charges and what is charged here',
    description:
      'Served from the own catalogue, also while OpenRouter is away; `is_allowed` says what the plan of the user allows. Answers `If-None-Match` with 304.',
  })
  @Requires('user', 'service', 'admin')
  @Returns(GatewayModelView, { list: true, has_etag: true })
  @Problem(422, 'invalid_request')
  @Problem(404, 'not_found')
  listPricedModels(@By() actor: Actor, @Query() query: GatewayModelsQuery) {
    return this.models.list(actor, query);
  }

  @Get('models')
  @ApiOperation({
    summary: 'The models as OpenAI lists them',
    description:
      'Those that the plan of the user allows. Also at `/v1/models`, for clients that insist. Answers `If-None-Match` with 304.',
  })
  @Requires('user', 'service', 'admin')
  @Returns(OpenAiModelsView, { has_etag: true })
  @SpeaksOpenAi()
  @Problem(404, 'not_found')
  listModels(@By() actor: Actor, @Query() query: AccountQuery) {
    return this.models.listForOpenAi(actor, query);
  }

  @Get('models/:model')
  @ApiOperation({
    summary: 'A model as OpenAI tells it',
    description:
      'One that the plan of the user allows. Its id may be written with its slash as it is, and without the provider where only one has a model of that name. Also at `/v1/models/...`. Answers `If-None-Match` with 304.',
  })
  @ApiParam({ name: 'model', description: 'Id of the model.', example: 'openai/gpt-4o-mini' })
  @Requires('user', 'service', 'admin')
  @Returns(OpenAiModelView, { has_etag: true })
  @SpeaksOpenAi()
  @Problem(400, 'model_ambiguous')
  @Problem(404, 'not_found', 'model_not_found')
  getModel(@By() actor: Actor, @Param('model') model: string, @Query() query: AccountQuery) {
    return this.models.getForOpenAi(actor, model, query);
  }
}
