import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { AccountQuery } from '../../credits/credits.dto.js';
import type { Actor } from '../../platform/actor.js';
import { CurrentActor, Problem, Requires, Returns } from '../../platform/http/decorators.js';
import { OpenAiErrors } from '../../platform/http/problems/openai-error.js';
import { GatewayModelsQuery, GatewayModelView, OpenAiModelsView, OpenAiModelView } from './models.dto.js';
import { ModelsService } from './models.service.js';

/** The models that calls can use. */
@ApiTags('Gateway')
@Controller()
export class ModelsController {
  constructor(private readonly models: ModelsService) {}

  @Get('credits/openrouter/models')
  @ApiOperation({
    summary: 'List the models with list prices and platform prices',
    description:
      "Served from the local catalogue, even while OpenRouter is down. `is_allowed` shows whether the user's plan allows the model. Supports `If-None-Match` (304).",
  })
  @Requires('models', 'user', 'service', 'admin')
  @Returns(GatewayModelView, { list: true, has_etag: true })
  @Problem(422, 'invalid_request')
  @Problem(404, 'not_found')
  listPricedModels(@CurrentActor() actor: Actor, @Query() query: GatewayModelsQuery) {
    return this.models.list(actor, query);
  }

  @Get('models')
  @ApiOperation({
    summary: "List the models in OpenAI's format",
    description:
      "Only models that the user's plan allows. Also available at `/v1/models`. Supports `If-None-Match` (304).",
  })
  @Requires('models', 'user', 'service', 'admin')
  @Returns(OpenAiModelsView, { has_etag: true })
  @OpenAiErrors()
  @Problem(404, 'not_found')
  listModels(@CurrentActor() actor: Actor, @Query() query: AccountQuery) {
    return this.models.listForOpenAi(actor, query);
  }

  @Get('models/:model')
  @ApiOperation({
    summary: "Get a model in OpenAI's format",
    description:
      "Only a model that the user's plan allows. The slash in its id need not be escaped, and the provider can be omitted if only one offers a model of that name. Also available at `/v1/models/...`. Supports `If-None-Match` (304).",
  })
  @ApiParam({ name: 'model', description: 'Model id.', example: 'openai/gpt-4o-mini' })
  @Requires('models', 'user', 'service', 'admin')
  @Returns(OpenAiModelView, { has_etag: true })
  @OpenAiErrors()
  @Problem(400, 'model_ambiguous')
  @Problem(404, 'not_found', 'model_not_found')
  getModel(@CurrentActor() actor: Actor, @Param('model') model: string, @Query() query: AccountQuery) {
    return this.models.getForOpenAi(actor, model, query);
  }
}
