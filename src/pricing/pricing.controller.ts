import { Body, Controller, Get, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Actor } from '../platform/actor.js';
import { By, Id, Problem, Requires, Returns } from '../platform/http/decorators.js';
import { ANY } from './price.js';
import {
  ImportQuery,
  ModelPriceView,
  ModelsDocument,
  PriceBody,
  PriceHistoryQuery,
  PriceImportView,
  PricesQuery,
} from './pricing.dto.js';
import { PricesService } from './prices.service.js';

/** The catalogue of prices. */
@ApiTags('Pricing')
@Controller('pricing')
export class PricingController {
  constructor(private readonly prices: PricesService) {}

  @Get('models')
  @ApiOperation({
    summary: 'The prices in effect, by model',
    description: 'USD at list price; the markup comes on top.',
  })
  @Requires('user', 'service', 'admin')
  @Returns(ModelPriceView, { list: true })
  @Problem(422, 'invalid_request')
  list(@Query() query: PricesQuery) {
    return this.prices.list(query);
  }

  @Get('models/history')
  @ApiOperation({ summary: 'Every price that a model had and will have, newest first' })
  @Requires('user', 'service', 'admin')
  @Returns(ModelPriceView, { list: true })
  @Problem(422, 'invalid_request')
  history(@Query() { service = ANY, model }: PriceHistoryQuery) {
    return this.prices.history(service, model);
  }

  @Get('models/:id')
  @ApiOperation({ summary: 'One price, such as a receipt names it' })
  @Requires('user', 'service', 'admin')
  @Returns(ModelPriceView)
  @Problem(404, 'not_found')
  get(@Id() id: string) {
    return this.prices.get(id);
  }

  @Post('models')
  @ApiOperation({
    summary: 'Set the price of a model from an instant on',
    description:
      'Prices are never edited: this one replaces the one before it. What is left out has no price of its own.',
  })
  @Requires('admin')
  @Returns(ModelPriceView, { status: 201 })
  @Problem(409, 'already_exists', 'price_jump')
  @Problem(422, 'invalid_request')
  set(@By() actor: Actor, @Body() body: PriceBody) {
    return this.prices.set(actor, body);
  }

  @Post('import')
  @ApiOperation({
    summary: "Take in a list of models in OpenRouter's form",
    description: 'Negative, absurd and jumping prices are held back and reported; prices set by hand stay.',
  })
  @Requires('admin')
  @Returns(PriceImportView)
  @Problem(422, 'invalid_request')
  import(@By() actor: Actor, @Query() { dry_run }: ImportQuery, @Body() { data }: ModelsDocument) {
    return this.prices.import(actor, data, dry_run);
  }

  @Post('sync')
  @ApiOperation({ summary: "Read OpenRouter's list of models and take it in", description: 'As import does.' })
  @Requires('admin')
  @Returns(PriceImportView)
  @Problem(503, 'openrouter_unavailable')
  sync(@By() actor: Actor, @Query() { dry_run }: ImportQuery) {
    return this.prices.sync(actor, dry_run);
  }
}
